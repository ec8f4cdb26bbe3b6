import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { read } from '../src/journal/reading.js';
import { readBack } from '../src/run/plain.js';
import type { Report } from '../src/run/report.js';
import { cli, fixture, folder } from './cli.process.js';

const fault = ['--import', fixture('fault.mjs')];
const campaign = ['run', 'builtin:two-pass', '--laws', 'inference.output', '--cases', '150', '--journal', 'journal'];
const file = 'journal/shard-1-of-1.ndjson';

interface Ended {
  readonly code: number | null;
  readonly by: string | null;
  readonly words: string;
}

/** Runs bnspec with a fault planted: `n KILL`, `n ENOSPC` ... at the nth call into the file system. */
function bnspec(
  argv: readonly string[],
  cwd: string,
  planted = 'count',
  env: Record<string, string> = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [...fault, cli, ...argv], {
    cwd,
    env: { ...process.env, BNSPEC_TEST_FAULT: planted, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let words = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (words += text));
  return new Promise((done) => child.on('close', (code, by) => done({ code, by, words })));
}

const reportIn = (cwd: string): Omit<Report, 'durationMs'> => {
  const { durationMs: _, ...report } = JSON.parse(readFileSync(join(cwd, 'r.json'), 'utf8')) as Report;
  return report;
};
const json = ['--reporter', 'json=r.json', '--reporter', 'terminal'];

/** The places of the cases in a journal, in the order in which they stand there. */
const placesIn = (cwd: string): number[] =>
  readFileSync(join(cwd, file), 'utf8')
    .split('\n')
    .flatMap((text) => (text.includes('"kind":"case"') ? [(readBack(text.slice(9)) as { at: number }).at] : []));

describe('a campaign', () => {
  test('is killed in the midst of a write, again and again, and loses and doubles nothing', async () => {
    const [whole, cwd] = [folder(), folder()];
    const count = join(whole, 'count');
    await bnspec([...campaign, ...json], whole, 'count', { BNSPEC_TEST_COUNT: count });
    let kills = 0;
    for (let n = 7; ; n += 2) {
      const { code, by, words } = await bnspec([...campaign, ...json], cwd, `${n} KILL`);
      if (by === 'SIGKILL') kills += 1;
      else if (code !== 0) expect(words).toContain('is at its end'); // it was killed with its report written
      if (by === null) break;
    }
    expect(kills).toBeGreaterThan(2);
    expect(placesIn(cwd)).toEqual(Array.from({ length: 150 }, (_, i) => i));
    expect(readFileSync(join(cwd, file), 'utf8')).toBe(readFileSync(join(whole, file), 'utf8'));
    expect(reportIn(cwd)).toEqual(reportIn(whole));
  });

  test('goes on after an interruption, which is said, and never after another plan', async () => {
    const cwd = folder();
    const { code, words } = await bnspec([...campaign, '--max-time', '1', '--cases', '100000', ...json], cwd);
    expect(code).toBe(3);
    expect(words).toContain('exit 3: nothing may be concluded: --max-time 1 s is spent');
    expect(read(join(cwd, file))).toMatchObject({ end: null, stopped: '--max-time 1 s is spent' });
    const merged = await bnspec(['merge', 'journal', ...json], cwd);
    expect(merged).toMatchObject({ code: 3 });
    expect(merged.words).toContain('the run has not come to its end: --max-time 1 s is spent');
    expect(reportIn(cwd)).toMatchObject({ verdict: 'incomplete', complete: false });
    expect((await bnspec([...campaign, ...json], cwd)).words).toContain('--cases 100000, not 150');
  });
});

describe('a fault of the file system, wherever it strikes', () => {
  const truth: Record<string, readonly [argv: readonly string[], code: number]> = {
    'a right kernel': [[...campaign.slice(0, 4), '--cases', '2', '--journal', 'journal', ...json], 0],
    'a wrong module': [['run', fixture('cli-liar.mjs'), ...campaign.slice(2, 4), '--cases', '1', ...json], 1],
  };
  for (const [what, [argv, right]] of Object.entries(truth))
    test(`is no verdict: ${what}`, async () => {
      const cwd = folder();
      const count = join(cwd, 'count');
      expect((await bnspec(argv, folder(), 'count', { BNSPEC_TEST_COUNT: count })).code).toBe(right);
      const calls = Number(readFileSync(count, 'utf8'));
      expect(calls).toBeGreaterThan(8);
      const codes = new Set<number | null>();
      // Every one is tried by npm run campaign-faults.
      for (let n = 1; n <= calls; n += Math.ceil(calls / 6)) {
        const { code, words } = await bnspec(argv, folder(), `${n} ENOSPC`);
        codes.add(code);
        expect([right, 3, 4], `${n} of ${calls}: ${words}`).toContain(code);
        expect(words).toContain(`exit ${code}: `);
      }
      expect(codes).toContain(4);
    });

  test('a full disk: the reason, exit 4, and what was written stays', async () => {
    const cwd = folder();
    const { code, words } = await bnspec([...campaign, ...json], cwd, '8 ENOSPC');
    expect({ code, words: words.split('\n').slice(-3) }).toMatchObject({
      code: 4,
      words: [expect.stringContaining('ENOSPC'), 'exit 4: bnspec could not write', ''],
    });
    expect(read(join(cwd, file))!.cases).toBeGreaterThan(0);
    expect(existsSync(join(cwd, 'r.json'))).toBe(false);
    expect((await bnspec([...campaign, ...json], cwd)).code).toBe(0);
    expect(placesIn(cwd)).toEqual(Array.from({ length: 150 }, (_, i) => i));
  });

  test('a folder in which nothing may be written', async () => {
    const { code, words } = await bnspec([...campaign, ...json], folder(), '1 EACCES');
    expect(code).toBe(4);
    expect(words).toMatch(/EACCES[^\n]*\nexit 4: bnspec could not write\n$/);
  });
});

test('a standard output that nobody reads changes nothing', async () => {
  const cwd = folder();
  const argv = [cli, ...campaign, '--cases', '3', '--reporter', 'json=r.json', '--reporter', 'terminal'];
  const child = spawn(process.execPath, argv, { cwd, stdio: ['ignore', 'pipe', 'ignore'] });
  child.stdout.destroy();
  expect(await new Promise((done) => child.on('close', done))).toBe(0);
  expect(reportIn(cwd).verdict).toBe('conforms');
  expect(read(join(cwd, file))!.end).not.toBe(null);
});
