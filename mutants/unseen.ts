import type { Unseen } from '../src/run/mutant.js';

/** What the protocol cannot ask, and what no tier can refuse. */
export const unseen = [
  {
    name: 'A rounded 1 / m',
    why: 'a mean by a rounded reciprocal is no further off than a sum in another order, so every bound that lets right kernels pass lets it pass too.',
  },
  {
    name: 'Strides and shared memory',
    why: 'every tensor travels whole, contiguous and in memory of its own, so no view is asked, and no output that lies over an input.',
  },
  {
    name: 'A result kept by the address of its input',
    why: 'every question comes in fresh memory, so that an address comes back by accident alone.',
  },
  {
    name: 'More than 2^31 elements',
    why: 'one such batch is 8 GB on the wire in float32; the mutant with sixteen bits stands for it.',
  },
  {
    name: 'An empty batch',
    why: 'training on no element leaves the running statistics alone in one framework and makes them NaN in the next, and no profile declares which.',
  },
  {
    name: 'A mask over the batch',
    why: 'the specification has no mask: it counts every element, and the protocol sends none.',
  },
  {
    name: 'A meaning that depends on the device',
    why: 'a run asks one device; what is saved wrongly there is found there, but two devices are two runs.',
  },
  {
    name: 'A residual beside a folded layer',
    why: 'a folded normalization behind an addition must scale what is added too (opencv/opencv#29160 forgets it), and the protocol folds into one layer, not into two.',
  },
] as const satisfies readonly Unseen[];
