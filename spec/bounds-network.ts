import type { Chapter } from '../src/formula/chapter.js';

/**
 * What a right implementation may be off by in one stage of a network, beyond what comes of the stages before. Given: `u`
 * and `eta` of its arithmetic, `taps` (how many patches a pixel stands in), `semantic`. Derived in docs/acceptance.md,
 * "Networks"; the errors of elementary functions are those that OpenCL C 3.0 allows (section 7.4): exp 3 ulps, tanh 5,
 * division 2.5.
 */
const linear = {
  E_Z: {
    is: '(S + 2) * u * (1 + (S + 2) * u) * sum(abs(weight * A_in)) + (S + 2) * eta',
    over: ['S'],
    says: 'A dot product, its terms in any order.',
  },
  E_Z_biased: {
    is: '(S + 3) * u * (1 + (S + 3) * u) * (sum(abs(weight * A_in)) + abs(bias)) + (S + 3) * eta',
    over: ['S'],
    says: 'With one term more.',
  },
  E_dweight: {
    is: '(N + 2) * u * (1 + (N + 2) * u) * sum(abs(dZ * A_in)) + (N + 2) * eta',
    over: ['N'],
    says: 'A sum over samples.',
  },
  E_dbias: {
    is: '(N + 1) * u * (1 + (N + 1) * u) * sum(abs(dZ)) + N * eta',
    over: ['N'],
    says: 'The same without products.',
  },
  E_dA_in: {
    is: '(C * taps + 2) * u * (1 + (C * taps + 2) * u) * sum(abs(dZ * weight)) + (C + 2) * eta',
    over: ['C'],
    says: 'A sum over units, and over the patches that a pixel stands in.',
  },
} as const satisfies Chapter;

/** Nothing is rounded where nothing is bent, nor where it is cut off: `identity` and `relu` have no bounds. */
const sigmoid = {
  E_A: { is: '12 * u * A + 6 * u + eta', says: 'By exp and a division, or as half of 1 + tanh(Y / 2).' },
  E_dY: {
    is: '4 * u * abs(dA) * A * (1 - A) + 2 * u * abs(dA) * A + 3 * eta',
    says: 'Three roundings; A - A^2 may stand for A (1 - A).',
  },
} as const satisfies Chapter;

const tanh = {
  E_A: {
    is: '10 * u * abs(A) + semantic * 20 * u + 2 * eta',
    says: 'At the semantic tier by exponentials, which cancel near 0.',
  },
  E_dY: { is: '4 * u * abs(dA) * (1 - A^2) + 2 * u * abs(dA) + 2 * eta', says: 'What 1 - A^2 loses, and a product.' },
} as const satisfies Chapter;

const loss = {
  E_J: {
    is: '(N * C * S + 8) * u * (1 + (N * C * S + 8) * u) * J + (N * C * S + 4) * eta',
    over: ['N', 'C', 'S'],
    says: 'A sum of squares, in any order.',
  },
  E_dA: { is: '6 * u * abs(dA) + 2 * eta', says: 'A difference, and a division or two.' },
} as const satisfies Chapter;

/** A rate, a decay and what they are made of may be rounded each; 1 - decay of a rounded decay is off by u at most. */
const descent = {
  E_next_theta: {
    is: 'u * abs(next_theta) + 4 * u * abs(rate * dtheta) + 2 * eta',
    says: 'A product and a difference.',
  },
} as const satisfies Chapter;

const momentum = {
  E_next_velocity: {
    is: '4 * u * (abs(decay * velocity) + abs(dtheta)) + 2 * eta',
    says: 'A product and a sum.',
  },
  E_next_theta: { is: 'u * abs(next_theta) + 4 * u * abs(rate * next_velocity) + 2 * eta', says: 'As in descent.' },
} as const satisfies Chapter;

const rmsprop = {
  E_next_square: {
    is: '6 * u * (decay_square * square + dtheta^2) + 4 * eta',
    says: 'Two products, a square and a sum.',
  },
  E_next_theta: {
    is: 'u * abs(next_theta) + 12 * u * abs(rate * dtheta / (sqrt(next_square) + delta)) + 2 * eta',
    says: 'A root, a sum, a division or a reciprocal, a product.',
  },
} as const satisfies Chapter;

const adam = {
  E_next_velocity: { is: '6 * u * (abs(decay * velocity) + abs(dtheta)) + 4 * eta', says: 'Two products and a sum.' },
  E_next_square: { is: '6 * u * (decay_square * square + dtheta^2) + 4 * eta', says: 'The same, and a square.' },
  E_velocity_hat: {
    is: 'abs(velocity_hat) * (4 * u + (step + 2) * u / (1 - decay^step)) + 2 * eta',
    says: 'A division by what is left of 1.',
  },
  E_square_hat: {
    is: 'square_hat * (4 * u + (step + 2) * u / (1 - decay_square^step)) + 2 * eta',
    says: 'The same.',
  },
  E_next_theta: {
    is: 'u * abs(next_theta) + 16 * u * abs(rate * velocity_hat / (sqrt(square_hat) + delta)) + 2 * eta',
    says: 'As in RMSProp; a rate that carries the divisors of both has a root and a division more.',
  },
} as const satisfies Chapter;

export const networkBounds = {
  linear,
  sigmoid,
  tanh,
  loss,
  descent,
  momentum,
  rmsprop,
  adam,
} as const satisfies Readonly<Record<string, Chapter>>;
