import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, extname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.htm': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.css': 'text/css; charset=utf-8',
  ...Object.fromEntries(['.wgsl', '.glsl', '.vert', '.frag', '.txt'].map((ending) => [ending, 'text/plain'])),
};

export const typeOf = (file: string): string => types[extname(file)] ?? 'application/octet-stream';

/** What a page may read: files of one project, packages of one node_modules, and what it runs of ours. */
export interface Served {
  /** The folder of the nearest package.json above the adapter; without one, the adapter's own. */
  readonly root: string;
  /** The nearest node_modules above the adapter. */
  readonly packages: string | null;
}

/** Where our own build stands. */
const ours = fileURLToPath(new URL('../../', import.meta.url));

export function servedFor(adapter: string): Served {
  const manifest = nearest(dirname(adapter), 'package.json');
  return {
    root: manifest === null ? dirname(adapter) : dirname(manifest),
    packages: nearest(dirname(adapter), 'node_modules'),
  };
}

function nearest(folder: string, name: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, name))) return join(at, name);
    if (at === dirname(at)) return null;
  }
}

export const packagesUrl = '/bnspec/packages/';

/** The file behind a path that a page asked for; null where there is none, or none that it may read. */
export function fileFor(path: string, { root, packages }: Served): string | null {
  const asked = decoded(path);
  if (asked === null) return null;
  const own = /^\/bnspec\/src\/((?:target|wire|exact)\/[\w/-]+\.js)$/.exec(asked);
  if (own) return within(join(ours, own[1]!), [ours]);
  if (asked.startsWith('/bnspec/'))
    return packages !== null && asked.startsWith(packagesUrl)
      ? within(join(packages, asked.slice(packagesUrl.length)), [packages])
      : null;
  return within(join(root, asked), packages === null ? [root] : [root, packages]);
}

/** A path without tricks: nothing hidden, nothing upward, no other separator, no zero byte. Packages may lie in `.pnpm`. */
function decoded(path: string): string | null {
  try {
    const asked = decodeURIComponent(path);
    const steps = asked.split('/').slice(1);
    const plain = steps.every((step) => step !== '' && (!step.startsWith('.') || step === '.pnpm'));
    return plain && !/[\\\0]/.test(asked) ? asked : null;
  } catch {
    return null;
  }
}

/** The file, if it is one and lies in one of these folders when all links are followed. */
function within(file: string, folders: readonly string[]): string | null {
  try {
    const real = realpathSync(resolve(file));
    const inside = folders.some((folder) => real.startsWith(realpathSync(folder) + sep));
    return inside && statSync(real).isFile() ? real : null;
  } catch {
    return null; // no such file
  }
}
