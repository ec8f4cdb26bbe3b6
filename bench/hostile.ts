import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A kind of target, and what a right kernel of that kind is made to do. */
export interface Kind {
  readonly name: string;
  /** Why it cannot be tried here; null if it can. */
  missing(): Promise<string | null>;
  faults(): Promise<readonly string[]>;
  /** Faults that leave every answer whole: not to be refused. */
  readonly harmless: readonly string[];
  /** How the target with this fault is named on a command line; `cwd` is a folder to build it in. */
  target(fault: string, cwd: string): Promise<readonly string[]>;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const ours = (name: string): string => `${root}bench/hostile/${name}`;

const venv = `${root}.venv/bin/python`;
const python = process.env.BNSPEC_PYTHON ?? (existsSync(venv) ? venv : 'python3');
process.env.BNSPEC_PYTHON = python;

const has = (library: string): string | null => {
  try {
    execFileSync(python, ['-c', `import ${library}`], { stdio: 'ignore' });
    return null;
  } catch {
    return `${python} has no ${library}`;
  }
};

const script: Kind = {
  name: 'process',
  missing: async () => has('numpy'),
  faults: async () =>
    execFileSync(python, [`${root}targets/bnspec.py`, ours('process.py')], {
      encoding: 'utf8',
      env: { ...process.env, PYTHON_FAULT: 'list' },
    })
      .trim()
      .split('\n'),
  harmless: ['prints to stdout', 'floods stderr', 'leaves a child', 'closes its stdin'],
  target: async () => [ours('process.py')],
};

const module: Kind = {
  name: 'module',
  missing: async () => null,
  faults: async () => Object.keys(((await import(ours('module.mjs'))) as { faults: object }).faults),
  harmless: ['prints to stdout', 'writes to stdout below', 'leaves a child'],
  target: async () => [ours('module.mjs')],
};

export const hostile: readonly Kind[] = [script, module];
