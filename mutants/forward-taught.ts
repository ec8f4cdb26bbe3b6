import type { Mutant } from '../src/run/mutant.js';

const train = { op: 'train', wrongAt: 'semantic', dtypes: ['f64', 'f32', 'f16', 'bf16'], profile: 'torch' } as const;

export const rootOfMeanInVariance = {
  id: 'forward.root-of-mean-in-variance',
  says: 'Divides the squared deviations by the root of the mean, which a mean below 0 does not have.',
  edits: [{ formula: 'sigma2', from: 'm', to: 'sqrt(mu)' }],
  seen: ['textbook'],
  ...train,
} as const satisfies Mutant;

export const rootOfDeviation = {
  id: 'forward.root-of-deviation',
  says: 'Takes the root of the deviation, as if it were the variance: sigma taken for sigma squared.',
  edits: [{ formula: 's', from: 'sigma2', to: 'sqrt(sigma2)' }],
  seen: ['textbook'],
  ...train,
} as const satisfies Mutant;

export const deviationForEpsilon = {
  id: 'forward.deviation-for-epsilon',
  says: 'Adds the deviation under the root where epsilon belongs: sigma read for epsilon.',
  edits: [{ formula: 's', from: 'epsilon', to: 'sqrt(sigma2)' }],
  seen: ['textbook'],
  ...train,
} as const satisfies Mutant;

export const sumInNumerator = {
  id: 'forward.sum-in-numerator',
  says: 'Leaves the summation of the variance in the numerator of the normalized input, so that every output is beta.',
  edits: [{ formula: 'xhat', from: 'x - mu', to: 'sum(x - mu)' }],
  seen: ['textbook'],
  ...train,
} as const satisfies Mutant;
