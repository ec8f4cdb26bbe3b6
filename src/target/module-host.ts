/**
 * The process that a JavaScript module is judged in: `node module-host.js ./adapter.mjs`. Requests come on stdin and
 * replies leave on descriptor 3, so that nothing which the module prints, in native code too, can end up among them.
 */
import { writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { framing } from '../wire/frame.js';
import { assemble, write } from '../wire/safetensors.js';
import { answer, type Kernel } from './kernel.js';
import type { Handles } from './stateful.js';

const replies = 3;

/** The kernel that a module exports: `card` and functions by name, or both in its default export. */
async function load(path: string): Promise<Kernel> {
  const module = (await import(pathToFileURL(resolve(path)).href)) as Partial<Kernel> & { default?: Partial<Kernel> };
  const kernel = module.card === undefined ? module.default : module;
  if (typeof kernel?.card !== 'object')
    throw new TypeError(`${path} exports no card: export const card = { name, dtypes }`);
  return kernel as Kernel;
}

function send(reply: Uint8Array): void {
  for (let at = 0; at < reply.length; ) at += writeSync(replies, reply, at);
}

const kernel = await load(process.argv[2]);
const handles: Handles = new Map();
const frames = framing({ header: 2 ** 20, body: Number.MAX_SAFE_INTEGER });
for await (const chunk of process.stdin) {
  for (const frame of frames.push(chunk as Buffer)) send(write(await answer(kernel, assemble(frame), handles)));
}
// Timers and workers of the module must not outlive its last question.
process.exit();
