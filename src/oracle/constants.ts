import * as exact from '../exact/column.js';
import { round } from '../exact/round.js';
import type { Statistics } from './exact.js';
import type { Extent } from './extent.js';
import { minus, type Pair, sum, times, total } from './pair.js';
import type { Sums } from './sums.js';

/** u, half a step of f64 at 1: the relative error of one operation. */
export const u = 2 ** -53;

/**
 * What the kernels normalize by, in f64: mu = c + delta, c the f32 next to mu; 1 / s = inverse.
 * delta is off by at most 5u of itself, inverse by 5u, and |x - mu| is at most `reach` on the channel.
 */
export interface Scales extends Centre {
  readonly inverse: number;
  readonly reach: number;
}

/** A number that can be multiplied a few times without leaving the range where f64 has all its bits. */
export const ordinary = (x: number): boolean => x === 0 || (Math.abs(x) > 2 ** -300 && Math.abs(x) < 2 ** 300);

/** m times the sum of squares less the square of the sum: m^2 times the variance; `off` bounds its error. */
export function spread({ m, sum: ofX, products }: Sums): { readonly value: Pair; readonly off: number } {
  const [one, two] = [total(ofX), total(products)];
  const [first, second] = [times([m, 0], two.value), times(one.value, one.value)];
  const off = m * two.off + 3 * Math.abs(one.value[0]) * one.off + 2 ** -98 * (first[0] + second[0]);
  return { value: minus(first, second), off };
}

/**
 * Of the channel's own statistics. Null where f64 cannot be trusted: the variance cancels against the mean, the mean
 * against c, or the numbers are extreme. With |V off| <= 2^-55 |V|, V / m^2 + epsilon is off by 4u at most and the
 * inverse of its root by 2u + 2.5u.
 */
export function ownScales(sums: Sums, epsilon: number): Scales | null {
  if (sums.far) return null;
  const { value, off } = spread(sums);
  const { m } = sums;
  if (!(off <= 2 ** -55 * value[0]) || !(epsilon >= 0) || !ordinary(epsilon) || m >= 2 ** 26) return null;
  const mean = centre(sums);
  return mean && scalesFrom(mean, 1 / Math.sqrt(value[0] / (m * m) + epsilon), sums);
}

/** A mean as c + delta, c the f32 next to it. */
export interface Centre {
  readonly c: number;
  readonly delta: number;
}

/** The mean of what was summed. Null where f64 cannot tell delta to 5u of itself. */
export function centre({ sum: parts, far, m }: Sums): Centre | null {
  if (far) return null;
  const { value, off } = total(parts);
  const c = Math.fround(value[0] / m);
  // m c is exact: 26 bits times 24. Then sum - m c cancels exactly, and what is left comes in with one rounding.
  const [near, rest] = sum(value[0], -m * c);
  const away = near + (rest + value[1]);
  return off <= u * Math.abs(away) ? { c, delta: away / m } : null;
}

/** Of running statistics; likewise. */
export function runningScales(mean: number, variance: number, epsilon: number, range: Extent): Scales | null {
  if (!ordinary(mean) || !ordinary(variance + epsilon)) return null;
  const c = Math.fround(mean);
  return scalesFrom({ c, delta: mean - c }, 1 / Math.sqrt(variance + epsilon), range);
}

/** Of any statistics, from the exact ones. Null where f64 does not reach. Throws RangeError where variance + epsilon <= 0. */
export function exactScales(of: Statistics, epsilon: number, range: Extent): Scales | null {
  const c = Math.fround(round(of.mean, 0, 'f64'));
  if (!Number.isFinite(c)) return null;
  const delta = round(exact.subtract(of.mean, exact.column([c])), 0, 'f64');
  return scalesFrom({ c, delta }, round(of.inverse(epsilon), 0, 'f64'), range);
}

function scalesFrom({ c, delta }: Centre, inverse: number, range: Extent): Scales | null {
  const reach = furthest({ c, delta }, range);
  return ordinary(inverse) && ordinary(c) && ordinary(reach) ? { c, delta, inverse, reach } : null;
}

/** The largest distance from the mean, or a little more. */
export function furthest({ c, delta }: Centre, { least, most }: Extent): number {
  return Math.max(most - c - delta, delta + c - least, Math.abs(delta)) * (1 + 2 ** -40);
}

/** What dy has in common with x: m times the sum of dy (x - mu), and a bound on its error. */
export function covariance(x: Sums, dy: Sums): { readonly value: Pair; readonly off: number } {
  const [one, own, both] = [total(x.sum), total(dy.sum), total(dy.products)];
  const [first, second] = [times([x.m, 0], both.value), times(one.value, own.value)];
  const off =
    x.m * both.off +
    2 * (Math.abs(one.value[0]) * own.off + Math.abs(own.value[0]) * one.off) +
    2 ** -98 * (Math.abs(first[0]) + Math.abs(second[0]));
  return { value: minus(first, second), off };
}
