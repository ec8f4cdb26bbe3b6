import type { Arithmetic } from './arithmetic.js';
import type { Order } from './order.js';

/** A sum over one channel, every operation rounded. The sum of nothing is 0. */
type Leaf = (lo: number, hi: number) => number;

const total = (m: number, leaf: Leaf, order: Order, a: Arithmetic) =>
  order(m, leaf, (left, right) => a.add(left, right));

/** sum(x - centre). Centre 0 gives the plain sum: subtracting 0 is exact. */
export function sum(x: Float64Array, centre: number, order: Order, a: Arithmetic): number {
  const leaf: Leaf = (lo, hi) => {
    let partial = 0;
    for (let i = lo; i < hi; i++) partial = a.add(partial, a.subtract(x[i], centre));
    return partial;
  };
  return total(x.length, leaf, order, a);
}

/** sum((x - centre)^2). */
export function sumOfSquares(x: Float64Array, centre: number, order: Order, a: Arithmetic): number {
  const leaf: Leaf = (lo, hi) => {
    let partial = 0;
    for (let i = lo; i < hi; i++) {
      const t = a.subtract(x[i], centre);
      partial = a.add(partial, a.multiply(t, t));
    }
    return partial;
  };
  return total(x.length, leaf, order, a);
}

/** sum(x * y), for columns of one length. */
export function sumOfProducts(x: Float64Array, y: Float64Array, order: Order, a: Arithmetic): number {
  const leaf: Leaf = (lo, hi) => {
    let partial = 0;
    for (let i = lo; i < hi; i++) partial = a.add(partial, a.multiply(x[i], y[i]));
    return partial;
  };
  return total(x.length, leaf, order, a);
}
