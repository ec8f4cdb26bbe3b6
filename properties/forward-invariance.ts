import fc from 'fast-check';
import type { Answered } from '../src/run/answer.js';
import type { Layer } from '../src/run/layer.js';
import type { Asker, Property } from '../src/run/property.js';
import { layers, one } from './layer.js';
import {
  channels,
  count,
  duplicated,
  first,
  flattened,
  inChannel,
  inverse,
  permutation,
  poisoned,
  samples,
  scaled,
  shifted,
  unflattened,
  withData,
} from './transform.js';

const algebra = 'follows from algorithm 1 of arXiv 1502.03167';
const train = { ops: ['train'] } as const;

export const shift: Property = {
  id: 'forward.shift',
  title: 'Adding one constant to a channel changes nothing: a bias before the layer has no effect',
  needs: train,
  given: (terms) => fc.record({ layer: layers(terms, { integers: true }), c: fc.integer({ min: -100, max: 100 }) }),
  ask: async (bn, { layer, c }) => ({
    y: (await bn.train(layer)).y,
    z: (await bn.train(shifted(layer, c as number))).y,
  }),
  binds: ['y', 'z'],
  law: 'z == y',
  of: 'train',
  source: algebra,
};

export const shiftMean: Property = {
  id: 'forward.shift-mean',
  title: 'Adding one constant to a channel moves its saved mean by that constant',
  needs: { ops: ['train'], saved: 'mean' },
  given: (terms) => fc.record({ layer: layers(terms, { integers: true }), c: fc.integer({ min: -100, max: 100 }) }),
  ask: async (bn, { layer, c }) => ({
    mean: (await bn.train(layer)).mean,
    moved: (await bn.train(shifted(layer, c as number))).mean,
  }),
  binds: ['mean', 'moved'],
  law: 'moved - mean == c',
  of: 'train',
  source: algebra,
};

export const scale: Property = {
  id: 'forward.scale',
  title: 'Scaling the input by a, and epsilon by its square, changes nothing but the sign',
  needs: train,
  given: (terms) => fc.record({ layer: layers(terms, { integers: true }), a: fc.constantFrom(2, -2, 4, -1, 3) }),
  ask: async (bn, { layer, a }) => ({
    y: (await bn.train(layer)).y,
    z: (await bn.train(scaled(layer, a as number))).y,
  }),
  binds: ['y', 'z'],
  law: 'z - beta == sign(a) * (y - beta)',
  of: 'train',
  source: algebra,
};

export const negate: Property = {
  id: 'forward.negate',
  title: 'Negating both the input and gamma changes nothing',
  needs: train,
  given: one({ affine: true }),
  ask: async (bn, { layer }) => {
    const mirrored = { ...withData(layer, (v) => -v), gamma: layer.gamma!.map((v) => -v) };
    return { y: (await bn.train(layer)).y, z: (await bn.train(mirrored)).y };
  },
  binds: ['y', 'z'],
  law: 'z == y',
  of: 'train',
  source: algebra,
};

export const order: Property = {
  id: 'forward.order',
  title: 'Permuting the batch permutes the output',
  needs: train,
  given: (terms) => fc.record({ layer: layers(terms), key: fc.nat({ max: 100 }) }),
  ask: async (bn, { layer, key }) => {
    const way = permutation(layer.N, key as number);
    const back = inverse(way);
    const z = (await bn.train(samples(layer, way))).y!;
    return { y: (await bn.train(layer)).y, z: z.pick(z.shape, (n, c, s) => [back[n]!, c, s]) };
  },
  binds: ['y', 'z'],
  law: 'z == y',
  of: 'train',
  source: algebra,
};

export const channelOrder: Property = {
  id: 'forward.channel-order',
  title: 'Permuting the channels permutes the output',
  needs: train,
  given: (terms) => fc.record({ layer: layers(terms), key: fc.nat({ max: 100 }) }),
  ask: async (bn, { layer, key }) => {
    const way = permutation(layer.C, key as number);
    const back = inverse(way);
    const z = (await bn.train(channels(layer, way))).y!;
    return { y: (await bn.train(layer)).y, z: z.pick(z.shape, (n, c, s) => [n, back[c]!, s]) };
  },
  binds: ['y', 'z'],
  law: 'z == y',
  of: 'train',
  source: algebra,
};

export const isolation: Property = {
  id: 'forward.isolation',
  title: 'No channel feels another: whatever stands there, not a number included, this one keeps its bits',
  needs: train,
  given: (terms) =>
    fc.record({
      layer: layers(terms),
      other: fc.constantFrom(0, 1, Number.NaN, Number.POSITIVE_INFINITY),
      key: fc.nat({ max: 100 }),
    }),
  ask: async (bn, { layer, other, key }) => {
    const kept = (key as number) % layer.C;
    const [y, z] = [(await bn.train(layer)).y!, (await bn.train(poisoned(layer, kept, other as number))).y!];
    return { y: inChannel(y, kept), z: inChannel(z, kept) };
  },
  binds: ['y', 'z'],
  law: 'same(z, y)',
  of: 'train',
  source: 'statistics are per channel',
};

export const duplicate: Property = {
  id: 'forward.duplicate',
  title: 'A batch in which every sample stands twice gives every sample the same output',
  needs: train,
  given: one(),
  ask: async (bn, { layer }) => ({
    y: (await bn.train(layer)).y,
    z: first((await bn.train(duplicated(layer))).y!, layer),
  }),
  binds: ['y', 'z'],
  law: 'z == y',
  of: 'train',
  source: algebra,
};

export const flatten: Property = {
  id: 'forward.flatten',
  title: 'Positions are samples: (N, C, S) and (N S, C) give the same output',
  needs: train,
  given: one(),
  ask: async (bn, { layer }) => ({
    y: (await bn.train(layer)).y,
    z: unflattened((await bn.train(flattened(layer, bn.ranks))).y!, layer),
  }),
  binds: ['y', 'z'],
  law: 'z == y',
  of: 'train',
  source: 'arXiv 1502.03167, section 3.2',
};

export const layout: Property = {
  id: 'forward.layout',
  title: 'Channels first and channels last give the same output',
  needs: { ops: ['train'], layouts: 2 },
  given: one(),
  ask: async (bn, { layer }) => ({
    y: (await bn.train({ ...layer, layout: 'channels_first' })).y,
    z: (await bn.train({ ...layer, layout: 'channels_last' })).y,
  }),
  binds: ['y', 'z'],
  law: 'z == y',
  of: 'train',
  source: 'layout is storage, not mathematics',
};

/** Asks the same question as call 2 and as call 11, and other data and other shapes in between. */
async function asked(bn: Asker, layer: Layer): Promise<Record<string, Answered>> {
  const others = [alike(layer), withData(layer, (v) => -v), samples(layer, [...count(layer.N), 0])];
  await bn.train(others[0]!);
  const { y } = await bn.train(layer);
  for (const call of count(8)) await bn.train(others[call % 3]!);
  return { y: y!, z: (await bn.train(layer)).y! };
}

/** Another batch of the same shape that begins with the same value. */
const alike = (layer: Layer): Layer => withData(layer, (v, i) => (i === 0 ? v : -v));

export const deterministic: Property = {
  id: 'forward.deterministic',
  title: 'New data get a new answer, and the same question the same bits, whatever was asked in between',
  needs: train,
  given: one(),
  ask: (bn, { layer }) => asked(bn, layer),
  binds: ['y', 'z'],
  law: 'y == gamma * (x - mu) / s + beta and same(z, y)',
  of: 'train',
  source: 'a layer without state is a function',
};

export const pure: Property = {
  id: 'forward.pure',
  title: 'Training writes to no input but the running statistics',
  needs: train,
  given: one(),
  ask: async (bn, { layer }) => ({ y: (await bn.train(layer)).y }),
  binds: ['y'],
  law: 'pure(y)',
  of: 'train',
  source: 'a function leaves its arguments alone',
};
