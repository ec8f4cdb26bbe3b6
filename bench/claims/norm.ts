/**
 * Batch normalization of n samples of c units, row by row in one array, in plain float64. It is written for speed; a
 * test holds it to the formulas of the specification.
 */
export interface Norm {
  readonly gamma: Float64Array;
  readonly beta: Float64Array;
  /** The running statistics, the variance with the divisor m - 1. */
  readonly running_mean: Float64Array;
  readonly running_var: Float64Array;
  readonly epsilon: number;
  /** The weight of the new batch in the running statistics. */
  readonly alpha: number;
}

/** What normalizing a batch made, as the gradient needs it. */
export interface Normed {
  readonly y: Float64Array;
  readonly xhat: Float64Array;
  readonly mu: Float64Array;
  readonly sigma2: Float64Array;
  readonly inv_std: Float64Array;
}

/** What the gradient of the input flows through besides the input itself. Right is both; a test leaves one out. */
export interface Paths {
  readonly mean: boolean;
  readonly variance: boolean;
}

/** A fresh layer, as frameworks start it. */
export const norm = (c: number, { epsilon = 1e-5, alpha = 0.1 } = {}): Norm => ({
  gamma: new Float64Array(c).fill(1),
  beta: new Float64Array(c),
  running_mean: new Float64Array(c),
  running_var: new Float64Array(c).fill(1),
  ...{ epsilon, alpha },
});

/** Mean of each column, and variance with the divisor n. */
export function moments(x: Float64Array, n: number, c: number): { mu: Float64Array; sigma2: Float64Array } {
  const [mu, sigma2] = [new Float64Array(c), new Float64Array(c)];
  for (let i = 0; i < n; i += 1) for (let j = 0; j < c; j += 1) mu[j] += x[i * c + j];
  for (let j = 0; j < c; j += 1) mu[j] /= n;
  for (let i = 0; i < n; i += 1) for (let j = 0; j < c; j += 1) sigma2[j] += (x[i * c + j] - mu[j]) ** 2;
  for (let j = 0; j < c; j += 1) sigma2[j] /= n;
  return { mu, sigma2 };
}

/** Normalizes by the statistics of the batch, or by those given. */
export function normalize(x: Float64Array, n: number, layer: Norm, by?: Pick<Normed, 'mu' | 'sigma2'>): Normed {
  const { gamma, beta, epsilon } = layer;
  const c = gamma.length;
  const { mu, sigma2 } = by ?? moments(x, n, c);
  const inv_std = sigma2.map((v) => 1 / Math.sqrt(v + epsilon));
  const [xhat, y] = [new Float64Array(n * c), new Float64Array(n * c)];
  for (let i = 0, k = 0; i < n; i += 1)
    for (let j = 0; j < c; j += 1, k += 1) {
      xhat[k] = (x[k] - mu[j]) * inv_std[j];
      y[k] = gamma[j] * xhat[k] + beta[j];
    }
  return { y, xhat, mu, sigma2, inv_std };
}

/** The gradients of training mode. */
export function gradients(dy: Float64Array, n: number, layer: Norm, made: Normed, paths: Paths) {
  const { gamma } = layer;
  const c = gamma.length;
  const [dgamma, dbeta] = [new Float64Array(c), new Float64Array(c)];
  for (let i = 0, k = 0; i < n; i += 1)
    for (let j = 0; j < c; j += 1, k += 1) {
      dbeta[j] += dy[k];
      dgamma[j] += dy[k] * made.xhat[k];
    }
  const dx = new Float64Array(n * c);
  for (let i = 0, k = 0; i < n; i += 1)
    for (let j = 0; j < c; j += 1, k += 1) {
      const mean = paths.mean ? dbeta[j] / n : 0;
      const variance = paths.variance ? (made.xhat[k] * dgamma[j]) / n : 0;
      dx[k] = gamma[j] * made.inv_std[j] * (dy[k] - mean - variance);
    }
  return { dx, dgamma, dbeta };
}

/** Takes a batch of n into the running statistics. */
export function remember(layer: Norm, { mu, sigma2 }: Pick<Normed, 'mu' | 'sigma2'>, n: number): void {
  const { alpha, running_mean, running_var } = layer;
  for (let j = 0; j < mu.length; j += 1) {
    running_mean[j] = (1 - alpha) * running_mean[j] + alpha * mu[j];
    running_var[j] = (1 - alpha) * running_var[j] + (alpha * sigma2[j] * n) / (n - 1);
  }
}
