/**
 * The process that a JavaScript module is judged in: `node module-host.js ./adapter.mjs`. Requests come on stdin and
 * replies leave on descriptor 3, so that nothing which the module prints, in native code too, can end up among them.
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { answer, type Kernel } from './kernel.js';
import { serve } from './serve.js';
import type { Handles } from './stateful.js';

/** The kernel that a module exports: `card` and functions by name, or both in its default export. */
async function load(path: string): Promise<Kernel> {
  const module = (await import(pathToFileURL(resolve(path)).href)) as Partial<Kernel> & { default?: Partial<Kernel> };
  const kernel = module.card === undefined ? module.default : module;
  if (typeof kernel?.card !== 'object')
    throw new TypeError(`${path} exports no card: export const card = { name, dtypes }`);
  return kernel as Kernel;
}

const kernel = await load(process.argv[2]!);
const handles: Handles = new Map();
await serve((request) => answer(kernel, request, handles));
