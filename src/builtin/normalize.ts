import type { Arithmetic } from './arithmetic.js';

/** What normalizes a channel: its mean, and r = 1/sqrt(variance + epsilon). */
export interface Normalizer {
  readonly mean: number;
  readonly r: number;
}

/** What one channel's output is made of besides x. */
export interface Affine extends Normalizer {
  readonly gamma: number;
  readonly beta: number;
}

/** Overwrites one channel's x by its y. */
export type Normalize = (x: Float64Array, channel: Affine, arithmetic: Arithmetic) => void;

/** r of a channel. */
export type Invert = (variance: number, epsilon: number, arithmetic: Arithmetic) => number;

/** 1/sqrt(variance + epsilon). A negative sum under the root gives NaN by itself. */
export const inverseRoot: Invert = (variance, epsilon, a) => a.divide(1, a.sqrt(a.add(variance, a.round(epsilon))));

/** Overwrites x by xhat = (x - mean) * r. */
export function standardize(x: Float64Array, { mean, r }: Normalizer, a: Arithmetic): void {
  for (let i = 0; i < x.length; i++) x[i] = a.multiply(a.subtract(x[i], mean), r);
}

/** gamma * xhat + beta, as the paper writes it. */
export const direct: Normalize = (x, channel, a) => {
  const { gamma, beta } = channel;
  standardize(x, channel, a);
  for (let i = 0; i < x.length; i++) x[i] = a.add(a.multiply(gamma, x[i]), beta);
};

/** x * scale + shift, with scale = gamma * r and shift = beta - mean * scale. */
export const folded: Normalize = (x, { mean, r, gamma, beta }, a) => {
  const scale = a.multiply(gamma, r);
  const shift = a.subtract(beta, a.multiply(mean, scale));
  for (let i = 0; i < x.length; i++) x[i] = a.add(a.multiply(x[i], scale), shift);
};
