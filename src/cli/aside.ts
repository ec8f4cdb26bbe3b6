import { Worker } from 'node:worker_threads';
import type { Fate } from '../run/power.js';
import type { Silence } from '../run/worth.js';

const made = (): Worker => new Worker(new URL('./worth.js', import.meta.url));
let waiting: Worker | null = null;

/** Starts the thread before it is known what for: it loads the suite while a target starts. */
export function prepare(): void {
  waiting ??= made();
  waiting.unref();
}

/**
 * Works out what the silence of a run is worth in a thread of its own: most machines have a second core, and it takes as
 * long as a fifth of the laws. Rejects with what the thread threw.
 */
export function aside(silence: Silence, signal: AbortSignal): Promise<readonly Fate[]> {
  const worker = waiting ?? made();
  waiting = null;
  worker.ref();
  worker.postMessage(silence);
  signal.addEventListener('abort', () => void worker.terminate());
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the thread that computes the power of a run ended early')));
  });
}
