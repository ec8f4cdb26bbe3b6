import type { Network } from './network.js';
import type { Data } from './train.js';

/** Puts the statistics of all of the data in place of the running ones, each layer's by those before it; what they were. */
export function settle(network: Network, { x, n }: Data): () => void {
  const before = network.layers.map(({ norm }) => norm && [norm.running_mean.slice(), norm.running_var.slice()]);
  network.forward(x, n, 'batch');
  for (const [l, { norm }] of network.layers.entries()) {
    norm?.running_mean.set(network.passes[l].normed!.mu);
    norm?.running_var.set(network.passes[l].normed!.sigma2);
  }
  return () => {
    for (const [l, { norm }] of network.layers.entries()) {
      norm?.running_mean.set(before[l]![0]);
      norm?.running_var.set(before[l]![1]);
    }
  };
}
