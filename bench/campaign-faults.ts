import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { read } from '../src/journal/reading.js';
import { readBack } from '../src/run/plain.js';
import { cli } from './hostile.js';

/**
 * What becomes of a campaign that is killed at random moments, half of them in the midst of a write, and of runs whose
 * every call into the file system fails in turn. Arguments: how many kills (200), how many cases (2000).
 */
const [kills = 200, cases = 2000] = process.argv.slice(2).map(Number);
const fault = fileURLToPath(new URL('../../test/fixtures/fault.mjs', import.meta.url));
const liar = fileURLToPath(new URL('../../test/fixtures/cli-liar.mjs', import.meta.url));
const journal = 'journal/shard-1-of-1.ndjson';
const few = ['--laws', 'inference.output'];
const json = ['--reporter', 'json=r.json', '--reporter', 'terminal'];

interface Ending {
  readonly code: number | null;
  readonly killed: boolean;
  readonly last: string;
}

/** Runs bnspec with a planted fault; after so many milliseconds it is killed. */
async function run(argv: readonly string[], cwd: string, planted: string, patience?: number): Promise<Ending> {
  const env = { ...process.env, BNSPEC_TEST_FAULT: planted, BNSPEC_TEST_COUNT: join(cwd, 'count'), NO_COLOR: '1' };
  const stdio = ['ignore', 'pipe', 'pipe'] as const;
  const child = spawn(process.execPath, ['--import', fault, cli, ...argv], { cwd, env, stdio: [...stdio] });
  let out = '';
  for (const stream of [child.stdout!, child.stderr!]) stream.setEncoding('utf8').on('data', (text) => (out += text));
  const ended = new Promise<Ending>((done) =>
    child.on('close', (code, by) =>
      done({ code, killed: by === 'SIGKILL', last: out.trimEnd().split('\n').at(-1) ?? '' }),
    ),
  );
  if (patience !== undefined) {
    await Promise.race([ended, sleep(patience)]);
    child.kill('SIGKILL');
  }
  return ended;
}

/** Numbers that look random and are the same every time: mulberry32. */
function stream(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const report = (cwd: string): string => readFileSync(join(cwd, 'r.json'), 'utf8').replace(/"durationMs": \d+/, '');

async function killing(): Promise<boolean> {
  const random = stream(1);
  const argv = ['run', 'builtin:two-pass', ...few, '--cases', String(cases), '--journal', 'journal', ...json];
  const place = () => mkdtempSync(join(tmpdir(), 'bnspec-campaign-'));
  const whole = place();
  const started = performance.now();
  await run(argv, whole, 'count');
  const long = performance.now() - started;
  let [struck, lost, doubled, campaigns, others] = [0, 0, 0, 0, 0];
  while (struck < kills) {
    const cwd = place();
    for (let done = false; !done; ) {
      const torn = random() < 0.5;
      const moment = torn ? undefined : random() * long;
      const planted = torn ? `${1 + Math.floor(random() * 40)} KILL` : 'count';
      const { killed, code, last } =
        struck < kills ? await run(argv, cwd, planted, moment) : await run(argv, cwd, 'count');
      if (killed) struck += 1;
      // One that was killed with its report written has come to its end all the same.
      const over = code === 2 && existsSync(join(cwd, journal)) && read(join(cwd, journal))?.end;
      done = !killed && (code === 0 || Boolean(over));
      if (!killed && !done) throw new Error(`exit ${code}: ${last}`);
    }
    const places = readFileSync(join(cwd, journal), 'utf8')
      .split('\n')
      .flatMap((text) => (text.includes('"kind":"case"') ? [(readBack(text.slice(9)) as { at: number }).at] : []));
    doubled += places.length - new Set(places).size;
    lost += cases - new Set(places).size;
    if (read(join(cwd, journal))?.end?.cases !== cases || report(cwd) !== report(whole)) others += 1;
    campaigns += 1;
    rmSync(cwd, { recursive: true });
  }
  console.log(
    `${struck} kills in ${campaigns} campaigns of ${cases} cases: ${lost} lost, ${doubled} doubled, ${others} reports unlike the whole run's`,
  );
  return lost + doubled + others === 0;
}

/** Every call into the file system fails in turn, by every code. */
async function faults(): Promise<boolean> {
  const place = mkdtempSync(join(tmpdir(), 'bnspec-faults-'));
  const shards = join(place, 'shards');
  for (const shard of ['1/2', '2/2'])
    await run(['run', liar, ...few, '--cases', '2', '--shard', shard, '--journal', shards], place, 'count');
  const kinds: Record<string, readonly [argv: readonly string[], right: number]> = {
    'a run': [['run', 'builtin:two-pass', ...few, '--cases', '3', '--journal', 'journal', ...json], 0],
    'a run of a wrong module': [['run', liar, ...few, '--cases', '3', '--journal', 'journal', ...json], 1],
    'a merge': [['merge', shards, ...json], 1],
  };
  let wrong = 0;
  for (const [what, [argv, right]] of Object.entries(kinds)) {
    const codes = new Map<string, number>();
    const fresh = mkdtempSync(join(tmpdir(), 'bnspec-faults-'));
    await run(argv, fresh, 'count');
    const calls = Number(readFileSync(join(fresh, 'count'), 'utf8'));
    rmSync(fresh, { recursive: true });
    for (const code of ['ENOSPC', 'EIO', 'EMFILE', 'EROFS'])
      for (let n = 1; n <= calls; n += 1) {
        const cwd = mkdtempSync(join(tmpdir(), 'bnspec-faults-'));
        const ending = await run(argv, cwd, `${n} ${code}`);
        rmSync(cwd, { recursive: true });
        const exit = String(ending.code);
        codes.set(exit, (codes.get(exit) ?? 0) + 1);
        if (![String(right), '3', '4'].includes(exit) || !ending.last.startsWith(`exit ${exit}: `)) {
          wrong += 1;
          console.log(`  ${code} at call ${n} of ${what}: exit ${exit}: ${ending.last}`);
        }
      }
    const ends = [...codes].map(([exit, times]) => `${times} x exit ${exit}`).join(', ');
    console.log(`${what}: ${calls} calls, each failing in 4 ways: ${ends}`);
  }
  console.log(`wrong verdicts: ${wrong}`);
  rmSync(place, { recursive: true });
  return wrong === 0;
}

const right = [await faults(), await killing()].every(Boolean);
process.exit(right ? 0 : 1);
