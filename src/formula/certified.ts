import type { Between, Fixed } from '../exact/fixed.js';
import type { Numbers } from './arrays.js';
import type { Fn } from './ast.js';
import { FormulaError } from './parse.js';

const hull = (a: Between, b: Between): Between => ({ lo: a.lo < b.lo ? a.lo : b.lo, hi: a.hi > b.hi ? a.hi : b.hi });
const negated = ({ lo, hi }: Between): Between => ({ lo: -hi, hi: -lo });

/**
 * Formulas over numbers that are known between two others, as near as `fixed` has it. Where a comparison cannot be
 * decided both of its sides are meant, so the answer is right, but no longer narrow.
 */
export function certified(fixed: Fixed): Numbers<Between> {
  const one = fixed.integer(1n);
  const flag = (yes: boolean, no: boolean): Between => ({ lo: yes ? one.lo : 0n, hi: no ? 0n : one.hi });
  const less = (a: Between, b: Between): Between => flag(a.hi < b.lo, a.lo >= b.hi);
  const lessEqual = (a: Between, b: Between): Between => flag(a.hi <= b.lo, a.lo > b.hi);
  const rules: Partial<Record<Fn, (a: Between, b: Between, c: Between) => Between>> = {
    ...{ add: fixed.add, subtract: fixed.subtract, multiply: fixed.multiply, divide: fixed.divide },
    ...{ sqrt: fixed.sqrt, exp: fixed.exp },
    negate: negated,
    abs: (a) => (a.lo >= 0n ? a : a.hi <= 0n ? negated(a) : { lo: 0n, hi: hull(a, negated(a)).hi }),
    min: (a, b) => ({ lo: a.lo < b.lo ? a.lo : b.lo, hi: a.hi < b.hi ? a.hi : b.hi }),
    max: (a, b) => ({ lo: a.lo > b.lo ? a.lo : b.lo, hi: a.hi > b.hi ? a.hi : b.hi }),
    power: (a, b) => power(a, b, fixed),
    less,
    lessEqual,
    greater: (a, b) => less(b, a),
    greaterEqual: (a, b) => lessEqual(b, a),
    equal: (a, b) => flag(a.lo === a.hi && b.lo === b.hi && a.lo === b.lo, a.hi < b.lo || b.hi < a.lo),
    choose: (test, a, b) => (test.lo > 0n ? a : test.hi === 0n ? b : hull(a, b)),
  };
  return {
    integer: (value) => fixed.integer(BigInt(value)),
    rule(fn) {
      const rule = rules[fn];
      if (!rule) throw new FormulaError(`${fn} has no certified meaning`);
      return rule;
    },
  };
}

/** A whole power; an even one of what may have either sign is not negative. */
function power(base: Between, exponent: Between, fixed: Fixed): Between {
  const unit = fixed.integer(1n).lo;
  if (exponent.lo !== exponent.hi || exponent.lo % unit !== 0n)
    throw new FormulaError('an exponent must be one integer');
  const n = Number(exponent.lo / unit);
  const size = n % 2 === 0 && base.lo < 0n ? certified(fixed).rule('abs')(base, base, base) : base;
  let result = fixed.integer(1n);
  for (let i = 0; i < Math.abs(n); i += 1) result = fixed.multiply(result, size);
  return n < 0 ? fixed.divide(fixed.integer(1n), result) : result;
}
