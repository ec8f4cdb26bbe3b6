import type { Chapter } from '../src/formula/chapter.js';

/**
 * What a right second order may be off by: right forms compute by deviations or by xhat, with the sums expanded or not,
 * folded, or by differentiating a program, which subtracts means that are 0 already. Derived in docs/acceptance.md.
 * Read before `gradients`, whose dy has vx beside it here.
 */
export const secondOrderBounds = {
  drift: {
    is: '2 * e_saved + g * u * (h + 2) * D1',
    says: 'What the mean of the deviations, which is 0, comes out as.',
  },
  E_P: {
    is: 'drift * abs(G) + g * u * (h + 4) * sum(abs(dy) * (abs(t) + e_saved)) + 2 * m * eta + semantic * (g * u * (h + 4) * crossed + 2 * m * eta)',
    says: 'The product of dy with the deviations, which a derived program centres once more.',
  },
  G_v: { is: 'sum(vx)', says: 'The sum of vx.' },
  P_v: { is: 'sum(vx * t)', says: 'Its product with the deviations.' },
  c_v: { is: 'r^2 * P_v / m', says: 'The coefficient of the deviations in p_vx.' },
  b_v: { is: 'vx - G_v / m - c_v * t', says: 'What p_vx is.' },
  E_G_v: {
    is: '4 * sum(abs(vx)) <= Omega ? g * u * (h + 1) * sum(abs(vx)) + ftz * m * eta : unbounded',
    says: 'The sum.',
  },
  crossed_v: {
    is: 'sum(abs(vx * x)) + (abs(mu) + e_saved) * sum(abs(vx))',
    says: 'What a kernel sums that multiplies by x before it subtracts the mean.',
  },
  E_P_v: {
    is: 'drift * abs(G_v) + g * u * (h + 4) * sum(abs(vx) * (abs(t) + e_saved)) + 2 * m * eta + semantic * (g * u * (h + 4) * crossed_v + 2 * m * eta)',
    says: 'The product.',
  },
  P_v_most: {
    is: 'sum(abs(vx) * (abs(t) + e_saved)) + semantic * crossed_v',
    says: 'The largest partial sum of the product.',
  },
  E_c_v: {
    is: 'abs(P_v) / m * E_r2 + (r^2 + E_r2) * E_P_v / m + 4 * u * (r^2 + E_r2) * (abs(P_v) + E_P_v) / m + 2 * eta * (1 + r_saved^2 + (abs(P_v) + E_P_v) / m)',
    says: 'The coefficient.',
  },
  c_v_most: { is: 'abs(c_v) + E_c_v', says: 'The largest it can come out.' },
  E_b_v: {
    is: 'E_G_v / m + 2 * u * (abs(G_v) + E_G_v) / m + c_v_most * drift + 4 * u * abs(G_v) / m + 3 * eta + (E_c_v + 4 * u * c_v_most + eta) * abs(t) + c_v_most * E_t_saved + 4 * u * abs(vx)',
    says: 'p_vx, as the bracket of dx.',
  },

  H: { is: 'sum(vx * b)', says: 'What g_gamma is before the deviation: vx against p_dy, or dy against p_vx.' },
  E_H_dy: {
    is: 'sum((abs(vx) + (abs(G_v) + E_G_v) / m) * (E_b + g * u * (h + 8) * (abs(b) + E_b)))',
    says: 'Summed as vx times p_dy.',
  },
  E_H_vx: {
    is: 'sum((abs(dy) + (abs(G) + E_dbeta) / m) * (E_b_v + g * u * (h + 8) * (abs(b_v) + E_b_v)))',
    says: 'Summed as dy times p_vx.',
  },
  E_H_apart: {
    is: 'g * u * (h + 8) * sum((abs(dy) + (abs(G) + E_dbeta) / m) * (abs(vx) + (abs(G_v) + E_G_v) / m)) + ((abs(G) + E_dbeta) * E_G_v + abs(G_v) * E_dbeta) / m + c_most * E_P_v + E_c * abs(P_v) + 8 * u * c_most * (abs(P_v) + E_P_v)',
    says: 'As the product of vx and dy, less those of their means and of their slopes.',
  },
  E_H: { is: 'max(E_H_dy, max(E_H_vx, E_H_apart))', says: 'In whichever form.' },

  far: { is: 'max(2 * (X + R + e_saved), 1)', says: 'The largest input or deviation, at least 1.' },
  grown: {
    is: 'r_saved^2 * P_most * P_v_most + max(m * peak(dy), 1) * max(m * peak(vx), 1)',
    says: 'The largest sum of two of the sums.',
  },
  reach: {
    is: 'max(max(abs(gamma), abs(vgamma)), 1) * max(r_saved, 1)^3 * far * grown',
    says: 'The largest product on the way, in any order.',
  },
  second_fits: {
    is: '16 * max(max(reach, abs(vbeta)), max(r_saved, 1)^2 * max(P_most, 1) * max(P_v_most, 1)) <= Omega',
    says: 'No intermediate product can overflow.',
  },
  tiny: {
    is: '16 * m * eta * max(r_saved, 1)^2 * far * reach',
    says: 'What all underflows on the way come to: where the cube of the inverse deviation does, two deviations multiply it.',
  },
  E_g_gamma: {
    is: 'second_fits ? abs(H) * E_r_saved + r_saved * E_H + 4 * u * r_saved * (abs(H) + E_H) + tiny : unbounded',
    says: 'g_gamma.',
  },

  B: {
    is: 'abs(dy) + (abs(G) + E_dbeta) / m + c_most * (abs(t) + E_t_saved)',
    says: 'What p_dy is summed of, by magnitude.',
  },
  B_v: {
    is: 'abs(vx) + (abs(G_v) + E_G_v) / m + c_v_most * (abs(t) + E_t_saved)',
    says: 'What p_vx is summed of.',
  },
  E_g_dy: {
    is: 'second_fits ? abs(gamma) * (r_saved * E_b_v + E_r_saved * abs(b_v)) + abs(vgamma) * (r_saved * E_t_saved + E_r_saved * abs(t)) + 8 * g * u * (r_saved * (abs(gamma) * B_v + abs(vgamma) * (abs(t) + E_t_saved)) + abs(vbeta)) + (direct ? 0 : 4 * g * u * r_saved * (abs(gamma) * c_v_most + abs(vgamma)) * (abs(x) + abs(mu) + e_saved)) + tiny : unbounded',
    says: 'g_dy; the folded coefficient of x takes in those of both.',
  },
  q: { is: 'r^2 * H / m', says: 'The share of the deviation in g_x, before gamma and the deviation.' },
  E_q: {
    is: 'abs(H) / m * E_r2 + (r^2 + E_r2) * (E_H + 4 * u * (abs(H) + E_H)) / m',
    says: 'Its error.',
  },
  q_most: { is: 'abs(q) + E_q', says: 'The largest it can come out.' },
  whole: {
    is: 'r_saved * (abs(vgamma) * B + abs(gamma) * (q_most * (abs(t) + E_t_saved) + c_most * B_v + c_v_most * B))',
    says: 'What g_x is summed of.',
  },
  slope_most: {
    is: 'r_saved * (abs(vgamma) * c_most + abs(gamma) * (q_most + 2 * c_most * c_v_most))',
    says: 'The largest coefficient of the deviations in it.',
  },
  E_parts: {
    is: 'abs(vgamma) * (r_saved * E_b + E_r_saved * abs(b)) + abs(gamma) * (r_saved * (q_most * E_t_saved + E_q * abs(t) + c_most * E_b_v + E_c * abs(b_v) + c_v_most * E_b + E_c_v * abs(b)) + E_r_saved * abs(q * t + c * b_v + c_v * b)) + 10 * g * u * whole + slope_most * drift',
    says: 'g_x, summed part by part.',
  },
  E_g_x: {
    is: 'second_fits ? E_parts + (sum(E_parts) + g * u * (h + 4) * sum(whole)) / m + (direct ? 0 : 4 * g * u * slope_most * (abs(x) + abs(mu) + e_saved)) + tiny : unbounded',
    says: 'g_x, where a derived program subtracts the mean of it, which is 0, at the end.',
  },
} as const satisfies Chapter;
