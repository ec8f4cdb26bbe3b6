import * as columns from '../exact/column.js';
import type { Dual } from '../exact/dual.js';
import * as duals from '../exact/dual.js';
import type { Fn } from './ast.js';
import type { Algebra } from './evaluate.js';
import { exacts } from './exact.js';
import { FormulaError } from './parse.js';

const rules: Partial<Record<Fn, (...args: Dual[]) => Dual>> = {
  add: (a, b) => duals.add(a!, b!),
  subtract: (a, b) => duals.subtract(a!, b!),
  multiply: (a, b) => duals.multiply(a!, b!),
  divide: (a, b) => duals.divide(a!, b!),
  negate: (a) => duals.negate(a!),
  abs: (a) => duals.abs(a!),
  sqrt: (a) => duals.sqrt(a!),
  power: (a, b) => power(a!, b!),
  max: (a, b) => duals.max(a!, b!),
  min: (a, b) => duals.min(a!, b!),
  choose: (test, a, b) => (columns.sign(test!.v, 0) !== 0 ? a! : b!),
};

/** Flat wherever they have a derivative. */
const steps: readonly Fn[] = ['equal', 'unequal', 'less', 'lessEqual', 'greater', 'greaterEqual'];

/**
 * Exact arithmetic on one channel of m elements together with its exact derivative along one direction: any formula is
 * differentiated as it stands. Throws RangeError at a kink and at the root of zero, where there is no derivative.
 */
export function dualColumns(m: number): Algebra<Dual> {
  const still = exacts(m);
  return {
    integer: (value) => duals.dual(still.integer(value)),
    count: (over) => duals.dual(still.count(over)),
    apply(fn, args, over) {
      if (fn === 'sum') return whole(args[0]!, m);
      if (steps.includes(fn))
        return duals.dual(
          still.apply(
            fn,
            args.map(({ v }) => v),
            over,
          ),
        );
      const rule = rules[fn];
      if (!rule) throw new FormulaError(`${fn} has no exact derivative`);
      return rule(...args);
    },
  };
}

/** A constant sums to m times itself. */
function whole(a: Dual, m: number): Dual {
  if (a.v.p.length === m || m === 0) return duals.sum(a);
  return duals.multiply(a, duals.dual(columns.integer(BigInt(m))));
}

function power(base: Dual, { v, t }: Dual): Dual {
  if (v.p.length !== 1 || v.q || v.p[0]! % v.r !== 0n || columns.sign(t, 0) !== 0)
    throw new FormulaError('an exponent must be one integer that stands still');
  const n = Number(v.p[0]! / v.r);
  return n >= 0 ? duals.power(base, n) : duals.divide(duals.dual(columns.integer(1n)), duals.power(base, -n));
}
