import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** The built command line. */
export const cli = fileURLToPath(new URL('../dist/src/cli.js', import.meta.url));
export const fixture = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));

/** How `bnspec` ended, and what it wrote. */
export interface Ending {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** Lines of standard output; the last one that is not empty. */
  readonly last: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ending>;
}

/** An empty folder for the files of one run. */
export const folder = (): string => mkdtempSync(join(tmpdir(), 'bnspec-cli-'));

/** Starts `bnspec` with these arguments in a folder of its own. */
export function start(argv: readonly string[], options: { cwd?: string; env?: Record<string, string> } = {}): Started {
  const { NO_COLOR: _1, FORCE_COLOR: _2, CI: _3, NODE_OPTIONS: _4, ...env } = process.env;
  const child = spawn(process.execPath, [cli, ...argv], {
    cwd: options.cwd ?? folder(),
    env: { ...env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout!.setEncoding('utf8').on('data', (text) => (out += text));
  child.stderr!.setEncoding('utf8').on('data', (text) => (err += text));
  const ended = new Promise<Ending>((resolve) => {
    child.on('close', (code) => resolve({ code, out, err, last: out.trimEnd().split('\n').at(-1)! }));
  });
  return { child, ended };
}

/** Runs `bnspec` to its end. */
export const bnspec = (argv: readonly string[], options?: Parameters<typeof start>[1]): Promise<Ending> =>
  start(argv, options).ended;

/** The content of a file that somebody is about to write. */
export async function appears(file: string): Promise<string> {
  while (!existsSync(file) || readFileSync(file, 'utf8') === '') await sleep(20);
  return readFileSync(file, 'utf8');
}

/** Whether a process still runs; one that has ended and that nobody has asked about does not. */
export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync('/proc') || !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
