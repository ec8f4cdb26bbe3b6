import type { FoldInputs } from '../target/kernel.js';
import { gather, scatter } from './channels.js';
import { type Layer, layerOf, perChannel, runningOf } from './layer.js';
import type { Method } from './method.js';
import { blank, type Reals, store } from './storage.js';

/** What a channel's weights are multiplied by, and what is added to the product of its bias. */
export interface Fold {
  readonly scale: number;
  readonly shift: number;
}

/** scale = gamma * r and shift = beta - mean * scale, channel by channel. */
function foldsOf(layer: Layer, { invert }: Method, inputs: FoldInputs): Fold[] {
  const { arithmetic: a, epsilon, gamma, beta } = layer;
  const { mean, variance } = runningOf(layer, inputs);
  return Array.from(mean, (mu, c) => {
    const scale = a.multiply(gamma[c], invert(variance[c], epsilon, a));
    return { scale, shift: a.subtract(beta[c], a.multiply(mu, scale)) };
  });
}

/** A linear or convolution layer that does what it and the normalization behind it did. Throws where something stands between the two. */
export function fold(method: Method, inputs: FoldInputs) {
  const { weight, bias, after } = inputs;
  if (after !== 'none') throw new Error(`${after} stands between the layers: what it cuts off, no weight brings back`);
  const layer = layerOf({ ...inputs, x: { ...weight, shape: sampleOf(inputs) } });
  const { arithmetic: a, channels, format, paramFormat } = layer;
  const given: Reals = bias ? perChannel('bias', bias, paramFormat, channels.count) : new Float64Array(channels.count);
  const weights = blank(layer.x.length, format);
  const biases = blank(channels.count, paramFormat);
  const column = new Float64Array(channels.m);
  for (const [c, { scale, shift }] of foldsOf(layer, method, inputs).entries()) {
    gather(layer.x, c, channels, column);
    for (let i = 0; i < column.length; i++) column[i] = a.multiply(column[i], scale);
    scatter(column, weights, c, channels);
    biases[c] = a.add(a.multiply(given[c], scale), shift);
  }
  return { weight: store(weights, format), bias: biases };
}

/** Weights are laid out as one sample is, of as many positions as an output channel has weights. */
function sampleOf({ weight: { shape, data }, layout }: FoldInputs): number[] {
  const C = shape.at(layout === 'channels_first' ? 0 : -1)!;
  return layout === 'channels_first' ? [1, C, data.length / C] : [1, data.length / C, C];
}
