import type { Mutant } from '../src/run/mutant.js';

const grad = { op: 'grad', wrongAt: 'semantic', dtypes: ['f64', 'f32', 'f16', 'bf16'], profile: 'torch' } as const;

export const forgetsMean = {
  id: 'backward.forgets-mean',
  says: 'Leaves out the gradient that flows through the mean.',
  edits: [{ formula: 'dx', from: 'dy - sum(dy) / m', to: 'dy' }],
  seen: ['textbook'],
  ...grad,
} as const satisfies Mutant;

export const forgetsVariance = {
  id: 'backward.forgets-variance',
  says: 'Leaves out the gradient that flows through the variance.',
  edits: [{ formula: 'dx', from: 'dy - sum(dy) / m - xhat * sum(dy * xhat) / m', to: 'dy - sum(dy) / m' }],
  seen: ['textbook'],
  ...grad,
} as const satisfies Mutant;

export const directTermOnly = {
  id: 'backward.direct-term-only',
  says: 'Takes the statistics for constants although they depend on the batch.',
  edits: [{ formula: 'dx', from: 'dy - sum(dy) / m - xhat * sum(dy * xhat) / m', to: 'dy' }],
  seen: ['facebookresearch/CrypTen#143', 'deeplearning4j/deeplearning4j#8335', 'deeplearning4j/deeplearning4j#7166'],
  ...grad,
} as const satisfies Mutant;

export const echoes = {
  id: 'backward.echoes',
  says: 'Hands dy back as the gradient of the input: a stub that was left.',
  edits: [{ formula: 'dx', from: 'gamma / s * (dy - sum(dy) / m - xhat * sum(dy * xhat) / m)', to: 'dy' }],
  seen: ['textbook'],
  ...grad,
} as const satisfies Mutant;

export const forgetsGamma = {
  id: 'backward.forgets-gamma',
  says: 'Leaves gamma out of the gradient of the input; gamma 1 hides it.',
  edits: [{ formula: 'dx', from: 'gamma', to: '1' }],
  seen: ['denizyuret/Knet.jl#288', 'denizyuret/Knet.jl#289'],
  ...grad,
} as const satisfies Mutant;

export const gammaTwice = {
  id: 'backward.gamma-twice',
  says: 'Multiplies by gamma twice: once in dy, once more at the end.',
  edits: [{ formula: 'dx', from: 'gamma', to: 'gamma^2' }],
  seen: ['textbook'],
  ...grad,
} as const satisfies Mutant;

export const gammaInDirectTerm = {
  id: 'backward.gamma-in-direct-term',
  says: 'Scales the direct term by gamma, and not those that flow through the statistics.',
  edits: [
    {
      formula: 'dx',
      from: 'gamma / s * (dy - sum(dy) / m - xhat * sum(dy * xhat) / m)',
      to: '(gamma * dy - sum(dy) / m - xhat * sum(dy * xhat) / m) / s',
    },
  ],
  seen: ['textbook'],
  ...grad,
} as const satisfies Mutant;

export const sumsForMeans = {
  id: 'backward.sums-for-means',
  says: 'Subtracts the sums of dy and dy xhat where it should subtract their means.',
  edits: [
    { formula: 'dx', from: 'sum(dy) / m', to: 'sum(dy)' },
    { formula: 'dx', from: 'xhat * sum(dy * xhat) / m', to: 'xhat * sum(dy * xhat)' },
  ],
  seen: ['textbook'],
  ...grad,
} as const satisfies Mutant;

export const dividesByOneLess = {
  id: 'backward.divides-by-one-less',
  says: 'Averages over m - 1, the divisor of the running variance.',
  edits: [
    { formula: 'dx', from: 'sum(dy) / m', to: 'sum(dy) / (m - 1)' },
    { formula: 'dx', from: 'xhat * sum(dy * xhat) / m', to: 'xhat * sum(dy * xhat) / (m - 1)' },
  ],
  seen: ['textbook'],
  ...grad,
} as const satisfies Mutant;

export const countsSamples = {
  id: 'backward.counts-samples',
  says: 'Averages over the number of samples, although the sums run over positions too.',
  edits: [
    { formula: 'dx', from: 'sum(dy) / m', to: 'sum(dy) / N' },
    { formula: 'dx', from: 'xhat * sum(dy * xhat) / m', to: 'xhat * sum(dy * xhat) / N' },
  ],
  seen: ['mlpack/mlpack#2474', 'mlpack/mlpack#3231', 'RubixML/ML#423'],
  ...grad,
} as const satisfies Mutant;

export const sumsSamplesOnly = {
  id: 'backward.sums-samples-only',
  says: 'Sums over samples alone, and not over positions.',
  edits: [{ formula: 'dx', over: ['N'] }],
  seen: ['mlpack/mlpack#2474'],
  ...grad,
} as const satisfies Mutant;

export const misreadsLayout = {
  id: 'backward.misreads-layout',
  says: 'Sums a channels-last batch as if channels came first, or the other way round.',
  edits: [
    { formula: 'dx', from: 'sum(dy)', to: 'sum(reread(dy))' },
    { formula: 'dx', from: 'sum(dy * xhat)', to: 'sum(reread(dy * xhat))' },
  ],
  seen: ['PaddlePaddle/Paddle#54703', 'PaddlePaddle/Paddle#37020'],
  ...grad,
} as const satisfies Mutant;

export const misreadsChannelsLast = {
  id: 'backward.misreads-channels-last',
  says: 'Honours one layout only: sums a channels-last gradient as if channels came first.',
  edits: [{ formula: 'dx', from: 'sum(dy)', to: 'sum(channels_last ? reread(dy) : dy)' }],
  seen: ['PaddlePaddle/Paddle#54703', 'PaddlePaddle/Paddle#38496'],
  ...grad,
} as const satisfies Mutant;

export const rawInput = {
  id: 'backward.raw-input',
  says: 'Uses the input where the normalized input belongs.',
  edits: [{ formula: 'dx', from: 'xhat * sum(dy * xhat) / m', to: 'x * sum(dy * x) / m' }],
  seen: ['textbook'],
  ...grad,
} as const satisfies Mutant;

export const rawInputInSum = {
  id: 'backward.raw-input-in-sum',
  says: 'Sums dy times the input, its mean not subtracted.',
  edits: [{ formula: 'dx', from: 'sum(dy * xhat)', to: 'sum(dy * x) / s' }],
  seen: ['textbook'],
  ...grad,
} as const satisfies Mutant;

export const deviationOnce = {
  id: 'backward.deviation-once',
  says: 'Forgets to divide by the deviation in the sum of dy xhat.',
  edits: [{ formula: 'dx', from: 'sum(dy * xhat)', to: 'sum(dy * (x - mu))' }],
  seen: ['textbook'],
  ...grad,
} as const satisfies Mutant;

export const deviationTwice = {
  id: 'backward.deviation-twice',
  says: 'Forgets both divisions by the deviation in the term that flows through the variance.',
  edits: [{ formula: 'dx', from: 'xhat * sum(dy * xhat) / m', to: '(x - mu) * sum(dy * (x - mu)) / m' }],
  seen: ['textbook'],
  ...grad,
} as const satisfies Mutant;

export const wrongSign = {
  id: 'backward.wrong-sign',
  says: 'Adds the term that flows through the variance.',
  edits: [
    {
      formula: 'dx',
      from: 'dy - sum(dy) / m - xhat * sum(dy * xhat) / m',
      to: 'dy - sum(dy) / m + xhat * sum(dy * xhat) / m',
    },
  ],
  seen: ['textbook'],
  ...grad,
} as const satisfies Mutant;

export const varianceTermTwice = {
  id: 'backward.variance-term-twice',
  says: 'Keeps the 2 of the square but not the half of the root.',
  edits: [{ formula: 'dx', from: 'xhat * sum(dy * xhat) / m', to: '2 * xhat * sum(dy * xhat) / m' }],
  seen: ['textbook'],
  ...grad,
} as const satisfies Mutant;

export const varianceTermHalf = {
  id: 'backward.variance-term-half',
  says: 'Keeps the half of the root but not the 2 of the square.',
  edits: [{ formula: 'dx', from: 'xhat * sum(dy * xhat) / m', to: 'xhat * sum(dy * xhat) / (2 * m)' }],
  seen: ['textbook'],
  ...grad,
} as const satisfies Mutant;

export const dividesDirectTerm = {
  id: 'backward.divides-direct-term',
  says: 'Divides the direct term by m as well.',
  edits: [{ formula: 'dx', from: 'dy - sum(dy) / m', to: 'dy / m - sum(dy) / m' }],
  seen: ['mlpack/mlpack#2474'],
  ...grad,
} as const satisfies Mutant;

export const fixedTripCount = {
  id: 'backward.fixed-trip-count',
  says: 'Sums dy over the first four samples, the batch size it was compiled for.',
  edits: [
    { formula: 'dx', from: 'sum(dy)', to: 'sum(n_index < 4 ? dy : 0)' },
    { formula: 'dx', from: 'sum(dy * xhat)', to: 'sum(n_index < 4 ? dy * xhat : 0)' },
  ],
  seen: ['ROCm/rocm-libraries#2374', 'ROCm/MIOpen#1109'],
  ...grad,
} as const satisfies Mutant;

export const clipsDy = {
  id: 'backward.clips-dy',
  says: 'Clips dy at 100 in the direct term, as if no gradient were larger.',
  edits: [{ formula: 'dx', from: 'dy - sum(dy) / m', to: 'max(min(dy, 100), -100) - sum(dy) / m' }],
  seen: ['textbook'],
  ...grad,
} as const satisfies Mutant;

export const singleAsFrozen = {
  id: 'backward.single-as-frozen',
  says: 'Gives a single element the gradient of inference mode, as if its mean were a constant.',
  edits: [
    {
      formula: 'dx',
      from: 'dy - sum(dy) / m - xhat * sum(dy * xhat) / m',
      to: 'm == 1 ? dy : dy - sum(dy) / m - xhat * sum(dy * xhat) / m',
    },
  ],
  seen: ['textbook'],
  ...grad,
  profile: 'keras3',
} as const satisfies Mutant;
