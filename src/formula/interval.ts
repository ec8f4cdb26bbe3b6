import type { Fn } from './ast.js';
import { FormulaError } from './parse.js';
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
export const PHI = 2 ** -53 * (1 + 2 ** -52);
export const ETA = Number.MIN_VALUE;
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
  let numbers = true;
  for (let i = 0; i < data.length; i += 1) if (Number.isNaN(data[i])) numbers = false;
  if (numbers) return { shape, lo: data, hi: data };
  const end = (infinite: number) => data.map((v) => (Number.isNaN(v) ? infinite : v));
  return { shape, lo: end(-Infinity), hi: end(Infinity) };
}

/** Where a rule leaves its result: a pair returned from the innermost loop would cost more than the arithmetic. */
export const R = new Float64Array(2);
export const ends = (lo: number, hi: number): void => {
  R[0] = lo;
  R[1] = hi;
};
/** Outward; an end that is no number means that nothing is known. */
const settle = (lo: number, hi: number): void => {
  if (Number.isNaN(lo) || Number.isNaN(hi)) ends(-Infinity, Infinity);
  else ends(down(lo), up(hi));
};
const certain = (yes: boolean, no: boolean): void => ends(yes ? 1 : 0, no ? 0 : 1);

export type Rule = (alo: number, ahi: number, blo: number, bhi: number) => void;

function multiply(alo: number, ahi: number, blo: number, bhi: number): void {
  const p = alo * blo;
  const q = alo * bhi;
  const r = ahi * blo;
  const s = ahi * bhi;
  settle(Math.min(p, q, r, s), Math.max(p, q, r, s));
}

function divide(alo: number, ahi: number, blo: number, bhi: number): void {
  if (blo <= 0 && bhi >= 0) {
    ends(-Infinity, Infinity);
    return;
  }
  const p = alo / blo;
  const q = alo / bhi;
  const r = ahi / blo;
  const s = ahi / bhi;
  settle(Math.min(p, q, r, s), Math.max(p, q, r, s));
}

/** Integer powers only: the exponent is the one integer in its range. An even power of a range around 0 starts at 0. */
function power(alo: number, ahi: number, blo: number, bhi: number): void {
  const exponent = Math.ceil(blo);
  if (exponent !== Math.floor(bhi)) throw new FormulaError(`an exponent must be one integer, got [${blo}, ${bhi}]`);
  const even = exponent % 2 === 0;
  let [lo, hi] = even ? [Math.max(0, alo, -ahi), Math.max(-alo, ahi)] : [alo, ahi];
  let [resultLo, resultHi] = [1, 1];
  for (let n = Math.abs(exponent); n > 0; n = Math.floor(n / 2)) {
    if (n % 2 === 1) {
      multiply(resultLo, resultHi, lo, hi);
      [resultLo, resultHi] = [R[0]!, R[1]!];
    }
    if (n > 1) {
      multiply(lo, hi, lo, hi);
      [lo, hi] = [R[0]!, R[1]!];
    }
  }
  ends(even ? Math.max(0, resultLo) : resultLo, resultHi);
  if (exponent < 0) divide(1, 1, R[0]!, R[1]!);
}

/** Every elementwise function of the language on ranges; one-sided arguments come in as pairs. */
export const rules: Partial<Record<Fn, (...pairs: number[]) => void>> = {
  sign: (lo, hi) => ends(Math.sign(lo!), Math.sign(hi!)),
  floor: (lo, hi) => ends(Math.floor(lo!), Math.floor(hi!)),
  // Below 0 the root is undefined: nothing is known, so nothing is demanded.
  sqrt: (lo, hi) =>
    hi! < 0 ? ends(-Infinity, Infinity) : ends(Math.max(0, down(Math.sqrt(Math.max(0, lo!)))), up(Math.sqrt(hi!))),
  divide: divide satisfies Rule,
  power: power satisfies Rule,
  equal: ((a, b, c, d) => certain(a === b && c === d && a === c, b < c || d < a)) satisfies Rule,
  unequal: ((a, b, c, d) => certain(b < c || d < a, a === b && c === d && a === c)) satisfies Rule,
  less: ((a, b, c, d) => certain(b < c, a >= d)) satisfies Rule,
  lessEqual: ((a, b, c, d) => certain(b <= c, a > d)) satisfies Rule,
  greater: ((a, b, c, d) => certain(a > d, b <= c)) satisfies Rule,
  greaterEqual: ((a, b, c, d) => certain(a >= d, b < c)) satisfies Rule,
  both: ((a, b, c, d) => ends(Math.min(a, c), Math.min(b, d))) satisfies Rule,
  either: ((a, b, c, d) => ends(Math.max(a, c), Math.max(b, d))) satisfies Rule,
  /** The branch that a sure condition takes, else the hull of both. */
  choose: (no, yes, a, b, c, d) => {
    if (no === 1) ends(a!, b!);
    else if (yes === 0) ends(c!, d!);
    else ends(Math.min(a!, c!), Math.max(b!, d!));
  },
};

/** The same ranges in a larger shape. */
export const stretch = (a: Ranges, shape: Shape): Ranges => {
  const lo = expand(a.lo, a.shape, shape);
  return { shape, lo, hi: a.lo === a.hi ? lo : expand(a.hi, a.shape, shape) };
};
