import type { Format } from '../src/exact/format.js';
import { roundTo } from '../src/exact/grid.js';
import { type Layer, shapeOf } from '../src/run/layer.js';
import type { Random } from '../test/exact.random.js';

/** Draws one number. */
export type Draw = () => number;

/** Standard normal, as randn draws it (Box and Muller). */
export const randn =
  (from: Random): Draw =>
  () =>
    Math.sqrt(-2 * Math.log(1 - from.unit())) * Math.cos(2 * Math.PI * from.unit());

export const uniform =
  (from: Random, low = 0, high = 1): Draw =>
  () =>
    low + (high - low) * from.unit();

export const always =
  (value: number): Draw =>
  () =>
    value;

export interface Recipe {
  readonly dtype: Format;
  /** Samples, channels, positions, whatever the layout. */
  readonly shape: readonly [N: number, C: number, ...spatial: number[]];
  readonly x: Draw;
  readonly dy?: Draw;
  /** null: the layer has none. */
  readonly gamma?: Draw | null;
  readonly beta?: Draw | null;
  readonly running_mean?: Draw;
  readonly running_var?: Draw;
  readonly epsilon?: number;
  readonly layout?: Layer['layout'];
}

/** A layer as a check makes it; what a recipe leaves out is as frameworks initialise it, and momentum is 0.1. */
export function layerOf({ dtype, shape: [N, C, ...spatial], ...recipe }: Recipe): Layer {
  const param: Format = dtype === 'f64' ? 'f64' : 'f32';
  const list = (length: number, draw: Draw, format: Format): Float64Array =>
    Float64Array.from({ length }, () => roundTo(draw(), format));
  const size = spatial.reduce((all, extent) => all * extent, N * C);
  const optional = (draw: Draw | null | undefined, initial: number): Float64Array | null =>
    draw === null ? null : list(C, draw ?? always(initial), param);
  return {
    ...{ dtype, param, N, C, spatial, layout: recipe.layout ?? 'channels_first', alpha: 0.1, count: null },
    x: list(size, recipe.x, dtype),
    dy: list(size, recipe.dy ?? always(1), dtype),
    gamma: optional(recipe.gamma, 1),
    beta: optional(recipe.beta, 0),
    running_mean: list(C, recipe.running_mean ?? always(0), param),
    running_var: list(C, recipe.running_var ?? always(1), param),
    epsilon: recipe.epsilon ?? 1e-5,
  };
}

/** The same layer with its mean a thousand deviations further from 0, that of the running statistics too. */
export function offset(layer: Layer): Layer {
  const mean = layer.x.reduce((sum, v) => sum + v, 0) / layer.x.length;
  const variance = layer.x.reduce((sum, v) => sum + (v - mean) ** 2, 0) / layer.x.length;
  const by = 1000 * Math.sqrt(variance);
  const moved = (values: Float64Array | null, format: Format): Float64Array =>
    values!.map((v) => roundTo(v + by, format));
  return { ...layer, x: moved(layer.x, layer.dtype), running_mean: moved(layer.running_mean, layer.param) };
}

/** The layer in float64: the values are the same. */
export const widened = (layer: Layer): Layer => ({ ...layer, dtype: 'f64', param: 'f64' });

export const size = (layer: Layer): number => shapeOf(layer).reduce((a, b) => a * b);
