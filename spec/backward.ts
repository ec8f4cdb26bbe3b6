import type { Chapter } from '../src/formula/chapter.js';

/** Gradients of training mode, where the statistics depend on the batch too. Source: arXiv 1502.03167, section 3, simplified. */
export const backward = {
  dbeta: { is: 'sum(dy)', says: 'The gradient of beta.' },
  dgamma: { is: 'sum(dy * xhat)', says: 'The gradient of gamma.' },
  dx: {
    is: 'gamma / s * (dy - sum(dy) / m - xhat * sum(dy * xhat) / m)',
    says: 'The gradient of the input: what dy shares with the mean and with the variance cancels.',
  },
} as const satisfies Chapter;
