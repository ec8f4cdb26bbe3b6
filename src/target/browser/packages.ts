import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packagesUrl } from './files.js';

type Exports = string | null | readonly Exports[] | { readonly [key: string]: Exports };

interface Manifest {
  readonly exports?: Exports;
  readonly browser?: unknown;
  readonly module?: string;
  readonly main?: string;
  readonly unpkg?: string;
}

/** How a browser asks of a list of conditions; the first that is written there counts. */
const conditions = ['browser', 'import', 'module', 'default'];

/**
 * What bare names mean, as an import map: a browser has no node_modules. Of a package without `exports` the prebuilt
 * ES module beside its prebuilt script (TensorFlow.js has one), else its `module`, `browser` or `main`.
 */
export function importMap(folder: string | null): { readonly imports: Readonly<Record<string, string>> } {
  if (folder === null) return { imports: {} };
  return { imports: Object.fromEntries(namesIn(folder).flatMap((name) => imports(folder, name))) };
}

function namesIn(folder: string): string[] {
  const shown = (path: string): string[] => readdirSync(path).filter((name) => !name.startsWith('.'));
  return shown(folder).flatMap((name) =>
    name.startsWith('@') ? shown(join(folder, name)).map((inner) => `${name}/${inner}`) : [name],
  );
}

function imports(folder: string, name: string): [string, string][] {
  const manifest = read(join(folder, name, 'package.json'));
  if (manifest === null) return [];
  const url = (path: string): string => `${packagesUrl}${name}/${path.replace(/^\.\//, '')}`;
  const { exports } = manifest;
  if (exports === undefined) {
    const entry = entryOf(manifest, join(folder, name));
    return [[name, url(entry)] as [string, string], [`${name}/`, url('')]];
  }
  const keyed = typeof exports === 'object' && exports !== null && Object.keys(exports).some((key) => key[0] === '.');
  const entries = Object.entries(keyed ? (exports as Record<string, Exports>) : { '.': exports });
  return entries.flatMap(([key, value]): [string, string][] => {
    const path = chosen(value);
    if (path === null) return [];
    const [from, to] = [`${name}${key.slice(1)}`, url(path)];
    // A map knows whole folders, and no other patterns.
    return key.includes('*') ? (/\/\*$/.test(from) && /\/\*$/.test(to) ? [[cut(from), cut(to)]] : []) : [[from, to]];
  });
}

const cut = (pattern: string): string => pattern.slice(0, -1);

function read(path: string): Manifest | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Manifest;
  } catch {
    return null; // a folder that is no package
  }
}

function entryOf({ unpkg, module, browser, main }: Manifest, folder: string): string {
  const prebuilt = unpkg?.replace(/(?:\.min)?\.js$/, '.fesm.min.js');
  if (prebuilt !== undefined && prebuilt !== unpkg && existsSync(join(folder, prebuilt))) return prebuilt;
  return module ?? (typeof browser === 'string' ? browser : (main ?? 'index.js'));
}

/** The path that a list of conditions comes to. */
function chosen(exports: Exports): string | null {
  if (typeof exports === 'string' || exports === null) return exports;
  const options = Array.isArray(exports)
    ? (exports as readonly Exports[])
    : Object.entries(exports).flatMap(([key, value]) => (conditions.includes(key) ? [value] : []));
  for (const option of options) {
    const path = chosen(option);
    if (path !== null) return path;
  }
  return null;
}
