import * as exact from '../exact/column.js';
import { type Column, column } from '../exact/column.js';
import { round } from '../exact/round.js';
import type { Sums } from './sums.js';

/** What layers have per channel; all finite. */
export interface Affine {
  readonly gamma: number;
  readonly beta: number;
  readonly epsilon: number;
}

const value = (x: number): Column => column([x]);

/** The exact statistics of one channel. */
export class Statistics {
  readonly mean: Column;
  readonly variance: Column;

  constructor(mean: Column, variance: Column) {
    this.mean = mean;
    this.variance = variance;
  }

  /** Divided by m, as normalization has it. */
  static of(sums: Sums): Statistics {
    const mean = meanOf(sums);
    const square = exact.divide(productsOf(sums), exact.integer(BigInt(sums.m)));
    return new Statistics(mean, exact.subtract(square, exact.multiply(mean, mean)));
  }

  static running(mean: number, variance: number): Statistics {
    return new Statistics(value(mean), value(variance));
  }

  /** Mean and deviation as doubles; NaN for the root of a negative number. */
  rounded(epsilon: number): [mean: number, s: number] {
    return [round(this.mean, 0, 'f64'), Math.sqrt(round(this.variance, 0, 'f64') + epsilon)];
  }

  /** Whether there is a deviation to divide by. */
  proper(epsilon: number): boolean {
    return exact.sign(exact.add(this.variance, value(epsilon)), 0) > 0;
  }

  /** Throws RangeError where variance + epsilon is 0 or less. */
  inverse(epsilon: number): Column {
    return exact.divide(exact.integer(1n), exact.sqrt(exact.add(this.variance, value(epsilon))));
  }
}

/** y = gamma (x - mu) / s + beta of some elements. */
export function outputs(of: Statistics, { gamma, beta, epsilon }: Affine, x: readonly number[]): Column {
  const k = exact.multiply(value(gamma), of.inverse(epsilon));
  return exact.add(exact.multiply(k, exact.subtract(column(x), of.mean)), value(beta));
}

/** Sum of dy (x - mu), which is s times dgamma. */
export function covariance(of: Statistics, dy: Sums): Column {
  return exact.subtract(productsOf(dy), exact.multiply(of.mean, sumOf(dy)));
}

export const sumOf = ({ sum, far }: Sums): Column => far?.sum ?? exact.sum(column(sum));
const productsOf = ({ products, far }: Sums): Column => far?.products ?? exact.sum(column(products));
export const meanOf = (sums: Sums): Column => exact.divide(sumOf(sums), exact.integer(BigInt(sums.m)));

/** covariance / (m s^2): how dy goes with x. */
export function slope(of: Statistics, epsilon: number, dy: Sums): Column {
  const inverse = of.inverse(epsilon);
  return exact.divide(
    exact.multiply(covariance(of, dy), exact.multiply(inverse, inverse)),
    exact.integer(BigInt(dy.m)),
  );
}

/** dx = gamma / s (dy - mean of dy - slope (x - mu)) of some elements. */
export function gradients(
  of: Statistics,
  { gamma, epsilon }: Affine,
  dy: Sums,
  x: readonly number[],
  g: readonly number[],
): Column {
  const along = exact.multiply(slope(of, epsilon, dy), exact.subtract(column(x), of.mean));
  const rest = exact.subtract(exact.subtract(column(g), meanOf(dy)), along);
  return exact.multiply(exact.multiply(value(gamma), of.inverse(epsilon)), rest);
}

/** dx = gamma / s dy of some elements, where the statistics do not depend on x. */
export function scaled(of: Statistics, { gamma, epsilon }: Affine, g: readonly number[]): Column {
  return exact.multiply(exact.multiply(value(gamma), of.inverse(epsilon)), column(g));
}
