import type { Mutant } from '../src/run/mutant.js';

const second = {
  op: 'grad_grad',
  wrongAt: 'semantic',
  dtypes: ['f64', 'f32', 'f16', 'bf16'],
  profile: 'torch',
} as const;

export const constantStatistics = {
  id: 'second.constant-statistics',
  says: 'Takes the saved mean and inverse deviation for constants, which is right for no higher order.',
  edits: [
    {
      formula: 'g_x',
      from: 'vgamma / s * p_dy - gamma / s^2 * (xhat * sum(vx * p_dy) / m + p_vx * sum(dy * xhat) / m + p_dy * sum(vx * xhat) / m)',
      to: 'vgamma / s * dy - gamma / s^2 * (vx * sum(dy * xhat) / m + dy * sum(vx * xhat) / m)',
    },
  ],
  seen: ['pytorch/pytorch#186256', 'pytorch/pytorch#4422'],
  ...second,
} as const satisfies Mutant;

export const detachedMean = {
  id: 'second.detached-mean',
  says: 'Takes the mean within the variance for a constant: exact for the first order, wrong for the second.',
  edits: [{ formula: 'g_x', from: 'p_vx * sum(dy * xhat)', to: '(vx - xhat * sum(vx * xhat) / m) * sum(dy * xhat)' }],
  seen: ['tinygrad/tinygrad: batchnorm'],
  ...second,
} as const satisfies Mutant;

export const forgetsDeviation = {
  id: 'second.forgets-deviation',
  says: 'Leaves out what flows through the deviation in front of dx.',
  edits: [
    {
      formula: 'g_x',
      from: '(xhat * sum(vx * p_dy) / m + p_vx * sum(dy * xhat) / m + p_dy * sum(vx * xhat) / m)',
      to: '(p_vx * sum(dy * xhat) / m + p_dy * sum(vx * xhat) / m)',
    },
  ],
  seen: ['textbook'],
  ...second,
} as const satisfies Mutant;

export const forgetsSlopeOfDy = {
  id: 'second.forgets-slope-of-dy',
  says: 'Leaves out what flows through the normalized input that multiplies the mean of dy xhat.',
  edits: [
    {
      formula: 'g_x',
      from: '(xhat * sum(vx * p_dy) / m + p_vx * sum(dy * xhat) / m + p_dy * sum(vx * xhat) / m)',
      to: '(xhat * sum(vx * p_dy) / m + p_dy * sum(vx * xhat) / m)',
    },
  ],
  seen: ['textbook'],
  ...second,
} as const satisfies Mutant;

export const forgetsSlopeOfVx = {
  id: 'second.forgets-slope-of-vx',
  says: 'Leaves out what flows through the normalized input within the mean of dy xhat.',
  edits: [
    {
      formula: 'g_x',
      from: '(xhat * sum(vx * p_dy) / m + p_vx * sum(dy * xhat) / m + p_dy * sum(vx * xhat) / m)',
      to: '(xhat * sum(vx * p_dy) / m + p_vx * sum(dy * xhat) / m)',
    },
  ],
  seen: ['textbook'],
  ...second,
} as const satisfies Mutant;

export const ignoresVgammaInGX = {
  id: 'second.ignores-vgamma-in-g-x',
  says: 'Gives the input no gradient by way of dgamma.',
  edits: [{ formula: 'g_x', from: 'vgamma', to: '0' }],
  seen: ['textbook'],
  ...second,
} as const satisfies Mutant;

export const ignoresVgammaInGDy = {
  id: 'second.ignores-vgamma-in-g-dy',
  says: 'Gives dy no gradient by way of dgamma.',
  edits: [{ formula: 'g_dy', from: 'vgamma * xhat', to: '0' }],
  seen: ['textbook'],
  ...second,
} as const satisfies Mutant;

export const ignoresVbeta = {
  id: 'second.ignores-vbeta',
  says: 'Gives dy no gradient by way of dbeta.',
  edits: [{ formula: 'g_dy', from: 'vbeta', to: '0' }],
  seen: ['textbook'],
  ...second,
} as const satisfies Mutant;

export const wrongSign = {
  id: 'second.wrong-sign',
  says: 'Adds what it should subtract in the gradient of the input.',
  edits: [
    {
      formula: 'g_x',
      from: 'vgamma / s * p_dy - gamma / s^2 * (xhat * sum(vx * p_dy) / m + p_vx * sum(dy * xhat) / m + p_dy * sum(vx * xhat) / m)',
      to: 'vgamma / s * p_dy + gamma / s^2 * (xhat * sum(vx * p_dy) / m + p_vx * sum(dy * xhat) / m + p_dy * sum(vx * xhat) / m)',
    },
  ],
  seen: ['textbook'],
  ...second,
} as const satisfies Mutant;

export const forgetsGamma = {
  id: 'second.forgets-gamma',
  says: 'Leaves gamma out of the gradient of the input; gamma 1 hides it.',
  edits: [{ formula: 'g_x', from: 'gamma', to: '1' }],
  seen: ['textbook'],
  ...second,
} as const satisfies Mutant;

export const forgetsGammaInGDy = {
  id: 'second.forgets-gamma-in-g-dy',
  says: 'Leaves gamma out of the gradient of dy.',
  edits: [{ formula: 'g_dy', from: 'gamma', to: '1' }],
  seen: ['textbook'],
  ...second,
} as const satisfies Mutant;

export const deviationOnce = {
  id: 'second.deviation-once',
  says: 'Divides by the deviation once where two factors have one each.',
  edits: [{ formula: 'g_x', from: 's^2', to: 's' }],
  seen: ['textbook'],
  ...second,
} as const satisfies Mutant;

export const directTermOnly = {
  id: 'second.direct-term-only',
  says: 'Differentiates dx by dy as if no mean were subtracted.',
  edits: [{ formula: 'g_dy', from: 'p_vx', to: 'vx' }],
  seen: ['textbook'],
  ...second,
} as const satisfies Mutant;

export const gammaLeftIn = {
  id: 'second.gamma-left-in',
  says: 'Sums vx dx for the gradient of gamma, with gamma left in it.',
  edits: [{ formula: 'g_gamma', from: 'p_dy', to: '(gamma * p_dy)' }],
  seen: ['textbook'],
  ...second,
} as const satisfies Mutant;

export const dividesByGamma = {
  id: 'second.divides-by-gamma',
  says: 'Sums vx dx and divides by gamma, which may be 0.',
  edits: [{ formula: 'g_gamma', from: 'sum(vx * p_dy) / s', to: 'sum(vx * (gamma / s * p_dy)) / gamma' }],
  seen: ['textbook'],
  ...second,
} as const satisfies Mutant;

export const gammaUnprojected = {
  id: 'second.gamma-unprojected',
  says: 'Sums vx dy for the gradient of gamma, with the means left in.',
  edits: [{ formula: 'g_gamma', from: 'p_dy', to: 'dy' }],
  seen: ['textbook'],
  ...second,
} as const satisfies Mutant;

export const dividesByOneLess = {
  id: 'second.divides-by-one-less',
  says: 'Averages over m - 1, the divisor of the running variance.',
  edits: [
    { formula: 'p_vx', from: 'sum(vx) / m', to: 'sum(vx) / (m - 1)' },
    { formula: 'p_vx', from: 'xhat * sum(vx * xhat) / m', to: 'xhat * sum(vx * xhat) / (m - 1)' },
  ],
  seen: ['textbook'],
  ...second,
} as const satisfies Mutant;

export const dividesDyByOneLess = {
  id: 'second.divides-dy-by-one-less',
  says: 'Averages dy over m - 1 where it differentiates dx once more.',
  edits: [{ formula: 'p_dy', from: 'sum(dy) / m', to: 'sum(dy) / (m - 1)' }],
  seen: ['textbook'],
  ...second,
} as const satisfies Mutant;

export const meanOverOneLess = {
  id: 'second.mean-over-one-less',
  says: 'Divides by m - 1 what flows through the deviation.',
  edits: [{ formula: 'g_x', from: 'xhat * sum(vx * p_dy) / m', to: 'xhat * sum(vx * p_dy) / (m - 1)' }],
  seen: ['textbook'],
  ...second,
} as const satisfies Mutant;

export const sumsSamplesOnly = {
  id: 'second.sums-samples-only',
  says: 'Sums vx over samples alone, and not over positions.',
  edits: [{ formula: 'p_vx', over: ['N'] }],
  seen: ['textbook'],
  ...second,
} as const satisfies Mutant;

export const misreadsChannelsLast = {
  id: 'second.misreads-channels-last',
  says: 'Honours one layout only: sums a channels-last vx as if channels came first.',
  edits: [{ formula: 'p_vx', from: 'sum(vx)', to: 'sum(channels_last ? reread(vx) : vx)' }],
  seen: ['textbook'],
  ...second,
} as const satisfies Mutant;

export const meanOfNeighbour = {
  id: 'second.mean-of-neighbour',
  says: 'Reads the saved mean of the channel before: an index off by one.',
  edits: [{ formula: 'xhat', from: 'mu', to: 'neighbour(mu)' }],
  seen: ['textbook'],
  ...second,
} as const satisfies Mutant;
