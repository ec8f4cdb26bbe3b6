import fc from 'fast-check';
import type { Property } from '../src/run/property.js';
import { layers, one } from './layer.js';
import { flattened, inChannel, poisoned, samples, unflattened, withData } from './transform.js';

const paper = 'arXiv 1502.03167, algorithm 2';
const algebra = 'follows from algorithm 2 of arXiv 1502.03167';
const infer = { ops: ['infer'] } as const;

export const output: Property = {
  id: 'inference.output',
  title: 'The output is normalized by the running statistics, scaled and shifted',
  needs: infer,
  given: one({ tails: true, single: true }),
  ask: async (bn, { layer }) => ({ y: (await bn.infer(layer)).y }),
  binds: ['y'],
  law: 'y == gamma * (x - running_mean) / sqrt(running_var + epsilon) + beta',
  of: 'infer',
  source: paper,
};

export const farMean: Property = {
  id: 'inference.far-mean',
  title: 'The output is right where the running mean is many deviations away from 0',
  needs: infer,
  given: one({ offset: [1, 3] }),
  ask: async (bn, { layer }) => ({ y: (await bn.infer(layer)).y }),
  binds: ['y'],
  law: 'y == gamma * (x - running_mean) / sqrt(running_var + epsilon) + beta',
  of: 'infer',
  source: paper,
};

export const sampleIndependence: Property = {
  id: 'inference.sample-independence',
  title: 'A sample alone gets the output that it gets among others',
  needs: infer,
  given: (terms) => fc.record({ layer: layers(terms), key: fc.nat({ max: 100 }) }),
  ask: async (bn, { layer, key }) => {
    const which = (key as number) % layer.N;
    const y = (await bn.infer(layer)).y!;
    const alone = (await bn.infer(samples(layer, [which]))).y!;
    return { y: y.pick(alone.shape, (_n, c, s) => [which, c, s]), alone };
  },
  binds: ['y', 'alone'],
  law: 'alone == y',
  of: 'infer',
  source: algebra,
};

export const otherSamples: Property = {
  id: 'inference.other-samples',
  title: 'What the other samples hold changes no bit of this one',
  needs: infer,
  given: (terms) =>
    fc.record({ layer: layers(terms), other: fc.constantFrom(0, 2, Number.NaN, Number.POSITIVE_INFINITY) }),
  ask: async (bn, { layer, other }) => {
    const per = layer.x.length / layer.N;
    const changed = { ...layer, x: layer.x.map((v, i) => (i < per ? v : (other as number))) };
    const [y, z] = [(await bn.infer(layer)).y!, (await bn.infer(changed)).y!];
    const own = [1, y.shape[1], y.shape[2]] as const;
    return { y: y.pick(own, (_n, c, s) => [0, c, s]), z: z.pick(own, (_n, c, s) => [0, c, s]) };
  },
  binds: ['y', 'z'],
  law: 'same(z, y)',
  of: 'infer',
  source: algebra,
};

export const isolation: Property = {
  id: 'inference.isolation',
  title: 'No channel feels another: whatever stands there, this one keeps its bits',
  needs: infer,
  given: (terms) =>
    fc.record({ layer: layers(terms), other: fc.constantFrom(0, 1, Number.NaN), key: fc.nat({ max: 100 }) }),
  ask: async (bn, { layer, other, key }) => {
    const kept = (key as number) % layer.C;
    const [y, z] = [(await bn.infer(layer)).y!, (await bn.infer(poisoned(layer, kept, other as number))).y!];
    return { y: inChannel(y, kept), z: inChannel(z, kept) };
  },
  binds: ['y', 'z'],
  law: 'same(z, y)',
  of: 'infer',
  source: 'statistics are per channel',
};

export const center: Property = {
  id: 'inference.center',
  title: 'Where the input is the running mean the output is beta',
  needs: infer,
  given: one({ integers: true }),
  ask: async (bn, { layer }) => {
    const S = layer.x.length / (layer.N * layer.C);
    const centred = withData({ ...layer, running_mean: layer.running_mean!.map(Math.round) }, (_, i) =>
      Math.round(layer.running_mean![Math.floor(i / S) % layer.C]!),
    );
    return { y: (await bn.infer(centred)).y };
  },
  binds: ['y'],
  law: 'y == beta',
  of: 'infer',
  source: algebra,
};

export const affineInX: Property = {
  id: 'inference.affine-in-x',
  title: 'Differences of inputs are scaled by gamma over the running deviation',
  needs: infer,
  given: one({ integers: true }),
  ask: async (bn, { layer }) => ({
    y: (await bn.infer(layer)).y,
    z: (await bn.infer(withData(layer, (v, i) => v + layer.dy[i]!))).y,
  }),
  binds: ['y', 'z'],
  law: 'z - y == gamma * dy / sqrt(running_var + epsilon)',
  of: 'infer_grad',
  source: algebra,
};

export const flatten: Property = {
  id: 'inference.flatten',
  title: 'Positions are samples: (N, C, S) and (N S, C) give the same output',
  needs: infer,
  given: one(),
  ask: async (bn, { layer }) => ({
    y: (await bn.infer(layer)).y,
    z: unflattened((await bn.infer(flattened(layer, bn.ranks))).y!, layer),
  }),
  binds: ['y', 'z'],
  law: 'z == y',
  of: 'infer',
  source: 'arXiv 1502.03167, section 3.2',
};

export const layout: Property = {
  id: 'inference.layout',
  title: 'Channels first and channels last give the same output',
  needs: { ops: ['infer'], layouts: 2 },
  given: one(),
  ask: async (bn, { layer }) => ({
    y: (await bn.infer({ ...layer, layout: 'channels_first' })).y,
    z: (await bn.infer({ ...layer, layout: 'channels_last' })).y,
  }),
  binds: ['y', 'z'],
  law: 'z == y',
  of: 'infer',
  source: 'layout is storage, not mathematics',
};

export const deterministic: Property = {
  id: 'inference.deterministic',
  title: 'New statistics give a new answer, and the same question the same bits, whatever was asked in between',
  needs: infer,
  given: one(),
  ask: async (bn, { layer }) => {
    const others = { ...withData(layer, (v) => -v), running_mean: layer.running_mean!.map((v) => -v) };
    await bn.infer(others);
    const y = (await bn.infer(layer)).y;
    await bn.infer(others);
    return { y, z: (await bn.infer(layer)).y };
  },
  binds: ['y', 'z'],
  law: 'y == gamma * (x - running_mean) / sqrt(running_var + epsilon) + beta and same(z, y)',
  of: 'infer',
  source: 'inference has no state',
};

export const pure: Property = {
  id: 'inference.pure',
  title: 'Inference writes to none of its inputs: the running statistics stay',
  needs: infer,
  given: one(),
  ask: async (bn, { layer }) => ({ y: (await bn.infer(layer)).y }),
  binds: ['y'],
  law: 'pure(y)',
  of: 'infer',
  source: 'inference has no state',
};
