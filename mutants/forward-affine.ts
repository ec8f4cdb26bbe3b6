import type { Mutant } from '../src/run/mutant.js';

const train = { op: 'train', wrongAt: 'semantic', dtypes: ['f64', 'f32', 'f16', 'bf16'], profile: 'torch' } as const;

export const absoluteGamma = {
  id: 'forward.absolute-gamma',
  says: 'Scales by the magnitude of gamma plus epsilon, so that the output can be inverted.',
  edits: [{ formula: 'y', from: 'gamma', to: '(abs(gamma) + epsilon)' }],
  seen: ['mapillary/inplace_abn#92', 'mapillary/inplace_abn#114', 'mapillary/inplace_abn#163'],
  ...train,
} as const satisfies Mutant;

export const ignoresGamma = {
  id: 'forward.ignores-gamma',
  says: 'Holds gamma fixed at 1, whatever is passed.',
  edits: [{ formula: 'y', from: 'gamma * xhat', to: 'xhat' }],
  seen: ['apache/mxnet#9624', 'apache/mxnet#3037'],
  ...train,
} as const satisfies Mutant;

export const ignoresBeta = {
  id: 'forward.ignores-beta',
  says: 'Drops the shift.',
  edits: [{ formula: 'y', from: 'gamma * xhat + beta', to: 'gamma * xhat' }],
  seen: ['textbook'],
  ...train,
} as const satisfies Mutant;

export const swapsGammaAndBeta = {
  id: 'forward.swaps-gamma-and-beta',
  says: 'Scales by beta and shifts by gamma: arguments in the wrong order.',
  edits: [{ formula: 'y', from: 'gamma * xhat + beta', to: 'beta * xhat + gamma' }],
  seen: ['textbook'],
  ...train,
} as const satisfies Mutant;

export const shiftsBeforeScaling = {
  id: 'forward.shifts-before-scaling',
  says: 'Adds beta first and scales the sum by gamma.',
  edits: [{ formula: 'y', from: 'gamma * xhat + beta', to: 'gamma * (xhat + beta)' }],
  seen: ['textbook'],
  ...train,
} as const satisfies Mutant;

export const bothOrNeither = {
  id: 'forward.both-or-neither',
  says: 'Scales and shifts only where gamma is not 1 and beta is not 0, so that either alone is ignored.',
  edits: [{ formula: 'y', from: 'gamma * xhat + beta', to: 'gamma != 1 and beta != 0 ? gamma * xhat + beta : xhat' }],
  seen: ['deeplearning4j/deeplearning4j: BatchNormalization.java'],
  ...train,
} as const satisfies Mutant;

export const gammaAroundZero = {
  id: 'forward.gamma-around-zero',
  says: 'Takes gamma for the difference from 1, a convention of some other layers.',
  edits: [{ formula: 'y', from: 'gamma', to: '(1 + gamma)' }],
  seen: ['textbook'],
  ...train,
} as const satisfies Mutant;

export const parametersByLastAxis = {
  id: 'forward.parameters-by-last-axis',
  says: 'Reads gamma and beta along the last axis, as if channels came last.',
  edits: [
    { formula: 'y', from: 'gamma', to: 'byPosition(gamma)' },
    { formula: 'y', from: 'beta', to: 'byPosition(beta)' },
  ],
  seen: ['chainer/chainer#8497', 'intel/ipex-llm#2981'],
  ...train,
} as const satisfies Mutant;

export const statisticsOverParameters = {
  id: 'forward.statistics-over-parameters',
  says: 'Updates the running statistics in place before it normalizes, while they share the memory of beta and gamma.',
  edits: [
    { formula: 'y', from: 'gamma', to: '((1 - alpha) * gamma + alpha * batch_var)' },
    { formula: 'y', from: 'beta', to: '((1 - alpha) * beta + alpha * mu)' },
  ],
  seen: ['tenstorrent/tt-metal#45578'],
  ...train,
} as const satisfies Mutant;

export const clipsOutput = {
  id: 'forward.clips-output',
  says: 'Clips the output at 6, the activation that follows in some networks.',
  edits: [{ formula: 'y', from: 'gamma * xhat + beta', to: 'min(gamma * xhat + beta, 6)' }],
  seen: ['textbook'],
  ...train,
} as const satisfies Mutant;
