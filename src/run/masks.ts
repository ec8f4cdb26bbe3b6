import { type Column, column, divide, integer, multiply, power, subtract } from '../exact/column.js';
import type { Draw } from './theorem.js';

/** Dropout of a few elements, each kept with the chance p: `kept` is 1 or 0 for each. All 2^m masks. */
export function masks(x: readonly number[], p: Column): Draw {
  const q = subtract(integer(1n), p);
  return {
    elements: x.length,
    common: new Map([
      ['x', column(x)],
      ['p', p],
      ['m', integer(BigInt(x.length))],
    ]),
    *outcomes() {
      for (let mask = 0; mask < 2 ** x.length; mask += 1) {
        const kept = x.map((_, i) => (mask >> i) & 1);
        const count = kept.filter((one) => one === 1).length;
        const weight = multiply(power(p, count), power(q, x.length - count));
        yield { weight, names: new Map([['kept', column(kept)]]) };
      }
    },
  };
}

/** A chance as a fraction. */
export const chance = (n: number, d: number): Column => divide(column([n]), column([d]));
