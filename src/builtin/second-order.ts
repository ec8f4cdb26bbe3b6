import type { Inputs } from '../target/kernel.js';
import type { Arithmetic } from './arithmetic.js';
import { gather, scatter } from './channels.js';
import { layerOf, likeInput, weightsOf } from './layer.js';
import type { Method } from './method.js';
import { standardize } from './normalize.js';
import type { Order } from './order.js';
import { blank, type Reals, type Stored, store } from './storage.js';
import { sum, sumOfProducts } from './sums.js';

/** Gradients of L = sum(vx * dx) + sum(vgamma * dgamma) + sum(vbeta * dbeta). */
export type SecondGradients = { readonly g_x: Stored; readonly g_gamma?: Reals; readonly g_dy: Stored };

/** One channel: p = v - mean(v) - xhat * mean(v * xhat) over v, and the second of these means. */
function project(v: Float64Array, xhat: Float64Array, order: Order, a: Arithmetic): number {
  const m = a.round(v.length);
  const mean = a.divide(sum(v, 0, order, a), m);
  const slope = a.divide(sumOfProducts(v, xhat, order, a), m);
  for (let i = 0; i < v.length; i++) v[i] = a.subtract(a.subtract(v[i], mean), a.multiply(xhat[i], slope));
  return slope;
}

/** Second-order gradients of training, as the specification writes them. */
export function gradGrad(method: Method, inputs: Inputs): SecondGradients {
  const layer = layerOf(inputs);
  const { arithmetic: a, channels, format, paramFormat } = layer;
  method.convention.admit(channels.m, inputs.x.shape);
  const [incoming, weight] = [likeInput('dy', inputs), likeInput('vx', inputs)];
  const { vgamma, vbeta } = weightsOf(layer, inputs);
  const [byX, byDy] = [blank(layer.x.length, format), blank(layer.x.length, format)];
  const byGamma = blank(channels.count, paramFormat);
  const [xhat, p, q] = [0, 1, 2].map(() => new Float64Array(channels.m));
  const m = a.round(channels.m);
  for (let c = 0; c < channels.count; c++) {
    gather(layer.x, c, channels, xhat);
    gather(incoming, c, channels, p);
    gather(weight, c, channels, q);
    const { mean, variance } = method.estimate(xhat, method.order, a, layer.epsilon);
    const r = method.invert(variance, layer.epsilon, a);
    standardize(xhat, { mean, r }, a);
    const vx = q.slice();
    const slope = project(p, xhat, method.order, a);
    const slopeOfV = project(q, xhat, method.order, a);
    const product = sumOfProducts(vx, p, method.order, a);
    byGamma[c] = a.multiply(product, r);
    const scale = a.multiply(layer.gamma[c], r);
    const [share, own] = [a.divide(product, m), a.multiply(vgamma[c], r)];
    for (let i = 0; i < xhat.length; i++) {
      const along = a.add(a.multiply(xhat[i], share), a.add(a.multiply(q[i], slope), a.multiply(p[i], slopeOfV)));
      const affine = a.add(a.multiply(vgamma[c], xhat[i]), vbeta[c]);
      q[i] = a.add(a.multiply(scale, q[i]), affine);
      p[i] = a.subtract(a.multiply(own, p[i]), a.multiply(a.multiply(scale, r), along));
    }
    scatter(p, byX, c, channels);
    scatter(q, byDy, c, channels);
  }
  const gamma = inputs.gamma ? { g_gamma: byGamma } : {};
  return { g_x: store(byX, format), ...gamma, g_dy: store(byDy, format) };
}
