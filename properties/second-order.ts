import type { Layer } from '../src/run/layer.js';
import type { Property } from '../src/run/property.js';
import { one } from './layer.js';
import { partlyZero, withData } from './transform.js';

const source = 'the derivative of the gradients of arXiv 1502.03167, section 3';
const algebra = 'follows from the gradients of arXiv 1502.03167';
const second = { ops: ['grad_grad'] } as const;

export const outputGradient: Property = {
  id: 'second.output-gradient',
  title: 'The second-order gradient of dy is the first-order gradient of vx, with vgamma for gamma and vbeta for beta',
  needs: second,
  given: one({ second: true, tails: true, bare: true }),
  ask: async (bn, { layer }) => ({ g_dy: (await bn.gradGrad(layer)).g_dy }),
  binds: ['g_dy'],
  law: 'g_dy == gamma / s * p_vx + vgamma * xhat + vbeta',
  of: 'grad_grad',
  source,
};

export const gammaGradient: Property = {
  id: 'second.gamma-gradient',
  title: 'The second-order gradient of gamma is the product of vx with dx, before gamma',
  needs: second,
  given: one({ second: true, scaled: true, tails: true }),
  ask: async (bn, { layer }) => ({ g_gamma: (await bn.gradGrad(layer)).g_gamma }),
  binds: ['g_gamma'],
  law: 'g_gamma == sum(vx * p_dy) / s',
  of: 'grad_grad',
  source,
};

export const inputGradient: Property = {
  id: 'second.input-gradient',
  title:
    'The second-order gradient of the input flows through the deviation once, and twice through the normalized input',
  needs: second,
  given: one({ second: true, tails: true, bare: true }),
  ask: async (bn, { layer }) => ({ g_x: (await bn.gradGrad(layer)).g_x }),
  binds: ['g_x'],
  law: 'g_x == vgamma / s * p_dy - gamma / s^2 * (xhat * sum(vx * p_dy) / m + p_vx * sum(dy * xhat) / m + p_dy * sum(vx * xhat) / m)',
  of: 'grad_grad',
  source,
};

export const gammaZero: Property = {
  id: 'second.gamma-zero',
  title: 'A gamma of 0 takes no second-order gradient but its own share: that of gamma stays',
  needs: second,
  given: one({ second: true, affine: true, adapt: partlyZero }),
  async ask(bn, { layer }) {
    const { g_gamma, g_dy } = await bn.gradGrad(layer);
    return { g_gamma, g_dy };
  },
  binds: ['g_gamma', 'g_dy'],
  law: 'g_gamma == sum(vx * p_dy) / s and g_dy == gamma / s * p_vx + vgamma * xhat + vbeta',
  of: 'grad_grad',
  source,
};

export const pairing: Property = {
  id: 'second.pairing',
  title: "Paired with dy, its second-order gradient gives back what was weighed: the target's own gradients",
  needs: { ops: ['grad', 'grad_grad'] },
  given: one({ second: true, affine: true }),
  async ask(bn, { layer }) {
    const { dx, dgamma, dbeta } = await bn.grad(layer);
    return { dx, dgamma, dbeta, g_dy: (await bn.gradGrad(layer)).g_dy };
  },
  binds: ['dx', 'dgamma', 'dbeta', 'g_dy'],
  law: 'sum(g_dy * dy) == sum(vx * dx) + vgamma * dgamma + vbeta * dbeta',
  of: 'grad_grad',
  source: 'every gradient is linear in dy',
};

export const gammaPairing: Property = {
  id: 'second.gamma-pairing',
  title: "Times gamma, its second-order gradient gives back the target's own dx, weighed by vx",
  needs: { ops: ['grad', 'grad_grad'] },
  given: one({ second: true, affine: true }),
  ask: async (bn, { layer }) => ({
    dx: (await bn.grad(layer)).dx,
    g_gamma: (await bn.gradGrad(layer)).g_gamma,
  }),
  binds: ['dx', 'g_gamma'],
  law: 'gamma * g_gamma == sum(vx * dx)',
  of: 'grad_grad',
  source: 'dx is linear in gamma',
};

export const sumZero: Property = {
  id: 'second.sum-zero',
  title: 'The second-order gradient of the input sums to zero over the batch: no gradient feels a shift',
  needs: second,
  given: one({ second: true }),
  ask: async (bn, { layer }) => ({ g_x: (await bn.gradGrad(layer)).g_x }),
  binds: ['g_x'],
  law: 'sum(g_x) == 0',
  of: 'grad_grad',
  source: algebra,
};

export const alongInput: Property = {
  id: 'second.along-x',
  title:
    'Along the normalized input the second order is what homogeneity leaves: dx halves where x doubles, but for epsilon',
  needs: second,
  given: one({ second: true }),
  ask: async (bn, { layer }) => ({ g_x: (await bn.gradGrad(layer)).g_x }),
  binds: ['g_x'],
  law: 'sum(g_x * xhat) * (sigma2 + epsilon) == sum(dy * xhat) * (vgamma * s - 2 * gamma * sum(vx * xhat) / m) * epsilon / (sigma2 + epsilon) - gamma * sum(vx * p_dy) * sigma2 / (sigma2 + epsilon)',
  of: 'grad_grad',
  source: "Euler's theorem on homogeneous functions",
};

export const constantDy: Property = {
  id: 'second.constant-dy',
  title: 'A constant dy has no second-order gradient of the input and none of gamma',
  needs: second,
  given: one({ second: true, affine: true }),
  async ask(bn, { layer }) {
    const { g_x, g_gamma } = await bn.gradGrad(withData(layer, () => 3, 'dy'));
    return { g_x, g_gamma };
  },
  binds: ['g_x', 'g_gamma'],
  law: 'g_x == 0 and g_gamma == 0',
  of: 'grad_grad',
  source: algebra,
};

export const constantVx: Property = {
  id: 'second.constant-vx',
  title: 'A constant vx weighs nothing, since dx sums to zero: vgamma and vbeta alone are left',
  needs: second,
  given: one({ second: true, affine: true }),
  async ask(bn, { layer }) {
    const { g_x, g_gamma, g_dy } = await bn.gradGrad(withData(layer, () => 3, 'vx'));
    return { g_x, g_gamma, g_dy };
  },
  binds: ['g_x', 'g_gamma', 'g_dy'],
  law: 'g_x == vgamma / s * p_dy and g_gamma == 0 and g_dy == vgamma * xhat + vbeta',
  of: 'grad_grad',
  source: algebra,
};

const turned = (values: Float64Array): Float64Array => values.map((_, i) => values[values.length - 1 - i]!);
const times = (values: Float64Array | null | undefined, by: number): Float64Array | null =>
  values?.map((v) => by * v) ?? null;

export const linear: Property = {
  id: 'second.linear',
  title: 'The second-order gradients of a sum of two weights are the sums of theirs',
  needs: second,
  given: one({ second: true, integers: true, affine: true }),
  async ask(bn, { layer }) {
    const other: Layer = { ...layer, vx: turned(layer.vx!) };
    const sum = { vx: layer.vx!.map((v, i) => v + other.vx![i]!), vgamma: times(layer.vgamma, 2) };
    const [a, b] = [await bn.gradGrad(layer), await bn.gradGrad(other)];
    const both = await bn.gradGrad({ ...layer, ...sum, vbeta: times(layer.vbeta, 2) });
    const [x, gamma] = [
      { a: a.g_x, b: b.g_x, both: both.g_x },
      { a_gamma: a.g_gamma, b_gamma: b.g_gamma },
    ];
    return { ...x, ...gamma, both_gamma: both.g_gamma, a_dy: a.g_dy, b_dy: b.g_dy, both_dy: both.g_dy };
  },
  binds: ['a', 'b', 'both', 'a_gamma', 'b_gamma', 'both_gamma', 'a_dy', 'b_dy', 'both_dy'],
  law: 'both == a + b and both_gamma == a_gamma + b_gamma and both_dy == a_dy + b_dy',
  of: 'grad_grad',
  source: 'L is linear in its weights',
};

export const symmetric: Property = {
  id: 'second.symmetric',
  title: 'Weights on dx alone may change places with dy: the Jacobian of dx is symmetric',
  needs: second,
  given: one({ second: true, affine: true }),
  async ask(bn, { layer }) {
    const alone: Layer = { ...layer, vgamma: times(layer.vgamma, 0), vbeta: times(layer.vbeta, 0) };
    const a = await bn.gradGrad(alone);
    const b = await bn.gradGrad({ ...alone, dy: layer.vx!, vx: layer.dy });
    return { g_x: a.g_x, swapped: b.g_x, g_gamma: a.g_gamma, swapped_gamma: b.g_gamma };
  },
  binds: ['g_x', 'swapped', 'g_gamma', 'swapped_gamma'],
  law: 'swapped == g_x and swapped_gamma == g_gamma',
  of: 'grad_grad',
  source: algebra,
};
