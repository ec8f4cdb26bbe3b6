import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * How long a person waits, and how much memory it takes: whole commands, start-up included, in turn, several rounds in
 * one go. Figures are medians; each is also printed as a multiple of starting Node, which moves with the machine's load.
 */
const root = fileURLToPath(new URL('../../', import.meta.url));
const cli = `${root}dist/src/cli.js`;
const rounds = Number(process.env.ROUNDS ?? 5);

interface Row {
  readonly name: string;
  readonly command: readonly string[];
  readonly must: string;
}

const rows: readonly Row[] = [
  { name: 'node, nothing else', command: ['-e', '0'], must: '' },
  { name: 'bnspec --help', command: [cli, '--help'], must: '200 ms' },
  { name: 'bnspec run builtin:two-pass', command: [cli, 'run', 'builtin:two-pass'], must: '3 s, 300 MB' },
  { name: 'bnspec run builtin:keras', command: [cli, 'run', 'builtin:keras'], must: '' },
  { name: 'bnspec run ./targets/plain.mjs', command: [cli, 'run', `${root}targets/plain.mjs`], must: '5 s' },
  {
    name: '... --effort quick',
    command: [cli, 'run', `${root}targets/plain.mjs`, '--effort', 'quick'],
    must: '1.5 s',
  },
  ...(existsSync(`${root}.venv`)
    ? [{ name: 'bnspec run ./targets/torch.py', command: [cli, 'run', `${root}targets/torch.py`], must: '12 s' }]
    : []),
];

interface Measure {
  readonly ms: number;
  /** Peak resident memory of bnspec itself, in MiB; 0 where /proc is not there to ask. */
  readonly mib: number;
}

async function measure(command: readonly string[]): Promise<Measure> {
  const started = performance.now();
  const child = spawn(process.execPath, command, { cwd: root, stdio: ['ignore', 'ignore', 'ignore'] });
  let kib = 0;
  const peak = (): void => {
    try {
      kib = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? kib);
    } catch {} // gone, or no /proc
  };
  const watch = setInterval(peak, 10);
  await new Promise((resolve) => child.on('exit', resolve));
  clearInterval(watch);
  return { ms: performance.now() - started, mib: kib / 1024 };
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

const seen = new Map<Row, Measure[]>(rows.map((row) => [row, []]));
for (let round = 0; round < rounds; round += 1) for (const row of rows) seen.get(row)!.push(await measure(row.command));
const base = median(seen.get(rows[0]!)!.map(({ ms }) => ms));
console.log(`median of ${rounds} rounds${' '.repeat(16)}seconds   x node start   peak MiB   must`);
for (const [{ name, must }, measures] of seen) {
  const ms = median(measures.map((measured) => measured.ms));
  const mib = median(measures.map((measured) => measured.mib));
  const figures = `${(ms / 1000).toFixed(2).padStart(7)}   ${(ms / base).toFixed(1).padStart(12)}   ${mib.toFixed(0).padStart(8)}`;
  console.log(`${name.padEnd(32)} ${figures}   ${must}`);
}
