/**
 * The process that a JavaScript module is judged in: `node module-host.js ./adapter.mjs`. Requests come on stdin and
 * replies leave on descriptor 3, so that nothing which the module prints, in native code too, can end up among them.
 */
import { writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { framing } from '../wire/frame.js';
import { assemble, write } from '../wire/safetensors.js';
import { exported } from './exported.js';
import { answer } from './kernel.js';
import type { Handles } from './stateful.js';

const replies = 3;

function send(reply: Uint8Array): void {
  for (let at = 0; at < reply.length; ) at += writeSync(replies, reply, at);
}

const path = process.argv[2];
const kernel = exported(await import(pathToFileURL(resolve(path)).href), path);
const handles: Handles = new Map();
const frames = framing({ header: 2 ** 20, body: Number.MAX_SAFE_INTEGER });
for await (const chunk of process.stdin) {
  for (const frame of frames.push(chunk as Buffer)) send(write(await answer(kernel, assemble(frame), handles)));
}
// Timers and workers of the module must not outlive its last question.
process.exit();
