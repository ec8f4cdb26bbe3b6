import type { Mutant } from '../src/run/mutant.js';

const grad = { op: 'grad', wrongAt: 'semantic', dtypes: ['f64', 'f32', 'f16', 'bf16'], profile: 'torch' } as const;

export const inverseAsVariance = {
  id: 'backward.inverse-as-variance',
  says: 'Takes the saved inverse deviation for a variance and normalizes by it once more.',
  edits: [{ formula: 's', from: 'sigma2', to: '1 / sqrt(sigma2 + epsilon)' }],
  seen: ['flagos-ai/FlagGems#5223'],
  ...grad,
} as const satisfies Mutant;

export const varianceAsInverse = {
  id: 'backward.variance-as-inverse',
  says: 'Takes a variance for the saved inverse deviation and multiplies by it.',
  edits: [{ formula: 's', from: 'sqrt(sigma2 + epsilon)', to: '1 / sigma2' }],
  seen: ['NervanaSystems/ngraph#1885', 'kulinseth/pytorch#257'],
  ...grad,
} as const satisfies Mutant;

export const noEpsilon = {
  id: 'backward.no-epsilon',
  says: 'Leaves epsilon out where the output has it.',
  edits: [{ formula: 's', from: 'sigma2 + epsilon', to: 'sigma2' }],
  seen: ['textbook'],
  ...grad,
} as const satisfies Mutant;

export const otherEpsilon = {
  id: 'backward.other-epsilon',
  says: 'Has an epsilon of its own, a tenth of that of the output.',
  edits: [{ formula: 's', from: 'epsilon', to: 'epsilon / 10' }],
  seen: ['AlexeyAB/darknet#5447', 'pjreddie/darknet#1723'],
  ...grad,
} as const satisfies Mutant;

export const meanOfNeighbour = {
  id: 'backward.mean-of-neighbour',
  says: 'Reads the saved mean of the channel before: an index off by one.',
  edits: [{ formula: 'xhat', from: 'mu', to: 'neighbour(mu)' }],
  seen: ['textbook'],
  ...grad,
} as const satisfies Mutant;
