import type { Theorem } from '../src/run/theorem.js';

const sampling = 'sampling theory: W. G. Cochran, Sampling Techniques, chapter 2';
const moments = 'moments of sample moments: H. Cramér, Mathematical Methods of Statistics, 27.4';
const jensen = 'Jensen: the mean of 1 / v is more than 1 over the mean of v, unless v is constant';
const dropped = 'dropout: JMLR 15 (2014), 1929, section 10';
const weights = 'follows from spec/running.ts and spec/averages.ts by induction over the updates';
const clusters = 'sampling theory: W. G. Cochran, Sampling Techniques, chapter 9, clusters of equal size';
const total = 'the law of total variance';

/** What the statistics of a batch say of the population it is drawn from. */
const batches = {
  'mean-is-unbiased': {
    says: 'On average the mean of a batch is that of the population.',
    ...{ over: 'batches', average: 'mu_B', is: 'mu', not: 'mu * m', source: sampling },
  },
  'mean-is-unbiased-without-replacement': {
    says: 'So it is where no member is drawn twice.',
    ...{ over: 'batches without replacement', average: 'mu_B', is: 'mu', not: 'mu * m / N', source: sampling },
  },
  'spread-of-means': {
    says: 'The means of batches spread by the variance over m: the additive noise of normalization falls with the batch.',
    ...{ over: 'batches', average: '(mu_B - mu)^2', is: 'sigma2 / m', not: 'sigma2 / (m - 1)', source: sampling },
  },
  'spread-of-means-without-replacement': {
    says: 'Drawn without replacement they spread less, and not at all once the batch is the population.',
    ...{ over: 'batches without replacement', average: '(mu_B - mu)^2' },
    ...{ is: 'sigma2 * (N - m) / (m * (N - 1))', not: 'sigma2 * (N - m) / (m * N)', source: sampling },
  },
  'variance-is-biased': {
    says: 'On average the variance of a batch is too small by the factor (m - 1) / m, which its divisor m - 1 takes away.',
    ...{
      over: 'batches',
      average: 'sigma2_B * m / (m - 1)',
      is: 'sigma2',
      not: 'sigma2 * m / (m - 1)',
      source: sampling,
    },
  },
  'variance-is-biased-without-replacement': {
    says: 'Drawn without replacement the divisor m - 1 leaves N / (N - 1) of the variance.',
    ...{ over: 'batches without replacement', average: 'sigma2_B * m / (m - 1)' },
    ...{ is: 'sigma2 * N / (N - 1)', not: 'sigma2', source: sampling },
  },
  'spread-of-variances': {
    says: 'The variances of batches spread by the fourth moment: the multiplicative noise falls with the batch as well.',
    ...{ over: 'batches', average: '(sigma2_B - sigma2 * (m - 1) / m)^2' },
    is: '((m - 1) / m^3) * ((m - 1) * mu4 - (m - 3) * sigma2^2)',
    ...{ not: '2 * sigma2^2 / (m - 1)', source: moments },
  },
} as const satisfies Readonly<Record<string, Theorem>>;

/** The noise of dropout, which multiplies, beside that of batches, which multiplies and adds. */
const noise = {
  'dropout-is-unbiased': {
    says: 'Dropout that keeps an element with chance p and divides by p leaves its mean where it was.',
    ...{ over: 'masks', average: 'kept * x / p', is: 'x', not: 'x * p', source: dropped },
  },
  'dropout-multiplies': {
    says: 'Its noise grows with the element: the variance is its square times (1 - p) / p.',
    ...{ over: 'masks', average: '(kept * x / p - x)^2', is: 'x^2 * (1 - p) / p', not: '(1 - p) / p', source: dropped },
  },
  'dropout-on-average': {
    says: 'Elements are dropped each on its own, so the noise of their mean falls with m.',
    ...{ over: 'masks', average: '(sum(kept * x / p) / m - sum(x) / m)^2' },
    ...{ is: 'sum(x^2) * (1 - p) / (p * m^2)', not: 'sum(x)^2 * (1 - p) / (p * m^2)', source: dropped },
  },
  'dropout-adds-nothing': {
    says: 'An element that is 0 stays 0 under every mask: nothing is added.',
    ...{ over: 'masks of zeros', average: 'sum((kept * x / p)^2)', is: '0', not: '(1 - p) / p', source: dropped },
  },
  'normalization-adds': {
    says: 'An input at the mean of the population is moved by the mean of its batch: normalization adds noise where dropout has none.',
    ...{ over: 'batches', average: '(mu - mu_B)^2 / (sigma2_B + epsilon)', is: '0', more: true },
    ...{ not: '0', source: sampling },
  },
  'normalization-multiplies': {
    says: 'The slope of normalization, 1 over the deviation, changes from batch to batch: its square is more than the mean variance gives.',
    ...{ over: 'batches', average: '1 / (sigma2_B + epsilon)', is: '1 / (sigma2 * (m - 1) / m + epsilon)', more: true },
    ...{ not: '1 / (sigma2 * (m - 1) / m + epsilon)', source: jensen },
  },
} as const satisfies Readonly<Record<string, Theorem>>;

/** What is left of each batch in an average that weighs by momentum, and in a simple one. */
const forgetting = {
  'exponential-weights': {
    says: 'Where momentum is the weight of the new batch, batch k of n weighs momentum times what n - k later ones kept.',
    ...{ over: 'updates', updates: ['take'], average: 'weight', is: 'momentum * (1 - momentum)^(n - k)' },
    ...{ not: 'momentum * (1 - momentum)^(n - k + 1)', source: weights },
  },
  'exponential-start': {
    says: 'The start keeps a weight of its own, which never comes to 0.',
    ...{ over: 'updates', updates: ['take'], average: 'start', is: '(1 - momentum)^n', not: '0', source: weights },
  },
  'exponential-forgets': {
    says: 'The first batch weighs less than the last by what n - 1 updates kept: early batches are forgotten.',
    ...{ over: 'updates', updates: ['take'], average: 'first / last' },
    ...{ is: '(1 - momentum)^(n - 1)', not: '1', source: weights },
  },
  'simple-weights': {
    says: 'In the simple average every batch weighs 1 / n.',
    ...{ over: 'updates', updates: ['cumulative'], average: 'weight', is: '1 / n', not: 'momentum', source: weights },
  },
  'simple-forgets-nothing': {
    says: 'The first batch of a simple average weighs as much as the last, and the start nothing.',
    ...{
      over: 'updates',
      updates: ['cumulative'],
      average: 'first / last - start',
      is: '1',
      not: '(1 - momentum)^(n - 1)',
    },
    source: weights,
  },
  'debiased-start': {
    says: 'Divided by its weights, the average keeps nothing of the start.',
    ...{ over: 'updates', updates: ['debias', 'copy'], average: 'start', is: '0', not: 'momentum^n', source: weights },
  },
  'weights-add-up': {
    says: 'The weights of all batches and of the start add up to 1, however they are averaged.',
    ...{ over: 'updates', updates: ['take', 'keep', 'cumulative', 'debias', 'copy'], average: 'total', is: '1' },
    ...{ not: '1 - (1 - momentum)^n', source: weights },
  },
} as const satisfies Readonly<Record<string, Theorem>>;

/** What running statistics come to on average, over all batches that training may draw. */
const averages = {
  'exponential-mean': {
    says: 'The running mean is off by what is left of its start: by (1 - momentum)^n of the distance.',
    ...{ over: 'sequences', updates: ['take'], average: 'next_mean' },
    ...{ is: 'mu * (1 - (1 - momentum)^n) + running_mean * (1 - momentum)^n', not: 'mu', source: weights },
  },
  'exponential-variance': {
    says: 'So is the running variance, and by nothing else where its divisor is m - 1.',
    ...{ over: 'sequences', updates: ['take'], average: 'next_var' },
    is: 'sigma2 * (1 - (1 - momentum)^n) + running_var * (1 - momentum)^n',
    ...{ not: 'sigma2 * (m - 1) / m * (1 - (1 - momentum)^n) + running_var * (1 - momentum)^n', source: weights },
  },
  'debiased-mean': {
    says: 'An average that is divided by its weights, or simple, or begins with its first batch, is not off at all.',
    ...{ over: 'sequences', updates: ['debias', 'cumulative', 'copy'], average: 'next_mean', is: 'mu' },
    ...{ not: 'mu * (1 - momentum^n)', source: weights },
  },
  'spread-of-exponential': {
    says: 'The running mean spreads by sigma2 / m times the sum of its squared weights, which more batches never bring to 0.',
    ...{ over: 'sequences', updates: ['take'] },
    average: '(next_mean - mu * (1 - (1 - momentum)^n) - running_mean * (1 - momentum)^n)^2',
    is: 'sigma2 / m * momentum * (1 - (1 - momentum)^(2 * n)) / (2 - momentum)',
    ...{ not: 'sigma2 / (m * n)', source: weights },
  },
  'spread-of-debiased': {
    says: 'Divided by its weights it spreads more at first, and as much in the end.',
    ...{ over: 'sequences', updates: ['debias'], average: '(next_mean - mu)^2' },
    is: 'sigma2 / m * (1 - momentum) * (1 + momentum^n) / ((1 + momentum) * (1 - momentum^n))',
    ...{ not: 'sigma2 / m * (1 - momentum) * (1 - momentum^(2 * n)) / (1 + momentum)', source: weights },
  },
  'spread-of-simple': {
    says: 'A simple average of n batches spreads as one batch of m n does.',
    ...{ over: 'sequences', updates: ['cumulative'], average: '(next_mean - mu)^2' },
    ...{ is: 'sigma2 / (m * n)', not: 'sigma2 / m', source: weights },
  },
  'whole-batches-are-exact': {
    says: 'Where every batch is the whole population, averages without a start are exact after one batch and for ever, with the divisor m.',
    ...{ over: 'whole batches', updates: ['cumulative', 'debias', 'copy'] },
    ...{ average: '(next_mean - mu)^2 + (next_var - sigma2)^2', is: '0', not: 'sigma2 / (m * n)', source: weights },
  },
  'epoch-mean-is-exact': {
    says: 'After an epoch of batches of one size, none drawn twice, the simple running mean is that of the population, in whatever order.',
    ...{
      over: 'epochs',
      updates: ['cumulative'],
      average: '(next_mean - mu)^2',
      is: '0',
      not: 'sigma2 / N',
      source: weights,
    },
  },
  'epoch-variance-is-not': {
    says: 'Its simple running variance, divisor m - 1, comes to N / (N - 1) of that of the population, and on average alone.',
    ...{ over: 'epochs', updates: ['cumulative'], average: 'next_var', is: 'sigma2 * N / (N - 1)', not: 'sigma2' },
    source: sampling,
  },
} as const satisfies Readonly<Record<string, Theorem>>;

/** What a channel of a convolution counts: N images of S = P Q positions. */
const convolution = {
  'channel-mean': {
    says: 'The mean of a channel is that of one batch of N P Q values: the mean of the means of its images.',
    ...{ over: 'images of a batch', average: 'mu_I', is: 'mu_B', not: 'mu_B / S', source: total },
  },
  'channel-variance': {
    says: 'Its variance is the mean of the variances within images and the variance of their means.',
    ...{ over: 'images of a batch', average: 'sigma2_I + (mu_I - mu_B)^2', is: 'sigma2_B' },
    ...{ not: 'sigma2_B * m / (m - 1)', source: total },
  },
  'free-pixels-count': {
    says: 'If no pixel knows of another, m counts all N P Q of them: the divisor m - 1 takes the bias away.',
    ...{ over: 'batches of free pixels', average: 'sigma2_B * m / (m - 1)', is: 'sigma2', not: 'sigma2 * m / (m - 1)' },
    source: sampling,
  },
  'free-pixels-spread': {
    says: 'There the means of images spread by the variance over P Q, and only where they do does m count pixels.',
    ...{ over: 'batches of free pixels', average: 'tau2', is: 'sigma2 / S', not: 'sigma2', source: sampling },
  },
  'images-count': {
    says: 'Where images are drawn whole, only they count: the variance of a channel is too small by that of their means over N.',
    ...{ over: 'batches of images', average: 'sigma2_B', is: 'sigma2 - tau2 / N', not: 'sigma2 * (m - 1) / m' },
    source: clusters,
  },
  'spread-of-channel-means': {
    says: 'And the mean of a channel spreads by the variance of the means of images over N, whatever P Q is.',
    ...{ over: 'batches of images', average: '(mu_B - mu)^2', is: 'tau2 / N', not: 'sigma2 / m', source: clusters },
  },
} as const satisfies Readonly<Record<string, Theorem>>;

export const theorems = { ...batches, ...noise, ...forgetting, ...averages, ...convolution };
