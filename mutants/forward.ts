import type { Mutant } from '../src/run/mutant.js';

const train = { op: 'train', wrongAt: 'semantic', dtypes: ['f64', 'f32', 'f16', 'bf16'], profile: 'torch' } as const;

export const dividesByOneLess = {
  id: 'forward.divides-by-one-less',
  says: 'Normalizes by the variance divided by m - 1 (the unbiased one), which only the running statistics may use.',
  edits: [
    { formula: 'sigma2', from: 'm', to: '(m - 1)' },
    { formula: 'batch_var', from: 'sigma2 * m / divisor', to: 'sigma2' },
  ],
  seen: ['karpathy/nn-zero-to-hero#44', 'karpathy/makemore#22', 'pjreddie/darknet: src/blas.c'],
  ...train,
} as const satisfies Mutant;

export const epsilonOutsideRoot = {
  id: 'forward.epsilon-outside-root',
  says: 'Adds epsilon to the deviation instead of to the variance.',
  edits: [{ formula: 's', from: 'sqrt(sigma2 + epsilon)', to: 'sqrt(sigma2) + epsilon' }],
  seen: [
    'keras-team/keras#10427',
    'keras-team/keras#8726',
    'AlexeyAB/darknet#5447',
    'taokong/group_normalization#1',
    'pytorch/pytorch#1804',
  ],
  ...train,
} as const satisfies Mutant;

export const noEpsilon = {
  id: 'forward.no-epsilon',
  says: 'Leaves epsilon out, or reads it as 0.',
  edits: [{ formula: 's', from: 'sigma2 + epsilon', to: 'sigma2' }],
  seen: ['Tencent/ncnn#303', 'LBANN/lbann#825'],
  ...train,
} as const satisfies Mutant;

export const noRoot = {
  id: 'forward.no-root',
  says: 'Divides by the variance instead of by the deviation: sigma squared taken for sigma.',
  edits: [{ formula: 's', from: 'sqrt(sigma2 + epsilon)', to: 'sigma2 + epsilon' }],
  seen: ['tensorflow/tensorflow#48039', 'tensorflow/tensorflow#46522', 'tensorflow/tensorflow#47608'],
  ...train,
} as const satisfies Mutant;

export const squareForRoot = {
  id: 'forward.square-for-root',
  says: 'Squares the variance where it should take the root.',
  edits: [{ formula: 's', from: 'sqrt(sigma2 + epsilon)', to: '(sigma2 + epsilon)^2' }],
  seen: ['jax-ml/jax#442'],
  ...train,
} as const satisfies Mutant;

export const epsilonSquared = {
  id: 'forward.epsilon-squared',
  says: 'Squares epsilon under the root, as if it were a deviation.',
  edits: [{ formula: 's', from: 'epsilon', to: 'epsilon^2' }],
  seen: ['textbook'],
  ...train,
} as const satisfies Mutant;

export const epsilonTwice = {
  id: 'forward.epsilon-twice',
  says: 'Adds epsilon twice: once to the variance that it stores, once under the root.',
  edits: [{ formula: 's', from: 'epsilon', to: '2 * epsilon' }],
  seen: ['keras-team/keras-contrib#287'],
  ...train,
} as const satisfies Mutant;

export const epsilonAsFloor = {
  id: 'forward.epsilon-as-floor',
  says: 'Takes epsilon for a least variance instead of adding it.',
  edits: [{ formula: 's', from: 'sigma2 + epsilon', to: 'max(sigma2, epsilon)' }],
  seen: ['vacancy/Synchronized-BatchNorm-PyTorch#38', 'vacancy/Synchronized-BatchNorm-PyTorch#43'],
  ...train,
} as const satisfies Mutant;

export const multipliesByDeviation = {
  id: 'forward.multiplies-by-deviation',
  says: 'Multiplies by the deviation where it should divide.',
  edits: [{ formula: 'xhat', from: '(x - mu) / s', to: '(x - mu) * s' }],
  seen: ['textbook'],
  ...train,
} as const satisfies Mutant;

export const keepsMean = {
  id: 'forward.keeps-mean',
  says: 'Scales the input without subtracting its mean.',
  edits: [{ formula: 'xhat', from: 'x - mu', to: 'x' }],
  seen: ['textbook'],
  ...train,
} as const satisfies Mutant;

export const meanSquareForVariance = {
  id: 'forward.mean-square-for-variance',
  says: 'Takes the mean square of the input for its variance.',
  edits: [{ formula: 'sigma2', from: 'x - mu', to: 'x' }],
  seen: ['textbook'],
  ...train,
} as const satisfies Mutant;

export const sumForVariance = {
  id: 'forward.sum-for-variance',
  says: 'Sums the squared deviations and forgets to divide.',
  edits: [{ formula: 'sigma2', from: 'sum((x - mu)^2) / m', to: 'sum((x - mu)^2)' }],
  seen: ['textbook'],
  ...train,
} as const satisfies Mutant;

export const sumForMean = {
  id: 'forward.sum-for-mean',
  says: 'Sums the input and forgets to divide.',
  edits: [{ formula: 'mu', from: 'sum(x) / m', to: 'sum(x)' }],
  seen: ['textbook'],
  ...train,
} as const satisfies Mutant;

export const rootOfCountInMean = {
  id: 'forward.root-of-count-in-mean',
  says: 'Divides the sum of the input by the root of m.',
  edits: [{ formula: 'mu', from: 'm', to: 'sqrt(m)' }],
  seen: ['textbook'],
  ...train,
} as const satisfies Mutant;

export const rootOfCountInVariance = {
  id: 'forward.root-of-count-in-variance',
  says: 'Divides the squared deviations by the root of m.',
  edits: [{ formula: 'sigma2', from: 'm', to: 'sqrt(m)' }],
  seen: ['textbook'],
  ...train,
} as const satisfies Mutant;

export const meanDeviationForVariance = {
  id: 'forward.mean-deviation-for-variance',
  says: 'Averages magnitudes of deviations instead of their squares.',
  edits: [{ formula: 'sigma2', from: '(x - mu)^2', to: 'abs(x - mu)' }],
  seen: ['textbook'],
  ...train,
} as const satisfies Mutant;

export const savesVariance = {
  id: 'forward.saves-variance',
  says: 'Hands out the variance where it promises the inverse deviation.',
  edits: [{ formula: 'inv_std', from: '1 / s', to: 'sigma2' }],
  seen: ['pytorch/pytorch#94351', 'kulinseth/pytorch#239'],
  ...train,
} as const satisfies Mutant;

export const savesInverseVariance = {
  id: 'forward.saves-inverse-variance',
  says: 'Hands out the inverse of the variance, without the root, where it promises the inverse deviation.',
  edits: [{ formula: 'inv_std', from: 's', to: '(sigma2 + epsilon)' }],
  seen: ['textbook'],
  ...train,
} as const satisfies Mutant;

export const varianceAtLeastEpsilon = {
  id: 'forward.variance-at-least-epsilon',
  says: 'Raises a variance below epsilon to it, so that none is negative, and then adds epsilon all the same.',
  edits: [{ formula: 's', from: 'sigma2', to: 'max(sigma2, epsilon)' }],
  seen: ['textbook'],
  ...train,
} as const satisfies Mutant;

export const singleByNothing = {
  id: 'forward.single-by-nothing',
  says: 'Divides the variance of a single element by m - 1, so that its output is no number.',
  edits: [{ formula: 'sigma2', from: 'sum((x - mu)^2) / m', to: 'sum((x - mu)^2) / (m == 1 ? 0 : m)' }],
  seen: ['textbook'],
  ...train,
  profile: 'keras3',
} as const satisfies Mutant;
