import type { Property } from '../src/run/property.js';
import { one } from './layer.js';
import { partlyZero, withData } from './transform.js';

const paper = 'arXiv 1502.03167, section 3, simplified';
const algebra = 'follows from the gradients of arXiv 1502.03167';
const grad = { ops: ['grad'] } as const;

export const inputGradient: Property = {
  id: 'backward.dx',
  title: 'The gradient of the input lacks what dy shares with the mean and with the variance',
  needs: grad,
  given: one({ tails: true, bare: true }),
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
  given: one({ scaled: true, tails: true }),
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
  given: one({ shifted: true, tails: true }),
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

export const noGradient: Property = {
  id: 'backward.zero-dy',
  title: 'Where nothing arrives from above, every gradient is 0, whatever the call before left in its buffers',
  needs: grad,
  given: one({ affine: true }),
  async ask(bn, { layer }) {
    await bn.grad(layer);
    const { dx, dgamma, dbeta } = await bn.grad(withData(layer, () => 0, 'dy'));
    return { dx, dgamma, dbeta };
  },
  binds: ['dx', 'dgamma', 'dbeta'],
  law: 'dx == 0 and dgamma == 0 and dbeta == 0',
  of: 'grad',
  source: algebra,
};

export const gammaZero: Property = {
  id: 'backward.gamma-zero',
  title: 'A gamma of 0 takes the gradient of the input, and leaves that of gamma',
  needs: grad,
  given: one({ affine: true, adapt: partlyZero }),
  async ask(bn, { layer }) {
    const { dx, dgamma } = await bn.grad(layer);
    return { dx, dgamma };
  },
  binds: ['dx', 'dgamma'],
  law: 'dx == gamma / s * (dy - sum(dy) / m - xhat * sum(dy * xhat) / m) and dgamma == sum(dy * xhat)',
  of: 'grad',
  source: paper,
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
