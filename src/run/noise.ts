import { add, type Column, column, compare, integer, multiply, power, sign, subtract } from '../exact/column.js';
import { enclose, round } from '../exact/round.js';
import type { Population, Weighed } from './batches.js';
import type { Spec } from './subject.js';
import { statistics } from './theorem.js';

/** Two exact numbers that a third lies between. */
export interface Enclosure {
  readonly least: Column;
  readonly most: Column;
}

/**
 * What chance puts into the normalization of one input by its batch, xhat = slope (x - mu) + offset with slope = 1 / s and
 * offset = (mu - mu_B) / s: the variances of both over all batches. The slope is noise that multiplies, the offset noise that is added.
 */
export interface Noise {
  readonly slope: Enclosure;
  readonly offset: Enclosure;
}

/** Enclosures of both variances over these batches. Roots of different batches never meet in one field, so each is enclosed. */
export function noise(population: Population, batches: Iterable<Weighed>, epsilon: number, spec: Spec): Noise {
  const mu = statistics(population, spec)('mu');
  const [slope, offset] = [spread(), spread()];
  for (const { values, weight } of batches) {
    const own = statistics(values, spec, { epsilon: column([epsilon]) });
    const [r, off] = [own('inv_std'), subtract(mu, own('mu'))];
    slope.take(weight, r);
    offset.take(weight, multiply(off, r));
  }
  return { slope: slope.variance(), offset: offset.variance() };
}

/** The variance of numbers with one root each: their squares are rational, and add up exactly. */
function spread() {
  let [least, most, squares] = [integer(0n), integer(0n), integer(0n)];
  return {
    take(weight: Column, value: Column): void {
      const [lo, hi] = enclose(value, 0);
      least = add(least, multiply(weight, column([lo])));
      most = add(most, multiply(weight, column([hi])));
      squares = add(squares, multiply(weight, power(value, 2)));
    },
    variance(): Enclosure {
      const [a, b] = [power(least, 2), power(most, 2)];
      const [smaller, larger] = compare(a, 0, b, 0) < 0 ? [a, b] : [b, a];
      const through = sign(least, 0) * sign(most, 0) < 0;
      return { least: subtract(squares, larger), most: subtract(squares, through ? integer(0n) : smaller) };
    },
  };
}

/** The middle of an enclosure as a figure to print; the enclosure is what is proved. */
export const figure = ({ least, most }: Enclosure): number => (round(least, 0, 'f64') + round(most, 0, 'f64')) / 2;
