import { execFileSync, spawnSync } from 'node:child_process';
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

/** What every run asks. */
export const asked = ['--laws', 'forward.output', '--cases', '24'];

const root = fileURLToPath(new URL('../../', import.meta.url));
const ours = (name: string): string => `${root}bench/hostile/${name}`;

export const cli = fileURLToPath(new URL('../src/cli.js', import.meta.url));

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
  harmless: ['prints to stdout', 'floods stderr', 'leaves a child'],
  target: async () => [ours('process.py')],
};

const module: Kind = {
  name: 'module',
  missing: async () => null,
  faults: async () => Object.keys(((await import(ours('module.mjs'))) as { faults: object }).faults),
  harmless: ['prints to stdout', 'writes to stdout below', 'leaves a child', 'rejects later'],
  target: async () => [ours('module.mjs')],
};

/** The same script over files: it may only die, or leave files that are none. */
const offline: Kind = {
  name: 'offline',
  missing: async () => has('numpy'),
  faults: async () => ['exits with 0', 'segmentation fault', 'is killed', 'prints to stdout', 'throws'],
  harmless: ['prints to stdout'],
  async target(fault, cwd) {
    const env = { ...process.env, PYTHON_FAULT: fault };
    const call = (file: string, argv: readonly string[]) => spawnSync(file, argv, { cwd, env, encoding: 'utf8' });
    call(process.execPath, [cli, 'export', 'off', ...asked, '--dtype', 'f32']);
    for (let [rounds, open] = [0, true]; open && rounds < 6; rounds += 1) {
      call(python, ['off/bnspec.py', ours('process.py'), '--answer', 'off']);
      open = call(process.execPath, [cli, 'judge', 'off']).stdout.includes('follow from the answers');
    }
    return ['off', '--dtype', 'f32'];
  },
};

export const hostile: readonly Kind[] = [script, module, offline];
