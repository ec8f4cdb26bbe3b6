import { type Layer, positions } from '../src/run/layer.js';
import type { Property } from '../src/run/property.js';
import { one } from './layer.js';
import { affine, partlyZero } from './transform.js';

const paper = 'arXiv 1502.03167, algorithm 1';
const algebra = 'follows from algorithm 1 of arXiv 1502.03167';
const train = { ops: ['train'] } as const;

export const output: Property = {
  id: 'forward.output',
  title: 'The output is the normalized input, scaled and shifted',
  needs: train,
  given: one({ tails: true, bare: true }),
  ask: async (bn, { layer }) => ({ y: (await bn.train(layer)).y }),
  binds: ['y'],
  law: 'y == gamma * (x - mu) / s + beta',
  of: 'train',
  source: paper,
};

export const batchMean: Property = {
  id: 'forward.batch-mean',
  title: 'The saved mean is the mean of the batch',
  needs: { ops: ['train'], saved: 'mean' },
  given: one(),
  ask: async (bn, { layer }) => ({ mean: (await bn.train(layer)).mean }),
  binds: ['mean'],
  law: 'mean == mu',
  of: 'train',
  source: paper,
};

export const batchVariance: Property = {
  id: 'forward.batch-variance',
  title: 'The saved variance divides by m',
  needs: { ops: ['train'], saved: 'variance' },
  given: one(),
  ask: async (bn, { layer }) => ({ variance: (await bn.train(layer)).variance }),
  binds: ['variance'],
  law: 'variance == sigma2',
  of: 'train',
  source: paper,
};

export const inverseDeviation: Property = {
  id: 'forward.inverse-deviation',
  title: 'The saved inverse deviation has epsilon under the root',
  needs: { ops: ['train'], saved: 'inv_std' },
  given: one(),
  ask: async (bn, { layer }) => ({ inv_std: (await bn.train(layer)).inv_std }),
  binds: ['inv_std'],
  law: 'inv_std == 1 / s',
  of: 'train',
  source: paper,
};

export const zeroMean: Property = {
  id: 'forward.zero-mean',
  title: 'The output has mean beta: the normalized input has mean 0',
  needs: train,
  given: one(),
  ask: async (bn, { layer }) => ({ y: (await bn.train(layer)).y }),
  binds: ['y'],
  law: 'sum(y) / m == beta',
  of: 'train',
  source: algebra,
};

export const unitVariance: Property = {
  id: 'forward.unit-variance',
  title: 'The normalized input has variance sigma2 / (sigma2 + epsilon), which is 1 only for epsilon 0',
  needs: train,
  given: one({ bare: true }),
  ask: async (bn, { layer }) => ({ y: (await bn.train(layer)).y }),
  binds: ['y'],
  law: 'sum((y - beta)^2) / m == gamma^2 * sigma2 / (sigma2 + epsilon)',
  of: 'train',
  source: algebra,
};

export const affineMap: Property = {
  id: 'forward.affine',
  title: 'Gamma scales and beta shifts what gamma 1 and beta 0 give',
  needs: train,
  given: one({ affine: true }),
  ask: async (bn, { layer }) => ({ y: (await bn.train(layer)).y, plain: (await bn.train(affine(layer, 1, 0))).y }),
  binds: ['y', 'plain'],
  law: 'y == gamma * plain + beta',
  of: 'train',
  source: paper,
};

export const gammaAlone: Property = {
  id: 'forward.gamma-alone',
  title: 'Gamma scales where beta is 0, and beta shifts where gamma is 1',
  needs: train,
  given: one({ affine: true }),
  ask: async (bn, { layer }) => ({
    scaled_only: (await bn.train({ ...layer, beta: new Float64Array(layer.C) })).y,
    shifted_only: (await bn.train({ ...layer, gamma: new Float64Array(layer.C).fill(1) })).y,
  }),
  binds: ['scaled_only', 'shifted_only'],
  law: 'scaled_only == gamma * xhat and shifted_only == xhat + beta',
  of: 'train',
  source: paper,
};

export const affineAbsent: Property = {
  id: 'forward.affine-absent',
  title: 'A layer without gamma and beta has gamma 1 and beta 0',
  needs: { ops: ['train'], optional: true },
  given: one(),
  ask: async (bn, { layer }) => ({
    y: (await bn.train(affine(layer, null, null))).y,
    no_gamma: (await bn.train({ ...affine(layer, null, 3) })).y,
    no_beta: (await bn.train({ ...affine(layer, 2, null) })).y,
  }),
  binds: ['y', 'no_gamma', 'no_beta'],
  law: 'y == xhat and no_gamma == xhat + 3 and no_beta == 2 * xhat',
  of: 'train',
  source: 'the optional parameters of the frameworks',
};

export const gammaZero: Property = {
  id: 'forward.gamma-zero',
  title: 'Where gamma is 0 the output is beta, and other channels do not feel it',
  needs: train,
  given: one({ affine: true, adapt: partlyZero }),
  ask: async (bn, { layer }) => ({ y: (await bn.train(layer)).y }),
  binds: ['y'],
  law: 'y == gamma * xhat + beta',
  of: 'train',
  source: algebra,
};

export const samuelson: Property = {
  id: 'forward.samuelson',
  title: 'No normalized value exceeds the root of m - 1, and one reaches the root of their mean square',
  needs: train,
  given: one(),
  ask: async (bn, { layer }) => ({ y: (await bn.train(layer)).y }),
  binds: ['y'],
  law: '(y - beta)^2 <= gamma^2 * (m - 1) and peak(y - beta)^2 >= gamma^2 * sigma2 / (sigma2 + epsilon)',
  of: 'train',
  source: 'P. A. Samuelson, How deviant can you be?, 1968',
};

export const twoPoint: Property = {
  id: 'forward.two-point',
  title: 'Two values settle at plus and minus half their distance, over its root with epsilon',
  needs: train,
  given: one({ m: 2 }),
  ask: async (bn, { layer }) => ({ y: (await bn.train(layer)).y }),
  binds: ['y'],
  law: 'y == gamma * (x - sum(x) / 2) / sqrt((x - sum(x) / 2)^2 + epsilon) + beta',
  of: 'train',
  source: algebra,
};

/** Every channel holds its first value throughout. */
const flat = (layer: Layer): Layer => {
  const S = positions(layer);
  return { ...layer, x: layer.x.map((_, i) => layer.x[(Math.floor(i / S) % layer.C) * S]!) };
};

export const constantChannel: Property = {
  id: 'forward.constant-channel',
  title: 'A constant channel becomes beta',
  needs: train,
  given: one({ adapt: flat }),
  ask: async (bn, { layer }) => ({ y: (await bn.train(layer)).y }),
  binds: ['y'],
  law: 'y == beta',
  of: 'train',
  source: algebra,
};
