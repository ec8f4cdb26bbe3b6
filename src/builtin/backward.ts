import type { Inputs } from '../target/kernel.js';
import type { Arithmetic } from './arithmetic.js';
import { gather, scatter } from './channels.js';
import { type Layer, layerOf, likeInput, runningOf } from './layer.js';
import type { Method } from './method.js';
import { standardize } from './normalize.js';
import type { Statistics } from './statistics.js';
import { blank, type Reals, type Stored, store } from './storage.js';
import { sum, sumOfProducts } from './sums.js';

/** What one channel's dx is made of besides dy: sums over m elements. `scale` is gamma * r. */
export interface Flow {
  readonly m: number;
  readonly xhat: Float64Array;
  readonly dgamma: number;
  readonly dbeta: number;
  readonly scale: number;
}

/** Overwrites one channel's dy by its dx. */
type Propagate = (dy: Float64Array, flow: Flow, arithmetic: Arithmetic) => void;

/** Through the batch's statistics: gamma * r * (dy - mean(dy) - xhat * mean(dy * xhat)). */
export const throughBatch: Propagate = (dy, { m, xhat, dgamma, dbeta, scale }, a) => {
  const mean = a.divide(dbeta, a.round(m));
  const slope = a.divide(dgamma, a.round(m));
  for (let i = 0; i < dy.length; i++) {
    dy[i] = a.multiply(scale, a.subtract(a.subtract(dy[i], mean), a.multiply(xhat[i], slope)));
  }
};

/** Past frozen statistics: gamma * r * dy. */
const pastFrozen: Propagate = (dy, { scale }, a) => {
  for (let i = 0; i < dy.length; i++) dy[i] = a.multiply(scale, dy[i]);
};

/** Gradients of x, and of the parameters that are there. */
export type Gradients = { readonly dx: Stored; readonly dgamma?: Reals; readonly dbeta?: Reals };

/** The gradients of every channel, whose statistics `by` names. */
function differentiate(
  layer: Layer,
  { order, invert }: Method,
  inputs: Inputs,
  by: (channel: number, x: Float64Array) => Statistics,
  propagate: Propagate,
): Gradients {
  const { arithmetic: a, channels, format, paramFormat } = layer;
  const incoming = likeInput('dy', inputs);
  const dx = blank(layer.x.length, format);
  const dgamma = blank(channels.count, paramFormat);
  const dbeta = blank(channels.count, paramFormat);
  const x = new Float64Array(channels.m);
  const dy = new Float64Array(channels.m);
  for (let c = 0; c < channels.count; c++) {
    gather(layer.x, c, channels, x);
    gather(incoming, c, channels, dy);
    const { mean, variance } = by(c, x);
    const r = invert(variance, layer.epsilon, a);
    standardize(x, { mean, r }, a);
    dbeta[c] = sum(dy, 0, order, a);
    dgamma[c] = sumOfProducts(dy, x, order, a);
    const scale = a.multiply(layer.gamma[c], r);
    propagate(dy, { m: channels.m, xhat: x, dgamma: dgamma[c], dbeta: dbeta[c], scale }, a);
    scatter(dy, dx, c, channels);
  }
  return { dx: store(dx, format), ...(inputs.gamma ? { dgamma } : {}), ...(inputs.beta ? { dbeta } : {}) };
}

/** Gradients of training. */
export function grad(method: Method, inputs: Inputs): Gradients {
  const layer = layerOf(inputs);
  method.convention.admit(layer.channels.m, inputs.x.shape);
  const estimate = (_: number, x: Float64Array) => method.estimate(x, method.order, layer.arithmetic, layer.epsilon);
  return differentiate(layer, method, inputs, estimate, throughBatch);
}

/** Gradients of inference. */
export function inferGrad(method: Method, inputs: Inputs): Gradients {
  const layer = layerOf(inputs);
  const { mean, variance } = runningOf(layer, inputs);
  return differentiate(layer, method, inputs, (c) => ({ mean: mean[c], variance: variance[c] }), pastFrozen);
}
