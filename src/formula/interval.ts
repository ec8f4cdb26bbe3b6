import { expand, type Shape, scalar } from './shape.js';

/**
 * Arrays of closed ranges with float64 ends, rounded outward: the true value is always inside. `lo > hi` is the empty
 * range (no value fits: a NaN answer), [-inf, inf] says that nothing is known.
 */
export interface Ranges {
  readonly shape: Shape;
  readonly lo: Float64Array;
  readonly hi: Float64Array;
}

// u(1+2u) and the least subnormal: v -+ (|v|*PHI + ETA) lies at or beyond the float64 neighbour of v
// (Rump, Zimmermann, Boldo, Melquiond: Computing predecessor and successor in rounding to nearest, 2009).
const PHI = 2 ** -53 * (1 + 2 ** -52);
const ETA = Number.MIN_VALUE;
const MAX = Number.MAX_VALUE;

export const down = (v: number): number => (v === Infinity ? MAX : v - (Math.abs(v) * PHI + ETA));
export const up = (v: number): number => (v === -Infinity ? -MAX : v + (Math.abs(v) * PHI + ETA));

export const point = (value: number): Ranges => {
  const data = Float64Array.of(value);
  return { shape: scalar, lo: data, hi: data };
};
/** A switch that is off, or on: known when a formula is made ready, and not computed with (simplify.ts). */
export const [never, always] = [point(0), point(1)];
/** Numbers as ranges; NaN is no number, so nothing is known of it. */
export function points(shape: Shape, data: Float64Array): Ranges {
  if (!data.includes(NaN)) return { shape, lo: data, hi: data };
  const end = (infinite: number) => data.map((v) => (Number.isNaN(v) ? infinite : v));
  return { shape, lo: end(-Infinity), hi: end(Infinity) };
}

/** The same ranges in a larger shape. */
export const stretch = (a: Ranges, shape: Shape): Ranges => {
  const lo = expand(a.lo, a.shape, shape);
  return { shape, lo, hi: a.lo === a.hi ? lo : expand(a.hi, a.shape, shape) };
};
