import { existsSync, statSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { visible } from '../wire/text.js';
import { checkLibrary, checkModule } from './binary.js';
import { page } from './browser/command.js';
import { processTarget } from './process.js';
import type { ProcessOptions } from './process-options.js';
import { type Target, TargetError } from './target.js';

/** The folder that package.json is in: ours is two levels below it as source, three as built. */
const built = import.meta.url.endsWith('.js');
const ours = (path: string): string =>
  fileURLToPath(new URL(built ? `../../../${path}` : `../../${path}`, import.meta.url));

/** What is no command is run by what this package ships; all end as commands. */
const runners: Readonly<Record<string, (path: string) => { command: string[]; replyFd: 1 | 3 }>> = {
  '.py': python,
  '.js': javascript,
  '.mjs': javascript,
  '.cjs': javascript,
  '.ts': typescript,
  '.mts': typescript,
  '.html': (path) => page(path, host),
  '.htm': (path) => page(path, host),
  '.browser.mjs': (path) => page(path, host),
  '.browser.js': (path) => page(path, host),
  '.so': library,
  '.dylib': library,
  '.dll': library,
  '.wasm': wasm,
};

/** By what a file is told: its ending, or the two that a module for a browser has. */
const kindOf = (path: string): string => /\.browser\.m?js$/.exec(path)?.[0] ?? extname(path);

/**
 * Opens a target by what it is: `./adapter.py`, `./adapter.mjs` (.js, .cjs, .ts, .mts), `./kernel.so` (.dylib, .dll), `./kernel.wasm`,
 * `./page.html` or `./adapter.browser.mjs` in a browser, or a command with its arguments. Nothing is started before hello().
 * Throws TargetError (usage) when there is no such file, or no way to run it.
 */
export async function openTarget(spec: string | readonly string[], options: ProcessOptions = {}): Promise<Target> {
  if (typeof spec !== 'string') {
    if (spec.length === 0) throw new TargetError('usage', 'no command after --');
    return processTarget(spec.join(' '), spec, options);
  }
  const runner = Object.hasOwn(runners, kindOf(spec)) ? runners[kindOf(spec)] : undefined;
  const name = visible(spec);
  if (!existsSync(spec) || !statSync(spec).isFile()) {
    const cure = runner || spec.includes('/') ? 'check the path' : `to run a command, write -- ${name}`;
    throw new TargetError('usage', `there is no file ${name}: ${cure}`);
  }
  if (!runner) {
    const kinds = Object.keys(runners).join(' ');
    throw new TargetError(
      'usage',
      `${name} is no adapter that can be told by its name (${kinds}). A program: -- ${name}`,
    );
  }
  const { command, replyFd } = runner(spec);
  return processTarget(spec, command, { ...options, replyFd });
}

/** BNSPEC_PYTHON; else that of an active virtual environment, which is first on the path; else `.venv` here; else python3. */
function interpreter(): string {
  const { BNSPEC_PYTHON, VIRTUAL_ENV } = process.env;
  const here = join('.venv', 'bin', 'python');
  return BNSPEC_PYTHON ?? (!VIRTUAL_ENV && existsSync(here) ? resolve(here) : 'python3');
}

function python(path: string) {
  return { command: [interpreter(), ours('targets/bnspec.py'), path], replyFd: 1 as const };
}

/** A host of ours, in a process of its own. Run from source, as in our tests, it must have been built: node cannot load it otherwise. */
const host = (name: string): string =>
  built ? fileURLToPath(new URL(`./${name}`, import.meta.url)) : ours(`dist/src/target/${name}`);

const hosted = (name: string, path: string, ...flags: string[]) => ({
  command: [process.execPath, ...flags, host(`${name}.js`), path],
  replyFd: 3 as const,
});

function javascript(path: string) {
  return hosted('module-host', path);
}

function library(path: string) {
  checkLibrary(path);
  return hosted('native-host', path);
}

function wasm(path: string) {
  checkModule(path);
  return hosted('wasm-host', path, '--no-warnings'); // that WASI is experimental
}

function typescript(path: string) {
  const { typescript: native } = process.features as { typescript?: string | false };
  if (!native) {
    const cure = `Node 22.18 and later run it as it is, this is ${process.versions.node}; or compile it and name the .js`;
    throw new TargetError('usage', `${visible(path)} is TypeScript: ${cure}`);
  }
  return javascript(path);
}
