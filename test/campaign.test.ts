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
function bnspec(argv: readonly string[], cwd: string, planted = 'count', env: Record<string, string> = {}): Promise<Ended> {
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
    for (let n = 6; ; n += 1) {
      const { code, by } = await bnspec([...campaign, ...json], cwd, `${n} KILL`);
      if (by === 'SIGKILL') kills += 1;
      else expect(code).toBe(0);
      if (by === null) break;
    }
    expect(kills).toBeGreaterThan(2);
    expect(placesIn(cwd)).toEqual(Array.from({ length: 150 }, (_, i) => i));
    expect(readFileSync(join(cwd, file), 'utf8')).toBe(readFileSync(join(whole, file), 'utf8'));
    expect(reportIn(cwd)).toEqual(reportIn(whole));
  });
});
