import type { Theorem } from '../src/run/theorem.js';

const sampling = 'sampling theory: W. G. Cochran, Sampling Techniques, chapter 2';
const moments = 'moments of sample moments: H. Cramér, Mathematical Methods of Statistics, 27.4';

/** What the statistics of a batch say of the population it is drawn from. */
export const theorems = {
  'mean-is-unbiased': {
    says: 'On average the mean of a batch is that of the population.',
    ...{ average: 'mu_B', is: 'mu', replacement: true, source: sampling },
  },
  'mean-is-unbiased-without-replacement': {
    says: 'So it is where no member is drawn twice.',
    ...{ average: 'mu_B', is: 'mu', replacement: false, source: sampling },
  },
  'spread-of-means': {
    says: 'The means of batches spread by the variance over m: the additive noise of normalization falls with the batch.',
    ...{ average: '(mu_B - mu)^2', is: 'sigma2 / m', replacement: true, source: sampling },
  },
  'spread-of-means-without-replacement': {
    says: 'Drawn without replacement they spread less, and not at all once the batch is the population.',
    ...{ average: '(mu_B - mu)^2', is: 'sigma2 * (N - m) / (m * (N - 1))', replacement: false, source: sampling },
  },
  'variance-is-biased': {
    says: 'On average the variance of a batch is too small by the factor (m - 1) / m, which its divisor m - 1 takes away.',
    ...{ average: 'sigma2_B * m / (m - 1)', is: 'sigma2', replacement: true, source: sampling },
  },
  'variance-is-biased-without-replacement': {
    says: 'Drawn without replacement the divisor m - 1 leaves N / (N - 1) of the variance.',
    ...{ average: 'sigma2_B * m / (m - 1)', is: 'sigma2 * N / (N - 1)', replacement: false, source: sampling },
  },
  'spread-of-variances': {
    says: 'The variances of batches spread by the fourth moment: the multiplicative noise falls with the batch as well.',
    average: '(sigma2_B - sigma2 * (m - 1) / m)^2',
    is: '((m - 1) / m^3) * ((m - 1) * mu4 - (m - 3) * sigma2^2)',
    ...{ replacement: true, source: moments },
  },
} as const satisfies Readonly<Record<string, Theorem>>;
