import type { Chapter } from '../src/formula/chapter.js';

/** Training mode: each channel is normalized by the statistics of its own batch. Source: arXiv 1502.03167, algorithm 1. */
export const forward = {
  mu: { is: 'sum(x) / m', says: 'The mean of the batch.' },
  sigma2: { is: 'sum((x - mu)^2) / m', says: 'Its variance: divided by m, never by m - 1.' },
  s: { is: 'sqrt(sigma2 + epsilon)', says: 'The deviation: epsilon sits under the root.' },
  inv_std: { is: '1 / s', says: 'Its inverse, which many kernels keep for the backward pass.' },
  xhat: { is: '(x - mu) / s', says: 'The input, normalized.' },
  y: { is: 'gamma * xhat + beta', says: 'The output.' },
} as const satisfies Chapter;
