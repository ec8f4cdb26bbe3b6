import fc from 'fast-check';
import type { Layer } from '../src/run/layer.js';
import type { Property, Terms } from '../src/run/property.js';
import { layers } from './layer.js';
import { inRank } from './size.js';

const source = 'the sum of a batch is the sum of its elements, in whatever order';
const m = 2 ** 18;

/**
 * 2^18 values a little above 0.1, all of one sign: a single chain of float32 sums rounds most of them the same way. Even
 * and odd ones differ, and so do the halves, so that statistics of a part are those of another batch.
 */
function biased(layout: Layer['layout'], rank: number, terms: Terms): Layer | null {
  const spatial = rank === 2 ? [] : [m / 4];
  const x = Float64Array.from({ length: m }, (_, i) =>
    Math.fround(0.1 + ((i % 7) - 3) / 64 + (i % 2) / 64 + (i < m / 2 ? 0 : 1 / 128)),
  );
  const one = (v: number): Float64Array => Float64Array.of(v);
  const parameters = { gamma: one(2), beta: one(3), running_mean: one(1), running_var: one(4) };
  const shape = { N: rank === 2 ? m : 4, C: 1, spatial };
  const scalars = { epsilon: 0.25, alpha: 0.25 };
  return inRank({ dtype: 'f32', param: 'f32', layout, ...shape, x, dy: x, ...parameters, ...scalars }, terms.ranks);
}

const narrow = ({ dtypes }: Terms): boolean => dtypes.some(({ data }) => data.name === 'f32');
const highest = ({ ranks }: Terms): number => (ranks.some((rank) => rank > 2) ? 3 : 2);

/** In each layout and, where there are two kinds, of rank 2 and above. */
const everyWay = (terms: Terms): { layer: Layer }[] =>
  [...new Set([2, highest(terms)])]
    .filter((rank) => rank > 2 || terms.ranks.includes(2))
    .flatMap((rank) => terms.layouts.map((layout) => biased(layout, rank, terms)))
    .flatMap((layer) => (layer && narrow(terms) ? [{ layer }] : []));

/** The first and the last: rank 2 in one layout, a higher rank in the other. */
const ends = <T>(all: readonly T[]): T[] => [...new Set([...all.slice(0, 1), ...all.slice(-1)])];

const given = (terms: Terms) => fc.record({ layer: layers(terms, { offset: [1, 2] }) });

export const batch: Property = {
  id: 'large.batch',
  title: 'The output of a very large, biased batch is right, whatever order it is summed in',
  needs: { ops: ['train'] },
  given,
  examples: (terms) => everyWay(terms).slice(-1),
  ask: async (bn, { layer }) => ({ y: (await bn.train(layer)).y }),
  binds: ['y'],
  law: 'y == gamma * (x - mu) / s + beta',
  of: 'train',
  source,
  few: true,
};

export const mean: Property = {
  id: 'large.mean',
  title: 'The running mean of a very large, biased batch is right in every layout, of rank 2 and above',
  needs: { ops: ['train'], running: true },
  given,
  examples: (terms) => ends(everyWay(terms)),
  ask: async (bn, { layer }) => ({ next_mean: (await bn.train(layer)).next_mean }),
  binds: ['next_mean'],
  law: 'next_mean == (1 - alpha) * running_mean + alpha * mu',
  of: 'train',
  source,
  few: true,
};

export const gradient: Property = {
  id: 'large.gradient',
  title: 'The gradients of the parameters of a very large, biased batch are right',
  needs: { ops: ['grad'] },
  given,
  examples: (terms) => everyWay(terms).slice(0, 1),
  async ask(bn, { layer }) {
    const { dgamma, dbeta } = await bn.grad(layer);
    return { dgamma, dbeta };
  },
  binds: ['dgamma', 'dbeta'],
  law: 'dgamma == sum(dy * xhat) and dbeta == sum(dy)',
  of: 'grad',
  source,
  few: true,
};
