import type { Column } from '../exact/column.js';
import * as column from '../exact/column.js';
import type { Fn } from './ast.js';
import type { Algebra } from './evaluate.js';
import { FormulaError } from './parse.js';

const flag = (yes: boolean): Column => column.integer(yes ? 1n : 0n);
const order = (a: Column, b: Column): number => {
  if (a.p.length !== 1 || b.p.length !== 1) throw new FormulaError('only single numbers are compared exactly');
  return column.compare(a, 0, b, 0);
};

const rules: Partial<Record<Fn, (...args: Column[]) => Column>> = {
  add: (a, b) => column.add(a!, b!),
  subtract: (a, b) => column.subtract(a!, b!),
  multiply: (a, b) => column.multiply(a!, b!),
  divide: (a, b) => column.divide(a!, b!),
  negate: (a) => column.negate(a!),
  sqrt: (a) => column.sqrt(a!),
  power: (a, b) => power(a!, b!),
  max: (a, b) => (order(a!, b!) >= 0 ? a! : b!),
  min: (a, b) => (order(a!, b!) <= 0 ? a! : b!),
  equal: (a, b) => flag(order(a!, b!) === 0),
  unequal: (a, b) => flag(order(a!, b!) !== 0),
  less: (a, b) => flag(order(a!, b!) < 0),
  greater: (a, b) => flag(order(a!, b!) > 0),
  lessEqual: (a, b) => flag(order(a!, b!) <= 0),
  greaterEqual: (a, b) => flag(order(a!, b!) >= 0),
  choose: (test, a, b) => (column.sign(test!, 0) !== 0 ? a! : b!),
};

/** Exact arithmetic on one channel: columns of m elements over Q or Q(sqrt d). Sums run over the whole channel. */
export function exacts(m: number): Algebra<Column> {
  const whole = (a: Column): Column => {
    if (a.p.length === m || m === 0) return column.sum(a);
    return column.multiply(a, column.integer(BigInt(m))); // a constant summed over the batch
  };
  return {
    integer: (value) => column.integer(BigInt(value)),
    count: (over) => {
      if (over.includes('C') || !over.includes('N') || !over.includes('S'))
        throw new FormulaError(`exact columns hold one whole channel; nothing runs over '${over.join(', ')}' there`);
      return column.integer(BigInt(m));
    },
    apply(fn, args) {
      if (fn === 'sum') return whole(args[0]!);
      const rule = rules[fn];
      if (!rule) throw new FormulaError(`${fn} has no exact meaning`);
      return rule(...args);
    },
  };
}

function power(base: Column, exponent: Column): Column {
  if (exponent.p.length !== 1 || exponent.q || exponent.p[0]! % exponent.r !== 0n)
    throw new FormulaError('an exponent must be one integer');
  const n = Number(exponent.p[0]! / exponent.r);
  return n >= 0 ? column.power(base, n) : column.divide(column.integer(1n), column.power(base, -n));
}
