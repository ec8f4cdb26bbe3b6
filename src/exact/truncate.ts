import type { Column } from './column.js';
import { bitLength, isqrt, magnitude } from './integer.js';
import { surdSign } from './surd.js';

/** The leading bits of an exact v other than zero: floor(|v| 2^k); `exact` when nothing was cut off. */
export interface Truncated {
  readonly negative: boolean;
  readonly floor: bigint;
  readonly k: number;
  readonly exact: boolean;
}

/** At least `bits` leading bits of value i, but nothing below 2^-deepest: then k is `deepest`. Null for zero. */
export function truncate(a: Column, i: number, bits: number, deepest: number): Truncated | null {
  const p = a.p[i]!;
  const q = a.q ? a.q[i]! : 0n;
  const depth = (e: number) => Math.min(bits + 1 - e, deepest);
  const ruler = q === 0n ? null : rulerOf(a);
  return (ruler && measured(p, q, a.r, ruler, depth)) ?? computed(p, q, a.w, a.r, depth);
}

/** The k to cut at, given an e with 2^(e-2) < |v| < 2^(e+2). */
type Depth = (e: number) => number;

function computed(p: bigint, q: bigint, w: bigint, r: bigint, depth: Depth): Truncated | null {
  const sign = surdSign(p, q, w);
  if (sign === 0) return null;
  if (sign < 0) return { ...computed(-p, -q, w, r, depth)!, negative: true };
  const k = depth(estimate(p, q, w, r));
  const up = BigInt(Math.max(k, 0));
  const z = (q * q * w) << (2n * up);
  const root = isqrt(z);
  const whole = root * root === z;
  // floor((u + sqrt z) / r) = floor((u + floor(sqrt z)) / r), because r is an integer.
  const numerator = (p << up) + (q >= 0n ? root : whole ? -root : -root - 1n);
  const denominator = r << BigInt(Math.max(-k, 0));
  const floor = numerator / denominator;
  return { negative: false, floor, k, exact: whole && floor * denominator === numerator };
}

/** For v > 0. */
function estimate(p: bigint, q: bigint, w: bigint, r: bigint): number {
  const z = q * q * w;
  const e = Math.max(bitLength(magnitude(p)), (bitLength(z) + 1) >> 1) - bitLength(r);
  const cancels = p !== 0n && q !== 0n && p > 0n !== q > 0n;
  // v = (p^2 - z) / (r (p - q sqrt(w))), and there nothing cancels.
  return cancels ? bitLength(magnitude(p * p - z)) - e - 2 * bitLength(r) : e;
}

/** root <= 2^more sqrt(w) < root + 1. One per column, since all its values share the root. */
interface Ruler {
  readonly root: bigint;
  readonly more: number;
}

const rulers = new WeakMap<Column, Ruler | null>();

/** Twice the bits of a double and some more, so that `measured` gives up next to never unless p and q sqrt(w) cancel. */
const rulerBits = 128;

/** Null for a perfect square: there a value may lie exactly on the grid, which a ruler cannot tell. */
function rulerOf(a: Column): Ruler | null {
  const known = rulers.get(a);
  if (known !== undefined) return known;
  const more = Math.max(0, rulerBits - (bitLength(a.w) >> 1));
  const z = a.w << BigInt(2 * more);
  const root = isqrt(z);
  const ruler = root * root === z ? null : { root, more };
  rulers.set(a, ruler);
  return ruler;
}

/** The same from bounds on the root, without a root per value: null where both bounds do not give the same floor. */
function measured(p: bigint, q: bigint, r: bigint, { root, more }: Ruler, depth: Depth): Truncated | null {
  const width = magnitude(q);
  const near = (p << BigInt(more)) + q * root;
  // low < v r 2^more < low + width, and mirrored for a negative v.
  const low = q > 0n ? near : near - width;
  const negative = low < 0n;
  const least = negative ? -low - width : low;
  if (least <= 0n) return null;
  const k = depth(bitLength(least) - bitLength(r) - more);
  const up = BigInt(Math.max(k - more, 0));
  const denominator = r << BigInt(Math.max(more - k, 0));
  const numerator = least << up;
  const floor = numerator / denominator;
  const fits = numerator - floor * denominator + (width << up) <= denominator;
  return fits ? { negative, floor, k, exact: false } : null;
}
