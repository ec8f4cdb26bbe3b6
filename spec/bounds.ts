import type { Chapter } from '../src/formula/chapter.js';

/**
 * What a right implementation may be off by, before the last rounding to storage. Derived in docs/acceptance.md.
 *
 * Given, per run: `u` half an ulp of 1 and `eta` half the least subnormal of the accumulation format, `Omega` its
 * largest number; `h` the longest chain of additions (`h_mean`, `h_var` where the inputs and their squares are summed,
 * 0 on data that sum exactly); `k` the error of the reciprocal root in ulps; `u_saved`, `eta_saved` of the format
 * statistics are saved in (0 if no narrower than the accumulator); `u_fold` of a folded scale and shift; `ln_m`,
 * `log2_m`; `unbounded`. Given as 0 or 1: `semantic` (one-pass variances are allowed); the claims `twopass`, `sums`
 * (plain sums), `unshifted`, `direct` (not folded), `ftz`; `kept` (the profile's momentum weighs the old
 * value) and `debiased` (in a sum that is divided by its weights).
 */
export const statistics = {
  t: { is: 'x - mu', says: 'Deviations from the mean.' },
  X: { is: 'peak(x)', says: 'The largest input.' },
  R: { is: 'peak(t)', says: 'The largest deviation.' },
  A1: { is: 'sum(abs(x)) / m', says: 'The mean magnitude.' },
  D1: { is: 'sum(abs(t)) / m', says: 'The mean deviation.' },
  Q: { is: 'sum(x^2) / m', says: 'The mean square.' },
  rho: { is: 'unshifted ? 0 : R', says: 'A sample may serve as a shift, unless the card claims none.' },
  g: { is: '4 * (h + 16) * u <= 1 ? 1 / (1 - (h + 16) * u) : unbounded', says: 'All terms of second order.' },
  lam2: { is: 'max(1, log2_m / 2)', says: 'Growth of the merges of a tree of partial means.' },

  sums_fit: {
    is: '4 * max(max(sum(abs(x)), unshifted ? 0 : m * (D1 + R) + 2 * X), max(m * (sigma2 + 4 * rho^2), semantic * m * Q)) <= Omega',
    says: 'No intermediate sum can overflow.',
  },
  e: {
    is: 'm == 1 ? 4 * u * X + 4 * eta : (sums ? g * (u * (h_mean + 3) * A1 + 4 * eta) : g * (u * ((h + 4) * max(A1, D1 + rho) + (6 + 4 * ln_m) * X) + (m + 4) * eta)) + ftz * 2 * m * eta',
    says: 'The mean: plain sums, shifted sums, or running updates in any order.',
  },
  W: { is: 'unshifted ? sigma2 : 2 * sigma2 + 4 * rho^2', says: 'The mean square about a shift.' },
  E_stable: {
    is: 'twopass ? g^2 * (u * (h_var + 5) * (sigma2 + e^2) + 2 * e^2) + 4 * eta : g^2 * (u * (h_var + 8) * W + 4 * sqrt(lam2) * e * sqrt(sigma2) + 4 * lam2 * e^2) + 6 * eta',
    says: 'The variance, by an algorithm that subtracts the mean before it squares.',
  },
  E_var: {
    is: 'sums_fit ? E_stable + semantic * (1 - twopass) * (g^2 * u * (h + 6) * (Q + 2 * abs(mu) * A1 + mu^2) + 8 * eta) + ftz * 2 * m * eta : unbounded',
    says: 'The variance; at the semantic tier it may be the difference of two large squares.',
  },
} as const satisfies Chapter;

/** In inference the statistics are inputs: exact. */
export const given = {
  mu: { is: 'running_mean', says: 'The running mean stands in.' },
  sigma2: { is: 'running_var', says: 'The running variance stands in.' },
  t: { is: 'x - mu', says: 'Deviations from it.' },
  g: { is: '4 * (h + 16) * u <= 1 ? 1 / (1 - (h + 16) * u) : unbounded', says: 'All terms of second order.' },
  D1: { is: '0', says: 'Nothing is averaged.' },
  e: { is: '0', says: 'Given, hence exact.' },
  E_var: { is: '0', says: 'Given, hence exact.' },
} as const satisfies Chapter;

/** The inverse deviation and the output, in terms of the errors of the statistics. */
export const output = {
  d: { is: 'sigma2 + epsilon', says: 'What stands under the root.' },
  E_d: { is: 'E_var + 2 * u * (d + E_var) + 2 * eta', says: 'Its error; epsilon is rounded too.' },
  lost: {
    is: 'min(E_d, sigma2 + 4 * u * epsilon + 2 * eta) / d',
    says: 'The share of it that can be lost: a clamped variance keeps at least epsilon.',
  },
  rest: { is: 'sqrt(1 - lost)', says: 'What is left of the root.' },
  r: { is: '1 / sqrt(d)', says: 'The inverse deviation.' },
  gained: { is: 'E_d / d', says: 'The share that can be gained: nothing clamps a variance from above.' },
  risen: { is: 'sqrt(1 + gained)', says: 'What the root can rise to.' },
  E_r: {
    is: '4 * (d + E_d) <= Omega ? r * max((1 + 2 * k * u) * lost / (rest * (1 + rest)) + 2 * k * u, (gained / (risen + 1) + 2 * k * u) / risen) + eta : unbounded',
    says: 'Its error either way, without linearization, so that a tiny variance is handled.',
  },
  r_most: { is: 'r + E_r', says: 'The largest it can come out.' },
  E_t: { is: 'e + u * e + ftz * eta + u * abs(t)', says: 'A deviation.' },
  T: { is: 'abs(t) + E_t', says: 'The largest a deviation can come out.' },
  E_xhat: {
    is: '(E_r + u * r_most + eta) * T + r * E_t + eta * (1 + r_most)',
    says: 'The normalized input: the error of the scale, the rounding of the product, the error of the deviation.',
  },
  E_scaled: {
    is: '(1 + u) * abs(gamma) * E_xhat + u * abs(gamma) * r_most * abs(t) + eta * (1 + abs(gamma)) + eta * T',
    says: 'Times gamma.',
  },
  folding: {
    is: 'direct ? 0 : (g * u_fold * abs(gamma) * r_most + eta) * abs(x) + g * u_fold * (2 * abs(gamma) * r_most * (abs(mu) + e) + abs(beta)) + eta * (3 + abs(mu))',
    says: 'The three roundings of x * scale + shift.',
  },
  y_fits: {
    is: '4 * max(r_most, 1) * max(abs(gamma), 1) * max(direct ? T : abs(x) + abs(mu), 1) <= Omega',
    says: 'No intermediate product can overflow.',
  },
  E_y: {
    is: 'y_fits ? (1 + u) * E_scaled + u * abs(gamma * r * t + beta) + ftz * eta + folding : unbounded',
    says: 'The output.',
  },
} as const satisfies Chapter;

/** Saved and running statistics. */
export const updates = {
  E_mean: { is: 'sums_fit ? e : unbounded', says: 'The saved mean.' },
  E_saved_var: { is: 'E_var + u * (sigma2 + E_var)', says: 'The saved variance.' },
  E_batch_var: {
    is: 'divisor == m ? E_saved_var : (E_var + 4 * u * (sigma2 + E_var)) * m / divisor + 2 * eta',
    says: 'The variance that the running average takes in.',
  },
  E_weight: {
    is: '256 * u <= 1 - momentum ? 64 * u / (1 - momentum) : unbounded',
    says: 'The share by which either weight is off where 1 - momentum^n is formed: it cancels for a momentum near 1.',
  },
  E_next_mean: {
    is: 'sums_fit ? alpha * e + 4 * u * (abs(running_mean) + alpha * (abs(mu) + e)) + 4 * eta + kept * u * (abs(mu) + e) + debiased * E_weight * (abs(running_mean) + alpha * (abs(mu) + e)) : unbounded',
    says: 'The running mean; where momentum weighs the old value, 1 - momentum is rounded.',
  },
  E_next_var: {
    is: 'alpha * E_batch_var + 4 * u * (abs(running_var) + alpha * (batch_var + E_batch_var)) + 4 * eta + kept * u * (batch_var + E_batch_var) + debiased * E_weight * (abs(running_var) + alpha * (batch_var + E_batch_var))',
    says: 'The running variance.',
  },
} as const satisfies Chapter;

/** Gradients. */
export const gradients = {
  e_saved: { is: 'e + u_saved * (abs(mu) + e) + eta_saved', says: 'The mean that the backward pass reads.' },
  E_r_saved: { is: 'E_r + u_saved * r_most + eta_saved', says: 'The inverse deviation that it reads.' },
  r_saved: { is: 'r + E_r_saved', says: 'The largest that can be.' },
  E_t_saved: { is: 'e_saved + u * e_saved + u * abs(t)', says: 'A deviation, in the backward pass.' },
  G: { is: 'sum(dy)', says: 'The sum of the incoming gradient.' },
  P: { is: 'sum(dy * t)', says: 'Its product with the deviations.' },
  c: { is: 'r^2 * P / m', says: 'The coefficient of the deviations in dx.' },
  b: { is: 'dy - G / m - c * t', says: 'What dx is, before gamma and the deviation.' },
  E_dbeta: {
    is: '4 * sum(abs(dy)) <= Omega ? g * u * (h + 1) * sum(abs(dy)) + ftz * m * eta : unbounded',
    says: 'dbeta.',
  },
  crossed: {
    is: 'sum(abs(dy * x)) + (abs(mu) + e_saved) * sum(abs(dy))',
    says: 'What a kernel sums that multiplies by x before it subtracts the mean.',
  },
  E_P: {
    is: 'e_saved * abs(G) + g * u * (h + 4) * sum(abs(dy) * (abs(t) + e_saved)) + 2 * m * eta + semantic * (g * u * (h + 4) * crossed + 2 * m * eta)',
    says: 'The product: the error of the mean meets the signed sum of dy, since all elements share it.',
  },
  P_most: {
    is: 'sum(abs(dy) * (abs(t) + e_saved)) + semantic * crossed',
    says: 'The largest partial sum of the product.',
  },
  E_dgamma: {
    is: '4 * P_most * max(r_saved, 1) <= Omega ? abs(P) * E_r_saved + r_saved * E_P + 2 * u * r_saved * (abs(P) + E_P) + m * eta * (1 + peak(dy)) : unbounded',
    says: 'dgamma.',
  },
  E_r2: { is: '2 * r * E_r_saved + E_r_saved^2 + (4 + 4 * k) * u * r_saved^2', says: 'The squared inverse deviation.' },
  E_c: {
    is: 'abs(P) / m * E_r2 + (r^2 + E_r2) * E_P / m + 4 * u * (r^2 + E_r2) * (abs(P) + E_P) / m + 2 * eta * (1 + r_saved^2 + (abs(P) + E_P) / m)',
    says: 'The coefficient.',
  },
  c_most: { is: 'abs(c) + E_c', says: 'The largest it can come out.' },
  E_b: {
    is: 'E_dbeta / m + 2 * u * (abs(G) + E_dbeta) / m + c_most * (2 * e_saved + g * u * (h + 2) * D1) + 4 * u * abs(G) / m + 3 * eta + (E_c + 4 * u * c_most + eta) * abs(t) + c_most * E_t_saved + 4 * u * abs(dy)',
    says: 'The bracket of dx, with the mean of the deviations that the textbook chain rule computes instead of 0.',
  },
  dx_folding: {
    is: 'direct ? 0 : g * u * abs(gamma) * r_saved * (3 * c_most * (abs(mu) + e_saved) + 3 * (abs(G) + E_dbeta) / m) + eta * (3 + abs(mu)) + (3 * g * u * abs(gamma) * r_saved * c_most + eta) * abs(x) + (2 * g * u * abs(gamma) * r_saved + eta) * abs(dy)',
    says: 'The roundings of a folded backward pass.',
  },
  dx_fits: {
    is: '4 * max(2 * max(r_saved, 1)^3 * max(abs(gamma), 1) * max(P_most, 1) * max(abs(t) + E_t_saved, 1), m * peak(dy) * max(abs(gamma), 1)) <= Omega',
    says: 'No intermediate product can overflow.',
  },
  E_dx: {
    is: 'dx_fits ? (1 + 4 * u) * abs(gamma) * r_saved * E_b + abs(gamma) * (E_r_saved + 4 * u * r_saved) * abs(b) + eta * (2 + abs(gamma) + r_saved) + eta * abs(dy) + 4 * eta * max(abs(gamma), 1) * (abs(P) + E_P) / m * (abs(t) + e_saved) + dx_folding : unbounded',
    says: 'dx in training mode.',
  },
} as const satisfies Chapter;

/** Gradients of inference mode share all but dx. */
export const frozenGradients = {
  e_saved: { is: '0', says: 'The running mean is an input: nothing was saved and rounded.' },
  E_r_saved: { is: 'E_r', says: 'Nor the inverse deviation, which is computed here.' },
  dx_frozen_fits: {
    is: '4 * max(r_most, 1) * max(abs(gamma), 1) * max(abs(dy), 1) <= Omega',
    says: 'No product can overflow.',
  },
  E_dx: {
    is: 'dx_frozen_fits ? abs(gamma * dy) * E_r + 3 * u * abs(gamma * dy) * r_most + eta * (2 + abs(gamma) + abs(dy) + r_most) : unbounded',
    says: 'dx in inference mode.',
  },
} as const satisfies Chapter;

/** Which bound an answered output is held to. */
export const allowance = {
  y: 'E_y',
  mean: 'E_mean',
  variance: 'E_saved_var',
  inv_std: 'E_r',
  next_mean: 'E_next_mean',
  next_var: 'E_next_var',
  dx: 'E_dx',
  dgamma: 'E_dgamma',
  dbeta: 'E_dbeta',
  g_x: 'E_g_x',
  g_gamma: 'E_g_gamma',
  g_dy: 'E_g_dy',
} as const;
