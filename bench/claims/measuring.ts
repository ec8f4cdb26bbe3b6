import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type { Claim } from '../../src/docs/claims.js';
import { type Plot, stated } from './claim.js';
import { demonstrations } from './demonstrations.js';

/** A claim as it is written down, its plots, and how long it took. */
export interface Measured {
  readonly claim: Claim;
  readonly plots: readonly Plot[];
  readonly seconds: number;
}

export function measure(id: string, seed: number): Measured {
  const start = performance.now();
  const one = demonstrations.find((demonstration) => demonstration.id === id)!;
  const found = one.measure(one.full, seed);
  const seconds = (performance.now() - start) / 1000;
  return { claim: stated(one, one.full, found), plots: found.plots, seconds };
}

/** Measures these, so many at a time; what is found does not depend on that. An error in one ends all. */
export async function measuring(
  ids: readonly string[],
  seed: number,
  threads: number,
  take: (measured: Measured) => void,
): Promise<void> {
  const left = [...ids];
  const work = async (): Promise<void> => {
    for (let id = left.shift(); id !== undefined; id = left.shift()) {
      const worker = new Worker(new URL(import.meta.url), { workerData: { id, seed } });
      const [measured] = await once(worker, 'message');
      take(measured);
    }
  };
  await Promise.all(Array.from({ length: threads }, work));
}

if (!isMainThread && workerData?.id !== undefined)
  parentPort?.postMessage(measure(workerData.id as string, workerData.seed as number));
