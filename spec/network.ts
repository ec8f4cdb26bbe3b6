import type { Chapter } from '../src/formula/chapter.js';

/**
 * What stands around normalization in a network: layer l turns the activations of layer l - 1 into its own. Axes are
 * samples N, units C and inputs S of a unit; a convolution is a linear layer on its patches, one sample for each position
 * of each image: m p q of them for m images and p x q positions. Normalization itself is the other chapters', with x = Z
 * and y = Y. Sources: arXiv 1502.03167, section 3.2; any text on backpropagation.
 */
export const linear = {
  Z: { is: 'sum(W * A_in)', over: ['S'], says: 'What a unit makes of its inputs: a bias would be taken away again.' },
  Z_biased: { is: 'sum(W * A_in) + b', over: ['S'], says: 'The same with a bias, to show that nothing comes of it.' },
  dW: { is: 'sum(dZ * A_in)', over: ['N'], says: 'The gradient of the weights.' },
  db: {
    is: 'sum(dZ)',
    over: ['N'],
    says: 'The gradient of the bias: 0, since no shift of Z is left after normalization.',
  },
  dA_in: {
    is: 'sum(dZ * W)',
    over: ['C'],
    says: 'The gradient of the inputs; of patches, where they overlap, it adds up.',
  },
} as const satisfies Chapter;

/** Activations stand behind normalization; `dY` is what arrives at its output. */
export const identity = {
  A: { is: 'Y', says: 'Nothing is bent.' },
  dY: { is: 'dA', says: 'Nor the gradient.' },
} as const satisfies Chapter;

export const relu = {
  A: { is: 'max(Y, 0)', says: 'What is negative is cut off.' },
  dY: { is: 'Y > 0 ? dA : 0', says: 'And so is its gradient.' },
} as const satisfies Chapter;

export const sigmoid = {
  A: { is: '1 / (1 + exp(-Y))', says: 'Between 0 and 1.' },
  dY: { is: 'dA * A * (1 - A)', says: 'A quarter at most, and nothing where it saturates.' },
} as const satisfies Chapter;

export const tanh = {
  A: { is: '1 - 2 / (exp(2 * Y) + 1)', says: 'Between -1 and 1.' },
  dY: { is: 'dA * (1 - A^2)', says: 'One at most, and nothing where it saturates.' },
} as const satisfies Chapter;

export const loss = {
  J: {
    is: 'sum((A - T)^2) / (2 * N)',
    over: ['N', 'C', 'S'],
    says: 'Half the squared distance from the targets, on average over samples.',
  },
  dA: { is: '(A - T) / N', says: 'Its gradient.' },
} as const satisfies Chapter;

/** Optimizers: `theta` is a weight, a gamma, a beta or a bias; `next_theta` what it is after the step. Velocity and square begin at 0. */
export const descent = {
  next_theta: { is: 'theta - rate * dtheta', says: 'Gradient descent.' },
} as const satisfies Chapter;

export const momentum = {
  next_velocity: { is: 'decay * velocity + dtheta', says: 'The sum of all gradients, each the weaker the older.' },
  next_theta: {
    is: 'theta - rate * next_velocity',
    says: 'Descent along it. Where gradients are averaged, (1 - decay) times this, the rate is larger by as much.',
  },
} as const satisfies Chapter;

export const rmsprop = {
  next_square: {
    is: 'decay_square * square + (1 - decay_square) * dtheta^2',
    says: 'The average of the squared gradients.',
  },
  next_theta: { is: 'theta - rate * dtheta / (sqrt(next_square) + delta)', says: 'Descent in units of their root.' },
} as const satisfies Chapter;

export const adam = {
  next_velocity: { is: 'decay * velocity + (1 - decay) * dtheta', says: 'The average of the gradients.' },
  next_square: { is: 'decay_square * square + (1 - decay_square) * dtheta^2', says: 'The average of their squares.' },
  velocity_hat: { is: 'next_velocity / (1 - decay^step)', says: 'Divided by its weights, since it began at 0.' },
  square_hat: { is: 'next_square / (1 - decay_square^step)', says: 'And so is this one.' },
  next_theta: {
    is: 'theta - rate * velocity_hat / (sqrt(square_hat) + delta)',
    says: 'Descent along the one in units of the root of the other.',
    source: 'arXiv 1412.6980, algorithm 1',
  },
} as const satisfies Chapter;
