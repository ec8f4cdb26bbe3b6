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
      const rest = BigInt(bits - k);
      return { lo: n << rest, hi: -(-n << rest) }; // to the left by less than nothing is to the right, downward
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
    exp(a) {
      const least = power(a.lo, bits);
      return a.lo === a.hi ? least : { lo: least.lo, hi: power(a.hi, bits).hi };
    },
  };
}

/** n / 2^k, with k from 0 to 1074. */
function dyadic(value: number): { n: bigint; k: number } {
  let [n, k] = [value, 0];
  while (!Number.isInteger(n)) {
    n *= 2;
    k += 1;
  }
  return { n: BigInt(n), k };
}

/**
 * e to one multiple of 2^-bits: halved until its series is short, and squared back. What is left out of every term, and
 * of all that follow where the series ends, is less than 3 last places, since |r| <= 2^-8: so the sum is between two
 * ends that lie so far from it.
 */
function power(a: bigint, bits: number): Between {
  if (a > 1n << BigInt(bits + 10)) throw new RangeError('an exponential beyond all use');
  if (-a > 1n << BigInt(bits + 20)) return { lo: 0n, hi: 1n };
  const halvings = Math.max(0, bitLength(magnitude(a)) - bits + 8);
  const finer = 2 * halvings + 64;
  const work = BigInt(bits + finer);
  const r = a << BigInt(finer - halvings);
  let [sum, term, terms] = [1n << work, 1n << work, 1n];
  for (; magnitude(term) > 1n; terms += 1n) {
    term = ((term * r) >> work) / terms;
    sum += term;
  }
  let [lo, hi] = [sum - 3n * terms, sum + 3n * terms];
  for (let i = 0; i < halvings; i += 1) [lo, hi] = [(lo * lo) >> work, -((-hi * hi) >> work)];
  return { lo: lo >> BigInt(finer), hi: -(-hi >> BigInt(finer)) };
}
