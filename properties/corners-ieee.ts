import fc from 'fast-check';
import type { Layer } from '../src/run/layer.js';
import type { Property, Terms } from '../src/run/property.js';
import { layers, one } from './layer.js';
import { inChannel, spoiled } from './transform.js';

const train = { ops: ['train'] } as const;

type PerChannel = 'gamma' | 'beta' | 'running_mean' | 'running_var';

/** A layer with all its parameters, and which of some of them becomes NaN in channel 0. */
const oneOf = (names: readonly PerChannel[]) => (terms: Terms) =>
  fc.record({ layer: layers(terms, { affine: true }), which: fc.nat(names.length - 1) });

const withNaN = (layer: Layer, name: PerChannel): Layer => ({ ...layer, [name]: layer[name]!.with(0, Number.NaN) });

const affine = ['gamma', 'beta'] as const;
const statistics = ['running_mean', 'running_var'] as const;

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
  title: 'NaN for gamma or beta is NaN in the output of that channel',
  needs: train,
  given: oneOf(affine),
  ask: async (bn, { layer, which }) => ({
    y: inChannel((await bn.train(withNaN(layer, affine[which as 0 | 1]))).y!, 0),
  }),
  binds: ['y'],
  law: 'isnan(y)',
  of: 'train',
  source: 'IEEE 754 arithmetic',
};

export const nanStatistic: Property = {
  id: 'corners.nan-statistic',
  title: 'In inference NaN for a running statistic is NaN in the output of that channel',
  needs: { ops: ['infer'] },
  given: oneOf(statistics),
  ask: async (bn, { layer, which }) => ({
    y: inChannel((await bn.infer(withNaN(layer, statistics[which as 0 | 1]))).y!, 0),
  }),
  binds: ['y'],
  law: 'isnan(y)',
  of: 'infer',
  source: 'IEEE 754 arithmetic',
};

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

export const nanInference: Property = {
  id: 'corners.nan-inference',
  title: 'In inference NaN in the input is NaN in the output, there',
  needs: { ops: ['infer'] },
  given: one(),
  async ask(bn, { layer }) {
    const y = (await bn.infer(spoiled(layer, Number.NaN))).y!;
    return { y: y.pick([1, 1, 1], () => [0, 0, 0]) };
  },
  binds: ['y'],
  law: 'isnan(y)',
  of: 'infer',
  source: 'IEEE 754 arithmetic',
};

export const nanGamma: Property = {
  id: 'corners.nan-gamma',
  title: 'In inference NaN for gamma or beta is NaN in the output of that channel',
  needs: { ops: ['infer'] },
  given: oneOf(affine),
  ask: async (bn, { layer, which }) => ({
    y: inChannel((await bn.infer(withNaN(layer, affine[which as 0 | 1]))).y!, 0),
  }),
  binds: ['y'],
  law: 'isnan(y)',
  of: 'infer',
  source: 'IEEE 754 arithmetic',
};

export const nanGradient: Property = {
  id: 'corners.nan-gradient',
  title: 'NaN in dy is NaN in every gradient of that channel',
  needs: { ops: ['grad'] },
  given: one({ affine: true }),
  async ask(bn, { layer }) {
    const { dx, dgamma, dbeta } = await bn.grad({ ...layer, dy: layer.dy.with(0, Number.NaN) });
    return { dx: inChannel(dx!, 0), dgamma: inChannel(dgamma!, 0), dbeta: inChannel(dbeta!, 0) };
  },
  binds: ['dx', 'dgamma', 'dbeta'],
  law: 'isnan(dx) and isnan(dgamma) and isnan(dbeta)',
  of: 'grad',
  source: 'IEEE 754 arithmetic',
};

export const nanInputGradient: Property = {
  id: 'corners.nan-input-gradient',
  title: 'NaN in the input is NaN in the gradients that read it, in that channel',
  needs: { ops: ['grad'] },
  given: one({ affine: true }),
  async ask(bn, { layer }) {
    const { dx, dgamma } = await bn.grad(spoiled(layer, Number.NaN));
    return { dx: inChannel(dx!, 0), dgamma: inChannel(dgamma!, 0) };
  },
  binds: ['dx', 'dgamma'],
  law: 'isnan(dx) and isnan(dgamma)',
  of: 'grad',
  source: 'IEEE 754 arithmetic',
};

export const nanAverage: Property = {
  id: 'corners.nan-average',
  title: 'NaN in the batch is NaN in the running mean of that channel: no update is skipped in silence',
  needs: { ops: ['train'], running: true },
  given: one({ affine: true }),
  ask: async (bn, { layer }) => ({
    next_mean: inChannel((await bn.train(spoiled(layer, Number.NaN))).next_mean!, 0),
  }),
  binds: ['next_mean'],
  law: 'isnan(next_mean)',
  of: 'train',
  source: 'IEEE 754 arithmetic',
};
