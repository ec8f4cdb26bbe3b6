/**
 * The process that a JavaScript module is judged in: `node module-host.js ./adapter.mjs`. Requests come on stdin and
 * replies leave on descriptor 3, so that nothing which the module prints, in native code too, can end up among them.
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { exported } from './exported.js';
import { answer } from './kernel.js';
import { serve } from './serve.js';
import type { Handles } from './stateful.js';

const path = process.argv[2]!;
const kernel = exported(await import(pathToFileURL(resolve(path)).href), path);
const handles: Handles = new Map();
await serve((request) => answer(kernel, request, handles));
