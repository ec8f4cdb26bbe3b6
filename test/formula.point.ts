import type { Column } from '../src/exact/column.js';
import * as column from '../src/exact/column.js';
import { abs, greatest, max, min } from '../src/exact/order.js';
import type { Fn } from '../src/formula/ast.js';
import type { Algebra } from '../src/formula/evaluate.js';
import { exacts } from '../src/formula/exact.js';

type Pick = (sign: number) => number;
const flags: Partial<Record<Fn, Pick>> = {
  equal: (sign) => Number(sign === 0),
  unequal: (sign) => Number(sign !== 0),
  less: (sign) => Number(sign < 0),
  lessEqual: (sign) => Number(sign <= 0),
  greater: (sign) => Number(sign > 0),
  greaterEqual: (sign) => Number(sign >= 0),
};

const signs = (a: Column): number[] => a.p.map((_, i) => column.sign(a, i));

/** Floors of rationals. */
function floor(a: Column): Column {
  if (a.q) throw new RangeError('the floor of a root is not needed here');
  const p = a.p.map((n) => (n - (((n % a.r) + a.r) % a.r)) / a.r);
  return { p, q: null, w: 0n, r: 1n };
}

/** One root for all, which one root is enough for. */
function sqrt(a: Column): Column {
  const first = column.at(a, 0);
  return column.sqrt(column.equal(a, first) ? first : a);
}

const elementwise: Partial<Record<Fn, (...args: Column[]) => Column>> = {
  abs: (a) => abs(a!),
  peak: (a) => greatest(abs(a!)),
  floor: (a) => floor(a!),
  sign: (a) => column.column(signs(a!)),
  sqrt: (a) => sqrt(a!),
  max: (a, b) => max(a!, b!),
  min: (a, b) => min(a!, b!),
  both: (a, b) => min(a!, b!),
  either: (a, b) => max(a!, b!),
  choose: (test, a, b) =>
    column.add(column.multiply(test!, a!), column.multiply(column.subtract(column.integer(1n), test!), b!)),
};

/**
 * Exact arithmetic of all functions on columns of m numbers, element by element: what a range must contain. The test of
 * a `choose` must be 0 or 1. Throws RangeError where a value is undefined or needs two square roots.
 */
export function pointwise(m: number): Algebra<Column> {
  const exact = exacts(m);
  return {
    ...exact,
    apply(fn, args, over) {
      const compare = flags[fn];
      if (compare) return column.column(signs(column.subtract(args[0]!, args[1]!)).map(compare));
      return elementwise[fn]?.(...args) ?? exact.apply(fn, args, over);
    },
  };
}
