import { alike, type Binary, minus, onOneRoot, plus, scaled, settle, span, times, zip } from './align.js';
import { grain, scale } from './float.js';
import { gcd, isqrt, magnitude, twos } from './integer.js';
import { type Sign, surdSign, twoSurdSign } from './surd.js';

/**
 * Exact numbers under one denominator and one square root: value i is (p[i] + q[i] * sqrt(w)) / r.
 * r > 0. `q` is null when all are rational, and then w is 0; otherwise w > 0 is no perfect square.
 * A column of length 1 goes with a column of any length; other lengths must agree, or the operation throws RangeError.
 */
export interface Column {
  readonly p: readonly bigint[];
  readonly q: readonly bigint[] | null;
  readonly w: bigint;
  readonly r: bigint;
}

/** The doubles as they are, bit for bit, over one power of two. Throws RangeError on NaN and infinities. */
export function column(values: ArrayLike<number>): Column {
  let finest = 0;
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    const x = values[i]!;
    if (!Number.isFinite(x)) throw new RangeError(`no exact value: ${x} at ${i}`);
    finest = Math.min(finest, grain(x));
    largest = Math.max(largest, Math.abs(x));
  }
  // BigInt() of a whole double is exact at any size, so scaling does the decoding wherever it cannot overflow.
  const direct = Number.isFinite(scale(largest, -finest));
  const p = new Array<bigint>(values.length);
  for (let i = 0; i < values.length; i++) {
    const x = values[i]!;
    p[i] = direct || x === 0 ? BigInt(scale(x, -finest)) : widened(x, finest);
  }
  return { p, q: null, w: 0n, r: 1n << BigInt(-finest) };
}

export function integer(n: bigint): Column {
  return { p: [n], q: null, w: 0n, r: 1n };
}

/** n / d. Throws RangeError when d is zero. */
export function ratio(n: bigint, d: bigint): Column {
  if (d === 0n) throw new RangeError('division by zero');
  const g = d < 0n ? -gcd(n, d) : gcd(n, d);
  return { p: [n / g], q: null, w: 0n, r: d / g };
}

/** Value i as a column of length 1. */
export function at(a: Column, i: number): Column {
  return settle([a.p[i]!], a.q && [a.q[i]!], a.w, a.r);
}

export function add(a: Column, b: Column): Column {
  return combine(a, b, plus);
}

export function subtract(a: Column, b: Column): Column {
  return combine(a, b, minus);
}

export function negate(a: Column): Column {
  return { ...a, p: scaled(a.p, -1n), q: a.q && scaled(a.q, -1n) };
}

export function multiply(a: Column, b: Column): Column {
  const [x, y] = onOneRoot(a, b);
  if (isSurd(x) && isSurd(y)) return surdProduct(x, y);
  const n = span(x, y);
  const q = x.q ? zip(n, x.q, y.p, times) : y.q && zip(n, x.p, y.q, times);
  return settle(zip(n, x.p, y.p, times), q, x.q ? x.w : y.w, x.r * y.r);
}

/** a / b, by the conjugate where b has a root. Throws RangeError('division by zero'). */
export function divide(a: Column, b: Column): Column {
  return multiply(a, reciprocal(b));
}

/** a^n for a whole n >= 0; 0^0 is 1. */
export function power(a: Column, n: number): Column {
  if (!Number.isSafeInteger(n) || n < 0) throw new RangeError(`the exponent must be a whole number >= 0, got ${n}`);
  if (n === 0) return { p: a.p.map(() => 1n), q: null, w: 0n, r: 1n };
  if (n === 1) return a;
  const root = power(a, Math.floor(n / 2));
  const square = multiply(root, root);
  return n % 2 === 0 ? square : multiply(square, a);
}

/**
 * The square root of one rational >= 0; rational again when the ratio is a square, because q sqrt(w) with a square w would
 * make one value have two names. Throws RangeError for several values, for a negative one, and for one with a root in it.
 */
export function sqrt(a: Column): Column {
  if (a.p.length !== 1) throw new RangeError(`one square root at a time, got ${a.p.length} values`);
  if (a.q) throw new RangeError('needs a square root of a square root');
  if (a.p[0]! < 0n) throw new RangeError('square root of a negative number');
  const g = gcd(a.p[0]!, a.r);
  const [n, d] = [a.p[0]! / g, a.r / g];
  const side = isqrt(d);
  // sqrt(n/d) = sqrt(n)/side, or sqrt(nd)/d
  const [radicand, r] = side * side === d ? [n, side] : [n * d, d];
  const root = isqrt(radicand);
  if (root * root === radicand) return settle([root], null, 0n, r);
  const halves = BigInt(twos(radicand) >> 1);
  return settle([0n], [1n << halves], radicand >> (2n * halves), r);
}

/** The sum of all values, length 1. */
export function sum(a: Column): Column {
  return settle([total(a.p)], a.q && [total(a.q)], a.w, a.r);
}

/** The order of value i of a and value j of b, exact also between different square roots. */
export function compare(a: Column, i: number, b: Column, j: number): Sign {
  const [p, q] = [a.p[i]!, a.q ? a.q[i]! : 0n];
  const [s, t] = [b.p[j]!, b.q ? b.q[j]! : 0n];
  const d = p * b.r - s * a.r;
  if (t === 0n) return surdSign(d, q * b.r, a.w);
  if (q === 0n || a.w === b.w) return surdSign(d, q * b.r - t * a.r, b.w);
  return twoSurdSign(d, q * b.r, a.w, -t * a.r, b.w);
}

export function sign(a: Column, i: number): Sign {
  return surdSign(a.p[i]!, a.q ? a.q[i]! : 0n, a.w);
}

/** Whether all values agree, exactly. */
export function equal(a: Column, b: Column): boolean {
  const n = span(a, b);
  for (let i = 0; i < n; i++) {
    if (compare(a, a.p.length === 1 ? 0 : i, b, b.p.length === 1 ? 0 : i) !== 0) return false;
  }
  return true;
}

type Surd = Column & { readonly q: readonly bigint[] };

function isSurd(a: Column): a is Surd {
  return a.q !== null;
}

function widened(x: number, finest: number): bigint {
  const own = grain(x);
  return BigInt(scale(x, -own)) << BigInt(own - finest);
}

function total(a: readonly bigint[]): bigint {
  let s = 0n;
  for (let i = 0; i < a.length; i++) s += a[i]!;
  return s;
}

function combine(a: Column, b: Column, f: Binary): Column {
  const n = span(a, b);
  const [x, y] = alike(a, b);
  return settle(zip(n, x.p, y.p, f), x.q && y.q && zip(n, x.q, y.q, f), x.w, x.r);
}

function surdProduct(x: Surd, y: Surd): Column {
  const n = span(x, y);
  const squares = zip(n, x.q, y.q, times);
  const r = x.r * y.r;
  // A multiple of sqrt(w) came from a division by one, so w stands in the denominators and goes at once.
  if (x.p.every(isZero) && y.p.every(isZero)) {
    const g = gcd(x.w, r);
    return settle(scaled(squares, x.w / g), null, 0n, r / g);
  }
  const p = zip(n, zip(n, x.p, y.p, times), scaled(squares, x.w), plus);
  const q = zip(n, zip(n, x.p, y.q, times), zip(n, x.q, y.p, times), plus);
  return settle(p, q, x.w, r);
}

/** 1 / b = conjugate / norm, all norms brought to their least common multiple. */
function reciprocal(b: Column): Column {
  const conjugates = b.p.map((p, i) => conjugate(p, b.q ? b.q[i]! : 0n, b.w));
  let r = 1n;
  for (const { norm } of conjugates) {
    if (norm === 0n) throw new RangeError('division by zero');
    r *= magnitude(norm) / gcd(r, norm);
  }
  const factors = conjugates.map(({ norm }) => b.r * (r / norm));
  const p = conjugates.map((c, i) => c.p * factors[i]!);
  const q = b.q && conjugates.map((c, i) => c.q * factors[i]!);
  return settle(p, q, b.w, r);
}

/** p + q sqrt(w) such that its product with the given number is the rational norm, in the shortest terms at hand. */
function conjugate(p: bigint, q: bigint, w: bigint): { p: bigint; q: bigint; norm: bigint } {
  if (q === 0n) return { p: 1n, q: 0n, norm: p };
  if (p === 0n) return { p: 0n, q: 1n, norm: q * w };
  return { p, q: -q, norm: p * p - q * q * w };
}

function isZero(n: bigint): boolean {
  return n === 0n;
}
