import fc from 'fast-check';
import type { Layer } from '../src/run/layer.js';
import { numbered } from '../src/run/numbered.js';
import type { Answers, Asker, Property } from '../src/run/property.js';
import { layers, one } from './layer.js';
import { batches, onGrid, shifted } from './transform.js';

const average = 'weighted averages, with the weight alpha of the new batch';
const running = { ops: ['train'], running: true } as const;
/** Where the caller says the weight, it is the same for every batch. */
const constant = { ...running, update: ['take', 'keep'] } as const;

/** Trains on one batch after the other, each from the statistics that the last one answered. */
export async function trainThrough(bn: Asker, chain: readonly Layer[]): Promise<Answers> {
  let answers = await bn.train(chain[0]!);
  for (const layer of chain.slice(1)) {
    const [mean, variance] = [answers.next_mean!, answers.next_var!];
    const carried = { ...layer, running_mean: mean.values, running_var: variance.values };
    answers = await bn.train(carried, answers);
  }
  return answers;
}

export const updateMean: Property = {
  id: 'running.update-mean',
  title: 'The running mean moves towards the mean of the batch by its weight',
  needs: running,
  given: one(),
  ask: async (bn, { layer }) => ({ next_mean: (await bn.train(layer)).next_mean }),
  binds: ['next_mean'],
  law: 'next_mean == (1 - alpha) * running_mean + alpha * mu',
  of: 'train',
  source: average,
};

export const updateVariance: Property = {
  id: 'running.update-variance',
  title: 'The running variance moves towards the variance of the batch, as the profile takes it in',
  needs: running,
  given: one(),
  ask: async (bn, { layer }) => ({ next_var: (await bn.train(layer)).next_var }),
  binds: ['next_var'],
  law: 'next_var == (1 - alpha) * running_var + alpha * batch_var',
  of: 'train',
  source: average,
};

export const closedForm: Property = {
  id: 'running.closed-form',
  title: 'After several batches the running mean is their weighted sum and what is left of the start',
  needs: constant,
  given: one({ m: 6 }),
  async ask(bn, { layer }) {
    const chain = batches(layer);
    const last = await trainThrough(bn, chain);
    const k = chain.length;
    const each = (name: string): unknown => bn.stack(name, chain, 'train');
    return {
      final_mean: last.next_mean,
      final_var: last.next_var,
      k,
      i: numbered(k),
      batch_mean: each('mu'),
      taken_var: each('batch_var'),
    };
  },
  binds: ['final_mean', 'final_var', 'k', 'i', 'batch_mean', 'taken_var'],
  law: 'final_mean == sum(alpha * (1 - alpha)^(k - 1 - i) * batch_mean) + (1 - alpha)^k * running_mean and final_var == sum(alpha * (1 - alpha)^(k - 1 - i) * taken_var) + (1 - alpha)^k * running_var',
  of: 'train',
  source: average,
};

export const forgetting: Property = {
  id: 'running.forgetting',
  title: 'A change in the first of three batches counts for less by (1 - alpha) with each later batch',
  needs: constant,
  given: (terms) => fc.record({ layer: layers(terms, { m: 6, integers: true }), c: fc.integer({ min: 1, max: 100 }) }),
  async ask(bn, { layer, c }) {
    const [first, ...later] = batches(layer);
    const plain = await trainThrough(bn, [first!, ...later]);
    const moved = await trainThrough(bn, [shifted(first!, c as number), ...later]);
    return { plain: plain.next_mean, moved: moved.next_mean, k: later.length };
  },
  binds: ['plain', 'moved', 'k'],
  law: 'moved - plain == alpha * (1 - alpha)^k * c',
  of: 'train',
  source: average,
};

export const contraction: Property = {
  id: 'running.contraction',
  title: 'The running mean comes nearer to the mean of the batch, by its weight',
  needs: running,
  given: one(),
  ask: async (bn, { layer }) => ({ next_mean: (await bn.train(layer)).next_mean }),
  binds: ['next_mean'],
  law: 'abs(next_mean - mu) <= (1 - alpha) * abs(running_mean - mu)',
  of: 'train',
  source: average,
};

export const fixedPoint: Property = {
  id: 'running.fixed-point',
  title: 'A running mean that is the mean of the batch stays',
  needs: running,
  given: one({ integers: true, m: 4 }),
  async ask(bn, { layer }) {
    const mean = (c: number): number => [0, 1, 2, 3].reduce((sum, n) => sum + layer.x[n * layer.C + c]!, 0) / 4;
    const running_mean = onGrid(
      layer.running_mean!.map((_, c) => mean(c)),
      layer.param,
    );
    return { next_mean: (await bn.train({ ...layer, running_mean })).next_mean };
  },
  binds: ['next_mean'],
  law: 'next_mean == mu',
  of: 'train',
  source: average,
};

export const newBatchOnly: Property = {
  id: 'running.alpha-one',
  title: 'With alpha 1 the running statistics are those of the batch',
  needs: constant,
  given: one(),
  async ask(bn, { layer }) {
    const { next_mean, next_var } = await bn.train({ ...layer, alpha: 1 });
    return { next_mean, next_var };
  },
  binds: ['next_mean', 'next_var'],
  law: 'next_mean == mu and next_var == batch_var',
  of: 'train',
  source: average,
};

export const oldValueOnly: Property = {
  id: 'running.alpha-zero',
  title: 'With alpha 0 the running statistics stay',
  needs: constant,
  given: one(),
  async ask(bn, { layer }) {
    const { next_mean, next_var } = await bn.train({ ...layer, alpha: 0 });
    return { next_mean, next_var };
  },
  binds: ['next_mean', 'next_var'],
  law: 'next_mean == running_mean and next_var == running_var',
  of: 'train',
  source: average,
};
