import type { NetworkMutant } from '../src/run/network-kernel.js';

const textbook = { seen: ['textbook'] } as const;

export const inputsSquared = {
  id: 'network.inputs-squared',
  says: 'Multiplies the inputs of a unit by themselves instead of by its weights.',
  edits: [{ chapter: 'linear', formula: 'Z', from: 'W * A_in', to: 'A_in * A_in' }],
  ...textbook,
} as const satisfies NetworkMutant;

export const biasScales = {
  id: 'network.bias-scales',
  says: 'Lets the bias scale a unit, which normalization does not take away as it does a shift.',
  edits: [{ chapter: 'linear', formula: 'Z_biased', from: 'sum(W * A_in) + b', to: 'sum(W * A_in) * (1 + b)^3' }],
  ...textbook,
} as const satisfies NetworkMutant;

export const weightGradientAveraged = {
  id: 'network.weight-gradient-averaged',
  says: 'Divides the gradient of the weights by the number of samples once more.',
  edits: [{ chapter: 'linear', formula: 'dW', from: 'sum(dZ * A_in)', to: 'sum(dZ * A_in) / N' }],
  ...textbook,
} as const satisfies NetworkMutant;

export const biasGradientMagnitude = {
  id: 'network.bias-gradient-magnitude',
  says: 'Adds up magnitudes for the gradient of the bias, where what is added up comes to nothing.',
  edits: [{ chapter: 'linear', formula: 'db', from: 'sum(dZ)', to: 'sum(abs(dZ))' }],
  ...textbook,
} as const satisfies NetworkMutant;

export const inputGradientUnweighted = {
  id: 'network.input-gradient-unweighted',
  says: 'Hands the gradient down without the weights.',
  edits: [{ chapter: 'linear', formula: 'dA_in', from: 'dZ * W', to: 'dZ' }],
  ...textbook,
} as const satisfies NetworkMutant;

export const identityDoubled = {
  id: 'network.identity-doubled',
  says: 'Adds the activation to what it was given.',
  edits: [{ chapter: 'identity', formula: 'A', from: 'Y', to: '2 * Y' }],
  ...textbook,
} as const satisfies NetworkMutant;

export const identityGradientStopped = {
  id: 'network.identity-gradient-stopped',
  says: 'Stops the gradient where nothing is bent.',
  edits: [{ chapter: 'identity', formula: 'dY', from: 'dA', to: '0 * dA' }],
  ...textbook,
} as const satisfies NetworkMutant;

export const reluLeaks = {
  id: 'network.relu-leaks',
  says: 'Lets a hundredth of what is negative through.',
  edits: [{ chapter: 'relu', formula: 'A', from: 'max(Y, 0)', to: 'max(Y, Y / 100)' }],
  ...textbook,
} as const satisfies NetworkMutant;

export const reluGradientOpen = {
  id: 'network.relu-gradient-open',
  says: 'Lets the gradient through where the activation is cut off.',
  edits: [{ chapter: 'relu', formula: 'dY', from: 'Y > 0', to: 'Y < 0' }],
  ...textbook,
} as const satisfies NetworkMutant;

export const sigmoidReversed = {
  id: 'network.sigmoid-reversed',
  says: 'Takes exp(Y) for exp(-Y).',
  edits: [{ chapter: 'sigmoid', formula: 'A', from: '-Y', to: 'Y' }],
  ...textbook,
} as const satisfies NetworkMutant;

export const sigmoidGradientOnce = {
  id: 'network.sigmoid-gradient-once',
  says: 'Leaves the factor 1 - A out of the slope of the sigmoid.',
  edits: [{ chapter: 'sigmoid', formula: 'dY', from: 'dA * A * (1 - A)', to: 'dA * A' }],
  ...textbook,
} as const satisfies NetworkMutant;

export const tanhHalved = {
  id: 'network.tanh-halved',
  says: 'Leaves out the 2 in the exponent: it computes the tanh of half its input.',
  edits: [{ chapter: 'tanh', formula: 'A', from: '2 * Y', to: 'Y' }],
  ...textbook,
} as const satisfies NetworkMutant;

export const tanhGradientLinear = {
  id: 'network.tanh-gradient-linear',
  says: 'Takes 1 - A for 1 - A^2.',
  edits: [{ chapter: 'tanh', formula: 'dY', from: 'A^2', to: 'A' }],
  ...textbook,
} as const satisfies NetworkMutant;

export const lossUnaveraged = {
  id: 'network.loss-unaveraged',
  says: 'Tells the sum of the squares where their mean over samples is asked.',
  edits: [{ chapter: 'loss', formula: 'J', from: '2 * N', to: '2' }],
  ...textbook,
} as const satisfies NetworkMutant;

export const lossGradientUnaveraged = {
  id: 'network.loss-gradient-unaveraged',
  says: 'Forgets to divide the gradient of the loss by the number of samples.',
  edits: [{ chapter: 'loss', formula: 'dA', from: '(A - T) / N', to: 'A - T' }],
  ...textbook,
} as const satisfies NetworkMutant;

export const ascends = {
  id: 'network.ascends',
  says: 'Goes up the gradient instead of down.',
  edits: [{ chapter: 'descent', formula: 'next_theta', from: 'theta - rate * dtheta', to: 'theta + rate * dtheta' }],
  ...textbook,
} as const satisfies NetworkMutant;

export const momentumForgets = {
  id: 'network.momentum-forgets',
  says: 'Keeps no velocity from step to step.',
  edits: [{ chapter: 'momentum', formula: 'next_velocity', from: 'decay * velocity', to: '0 * velocity' }],
  ...textbook,
} as const satisfies NetworkMutant;

export const momentumUnused = {
  id: 'network.momentum-unused',
  says: 'Works out a velocity, and follows the gradient.',
  edits: [{ chapter: 'momentum', formula: 'next_theta', from: 'next_velocity', to: 'dtheta' }],
  ...textbook,
} as const satisfies NetworkMutant;

export const rmspropUnsquared = {
  id: 'network.rmsprop-unsquared',
  says: 'Averages the magnitudes of gradients instead of their squares.',
  edits: [{ chapter: 'rmsprop', formula: 'next_square', from: 'dtheta^2', to: 'abs(dtheta)' }],
  ...textbook,
} as const satisfies NetworkMutant;

export const rmspropRootless = {
  id: 'network.rmsprop-rootless',
  says: 'Divides by the average square instead of by its root.',
  edits: [{ chapter: 'rmsprop', formula: 'next_theta', from: 'sqrt(next_square)', to: 'next_square' }],
  ...textbook,
} as const satisfies NetworkMutant;

export const adamSumsGradients = {
  id: 'network.adam-sums-gradients',
  says: 'Adds whole gradients to the velocity where their average is meant.',
  edits: [{ chapter: 'adam', formula: 'next_velocity', from: '(1 - decay) * dtheta', to: 'dtheta' }],
  ...textbook,
} as const satisfies NetworkMutant;

export const adamUnsquared = {
  id: 'network.adam-unsquared',
  says: 'Averages gradients where their squares are meant.',
  edits: [{ chapter: 'adam', formula: 'next_square', from: 'dtheta^2', to: 'abs(dtheta)' }],
  ...textbook,
} as const satisfies NetworkMutant;

export const adamVelocityBiased = {
  id: 'network.adam-velocity-biased',
  says: 'Leaves the velocity as small as it began.',
  edits: [{ chapter: 'adam', formula: 'velocity_hat', from: 'next_velocity / (1 - decay^step)', to: 'next_velocity' }],
  ...textbook,
} as const satisfies NetworkMutant;

export const adamSquareBiased = {
  id: 'network.adam-square-biased',
  says: 'Leaves the average square as small as it began.',
  edits: [{ chapter: 'adam', formula: 'square_hat', from: 'next_square / (1 - decay_square^step)', to: 'next_square' }],
  ...textbook,
} as const satisfies NetworkMutant;

export const adamDeltaInside = {
  id: 'network.adam-delta-inside',
  says: 'Puts the constant under the root.',
  edits: [{ chapter: 'adam', formula: 'next_theta', from: 'sqrt(square_hat) + delta', to: 'sqrt(square_hat + delta)' }],
  ...textbook,
} as const satisfies NetworkMutant;

export const predictsAlone = {
  id: 'network.predicts-alone',
  says: 'Normalizes a single example at test time by its own statistics: what comes out is beta, whatever goes in.',
  edits: [
    { chapter: 'infer', formula: 'y', from: 'x - running_mean', to: 'x - mu' },
    { chapter: 'infer', formula: 'y', from: 'running_var', to: 'sigma2' },
  ],
  ...textbook,
} as const satisfies NetworkMutant;

export const statisticsConstant = {
  id: 'network.statistics-constant',
  says: 'Takes the statistics of the batch for constants on the way back.',
  edits: [{ chapter: 'grad', formula: 'dx', from: 'dy - sum(dy) / m - xhat * sum(dy * xhat) / m', to: 'dy' }],
  ...textbook,
} as const satisfies NetworkMutant;

export const averagesStill = {
  id: 'network.averages-still',
  says: 'Trains without taking the batches into the running averages.',
  edits: [{ chapter: 'train', formula: 'next_mean', from: 'alpha * mu', to: 'alpha * running_mean' }],
  ...textbook,
} as const satisfies NetworkMutant;
