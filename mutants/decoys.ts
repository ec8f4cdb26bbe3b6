import type { Mutant } from '../src/run/mutant.js';

/** Edits that change no value: other right ways to compute the same. A law that rejects one is wrong. */
const decoy = { wrongAt: null, dtypes: ['f64', 'f32', 'f16', 'bf16'], profile: 'torch' } as const;

const throughVariance = 'sum(gamma * dy * (x - mu)) / (2 * s^3)';

export const explicitChain = {
  id: 'decoys.explicit-chain',
  says: 'Differentiates step by step, with the term of the variance in the gradient of the mean, which is 0.',
  edits: [
    {
      formula: 'dx',
      from: 'gamma / s * (dy - sum(dy) / m - xhat * sum(dy * xhat) / m)',
      to: `gamma * dy / s - ${throughVariance} * 2 * (x - mu) / m + (${throughVariance} * sum(2 * (x - mu)) / m - sum(gamma * dy) / s) / m`,
    },
  ],
  op: 'grad',
  seen: ['apache/mxnet#1053', 'pjreddie/darknet#1723'],
  ...decoy,
} as const satisfies Mutant;

export const foldedOutput = {
  id: 'decoys.folded-output',
  says: 'Folds the layer into one scale and one shift per channel.',
  edits: [{ formula: 'y', from: 'gamma * xhat + beta', to: 'gamma / s * x + (beta - gamma / s * mu)' }],
  op: 'train',
  seen: ['textbook'],
  ...decoy,
} as const satisfies Mutant;

export const onePassVariance = {
  id: 'decoys.one-pass-variance',
  says: 'Takes the mean of the squares less the square of the mean, and 0 where rounding makes that negative: only rounding tells it from the variance.',
  edits: [{ formula: 'sigma2', from: 'sum((x - mu)^2) / m', to: 'max(sum(x^2) / m - mu^2, 0)' }],
  op: 'train',
  seen: ['textbook'],
  ...decoy,
} as const satisfies Mutant;

export const groupedGradient = {
  id: 'decoys.grouped-gradient',
  says: 'Subtracts the mean last, from dy already freed of its share along the normalized input.',
  edits: [
    {
      formula: 'dx',
      from: 'gamma / s * (dy - sum(dy) / m - xhat * sum(dy * xhat) / m)',
      to: 'gamma / s * (dy - xhat * sum(dy * xhat) / m) - sum(gamma / s * (dy - xhat * sum(dy * xhat) / m)) / m',
    },
  ],
  op: 'grad',
  seen: ['BVLC/caffe#3912', 'BVLC/caffe#4110'],
  ...decoy,
} as const satisfies Mutant;

export const expandedSecondOrder = {
  id: 'decoys.expanded-second-order',
  says: 'Gathers the second order by powers of the normalized input, of which three are alike.',
  edits: [
    {
      formula: 'g_x',
      from: '(xhat * sum(vx * p_dy) / m + p_vx * sum(dy * xhat) / m + p_dy * sum(vx * xhat) / m)',
      to: '(xhat * (sum(vx * dy) - sum(vx) * sum(dy) / m - 3 * sum(vx * xhat) * sum(dy * xhat) / m) / m + (vx - sum(vx) / m) * sum(dy * xhat) / m + (dy - sum(dy) / m) * sum(vx * xhat) / m)',
    },
  ],
  op: 'grad_grad',
  seen: ['pytorch/pytorch: batchnorm_double_backward'],
  ...decoy,
} as const satisfies Mutant;
