import type { Answered } from '../src/run/answer.js';
import { type Layer, positions, shapeOf } from '../src/run/layer.js';
import { Unfit } from '../src/run/unfit.js';
import { slice } from './simpler.js';
import { spread } from './size.js';

/** The same layer with other data. Throws Unfit where a value would be rounded: the law would speak of other data. */
export function withData(layer: Layer, change: (v: number, i: number) => number, name: 'x' | 'dy' | 'vx' = 'x'): Layer {
  return { ...layer, [name]: onGrid(layer[name]!.map(change), layer.dtype) };
}

const bits = { f64: 53, f32: 24, f16: 11, bf16: 8 } as const;
const range = { f64: 1000, f32: 120, f16: 14, bf16: 120 } as const;

/** Values as they are if the format holds them all, far from its ends; otherwise Unfit. */
export function onGrid(values: Float64Array, format: Layer['dtype']): Float64Array {
  for (const v of values) {
    const exponent = v === 0 ? 0 : Math.floor(Math.log2(Math.abs(v)));
    const quantum = 2 ** (Math.max(exponent, -range[format]) - bits[format] + 1);
    if (exponent > range[format] || !Number.isInteger(v / quantum))
      throw new Unfit(`${v} is not on the grid of ${format}`);
  }
  return values;
}

export const shifted = (layer: Layer, c: number): Layer => withData(layer, (v) => v + c);
export const scaled = (layer: Layer, a: number): Layer => ({
  ...withData(layer, (v) => v * a),
  epsilon: layer.epsilon * a * a,
});

/** Other parameters, the same in every channel; null takes them away. */
export const affine = (layer: Layer, gamma: number | null, beta: number | null): Layer => ({
  ...layer,
  gamma: gamma === null ? null : new Float64Array(layer.C).fill(gamma),
  beta: beta === null ? null : new Float64Array(layer.C).fill(beta),
});

/** Some samples, in the given order. */
export const samples = (layer: Layer, which: readonly number[]): Layer =>
  slice(layer, which, count(layer.C), count(positions(layer)));

/** Channels in the given order. */
export const channels = (layer: Layer, which: readonly number[]): Layer =>
  slice(layer, count(layer.N), which, count(positions(layer)));

/** Every sample twice. */
export const duplicated = (layer: Layer): Layer => samples(layer, [...count(layer.N), ...count(layer.N)]);

/** Positions become samples: (N, C, S) read as (N S, C), in the lowest of these ranks. */
export function flattened(layer: Layer, ranks: readonly number[]): Layer {
  const [, C, S] = shapeOf(layer);
  const move = (values: Float64Array): Float64Array =>
    values.map((_, i) => values[(Math.floor(i / C / S) * C + (i % C)) * S + (Math.floor(i / C) % S)]!);
  const vx = layer.vx ? { vx: move(layer.vx) } : {};
  return { ...layer, N: layer.N * S, spatial: spread(1, ranks), x: move(layer.x), dy: move(layer.dy), ...vx };
}

/** The answer to a flattened layer, in the order of the original. */
export const unflattened = (answered: Answered, layer: Layer): Answered =>
  answered.pick(shapeOf(layer), (n, c, s) => [n * positions(layer) + s, c, 0]);

/** The first samples of an answer. */
export const first = (answered: Answered, layer: Layer): Answered =>
  answered.pick(shapeOf(layer), (n, c, s) => [n, c, s]);

export const count = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** A permutation of 0 … n - 1 that a number names: an affine step where it can be one, else a rotation. */
export function permutation(n: number, key: number): number[] {
  const step = [7, 5, 3].find((candidate) => coprime(candidate, n)) ?? 1;
  return count(n).map((i) => (step * i + key) % n);
}

const coprime = (a: number, n: number): boolean => (n === 0 ? a === 1 : coprime(n, a % n));

/** Where each of 0 … n - 1 went. */
export const inverse = (order: readonly number[]): number[] => count(order.length).map((i) => order.indexOf(i));

/** The channel with everything else replaced by `value`. */
export function poisoned(layer: Layer, channel: number, value: number): Layer {
  const [, C, S] = shapeOf(layer);
  return { ...layer, x: layer.x.map((v, i) => (Math.floor(i / S) % C === channel ? v : value)) };
}

/** The part of an answer that belongs to one channel. */
export function inChannel(answered: Answered, channel: number): Answered {
  const [N, , S] = answered.shape;
  return answered.pick([N, 1, S], (n, _c, s) => [n, channel, s]);
}

/** Pairs of samples as batches of their own. */
export const batches = (layer: Layer): Layer[] =>
  count(Math.floor(layer.N / 2)).map((i) => samples(layer, [2 * i, 2 * i + 1]));

/** The layer with its first value, which is of channel 0, replaced. */
export const spoiled = (layer: Layer, value: number): Layer => ({ ...layer, x: layer.x.with(0, value) });

/** The layer with gamma 0 in channel 0, and there only. */
export const partlyZero = (layer: Layer): Layer => ({ ...layer, gamma: layer.gamma?.with(0, 0) ?? null });
