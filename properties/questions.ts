import type { Property } from '../src/run/property.js';

/** What is asked and what must be true of it, whatever the layer: several chapters ask the same of layers of their own. */
type Question = Pick<Property, 'ask' | 'binds' | 'law' | 'of'>;

export const output: Question = {
  ask: async (bn, { layer }) => ({ y: (await bn.train(layer)).y }),
  binds: ['y'],
  law: 'y == gamma * (x - mu) / s + beta',
  of: 'train',
};

export const runningStatistics: Question = {
  async ask(bn, { layer }) {
    const { next_mean, next_var } = await bn.train(layer);
    return { next_mean, next_var };
  },
  binds: ['next_mean', 'next_var'],
  law: 'next_mean == (1 - alpha) * running_mean + alpha * mu and next_var == (1 - alpha) * running_var + alpha * batch_var',
  of: 'train',
};

export const inferredOutput: Question = {
  ask: async (bn, { layer }) => ({ y: (await bn.infer(layer)).y }),
  binds: ['y'],
  law: 'y == gamma * (x - running_mean) / sqrt(running_var + epsilon) + beta',
  of: 'infer',
};

export const gradients: Question = {
  async ask(bn, { layer }) {
    const { dx, dgamma, dbeta } = await bn.grad(layer);
    return { dx, dgamma, dbeta };
  },
  binds: ['dx', 'dgamma', 'dbeta'],
  law: 'dx == gamma / s * (dy - sum(dy) / m - xhat * sum(dy * xhat) / m) and dgamma == sum(dy * xhat) and dbeta == sum(dy)',
  of: 'grad',
};
