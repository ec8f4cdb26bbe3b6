import fc from 'fast-check';
import type { Property } from '../src/run/property.js';
import { atFirst, layers, one } from './layer.js';
import { trainThrough } from './running.js';
import { onGrid } from './transform.js';

const source = 'arXiv 1502.03167, section 3.1; the rate by induction';
const both = { ops: ['train', 'infer'], running: true } as const;
const constant = { ...both, update: ['take', 'keep'] } as const;

export const population: Property = {
  id: 'limit.population',
  title: 'With the mean and the variance of the batch for running statistics, inference is training',
  needs: { ops: ['train', 'infer'] },
  given: one({ m: 4, integers: true }),
  async ask(bn, { layer }) {
    const column = (c: number): number[] => [0, 1, 2, 3].map((n) => layer.x[n * layer.C + c]!);
    const mean = (c: number): number => column(c).reduce((a, b) => a + b, 0) / 4;
    const variance = (c: number): number => column(c).reduce((a, b) => a + (b - mean(c)) ** 2, 0) / 4;
    const each = (value: (c: number) => number): Float64Array =>
      onGrid(
        Float64Array.from({ length: layer.C }, (_, c) => value(c)),
        layer.param,
      );
    const known = { ...layer, running_mean: each(mean), running_var: each(variance) };
    return { y: (await bn.train(layer)).y, z: (await bn.infer(known)).y };
  },
  binds: ['y', 'z'],
  law: 'z == y',
  of: 'train',
  source,
};

export const oneStep: Property = {
  id: 'limit.one-step',
  title:
    'One step with alpha 1, or the first of an average that counts, makes inference training, but for what the running variance takes in',
  needs: both,
  given: one({ adapt: atFirst }),
  async ask(bn, { layer }) {
    const step = await bn.train(layer.count === null ? { ...layer, alpha: 1 } : layer);
    const after = { ...layer, running_mean: step.next_mean!.values, running_var: step.next_var!.values };
    return { y: step.y, z: (await bn.infer(after)).y, next_mean: step.next_mean, next_var: step.next_var };
  },
  binds: ['y', 'z', 'next_mean', 'next_var'],
  law: '(z - beta) * sqrt(next_var + epsilon) + gamma * (next_mean - mu) == (y - beta) * s and next_var == batch_var',
  of: 'train',
  source,
};

export const repeat: Property = {
  id: 'limit.repeat',
  title: 'Under one batch again and again the running statistics close in by (1 - alpha) each time',
  needs: constant,
  given: (terms) => fc.record({ layer: layers(terms), k: fc.integer({ min: 1, max: 6 }) }),
  async ask(bn, { layer, k }) {
    const last = await trainThrough(
      bn,
      Array.from({ length: k as number }, () => layer),
    );
    return { final_mean: last.next_mean, final_var: last.next_var };
  },
  binds: ['final_mean', 'final_var'],
  law: 'final_mean - mu == (1 - alpha)^k * (running_mean - mu) and final_var - batch_var == (1 - alpha)^k * (running_var - batch_var)',
  of: 'train',
  source,
};

export const gap: Property = {
  id: 'limit.gap',
  title: 'What is left between inference and training is what is left between their statistics',
  needs: constant,
  given: (terms) => fc.record({ layer: layers(terms), k: fc.integer({ min: 1, max: 6 }) }),
  async ask(bn, { layer, k }) {
    const last = await trainThrough(
      bn,
      Array.from({ length: k as number }, () => layer),
    );
    const after = { ...layer, running_mean: last.next_mean!.values, running_var: last.next_var!.values };
    return { y: last.y, z: (await bn.infer(after)).y, final_mean: last.next_mean, final_var: last.next_var };
  },
  binds: ['y', 'z', 'final_mean', 'final_var'],
  law: 'z - y == gamma * (x - final_mean) / sqrt(final_var + epsilon) - gamma * (x - mu) / s and final_mean - mu == (1 - alpha)^k * (running_mean - mu)',
  of: 'train',
  source,
};

export const limitValue: Property = {
  id: 'limit.value',
  title: 'In the limit inference differs from training by the divisor alone: not at all where it is m',
  needs: constant,
  given: one({ flat: true }),
  async ask(bn, { layer }) {
    const steady = { ...layer, alpha: 0.96875 };
    const last = await trainThrough(
      bn,
      Array.from({ length: 10 }, () => steady),
    );
    const after = { ...layer, running_mean: last.next_mean!.values, running_var: last.next_var!.values };
    return { y: last.y, z: (await bn.infer(after)).y, final_mean: last.next_mean, final_var: last.next_var };
  },
  binds: ['y', 'z', 'final_mean', 'final_var'],
  law: '(z - beta) * sqrt(final_var + epsilon) + gamma * (final_mean - mu) == (y - beta) * s and abs(final_var - batch_var) * 2^45 <= abs(running_var - batch_var)',
  of: 'train',
  source,
};
