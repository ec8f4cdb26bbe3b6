import fc from 'fast-check';
import { type Layer, positions } from '../src/run/layer.js';
import type { Property, Terms } from '../src/run/property.js';
import { layers, one } from './layer.js';
import { shared } from './shared.js';
import { spoiled } from './transform.js';

const train = { ops: ['train'] } as const;
const definition = 'arXiv 1502.03167, algorithm 1, at the ends of the formats';

export const offset: Property = {
  id: 'corners.offset',
  title: 'The output is right where the mean is many deviations away from 0',
  needs: train,
  given: (terms) => fc.record({ layer: layers(terms, { offset: [2.3, 3.5], m: 4 }) }),
  ask: async (bn, { layer }) => ({ y: (await bn.train(layer)).y }),
  binds: ['y'],
  law: 'y == gamma * (x - mu) / s + beta',
  of: 'train',
  source: definition,
};

export const offsetGradient: Property = {
  id: 'corners.offset-gradient',
  title: 'The gradient is right where the mean is many deviations away from 0',
  needs: { ops: ['grad'] },
  given: (terms) => fc.record({ layer: layers(terms, { offset: [1.5, 3], m: 4 }) }),
  ask: async (bn, { layer }) => ({ dx: (await bn.grad(layer)).dx }),
  binds: ['dx'],
  law: 'dx == gamma / s * (dy - sum(dy) / m - xhat * sum(dy * xhat) / m)',
  of: 'grad',
  source: definition,
};

export const outlier: Property = {
  id: 'corners.outlier',
  title: 'The output is right where one value lies far from all others',
  needs: train,
  given: one({ integers: true, adapt: (layer) => (layer.x[0] === 128 ? layer : spoiled(layer, 128)) }),
  ask: async (bn, { layer }) => ({ y: (await bn.train(layer)).y }),
  binds: ['y'],
  law: 'y == gamma * (x - mu) / s + beta',
  of: 'train',
  source: definition,
};

export const tinyEpsilon: Property = {
  id: 'corners.epsilon-tiny',
  title: 'With next to no epsilon the normalized input has variance 1 wherever the channel varies',
  needs: train,
  given: one({ integers: true }),
  ask: async (bn, { layer }) => ({ y: (await bn.train({ ...layer, epsilon: 2 ** -60 })).y }),
  binds: ['y'],
  law: '(y - beta) * sqrt(sigma2 + 1 / 2^60) == gamma * (x - mu)',
  of: 'train',
  source: definition,
};

export const largeEpsilon: Property = {
  id: 'corners.epsilon-large',
  title: 'A large epsilon shrinks the output as the root says',
  needs: train,
  given: one(),
  ask: async (bn, { layer }) => ({ y: (await bn.train({ ...layer, epsilon: 4 })).y }),
  binds: ['y'],
  law: '(y - beta) * sqrt(sigma2 + 4) == gamma * (x - mu)',
  of: 'train',
  source: definition,
};

export const subnormal: Property = {
  id: 'corners.subnormal',
  title: 'Subnormal inputs are numbers: the output is right there',
  needs: train,
  given: (terms) => fc.record({ layer: layers(terms, { integers: true }) }),
  ask: async (bn, { layer }) => ({ y: (await bn.train(tiny(layer))).y, tiny_scale: leastOf[layer.dtype] }),
  binds: ['y', 'tiny_scale'],
  law: 'y == gamma * tiny_scale * (x - mu) / sqrt(tiny_scale^2 * sigma2 + epsilon) + beta',
  of: 'train',
  source: definition,
};

const leastOf = { f64: 2 ** -1074, f32: 2 ** -149, f16: 2 ** -24, bf16: 2 ** -133 } as const;
const tiny = (layer: Layer): Layer => ({ ...layer, x: layer.x.map((v) => v * leastOf[layer.dtype]) });

export const hugeInput: Property = {
  id: 'corners.overflow',
  title: 'Inputs whose squares leave the format give no number that is wrong',
  needs: train,
  given: one({ integers: true }),
  ask: async (bn, { layer }) => ({ y: (await bn.train(huge(layer))).y, huge_scale: largeOf[layer.dtype] }),
  binds: ['y', 'huge_scale'],
  law: 'y == gamma * huge_scale * (x - mu) / sqrt(huge_scale^2 * sigma2 + epsilon) + beta',
  of: 'train',
  source: definition,
  mayBeVacuous: true,
};

const largeOf = { f64: 2 ** 500, f32: 2 ** 58, f16: 2 ** 7, bf16: 2 ** 58 } as const;
const huge = (layer: Layer): Layer => ({ ...layer, x: layer.x.map((v) => v * largeOf[layer.dtype]) });

export const single: Property = {
  id: 'corners.single-element',
  title: 'Training with one element per channel does what the profile declares',
  needs: { ops: ['train'], running: true },
  given: (terms) => fc.record({ layer: layers(terms, { m: 1, affine: true }) }),
  async ask(bn, { layer }) {
    const got = await bn.attempt('train', layer);
    return 'y' in got ? { answer: got.answer, y: got.y, next_mean: got.next_mean, next_var: got.next_var } : got;
  },
  binds: ['answer', 'y', 'next_mean', 'next_var'],
  law: {
    error: 'refused(answer)',
    zero: 'y == beta and next_mean == (1 - alpha) * running_mean + alpha * mu and next_var == (1 - alpha) * running_var + alpha * batch_var',
    identity: 'y == x and next_mean == running_mean and next_var == running_var',
    nan: 'isnan(next_var)',
    undefined: null,
  },
  of: 'train',
  source: 'the profile; see docs/profiles.md',
};

export const singleOutput: Property = {
  id: 'corners.single-output',
  title: 'With one element per channel the output of training is beta, or what the profile declares',
  needs: train,
  given: (terms) => fc.record({ layer: layers(terms, { m: 1, affine: true }) }),
  async ask(bn, { layer }) {
    const got = await bn.attempt('train', layer);
    return 'y' in got ? { answer: got.answer, y: got.y } : got;
  },
  binds: ['answer', 'y'],
  law: { error: 'refused(answer)', zero: 'y == beta', identity: 'y == x', nan: null, undefined: null },
  of: 'train',
  source: 'the profile; see docs/profiles.md',
};

export const singleGradient: Property = {
  id: 'corners.single-gradient',
  title: 'With one element per channel training has no gradient of the input, or what the profile declares',
  needs: { ops: ['grad'] },
  given: (terms) => fc.record({ layer: layers(terms, { m: 1, affine: true }) }),
  async ask(bn, { layer }) {
    const got = await bn.attempt('grad', layer);
    return 'dx' in got ? { answer: got.answer, dx: got.dx } : got;
  },
  binds: ['answer', 'dx'],
  law: { error: 'refused(answer)', zero: 'dx == 0', identity: 'dx == dy', nan: null, undefined: null },
  of: 'grad',
  source: 'the profile; see docs/profiles.md',
};

export const singleInference: Property = {
  id: 'corners.single-inference',
  title: 'One element per channel is nothing special in inference',
  needs: { ops: ['infer'] },
  given: (terms) => fc.record({ layer: layers(terms, { m: 1 }) }),
  ask: async (bn, { layer }) => ({ y: (await bn.infer(layer)).y }),
  binds: ['y'],
  law: 'y == gamma * (x - running_mean) / sqrt(running_var + epsilon) + beta',
  of: 'infer',
  source: definition,
};

/** A channel that holds one value, thousands of roots of epsilon away from 0: a difference of squares can fall below -epsilon. */
const flat = (layer: Layer): Layer => {
  const S = positions(layer);
  const first = (i: number): number => layer.x[(Math.floor(i / S) % layer.C) * S]!;
  return { ...layer, x: layer.x.map((_, i) => first(i)), epsilon: Math.min(layer.epsilon, 2 ** -17) };
};

/**
 * A thousand times a number of all ones, whose square ends in 1 and fills the accumulator: every addition of it rounds
 * that 1 away, so the mean of the squares falls below the square of the mean, by far more than epsilon.
 */
const constants = shared((terms: Terms) =>
  terms.dtypes
    .flatMap((only) => {
      const drawn = layers({ ...terms, dtypes: [only] }, { size: [1000, 1, 1], affine: true });
      return fc.sample(drawn, { seed: 1, numRuns: 1 }).map((layer) => ({ layer, p: only.data.p }));
    })
    .map(({ layer, p }) => {
      const ones = p < 24 ? 255 : 2 ** Math.floor(p / 2) - 1;
      return { layer: { ...layer, x: layer.x.map(() => ones), epsilon: 2 ** -17 } };
    }),
);

export const constantOffset: Property = {
  id: 'corners.constant-offset',
  title: 'A constant channel far from 0 has a finite output: no variance is less than 0',
  needs: train,
  given: one({ adapt: flat, offset: [2.5, 3.5], samples: 3, affine: true }),
  examples: constants,
  ask: async (bn, { layer }) => ({ y: (await bn.train(layer)).y }),
  binds: ['y'],
  law: 'y == beta',
  of: 'train',
  source: definition,
};

export const zeroVariance: Property = {
  id: 'corners.running-variance-zero',
  title: 'A running variance of 0 leaves epsilon alone under the root',
  needs: { ops: ['infer'] },
  given: one({ affine: true }),
  ask: async (bn, { layer }) => ({
    y: (await bn.infer({ ...layer, running_var: new Float64Array(layer.C) })).y,
  }),
  binds: ['y'],
  law: '(y - beta) * sqrt(epsilon) == gamma * (x - running_mean)',
  of: 'infer',
  source: definition,
};

export const freshStatistics: Property = {
  id: 'corners.fresh-statistics',
  title: 'Fresh statistics, mean 0 and variance 1, are statistics like any other',
  needs: { ops: ['infer'] },
  given: one({ affine: true }),
  ask: async (bn, { layer }) => ({
    y: (
      await bn.infer({
        ...layer,
        running_mean: new Float64Array(layer.C),
        running_var: new Float64Array(layer.C).fill(1),
      })
    ).y,
  }),
  binds: ['y'],
  law: '(y - beta) * sqrt(1 + epsilon) == gamma * x',
  of: 'infer',
  source: definition,
};
