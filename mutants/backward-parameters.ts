import type { Mutant } from '../src/run/mutant.js';

const grad = { op: 'grad', wrongAt: 'semantic', dtypes: ['f64', 'f32', 'f16', 'bf16'], profile: 'torch' } as const;

export const dgammaOfRawInput = {
  id: 'backward.dgamma-of-raw-input',
  says: 'Multiplies dy by the input where the normalized input belongs.',
  edits: [{ formula: 'dgamma', from: 'xhat', to: 'x' }],
  seen: ['textbook'],
  ...grad,
} as const satisfies Mutant;

export const dgammaOfDeviations = {
  id: 'backward.dgamma-of-deviations',
  says: 'Forgets to divide by the deviation in the gradient of gamma.',
  edits: [{ formula: 'dgamma', from: 'xhat', to: '(x - mu)' }],
  seen: ['textbook'],
  ...grad,
} as const satisfies Mutant;

export const dgammaOfOutput = {
  id: 'backward.dgamma-of-output',
  says: 'Multiplies dy by the output, gamma and beta included, where the normalized input belongs.',
  edits: [{ formula: 'dgamma', from: 'xhat', to: 'y' }],
  seen: ['textbook'],
  ...grad,
} as const satisfies Mutant;

export const dgammaMean = {
  id: 'backward.dgamma-mean',
  says: 'Averages the gradient of gamma over the batch.',
  edits: [{ formula: 'dgamma', from: 'sum(dy * xhat)', to: 'sum(dy * xhat) / m' }],
  seen: ['textbook'],
  ...grad,
} as const satisfies Mutant;

export const dgammaSamplesOnly = {
  id: 'backward.dgamma-samples-only',
  says: 'Sums the gradient of gamma over samples at one position alone.',
  edits: [{ formula: 'dgamma', over: ['N'] }],
  seen: ['textbook'],
  ...grad,
} as const satisfies Mutant;

export const dgammaWithoutTail = {
  id: 'backward.dgamma-without-tail',
  says: 'Sums the gradient of gamma in groups of four positions, and leaves out those left over.',
  edits: [{ formula: 'dgamma', from: 'dy * xhat', to: 'S < 4 or s_index < 4 * floor(S / 4) ? dy * xhat : 0' }],
  seen: ['ROCm/rocm-libraries#9030', 'ROCm/rocm-libraries#9031'],
  ...grad,
} as const satisfies Mutant;

export const dgammaNotLinear = {
  id: 'backward.dgamma-not-linear',
  says: 'Clips dy in the gradient of gamma, which must be linear in dy.',
  edits: [{ formula: 'dgamma', from: 'dy', to: 'max(min(dy, 2), -2)' }],
  seen: ['tensorflow/tensorflow#107705'],
  ...grad,
} as const satisfies Mutant;

export const dbetaMean = {
  id: 'backward.dbeta-mean',
  says: 'Averages the gradient of beta over the batch.',
  edits: [{ formula: 'dbeta', from: 'sum(dy)', to: 'sum(dy) / m' }],
  seen: ['textbook'],
  ...grad,
} as const satisfies Mutant;

export const dbetaSamplesOnly = {
  id: 'backward.dbeta-samples-only',
  says: 'Sums the gradient of beta over samples at one position alone.',
  edits: [{ formula: 'dbeta', over: ['N'] }],
  seen: ['textbook'],
  ...grad,
} as const satisfies Mutant;

export const dbetaZero = {
  id: 'backward.dbeta-zero',
  says: 'Gives beta no gradient.',
  edits: [{ formula: 'dbeta', from: 'sum(dy)', to: '0' }],
  seen: ['textbook'],
  ...grad,
} as const satisfies Mutant;
