import fc from 'fast-check';
import type { Property } from '../src/run/property.js';
import { layers, one } from './layer.js';
import {
  affine,
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

const algebra = 'follows from the gradients of arXiv 1502.03167';
const grad = { ops: ['grad'] } as const;

export const shift: Property = {
  id: 'backward.shift',
  title: 'Adding one constant to a channel changes no gradient',
  needs: grad,
  given: (terms) =>
    fc.record({ layer: layers(terms, { integers: true, affine: true }), c: fc.integer({ min: -100, max: 100 }) }),
  async ask(bn, { layer, c }) {
    const [a, b] = [await bn.grad(layer), await bn.grad(shifted(layer, c as number))];
    return { dx: a.dx, moved: b.dx, dgamma: a.dgamma, moved_gamma: b.dgamma };
  },
  binds: ['dx', 'moved', 'dgamma', 'moved_gamma'],
  law: 'moved == dx and moved_gamma == dgamma',
  of: 'grad',
  source: algebra,
};

export const scale: Property = {
  id: 'backward.scale',
  title: 'Scaling the input by a, and epsilon by its square, divides the gradient by a',
  needs: grad,
  given: (terms) => fc.record({ layer: layers(terms, { integers: true }), a: fc.constantFrom(2, -2, 4, 3) }),
  ask: async (bn, { layer, a }) => ({
    dx: (await bn.grad(layer)).dx,
    moved: (await bn.grad(scaled(layer, a as number))).dx,
  }),
  binds: ['dx', 'moved'],
  law: 'abs(a) * moved == dx',
  of: 'grad',
  source: algebra,
};

export const order: Property = {
  id: 'backward.order',
  title: 'Permuting the batch permutes the gradient',
  needs: grad,
  given: (terms) => fc.record({ layer: layers(terms), key: fc.nat({ max: 100 }) }),
  ask: async (bn, { layer, key }) => {
    const way = permutation(layer.N, key as number);
    const back = inverse(way);
    const z = (await bn.grad(samples(layer, way))).dx!;
    return { dx: (await bn.grad(layer)).dx, z: z.pick(z.shape, (n, c, s) => [back[n]!, c, s]) };
  },
  binds: ['dx', 'z'],
  law: 'z == dx',
  of: 'grad',
  source: algebra,
};

export const duplicate: Property = {
  id: 'backward.duplicate',
  title: 'With every sample twice the gradient of the input stays, those of gamma and beta double',
  needs: grad,
  given: one({ affine: true }),
  async ask(bn, { layer }) {
    const [a, b] = [await bn.grad(layer), await bn.grad(duplicated(layer))];
    const twice = { twice_gamma: b.dgamma, twice_beta: b.dbeta };
    return { dx: a.dx, twice: first(b.dx!, layer), dgamma: a.dgamma, dbeta: a.dbeta, ...twice };
  },
  binds: ['dx', 'twice', 'dgamma', 'dbeta', 'twice_gamma', 'twice_beta'],
  law: 'twice == dx and twice_gamma == 2 * dgamma and twice_beta == 2 * dbeta',
  of: 'grad',
  source: algebra,
};

export const flatten: Property = {
  id: 'backward.flatten',
  title: 'Positions are samples: (N, C, S) and (N S, C) give the same gradient',
  needs: grad,
  given: one(),
  ask: async (bn, { layer }) => ({
    dx: (await bn.grad(layer)).dx,
    z: unflattened((await bn.grad(flattened(layer, bn.ranks))).dx!, layer),
  }),
  binds: ['dx', 'z'],
  law: 'z == dx',
  of: 'grad',
  source: 'arXiv 1502.03167, section 3.2',
};

export const layout: Property = {
  id: 'backward.layout',
  title: 'Channels first and channels last give the same gradient',
  needs: { ops: ['grad'], layouts: 2 },
  given: one(),
  ask: async (bn, { layer }) => ({
    dx: (await bn.grad({ ...layer, layout: 'channels_first' })).dx,
    z: (await bn.grad({ ...layer, layout: 'channels_last' })).dx,
  }),
  binds: ['dx', 'z'],
  law: 'z == dx',
  of: 'grad',
  source: 'layout is storage, not mathematics',
};

export const isolation: Property = {
  id: 'backward.isolation',
  title: 'No channel feels another in the gradient: this one keeps its bits',
  needs: grad,
  given: (terms) =>
    fc.record({ layer: layers(terms), other: fc.constantFrom(0, 1, Number.NaN), key: fc.nat({ max: 100 }) }),
  ask: async (bn, { layer, other, key }) => {
    const kept = (key as number) % layer.C;
    const [a, b] = [(await bn.grad(layer)).dx!, (await bn.grad(poisoned(layer, kept, other as number))).dx!];
    return { dx: inChannel(a, kept), z: inChannel(b, kept) };
  },
  binds: ['dx', 'z'],
  law: 'same(z, dx)',
  of: 'grad',
  source: 'statistics are per channel',
};

export const betaIndependence: Property = {
  id: 'backward.beta-independence',
  title: 'Beta changes no gradient, and dgamma does not feel gamma',
  needs: grad,
  given: one({ affine: true }),
  async ask(bn, { layer }) {
    const [a, b] = [await bn.grad(layer), await bn.grad({ ...layer, beta: affine(layer, 1, 7).beta })];
    const c = await bn.grad({ ...layer, gamma: layer.gamma!.map((v) => -2 * v) });
    return { dx: a.dx, other: b.dx, dgamma: a.dgamma, other_gamma: c.dgamma };
  },
  binds: ['dx', 'other', 'dgamma', 'other_gamma'],
  law: 'other == dx and other_gamma == dgamma',
  of: 'grad',
  source: algebra,
};

export const pure: Property = {
  id: 'backward.pure',
  title: 'The gradient writes to none of its inputs: dy is read by other layers too',
  needs: grad,
  given: one(),
  ask: async (bn, { layer }) => ({ dx: (await bn.grad(layer)).dx }),
  binds: ['dx'],
  law: 'pure(dx)',
  of: 'grad',
  source: 'a function leaves its arguments alone',
};

export const deterministic: Property = {
  id: 'backward.deterministic',
  title: 'The same question gets the same gradients, bit for bit, whatever was asked in between',
  needs: grad,
  given: one({ affine: true }),
  async ask(bn, { layer }) {
    const { dx, dgamma, dbeta } = await bn.grad(layer);
    for (const _ of count(2)) await bn.grad(withData(layer, (v) => -v, 'dy'));
    const again = await bn.grad(layer);
    return { dx, dgamma, dbeta, again_dx: again.dx, again_dgamma: again.dgamma, again_dbeta: again.dbeta };
  },
  binds: ['dx', 'dgamma', 'dbeta', 'again_dx', 'again_dgamma', 'again_dbeta'],
  law: 'same(again_dx, dx) and same(again_dgamma, dgamma) and same(again_dbeta, dbeta)',
  of: 'grad',
  source: 'a layer without state is a function',
};
