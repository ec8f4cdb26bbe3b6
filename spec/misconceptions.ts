import type { Misconception } from '../src/run/misconception.js';

/** What is taught of the formulas, and is not so: the smallest batch that shows it refutes each. */
const formulas = {
  'root-of-count': {
    claims: 'The squared deviations are summed and divided by the root of m.',
    says: 'The variance divides by m; the root is taken of the whole, and later.',
    ...{ of: 'train', right: 'sigma2', wrong: 'sum((x - mu)^2) / sqrt(m)' },
    ...{ mutants: ['forward.root-of-count-in-variance'], seen: ['textbook'] },
  },
  'root-of-mean': {
    claims: 'The squared deviations are summed and divided by the root of the mean.',
    says: 'The variance divides by m, how many there are. A mean may be 0 or negative.',
    ...{ of: 'train', right: 'sigma2', wrong: 'sum((x - mu)^2) / sqrt(mu)', where: 'mu > 0' },
    ...{ mutants: ['forward.root-of-mean-in-variance'], seen: ['textbook'] },
  },
  'no-count': {
    claims: 'The variance is the sum of the squared deviations.',
    says: 'It is their mean: the sum is divided by m.',
    ...{ of: 'train', right: 'sigma2', wrong: 'sum((x - mu)^2)' },
    ...{ mutants: ['forward.sum-for-variance'], seen: ['textbook'] },
  },
  'count-less-one': {
    claims: 'A batch is normalized by its sample variance, divided by m - 1.',
    says: 'A batch is normalized by the variance divided by m. Only running statistics may divide by m - 1.',
    ...{ of: 'train', right: 'sigma2', wrong: 'sum((x - mu)^2) / (m - 1)', where: 'm > 1' },
    ...{ mutants: ['forward.divides-by-one-less'], seen: ['karpathy/nn-zero-to-hero#44', 'karpathy/makemore#22'] },
  },
  'variance-for-deviation': {
    claims: 'The centred input is divided by the variance.',
    says: 'It is divided by the root of the variance and epsilon: by sigma, not by sigma squared.',
    ...{ of: 'train', right: 's', wrong: 'sigma2 + epsilon' },
    ...{ mutants: ['forward.no-root'], seen: ['tensorflow/tensorflow#48039', 'mbadry1/DeepLearning.ai-Summary#183'] },
  },
  'root-of-deviation': {
    claims: 'The centred input is divided by the root of the deviation.',
    says: 'The deviation is the root of the variance; no second root is taken.',
    ...{ of: 'train', right: 's', wrong: 'sqrt(sqrt(sigma2) + epsilon)' },
    ...{ mutants: ['forward.root-of-deviation'], seen: ['textbook'] },
  },
  'deviation-for-epsilon': {
    claims: 'The denominator is the root of the variance plus sigma.',
    says: 'What is added is epsilon, a constant that keeps the denominator from 0. Sigma is 0 where the variance is.',
    ...{ of: 'train', right: 's', wrong: 'sqrt(sigma2 + sqrt(sigma2))' },
    ...{ mutants: ['forward.deviation-for-epsilon'], seen: ['textbook'] },
  },
  'epsilon-outside-root': {
    claims: 'Epsilon is added to the deviation.',
    says: 'It is added to the variance, under the root: where the variance is 0 the divisor is the root of epsilon, not epsilon.',
    ...{ of: 'train', right: 's', wrong: 'sqrt(sigma2) + epsilon' },
    mutants: ['forward.epsilon-outside-root'],
    seen: ['pytorch/pytorch#1804', 'taokong/group_normalization#1'],
  },
  'no-epsilon': {
    claims: 'Epsilon may be left out.',
    says: 'Where a channel does not vary nothing but epsilon keeps the division from 0 / 0.',
    ...{ of: 'train', right: 'xhat', wrong: '(x - mu) / sqrt(sigma2)' },
    ...{ mutants: ['forward.no-epsilon'], seen: ['textbook'] },
  },
  'no-epsilon-where-varying': {
    claims: 'Epsilon may be left out where a channel varies.',
    says: 'Without it every channel comes out with variance 1, however little it varies: noise is blown up.',
    ...{ of: 'train', right: 'xhat', wrong: '(x - mu) / sqrt(sigma2)', where: '(sigma2 > 0) * (sigma2 < epsilon)' },
    ...{ mutants: ['forward.no-epsilon'], seen: ['textbook'] },
  },
  'sum-in-numerator': {
    claims: 'The normalized input is the sum of the deviations over the root of the variance.',
    says: 'The sum belongs to the variance alone. Deviations from their mean add up to 0, and nothing of the input is left.',
    ...{ of: 'train', right: 'xhat', wrong: 'sum(x - mu) / s' },
    ...{ mutants: ['forward.sum-in-numerator'], seen: ['textbook'] },
  },
  'other-mean': {
    claims: 'The mean of one layer or channel may normalize another.',
    says: 'Each channel is normalized by the mean and the variance of its own batch.',
    ...{ of: 'train', right: 'xhat', wrong: '(x - neighbour(mu)) / s', channels: 2 },
    ...{ mutants: ['reduction.mean-of-neighbour'], seen: ['textbook'] },
  },
} as const satisfies Readonly<Record<string, Misconception>>;

/** What is said to follow from the formulas, and does not. */
const consequences = {
  'variance-of-output': {
    claims: 'The variance of the output is exactly 1.',
    says: 'It is that of the normalized input times gamma squared.',
    of: 'train',
    right: 'sum((y - sum(y) / m)^2) / m',
    ...{ wrong: '1', is: 'gamma^2 * sigma2 / (sigma2 + epsilon)', where: 'sigma2 > 0', about: { gamma: '1' } },
    ...{ mutants: ['forward.no-epsilon'], seen: ['textbook'] },
  },
  'variance-of-scaled-output': {
    claims: 'The variance of the output is exactly gamma squared.',
    says: 'Epsilon makes it less, by the share that it has under the root.',
    of: 'train',
    right: 'sum((y - sum(y) / m)^2) / m',
    ...{ wrong: 'gamma^2', is: 'gamma^2 * sigma2 / (sigma2 + epsilon)', where: 'sigma2 > 0' },
    ...{ mutants: ['forward.no-epsilon'], seen: ['textbook'] },
  },
  'variance-of-normalized': {
    claims: 'The normalized input has variance exactly 1.',
    says: 'It has less than 1, and 0 where the channel does not vary.',
    ...{ of: 'train', right: 'sum(xhat^2) / m', wrong: '1', is: 'sigma2 / (sigma2 + epsilon)', where: 'sigma2 > 0' },
    ...{ mutants: ['forward.no-epsilon'], seen: ['textbook'] },
  },
  'bias-kept': {
    claims: 'The layer before keeps its bias b, which moves the output.',
    says: 'The mean takes every constant away: with any two biases the output is the same, and beta does what a bias did.',
    ...{ of: 'train', right: 'z - y', wrong: 'gamma * b / s', is: '0', where: 'sigma2 > 0' },
    answers: { z: { is: 'y', with: { x: 'x + b' } } },
    shows: ['y', 'z'],
    ...{ mutants: ['forward.keeps-mean'], seen: ['textbook'] },
  },
  'bias-trained': {
    claims: 'The bias before the layer is trained by its gradient, the sum of dx.',
    says: 'The gradient that flows through the mean takes it away: the sum is 0, always.',
    ...{ of: 'grad', right: 'sum(dx)', wrong: 'sum(gamma / s * dy)', is: '0', where: 'sigma2 > 0' },
    shows: ['dx'],
    ...{ mutants: ['backward.direct-term-only'], seen: ['textbook'] },
  },
} as const satisfies Readonly<Record<string, Misconception>>;

/** What is said of test time, and is not so. */
const inference = {
  'parameters-averaged': {
    claims: 'Training keeps running averages of gamma and beta, and test time normalizes by those.',
    says: 'Averages are kept of the mean and the variance. Gamma and beta are learned, and test time takes them as they are.',
    of: 'train',
    right: 'test',
    wrong:
      'gamma * (x - ((1 - alpha) * running_mean + alpha * beta)) / sqrt((1 - alpha) * running_var + alpha * gamma + epsilon) + beta',
    answers: { test: { is: 'y', of: 'infer', with: { running_mean: 'next_mean', running_var: 'next_var' } } },
    ...{ mutants: ['running.averages-parameters'], seen: ['textbook'] },
  },
  'deviation-averaged': {
    claims: 'Training keeps a running average of sigma, and test time adds epsilon and takes the root.',
    says: 'The variance is averaged, not its root: test time takes the root once.',
    ...{ of: 'train', right: 'next_var', wrong: '(1 - alpha) * running_var + alpha * sqrt(batch_var)' },
    ...{ mutants: ['running.averages-deviation'], seen: ['textbook'] },
  },
  'single-by-itself': {
    claims: 'A single test sample is normalized by its own mean and variance.',
    says: 'Its own mean takes all of it away: beta comes out, whatever the input. The running statistics normalize it.',
    ...{ of: 'infer', right: 'y', wrong: 'beta', where: 'm == 1' },
    ...{ mutants: ['inference.batch-statistics'], seen: ['textbook'] },
  },
} as const satisfies Readonly<Record<string, Misconception>>;

export const misconceptions = { ...formulas, ...consequences, ...inference };
