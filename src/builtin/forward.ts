import type { Inputs } from '../target/kernel.js';
import { gather, scatter } from './channels.js';
import { type Layer, layerOf, runningOf } from './layer.js';
import type { Method, Saved } from './method.js';
import type { Normalizer } from './normalize.js';
import { blend, weightsOf } from './running.js';
import { blank, type Reals, type Stored, store } from './storage.js';

/** y of every channel, each normalized by what `by` says of it. */
export function apply(layer: Layer, { normalize }: Method, by: (channel: number, x: Float64Array) => Normalizer) {
  const { arithmetic, channels, format } = layer;
  const y = blank(layer.x.length, format);
  const column = new Float64Array(channels.m);
  for (let c = 0; c < channels.count; c++) {
    gather(layer.x, c, channels, column);
    normalize(column, { ...by(c, column), gamma: layer.gamma[c], beta: layer.beta[c] }, arithmetic);
    scatter(column, y, c, channels);
  }
  return store(y, format);
}

/** The running statistics after this batch, where both were given. An empty batch leaves them as they are. */
export function track(layer: Layer, { convention }: Method, inputs: Inputs, mean: Reals, variance: Reals) {
  if (inputs.running_mean === undefined || inputs.running_var === undefined) return {};
  const { arithmetic: a } = layer;
  const { m } = layer.channels;
  const old = runningOf(layer, inputs);
  const weights = weightsOf(inputs, convention, a);
  if (m === 0) return { running_mean: old.mean.slice(), running_var: old.variance.slice() };
  const entering = variance.map((v) => convention.runningVariance(v, m, a));
  return { running_mean: blend(old.mean, mean, weights, a), running_var: blend(old.variance, entering, weights, a) };
}

/** What training answers: the statistics that were asked for beside y. */
export type Trained = { readonly y: Stored; readonly count?: BigInt64Array } & Readonly<
  Partial<Record<Saved | 'running_mean' | 'running_var', Reals>>
>;

/** Normalizes by the batch's own statistics; answers those it saves, and the updated running ones. */
export function train(method: Method, inputs: Inputs): Trained {
  const layer = layerOf(inputs);
  const { arithmetic, channels, paramFormat, epsilon } = layer;
  method.convention.admit(channels.m, inputs.x.shape);
  const batch = {
    mean: blank(channels.count, paramFormat),
    variance: blank(channels.count, paramFormat),
    inv_std: blank(channels.count, paramFormat),
  };
  const y = apply(layer, method, (c, x) => {
    const { mean, variance } = method.estimate(x, method.order, arithmetic, epsilon);
    const r = method.invert(variance, epsilon, arithmetic);
    batch.mean[c] = mean;
    batch.variance[c] = variance;
    batch.inv_std[c] = r;
    return { mean, r };
  });
  return {
    y,
    ...Object.fromEntries(method.saved.map((name) => [name, batch[name]])),
    ...track(layer, method, inputs, batch.mean, batch.variance),
    ...(inputs.count === undefined ? {} : { count: BigInt64Array.of(inputs.count + 1n) }),
  };
}

/** Normalizes by the running statistics. */
export function infer(method: Method, inputs: Inputs): { readonly y: Stored } {
  const layer = layerOf(inputs);
  const { mean, variance } = runningOf(layer, inputs);
  const y = apply(layer, method, (c) => {
    return { mean: mean[c], r: method.invert(variance[c], layer.epsilon, layer.arithmetic) };
  });
  return { y };
}
