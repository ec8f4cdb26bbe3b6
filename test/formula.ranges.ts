import { enclosures } from '../src/formula/enclose.js';
import type { Ranges } from '../src/formula/interval.js';
import { parse } from '../src/formula/parse.js';

/** Ranges as samples of one channel, by their ends. */
export const several = (lo: readonly number[], hi: readonly number[]): Ranges => ({
  shape: [lo.length, 1, 1],
  lo: Float64Array.from(lo),
  hi: Float64Array.from(hi),
});

/** The ranges of a text, by its names. */
export function rangeOf(text: string, given: Readonly<Record<string, Ranges>>): Ranges {
  const batch = Object.values(given)[0]?.shape ?? [1, 1, 1];
  return enclosures([], batch, (name) => given[name])(parse(text));
}

/** The range of a text at one point or range of `a` and `b`. */
export function single(
  text: string,
  a: readonly [number, number],
  b: readonly [number, number] = [0, 0],
): [number, number] {
  const { lo, hi } = rangeOf(text, { a: several([a[0]], [a[1]]), b: several([b[0]], [b[1]]) });
  return [lo[0]!, hi[0]!];
}
