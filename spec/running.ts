import type { Chapter } from '../src/formula/chapter.js';

/**
 * The running statistics after one batch: weighted averages. `alpha`, the weight of the new batch, is that of the
 * profile (averages.ts), and so is `divisor` (m or m - 1): frameworks differ, and neither is a mistake.
 */
export const running = {
  batch_var: {
    is: 'sigma2 * m / divisor',
    says: 'The variance that the average takes in, by the divisor of the profile.',
  },
  next_mean: { is: '(1 - alpha) * running_mean + alpha * mu', says: 'The running mean, one batch later.' },
  next_var: { is: '(1 - alpha) * running_var + alpha * batch_var', says: 'The running variance, one batch later.' },
  next_count: { is: 'count + 1', says: 'The batches seen, one batch later.' },
} as const satisfies Chapter;
