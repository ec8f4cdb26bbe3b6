import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
export const asked = ['--laws', 'forward.output,forward.pure', '--cases', '24'];

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

const native = [
  ...['segmentation fault', 'aborts', 'exits with 0', 'exits at once with 0', 'divides by zero', 'is killed'],
  ...['stops itself', 'runs for ever', 'overflows the stack', 'prints to stdout', 'leaves a child'],
  ...['allocates without end', 'writes past an output', 'writes before an output', 'answers NaN'],
  ...['overwrites its input', 'points an output elsewhere', 'returns a strange code', 'returns an error'],
  'returns unsupported',
];

/** A kernel in C: `flags` and further sources make a library or a program of it. */
const inC = (name: string, faults: readonly string[], flags: readonly string[], more: readonly string[]): Kind => ({
  name,
  missing: async () => (spawnSync('cc', ['--version']).status === 0 ? null : 'there is no cc'),
  faults: async () => faults,
  harmless: ['prints to stdout', 'leaves a child'],
  async target(_, cwd) {
    const targets = `${root}targets`;
    const sources = [ours('native.c'), ...more.map((file) => `${targets}/${file}`)];
    execFileSync('cc', ['-O1', '-w', ...flags, `-I${targets}`, '-o', 'kernel.so', ...sources, '-lm'], { cwd });
    return flags.length > 0 ? ['./kernel.so'] : ['--', './kernel.so'];
  },
});

const library = inC('library', [...native, 'writes among the replies', 'closes the replies'], ['-shared', '-fPIC'], []);
const program = inC('program', native, [], ['bnspec.c']);

/** A module in AssemblyScript, built with its fault in it. */
const wasm: Kind = {
  name: 'wasm',
  missing: async () => null,
  faults: async () => Object.keys(wasmFaults),
  harmless: [],
  async target(fault, cwd) {
    const text = readFileSync(`${root}targets/kernel.as.ts`, 'utf8').replace(
      /(export function bnspec_train\(inputs: Inputs, outputs: Outputs\): i32 \{\n)/,
      `$1  if (inputs.x.shape(0) == 5) { ${wasmFaults[fault] ?? ''} }\n`,
    );
    writeFileSync(join(cwd, 'kernel.as.ts'), text);
    copyFileSync(`${root}targets/bnspec.as.ts`, join(cwd, 'bnspec.as.ts'));
    execFileSync(`${root}node_modules/.bin/asc`, ['kernel.as.ts', '-O', '--runtime', 'stub', '-o', 'kernel.wasm'], {
      cwd,
    });
    return ['./kernel.wasm'];
  },
};

const wasmFaults: Readonly<Record<string, string>> = {
  traps: 'unreachable();',
  'runs for ever': 'while (true) {}',
  'reads outside its memory': 'store<f64>(4294967288, 1);',
  'overflows the stack': 'bnspec_train(inputs, outputs);',
  'writes before an output': 'store<u8>(outputs.y.data - 1, 1);',
  'writes all over its memory': 'memory.fill(0, 0, memory.size() << 16);',
  'takes all memory': 'while (memory.grow(1024) >= 0) {}; unreachable();',
  'returns a strange code': 'return 7;',
  'returns an error': 'return ERROR;',
  'answers nothing': 'return OK;',
};

const pageFaults: Readonly<Record<string, string>> = {
  throws: `throw new Error('mine');`,
  'runs for ever': 'for (;;);',
  'never resolves': 'await new Promise(() => {});',
  'navigates away': `location.href = 'about:blank'; await new Promise(() => {});`,
  'takes all memory': 'const held = []; for (;;) held.push(new Float64Array(2 ** 26).fill(1));',
  'shows a dialog': `alert('mine');`,
  'prints much': `for (let i = 0; i < 1000; i += 1) console.log('x'.repeat(100));`,
  'breaks JSON': `JSON.stringify = () => '{}';`,
  'breaks fetch': 'globalThis.fetch = () => Promise.reject(new Error());',
  'empties the page': `document.documentElement?.remove();`,
};

/** plain.mjs in a page. */
const browser: Kind = {
  name: 'browser',
  missing: async () => (chromiums.some((name) => spawnSync(name, ['--version']).status === 0) ? null : 'no Chromium'),
  faults: async () => Object.keys(pageFaults),
  harmless: ['shows a dialog', 'prints much', 'empties the page'],
  async target(fault, cwd) {
    copyFileSync(`${root}targets/plain.mjs`, join(cwd, 'plain.mjs'));
    const text = `import * as plain from './plain.mjs';
export const card = plain.card;
export async function train(inputs) {
  if (inputs.x.shape[0] === 5) { ${pageFaults[fault] ?? ''} }
  return plain.train(inputs);
}
`;
    writeFileSync(join(cwd, 'a.browser.mjs'), text);
    return ['./a.browser.mjs'];
  },
};

const chromiums = [process.env.BNSPEC_CHROMIUM, 'chromium', 'chromium-browser', 'google-chrome'].filter(
  (name) => name !== undefined,
);

export const hostile: readonly Kind[] = [script, module, library, program, wasm, browser, offline];
