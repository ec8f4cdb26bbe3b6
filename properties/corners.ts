import fc from 'fast-check';
import type { Layer } from '../src/run/layer.js';
import type { Property } from '../src/run/property.js';
import { layers, one } from './layer.js';
import { inChannel } from './transform.js';

const train = { ops: ['train'] } as const;
const definition = 'arXiv 1502.03167, algorithm 1, at the ends of the formats';

/** The layer with one value of one channel replaced. */
const spoiled = (layer: Layer, value: number): Layer => ({ ...layer, x: layer.x.with(0, value) });

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
  title: 'One value far from all others moves the statistics as it should',
  needs: train,
  given: (terms) => fc.record({ layer: layers(terms, { integers: true }), far: fc.constantFrom(128, -256, 1024) }),
  ask: async (bn, { layer, far }) => ({ y: (await bn.train(spoiled(layer, far as number))).y, far }),
  binds: ['y'],
  law: '(y - beta)^2 <= gamma^2 * (m - 1)',
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

export const notANumber: Property = {
  id: 'corners.nan-contained',
  title: 'A channel that holds NaN or infinity never comes out finite',
  needs: train,
  given: (terms) =>
    fc.record({
      layer: layers(terms, { affine: true }),
      bad: fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
    }),
  ask: async (bn, { layer, bad }) => ({ y: inChannel((await bn.train(spoiled(layer, bad as number))).y!, 0) }),
  binds: ['y'],
  law: 'nonfinite(y)',
  of: 'train',
  source: 'IEEE 754 arithmetic',
};

export const poisonedElsewhere: Property = {
  id: 'corners.nan-elsewhere',
  title: 'NaN or infinity in one channel changes no bit of the others',
  needs: train,
  given: (terms) => fc.record({ layer: layers(terms), bad: fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY) }),
  async ask(bn, { layer, bad }) {
    const [y, z] = [(await bn.train(layer)).y!, (await bn.train(spoiled(layer, bad as number))).y!];
    const last = layer.C - 1;
    return last === 0 ? { y, z: y } : { y: inChannel(y, last), z: inChannel(z, last) };
  },
  binds: ['y', 'z'],
  law: 'same(z, y)',
  of: 'train',
  source: 'statistics are per channel',
};

export const nanParameter: Property = {
  id: 'corners.nan-parameter',
  title: 'NaN for gamma is NaN in the output of that channel',
  needs: train,
  given: one({ affine: true }),
  ask: async (bn, { layer }) => ({
    y: inChannel((await bn.train({ ...layer, gamma: layer.gamma!.with(0, Number.NaN) })).y!, 0),
  }),
  binds: ['y'],
  law: 'isnan(y)',
  of: 'train',
  source: 'IEEE 754 arithmetic',
};

export const nanStatistic: Property = {
  id: 'corners.nan-statistic',
  title: 'In inference NaN for a running mean is NaN in the output of that channel',
  needs: { ops: ['infer'] },
  given: one({ affine: true }),
  ask: async (bn, { layer }) => ({
    y: inChannel((await bn.infer({ ...layer, running_mean: layer.running_mean!.with(0, Number.NaN) })).y!, 0),
  }),
  binds: ['y'],
  law: 'isnan(y)',
  of: 'infer',
  source: 'IEEE 754 arithmetic',
};

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
    zero: 'y == beta and next_mean == (1 - alpha) * running_mean + alpha * mu and next_var == (1 - alpha) * running_var',
    nan: 'isnan(next_var)',
    undefined: null,
  },
  of: 'train',
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

/** 2^18 values a little above 0.1, all of one sign: a single chain of float32 sums rounds most of them the same way. */
export const largeBatch: Property = {
  id: 'corners.large-batch',
  title: 'The mean of a very large, biased batch is right, whatever order it is summed in',
  needs: train,
  given: (terms) =>
    fc.constant({ layer: biased(terms.dtypes.find(({ data }) => data.p >= 24)?.data.name ?? 'f32', 4) }),
  examples: (terms) => {
    const formats = terms.dtypes.filter(({ data }) => data.name === 'f32');
    return formats.map(() => ({ layer: biased('f32', 2 ** 18) }));
  },
  ask: async (bn, { layer }) => ({ y: (await bn.train(layer)).y }),
  binds: ['y'],
  law: 'y == gamma * (x - mu) / s + beta',
  of: 'train',
  source: definition,
  few: true,
};

function biased(dtype: 'f64' | 'f32' | 'f16' | 'bf16', m: number): Layer {
  const x = Float64Array.from({ length: m }, (_, i) => Math.fround(0.1 + ((i % 7) - 3) / 64));
  const one = (v: number): Float64Array => Float64Array.of(v);
  const parameters = { gamma: one(2), beta: one(3), running_mean: one(1), running_var: one(4) };
  const shape = m > 64 ? { N: 4, spatial: [m / 4] } : { N: m, spatial: [] };
  return {
    dtype,
    param: dtype,
    layout: 'channels_first',
    C: 1,
    ...shape,
    x,
    dy: x.map((v) => v * 4),
    ...parameters,
    epsilon: 0.25,
    alpha: 0.25,
  };
}

export const negativeVariance: Property = {
  id: 'corners.negative-variance',
  title: 'A running variance below minus epsilon gives no finite output',
  needs: { ops: ['infer'] },
  given: one({ affine: true }),
  ask: async (bn, { layer }) => ({
    y: inChannel((await bn.infer({ ...layer, running_var: layer.running_var!.with(0, -4) })).y!, 0),
  }),
  binds: ['y'],
  law: 'nonfinite(y)',
  of: 'infer',
  source: 'the root of a negative number is not real',
};
