import { bitLength, isqrt, magnitude } from './integer.js';

/** A number between two multiples of 2^-bits, both included. The same number twice where it is one of them. */
export interface Between {
  readonly lo: bigint;
  readonly hi: bigint;
}

/** Arithmetic on such pairs, each result rounded outward to the same grid: with more bits they only grow narrower. */
export interface Fixed {
  readonly bits: number;
  integer(n: bigint): Between;
  /** A double, to the bit where the grid is fine enough. Throws RangeError for NaN and infinities. */
  double(value: number): Between;
  add(a: Between, b: Between): Between;
  subtract(a: Between, b: Between): Between;
  multiply(a: Between, b: Between): Between;
  /** Throws RangeError where the divisor may be 0. */
  divide(a: Between, b: Between): Between;
  /** Throws RangeError for what is negative. */
  sqrt(a: Between): Between;
  /** Throws RangeError above 2^10, where nothing of use is left. */
  exp(a: Between): Between;
}

const floorDiv = (n: bigint, d: bigint): bigint => {
  const q = n / d;
  return n % d !== 0n && n < 0n !== d < 0n ? q - 1n : q;
};
const ceilDiv = (n: bigint, d: bigint): bigint => -floorDiv(-n, d);
const least = (all: readonly bigint[]): bigint => all.reduce((a, b) => (b < a ? b : a));
const most = (all: readonly bigint[]): bigint => all.reduce((a, b) => (b > a ? b : a));

/** Numbers between multiples of 2^-bits. */
export function fixed(bits: number): Fixed {
  const shift = BigInt(bits);
  const unit = 1n << shift;
  const up = (n: bigint): bigint => -(-n >> shift);
  const multiply = (a: Between, b: Between): Between => {
    const all = [a.lo * b.lo, a.lo * b.hi, a.hi * b.lo, a.hi * b.hi];
    return { lo: least(all) >> shift, hi: up(most(all)) };
  };
  return {
    bits,
    integer: (n) => ({ lo: n * unit, hi: n * unit }),
    double(value) {
      if (!Number.isFinite(value)) throw new RangeError(`no number between others: ${value}`);
      const { n, k } = dyadic(value);
      const scaled = n << (shift + 1074n - k);
      return { lo: scaled >> 1074n, hi: -(-scaled >> 1074n) };
    },
    add: (a, b) => ({ lo: a.lo + b.lo, hi: a.hi + b.hi }),
    subtract: (a, b) => ({ lo: a.lo - b.hi, hi: a.hi - b.lo }),
    multiply,
    divide(a, b) {
      if (b.lo <= 0n && b.hi >= 0n) throw new RangeError('division by what may be zero');
      const ends = [a.lo << shift, a.hi << shift];
      const pairs = ends.flatMap((n) => [b.lo, b.hi].map((d) => [n, d] as const));
      return { lo: least(pairs.map(([n, d]) => floorDiv(n, d))), hi: most(pairs.map(([n, d]) => ceilDiv(n, d))) };
    },
    sqrt(a) {
      if (a.hi < 0n) throw new RangeError('square root of a negative number');
      const [lo, hi] = [a.lo < 0n ? 0n : a.lo << shift, a.hi << shift];
      const root = isqrt(hi);
      return { lo: isqrt(lo), hi: root * root === hi ? root : root + 1n };
    },
    exp: (a) => ({ lo: power(a.lo, bits).lo, hi: power(a.hi, bits).hi }),
  };
}

/** n / 2^k, with k from 0 to 1074. */
function dyadic(value: number): { n: bigint; k: bigint } {
  if (Number.isInteger(value)) return { n: BigInt(value), k: 0n };
  let [n, k] = [value, 0n];
  while (!Number.isInteger(n)) {
    n *= 2;
    k += 1n;
  }
  return { n: BigInt(n), k };
}

/**
 * e to one multiple of 2^-bits: halved until its series is short, summed between two ends, and squared back. A series
 * ends where what is left is below the last place: of |r| <= 2^-8 that is less than its last term.
 */
function power(a: bigint, bits: number): Between {
  if (a > 1n << BigInt(bits + 10)) throw new RangeError('an exponential beyond all use');
  if (-a > 1n << BigInt(bits + 20)) return { lo: 0n, hi: 1n };
  const halvings = Math.max(0, bitLength(magnitude(a)) - bits + 8);
  const finer = 2 * halvings + 64;
  const work = fixed(bits + finer);
  const r = a << BigInt(finer - halvings);
  const point = { lo: r, hi: r };
  let [sum, term] = [work.integer(1n), work.integer(1n)];
  for (let i = 1n; magnitude(term.lo) > 1n || magnitude(term.hi) > 1n; i += 1n) {
    const next = work.multiply(term, point);
    term = { lo: floorDiv(next.lo, i), hi: ceilDiv(next.hi, i) };
    sum = work.add(sum, term);
  }
  sum = { lo: sum.lo - 2n, hi: sum.hi + 2n };
  for (let i = 0; i < halvings; i += 1) sum = work.multiply(sum, sum);
  return { lo: sum.lo < 0n ? 0n : sum.lo >> BigInt(finer), hi: -(-sum.hi >> BigInt(finer)) };
}
