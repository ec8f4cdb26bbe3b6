import type { Chapter } from '../src/formula/chapter.js';

/** Inference mode: the running statistics stand in for those of a batch, so every sample is on its own. Source: arXiv 1502.03167, algorithm 2. */
export const inference = {
  y: {
    is: 'gamma * (x - running_mean) / sqrt(running_var + epsilon) + beta',
    says: 'The output, normalized by the running statistics.',
  },
} as const satisfies Chapter;
