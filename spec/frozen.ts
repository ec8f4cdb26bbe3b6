import type { Chapter } from '../src/formula/chapter.js';

/** Gradients of inference mode: the running statistics are constants, so every sample is on its own. */
export const frozen = {
  dbeta: { is: 'sum(dy)', says: 'The gradient of beta.' },
  dgamma: {
    is: 'sum(dy * (x - running_mean)) / sqrt(running_var + epsilon)',
    says: 'The gradient of gamma, with the running statistics.',
  },
  dx: {
    is: 'gamma * dy / sqrt(running_var + epsilon)',
    says: 'The gradient of the input: never 0 where gamma and dy are not.',
  },
} as const satisfies Chapter;
