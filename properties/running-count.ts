import type { Layer } from '../src/run/layer.js';
import { numbered } from '../src/run/numbered.js';
import type { Property } from '../src/run/property.js';
import { atFirst, one } from './layer.js';
import { trainThrough } from './running.js';
import { batches } from './transform.js';

/** Batches in turn, the first of them the first of all. */
const inTurn = (chain: readonly Layer[]): Layer[] => chain.map((layer, i) => ({ ...layer, count: i }));

const source = 'averages that count their batches, started before the first';

export const count: Property = {
  id: 'running.count',
  title: 'The count of batches goes up by one',
  needs: { ops: ['train'], running: true, counted: true },
  given: one(),
  ask: async (bn, { layer }) => ({ next_count: await bn.count(layer) }),
  binds: ['next_count'],
  law: 'next_count == count + 1',
  of: 'train',
  source,
};

export const firstBatch: Property = {
  id: 'running.first-batch',
  title: 'The first batch is taken whole: nothing of what stood there before stays',
  needs: { ops: ['train'], running: true, counted: true },
  given: one({ adapt: atFirst }),
  async ask(bn, { layer }) {
    const { next_mean, next_var } = await bn.train(layer);
    return { next_mean, next_var };
  },
  binds: ['next_mean', 'next_var'],
  law: 'next_mean == mu and next_var == batch_var',
  of: 'train',
  source,
};

export const plainAverage: Property = {
  id: 'running.plain-average',
  title: 'A cumulative average of several batches is their plain average',
  needs: { ops: ['train'], running: true, update: ['cumulative'] },
  given: one({ m: 6 }),
  async ask(bn, { layer }) {
    const chain = inTurn(batches(layer));
    const last = await trainThrough(bn, chain);
    const each = (name: string): unknown => bn.stack(name, chain, 'train');
    const answered = { final_mean: last.next_mean, final_var: last.next_var };
    return { ...answered, k: chain.length, batch_mean: each('mu'), taken_var: each('batch_var') };
  },
  binds: ['final_mean', 'final_var', 'k', 'batch_mean', 'taken_var'],
  law: 'final_mean == sum(batch_mean) / k and final_var == sum(taken_var) / k',
  of: 'train',
  source: 'arXiv 1502.03167, algorithm 2: the means over the batches',
};

export const debiased: Property = {
  id: 'running.debiased',
  title: 'After several batches a debiased average is their weighted sum over the sum of the weights',
  needs: { ops: ['train'], running: true, update: ['debias'] },
  given: one({ m: 6 }),
  async ask(bn, { layer }) {
    const chain = inTurn(batches(layer));
    const last = await trainThrough(bn, chain);
    const each = (name: string): unknown => bn.stack(name, chain, 'train');
    const answered = { final_mean: last.next_mean, final_var: last.next_var, k: chain.length };
    return { ...answered, i: numbered(chain.length), batch_mean: each('mu'), taken_var: each('batch_var') };
  },
  binds: ['final_mean', 'final_var', 'k', 'i', 'batch_mean', 'taken_var'],
  law: 'final_mean * (1 - momentum^k) == (1 - momentum) * sum(momentum^(k - 1 - i) * batch_mean) and final_var * (1 - momentum^k) == (1 - momentum) * sum(momentum^(k - 1 - i) * taken_var)',
  of: 'train',
  source: 'haiku: haiku/_src/moving_averages.py, zero_debias',
};
