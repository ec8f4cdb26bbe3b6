import { exponent } from './float.js';

/** The number of bits of n >= 0; zero has none. */
export function bitLength(n: bigint): number {
  if (n === 0n) return 0;
  const near = Number(n);
  if (near === Infinity) {
    const digits = n.toString(16);
    return 4 * digits.length - 4 + bitLength(BigInt(`0x${digits[0]}`));
  }
  // Rounding to a double may carry into the next power of two.
  const e = exponent(near);
  return n >> BigInt(e) === 0n ? e : e + 1;
}

/** How often 2 divides n, of either sign. Zero gives Infinity. */
export function twos(n: bigint): number {
  if (n === 0n) return Infinity;
  let zeros = 0;
  let word = Number(BigInt.asUintN(32, n));
  for (let rest = n; word === 0; word = Number(BigInt.asUintN(32, rest))) {
    rest >>= 32n;
    zeros += 32;
  }
  return zeros + 31 - Math.clz32(word & -word);
}

/** The greatest common divisor, positive unless both are zero. */
export function gcd(a: bigint, b: bigint): bigint {
  if (a === 0n || b === 0n) return magnitude(a + b);
  const i = twos(a);
  const j = twos(b);
  let x = magnitude(a) >> BigInt(i);
  let y = magnitude(b) >> BigInt(j);
  // Most denominators are powers of two: then nothing odd is left to search.
  while (x !== 1n && y !== 0n) [x, y] = [y, x % y];
  return x << BigInt(Math.min(i, j));
}

/** floor(sqrt(n)) of n >= 0. */
export function isqrt(n: bigint): bigint {
  if (n < 1n) return 0n;
  const near = nearRoot(n, (bitLength(n) - 1) >> 1);
  return near * near > n ? near - 1n : near;
}

export function magnitude(n: bigint): bigint {
  return n < 0n ? -n : n;
}

/**
 * An a with (a-1)^2 < n < (a+1)^2, where 4^c <= n < 4^(c+1): one Newton step on the root of the upper half of n,
 * which keeps that invariant (M. Dickinson's proof, CPython's math.isqrt).
 */
function nearRoot(n: bigint, c: number): bigint {
  if (c < 26) return BigInt(Math.floor(Math.sqrt(Number(n))));
  const k = (c - 1) >> 1;
  const upper = nearRoot(n >> BigInt(2 * k + 2), c >> 1);
  return (upper << BigInt(k)) + (n >> BigInt(k + 2)) / upper;
}
