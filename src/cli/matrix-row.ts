import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Report } from '../run/report.js';
import { chromium } from '../target/browser/command.js';
import { visible } from '../wire/text.js';
import type { Config, Row } from './matrix-config.js';

/** How the run of a row ended: with a report, without one, or not at all because something is not here. */
export type Outcome =
  | { readonly state: 'judged'; readonly report: Report }
  | { readonly state: 'lost' | 'absent'; readonly says: string };

/** What was asked on the command line and holds for every row. */
export interface Asked {
  readonly out: string;
  readonly words: readonly string[];
  /** Whether reports that lie there already are taken. */
  readonly resume: boolean;
  readonly signal: AbortSignal;
}

const cli = fileURLToPath(new URL('../cli.js', import.meta.url));

/** So long, in ms, a run that was told to end may write its report; then it is told again, and then killed. */
const grace = 15_000;

/** What the row needs and is not here, as a sentence; null if all is. */
export function missing({ python, needs }: Row, { folder, cure }: Config): string | null {
  const lacking = [...(python === null ? [] : [python]), ...needs].find((need) => !here(need, folder));
  if (lacking === undefined) return null;
  const what = typeof lacking === 'string' ? lacking : lacking.join(' ');
  const how = typeof lacking === 'string' ? `there is no ${what}` : `${what} fails`;
  return cure === null ? how : `${how}: ${cure}`;
}

/** A path that is there, a bare word that is a command on the path, or a command that ends with 0. `chromium` is any browser that a page would get. */
function here(need: string | readonly string[], folder: string): boolean {
  if (typeof need !== 'string') {
    const [command = '', ...argv] = need;
    const path = command.includes('/') ? resolve(folder, command) : command;
    return spawnSync(path, argv, { cwd: folder, stdio: 'ignore', timeout: 60_000 }).status === 0;
  }
  if (need.includes('/')) return existsSync(resolve(folder, need));
  if (need === 'chromium') return browser();
  return (process.env.PATH ?? '').split(delimiter).some((place) => place !== '' && existsSync(join(place, need)));
}

function browser(): boolean {
  try {
    return chromium() !== '';
  } catch {
    return false;
  }
}

/**
 * Judges a row as `bnspec run` would, in a process of its own: whatever becomes of it, the matrix goes on. Beside the report NAME.json
 * lies NAME.txt, what a person would have read, NAME.asked, what was asked, and NAME/, the saved failures.
 */
export async function judgeRow(row: Row, config: Config, asked: Asked): Promise<Outcome> {
  const absent = missing(row, config);
  if (absent !== null) return { state: 'absent', says: absent };
  const file = join(asked.out, `${row.name}.json`);
  const report = (): Outcome => ({ state: 'judged', report: JSON.parse(readFileSync(file, 'utf8')) });
  const target = typeof row.target === 'string' ? [row.target] : ['--', ...row.target];
  const argv = [
    ...[
      'run',
      `--reporter=json=${file}`,
      '--reporter=terminal',
      `--out=${join(asked.out, row.name)}`,
      '--no-color',
      '--no-github',
    ],
    ...[`--max-time=${row.limit}`, ...Object.keys(row.env).map((name) => `--pass-env=${name}`)],
    ...[...row.options, ...asked.words, ...target],
  ];
  // A report answers what it was asked: of another target, or by other options, it says nothing of this row.
  const question = JSON.stringify({ argv, cwd: config.folder, python: row.python, env: row.env });
  const note = join(asked.out, `${row.name}.asked`);
  if (asked.resume && existsSync(file) && existsSync(note) && readFileSync(note, 'utf8') === question) return report();
  for (const old of [file, note]) rmSync(old, { force: true });
  const python = row.python?.includes('/') ? resolve(config.folder, row.python) : row.python;
  const env = { ...process.env, ...(python === null ? {} : { BNSPEC_PYTHON: python }), ...row.env };
  const { how, words } = await ended(argv, { cwd: config.folder, env }, row.limit * 1000, asked.signal);
  writeFileSync(join(asked.out, `${row.name}.txt`), words);
  if (!asked.signal.aborted) writeFileSync(note, question);
  try {
    return report();
  } catch {
    return { state: 'lost', says: [how, ...visible(words, '\n').trim().split('\n').slice(-3)].join(' | ') };
  }
}

/** Runs bnspec to its end, however it comes: by itself, or out of patience. */
function ended(
  argv: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
  limit: number,
  signal: AbortSignal,
): Promise<{ readonly how: string; readonly words: string }> {
  const child = spawn(process.execPath, [cli, ...argv], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let words = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (words = (words + text).slice(-1_000_000)));
  const term = () => void child.kill('SIGTERM');
  signal.addEventListener('abort', term);
  const timers = (['SIGTERM', 'SIGTERM', 'SIGKILL'] as const).map((name, i) =>
    setTimeout(() => child.kill(name), limit + (i + 1) * grace),
  );
  return new Promise((done) => {
    const end = (how: string) => {
      for (const timer of timers) clearTimeout(timer);
      signal.removeEventListener('abort', term);
      done({ how, words });
    };
    child.on('error', (error) => end(error.message));
    child.on('close', (code, by) => end(by === null ? `bnspec ended with ${code}` : `bnspec ended by ${by}`));
  });
}
