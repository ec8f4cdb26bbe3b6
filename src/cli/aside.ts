import { Worker } from 'node:worker_threads';
import type { Fate } from '../run/power.js';
import type { Silence } from '../run/worth.js';

/**
 * Works out what the silence of a run is worth in a thread of its own: most machines have a second core, and it takes as
 * long as a fifth of the laws. Rejects with what the thread threw.
 */
export function aside(silence: Silence, signal: AbortSignal): Promise<readonly Fate[]> {
  const worker = new Worker(new URL('./worth.js', import.meta.url), { workerData: silence });
  signal.addEventListener('abort', () => void worker.terminate());
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the thread that computes the power of a run ended early')));
  });
}
