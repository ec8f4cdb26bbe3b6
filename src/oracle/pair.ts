/**
 * A number as the unevaluated sum of two doubles, the second at most half a step of the first (double-double).
 * Source: T. J. Dekker, A floating-point technique for extending the available precision, 1971.
 */
export type Pair = readonly [high: number, low: number];

/** a + b, exactly. */
export function sum(a: number, b: number): Pair {
  const s = a + b;
  const t = s - a;
  return [s, a - (s - t) + (b - t)];
}

const half = 2 ** 27 + 1;

/** a b, exactly unless it overflows or has bits below 2^-1074. */
export function product(a: number, b: number): Pair {
  const p = a * b;
  const [s, t] = [a * half, b * half];
  const [u, v] = [s - (s - a), t - (t - b)];
  const [w, z] = [a - u, b - v];
  return [p, u * v - p + u * z + w * v + w * z];
}

/** a + b, off by at most 2^-102 (|a| + |b|). */
export function plus(a: Pair, b: Pair): Pair {
  const [s, t] = sum(a[0], b[0]);
  return sum(s, t + (a[1] + b[1]));
}

/** a b, off by at most 2^-101 |a b|. */
export function times(a: Pair, b: Pair): Pair {
  const [p, q] = product(a[0], b[0]);
  return sum(p, q + (a[0] * b[1] + a[1] * b[0]));
}

export const minus = (a: Pair, b: Pair): Pair => plus(a, [-b[0], -b[1]]);

/** The total of doubles as a pair and a bound on what the pair leaves out: 0 where it leaves out nothing. */
export interface Total {
  readonly value: Pair;
  readonly off: number;
}

export function total(parts: readonly number[]): Total {
  let [high, low, off] = [0, 0, 0];
  for (let i = 0; i < parts.length; i++) {
    // `sum` twice, written out: pairs made in a loop are not free.
    const part = parts[i]!;
    const s = high + part;
    const t = s - high;
    const rest = high - (s - t) + (part - t);
    const l = low + rest;
    const v = l - low;
    off += Math.abs(low - (l - v) + (rest - v));
    high = s;
    low = l;
  }
  return { value: sum(high, low), off: 2 * off };
}
