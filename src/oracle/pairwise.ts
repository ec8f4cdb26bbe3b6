import type { Column } from '../exact/column.js';
import * as exact from '../exact/column.js';
import type { Format } from '../exact/format.js';
import { round } from '../exact/round.js';
import type { Engine } from './engine.js';
import { type Affine, meanOf, type Statistics, slope } from './exact.js';
import type { Extent } from './extent.js';
import type { Pair } from './pair.js';
import type { Piece } from './rule.js';
import type { Sums } from './sums.js';

/** A kernel that computes in pairs of doubles, with its constants: f64 to f64, or f32 to f32. */
export type Pairs = (engine: Engine, piece: Piece) => number;

const pairOf = (value: Column): Pair => {
  const high = round(value, 0, 'f64');
  if (!Number.isFinite(high)) return [high, 0];
  return [high, round(exact.subtract(value, exact.column([high])), 0, 'f64')];
};

/** A factor as the kernels take it: its high part, both halves of that, its low part. */
type Factor = readonly [high: number, upper: number, lower: number, low: number];
const factor = (value: Column): Factor => {
  const [high, low] = pairOf(value);
  const t = high * (2 ** 27 + 1);
  const upper = t - (t - high);
  return [high, upper, high - upper, low];
};

/** Numbers whose products with each other keep all bits of their pairs. */
const roomy = (...numbers: readonly number[]): boolean =>
  numbers.every((v) => v === 0 || Math.abs(Math.log2(Math.abs(v))) < 400);
const held = (v: number): boolean => v < 2 ** 900 && v > 2 ** -800;

/** u squared: half a step of a pair at 1. */
const uu = 2 ** -106;

/**
 * y in pairs, as in forward.ts with c the f64 next to mu: k is off by u^2, its product by 9 and b by 4 of P and |beta|;
 * three sums add 5. `bound` is allowed. Null where exponents leave no room.
 */
export function forwardPairs(
  of: Statistics,
  { gamma, beta, epsilon }: Affine,
  range: Reach,
  format: Format,
  bound: number,
): Pairs | null {
  const slopeOf = exact.multiply(exact.column([gamma]), of.inverse(epsilon));
  const c = round(of.mean, 0, 'f64');
  const offset = exact.subtract(of.mean, exact.column([c]));
  const b = pairOf(exact.subtract(exact.column([beta]), exact.multiply(slopeOf, offset)));
  const k = factor(slopeOf);
  const size = Math.abs(k[0]) * range(c) + Math.abs(beta);
  const err = bound * uu * size;
  if (!roomy(c, k[0], beta, range(c)) || !held(size)) return null;
  const kernel = format === 'f64' ? 'forward64' : 'forwardPairs';
  return ({ run }, { blocks, x, to, out }) => run[kernel](blocks, x, to, c, ...k, ...b, err, out);
}

/** The largest distance of an element from a number, at least. */
export type Reach = (from: number) => number;
export const reachOf =
  ({ least, most }: Extent): Reach =>
  (from) =>
    2 * Math.max(most - from, from - least);

/** dx in pairs, as in backward.ts; likewise. */
export function backwardPairs(
  of: Statistics,
  { gamma, epsilon }: Affine,
  x: Sums,
  dy: Sums,
  format: Format,
  bound: number,
): Pairs | null {
  const scale = exact.multiply(exact.column([gamma]), of.inverse(epsilon));
  const along = exact.multiply(scale, slope(of, epsilon, dy));
  const mean = meanOf(dy);
  const [c, a] = [round(of.mean, 0, 'f64'), round(mean, 0, 'f64')];
  const [delta, alpha] = [exact.subtract(of.mean, exact.column([c])), exact.subtract(mean, exact.column([a]))];
  const b = pairOf(exact.subtract(exact.multiply(along, delta), exact.multiply(scale, alpha)));
  const [h, k] = [factor(along), factor(scale)];
  const size = Math.abs(k[0]) * reachOf(dy)(a) + Math.abs(h[0]) * reachOf(x)(c);
  const err = bound * uu * size;
  if (!roomy(c, a, h[0], k[0], reachOf(x)(c), reachOf(dy)(a)) || !held(size)) return null;
  const kernel = format === 'f64' ? 'backward64' : 'backwardPairs';
  return ({ run }, { blocks, x, g, to, out }) => run[kernel](blocks, x, g, to, c, a, ...h, ...k, ...b, err, out);
}

/** dx = k dy in pairs: k is off by u^2 and the product by 4. Null where exponents leave no room. */
export function scalePairs(of: Statistics, { gamma, epsilon }: Affine, dy: Extent, bound: number): Pairs | null {
  const k = factor(exact.multiply(exact.column([gamma]), of.inverse(epsilon)));
  if (!roomy(k[0], reachOf(dy)(0))) return null;
  return ({ run }, { blocks, g, to, out }) => run.scale64(blocks, g, to, ...k, bound * uu, out);
}
