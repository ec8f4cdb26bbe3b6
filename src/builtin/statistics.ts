import type { Arithmetic } from './arithmetic.js';
import type { Order } from './order.js';
import { sum, sumOfSquares } from './sums.js';

/** Mean and variance (divisor m: the biased one) of a channel. */
export interface Statistics {
  readonly mean: number;
  readonly variance: number;
}

/** Computes the statistics of one channel's m elements. For m = 0 both are NaN: 0/0. No right one needs epsilon. */
export type Estimator = (x: Float64Array, order: Order, arithmetic: Arithmetic, epsilon: number) => Statistics;

/** The mean first, then the mean of the squared deviations from it. */
export const twoPass: Estimator = (x, order, a) => {
  const m = a.round(x.length);
  const mean = a.divide(sum(x, 0, order, a), m);
  return { mean, variance: a.divide(sumOfSquares(x, mean, order, a), m) };
};

/**
 * E[t^2] - E[t]^2 for t = x - centre. Cancellation can make that negative, which is clamped; Math.max hands a NaN on.
 */
function aboutCentre(x: Float64Array, centre: number, order: Order, a: Arithmetic): Statistics {
  const m = a.round(x.length);
  const mean = a.divide(sum(x, centre, order, a), m);
  const meanSquare = a.divide(sumOfSquares(x, centre, order, a), m);
  const variance = Math.max(a.subtract(meanSquare, a.multiply(mean, mean)), 0);
  return { mean: a.add(centre, mean), variance };
}

/** One pass about 0: the error grows with the square of mean/deviation. */
export const onePass: Estimator = (x, order, a) => aboutCentre(x, 0, order, a);

/** One pass about the first element, which stands in for the mean, so that little cancels. */
export const shifted: Estimator = (x, order, a) => aboutCentre(x, x.length > 0 ? x[0] : 0, order, a);

/** A partial result: the number of elements, their mean, the sum of their squared deviations from it. */
export interface Moments {
  readonly n: number;
  readonly mean: number;
  readonly m2: number;
}

/** One element at a time (Welford 1962). */
function absorb(x: Float64Array, lo: number, hi: number, a: Arithmetic): Moments {
  let mean = 0;
  let m2 = 0;
  for (let i = lo; i < hi; i++) {
    const delta = a.subtract(x[i], mean);
    mean = a.add(mean, a.divide(delta, a.round(i - lo + 1)));
    m2 = a.add(m2, a.multiply(delta, a.subtract(x[i], mean)));
  }
  return { n: hi - lo, mean, m2 };
}

/** Two parts at a time (Chan, Golub and LeVeque 1979). */
export function merge(left: Moments, right: Moments, a: Arithmetic): Moments {
  const n = left.n + right.n;
  const delta = a.subtract(right.mean, left.mean);
  const weight = a.divide(a.round(right.n), a.round(n));
  const between = a.multiply(a.multiply(delta, delta), a.multiply(a.round(left.n), weight));
  return {
    n,
    mean: a.add(left.mean, a.multiply(delta, weight)),
    m2: a.add(a.add(left.m2, right.m2), between),
  };
}

/** Welford's update within a leaf, Chan's above. */
export const welford: Estimator = (x, order, a) => {
  const { n, mean, m2 } = order(
    x.length,
    (lo, hi) => absorb(x, lo, hi, a),
    (left, right) => merge(left, right, a),
  );
  return { mean: n > 0 ? mean : Number.NaN, variance: a.divide(m2, a.round(n)) };
};
