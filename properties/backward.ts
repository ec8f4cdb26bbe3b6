import fc from 'fast-check';
import type { Property } from '../src/run/property.js';
import { layers, one } from './layer.js';
import {
  affine,
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

const paper = 'arXiv 1502.03167, section 3, simplified';
const algebra = 'follows from the gradients of arXiv 1502.03167';
const grad = { ops: ['grad'] } as const;

export const inputGradient: Property = {
  id: 'backward.dx',
  title: 'The gradient of the input lacks what dy shares with the mean and with the variance',
  needs: grad,
  given: one({ tails: true }),
  ask: async (bn, { layer }) => ({ dx: (await bn.grad(layer)).dx }),
  binds: ['dx'],
  law: 'dx == gamma / s * (dy - sum(dy) / m - xhat * sum(dy * xhat) / m)',
  of: 'grad',
  source: paper,
};

export const gammaGradient: Property = {
  id: 'backward.dgamma',
  title: 'The gradient of gamma is the product of dy with the normalized input',
  needs: grad,
  given: one({ affine: true, tails: true }),
  ask: async (bn, { layer }) => ({ dgamma: (await bn.grad(layer)).dgamma }),
  binds: ['dgamma'],
  law: 'dgamma == sum(dy * xhat)',
  of: 'grad',
  source: paper,
};

export const betaGradient: Property = {
  id: 'backward.dbeta',
  title: 'The gradient of beta is the sum of dy',
  needs: grad,
  given: one({ affine: true, tails: true }),
  ask: async (bn, { layer }) => ({ dbeta: (await bn.grad(layer)).dbeta }),
  binds: ['dbeta'],
  law: 'dbeta == sum(dy)',
  of: 'grad',
  source: paper,
};

export const sumZero: Property = {
  id: 'backward.sum-zero',
  title: 'The gradient sums to zero over the batch: a bias before the layer has none',
  needs: grad,
  given: one(),
  ask: async (bn, { layer }) => ({ dx: (await bn.grad(layer)).dx }),
  binds: ['dx'],
  law: 'sum(dx) == 0',
  of: 'grad',
  source: algebra,
};

export const orthogonal: Property = {
  id: 'backward.orthogonal',
  title: 'Along the normalized input only the share of epsilon is left of the gradient',
  needs: grad,
  given: one(),
  ask: async (bn, { layer }) => ({ dx: (await bn.grad(layer)).dx }),
  binds: ['dx'],
  law: 'sum(dx * xhat) == gamma / s * sum(dy * xhat) * epsilon / (sigma2 + epsilon)',
  of: 'grad',
  source: algebra,
};

export const constantGradient: Property = {
  id: 'backward.constant-dy',
  title: 'A constant dy has no gradient of the input and none of gamma',
  needs: grad,
  given: one({ affine: true }),
  async ask(bn, { layer }) {
    const { dx, dgamma } = await bn.grad(withData(layer, () => 3, 'dy'));
    return { dx, dgamma };
  },
  binds: ['dx', 'dgamma'],
  law: 'dx == 0 and dgamma == 0',
  of: 'grad',
  source: algebra,
};

export const alongInput: Property = {
  id: 'backward.dy-along-x',
  title: 'Where dy is the deviation of x, only the share of epsilon is left',
  needs: grad,
  given: one({ integers: true, m: 4 }),
  async ask(bn, { layer }) {
    const sums = Array.from({ length: layer.C }, (_, c) =>
      [0, 1, 2, 3].reduce((t, n) => t + layer.x[n * layer.C + c]!, 0),
    );
    const deviating = { ...layer, dy: layer.x.map((v, i) => 4 * v - sums[i % layer.C]!) };
    return { dx: (await bn.grad(withData(deviating, (v) => v, 'dy'))).dx };
  },
  binds: ['dx'],
  law: 'dx == gamma / s * m * (x - mu) * epsilon / (sigma2 + epsilon)',
  of: 'grad',
  source: algebra,
};

export const linear: Property = {
  id: 'backward.linear',
  title: 'The gradients of a sum of two dy are the sums of the gradients',
  needs: grad,
  given: one({ integers: true, affine: true }),
  async ask(bn, { layer }) {
    const turned = layer.dy.map((_, i) => layer.dy[layer.dy.length - 1 - i]!);
    const [a, b] = [await bn.grad(layer), await bn.grad({ ...layer, dy: turned })];
    const both = await bn.grad({ ...layer, dy: layer.dy.map((v, i) => v + turned[i]!) });
    return { a: a.dx, b: b.dx, both: both.dx, a_gamma: a.dgamma, b_gamma: b.dgamma, both_gamma: both.dgamma };
  },
  binds: ['a', 'b', 'both', 'a_gamma', 'b_gamma', 'both_gamma'],
  law: 'both == a + b and both_gamma == a_gamma + b_gamma',
  of: 'grad',
  source: algebra,
};

export const symmetric: Property = {
  id: 'backward.symmetric',
  title: 'The Jacobian is symmetric: u dx(v) is v dx(u)',
  needs: grad,
  given: one({ integers: true }),
  async ask(bn, { layer }) {
    const turned = { ...layer, dy: layer.dy.map((_, i) => layer.dy[layer.dy.length - 1 - i]!) };
    const [of_u, of_v] = [(await bn.grad(layer)).dx, (await bn.grad(turned)).dx];
    return { of_u, of_v, v: { shape: of_v!.shape, lo: turned.dy, hi: turned.dy } };
  },
  binds: ['of_u', 'of_v', 'v'],
  law: 'sum(dy * of_v) == sum(v * of_u)',
  of: 'grad',
  source: algebra,
};

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
    z: unflattened((await bn.grad(flattened(layer))).dx!, layer),
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
