import fc from 'fast-check';
import type { Layer } from '../src/run/layer.js';
import { counts } from '../src/run/profile.js';
import type { Property, Terms } from '../src/run/property.js';
import { layers } from './layer.js';
import { output, runningStatistics } from './questions.js';
import { shared } from './shared.js';
import { inRank } from './size.js';

const source = 'the sum of a batch is the sum of its elements, in whatever order';
const m = 2 ** 18;

/**
 * 2^18 values a little above 0.1, all of one sign: a single chain of float32 sums rounds most of them the same way. Even
 * and odd ones differ, and so do the halves, so that statistics of a part are those of another batch.
 */
const biased = shared(() =>
  Float64Array.from({ length: m }, (_, i) =>
    Math.fround(0.1 + ((i % 7) - 3) / 64 + (i % 2) / 64 + (i < m / 2 ? 0 : 1 / 128)),
  ),
);

interface Way {
  readonly layout: Layer['layout'];
  readonly rank: number;
}

interface Batch {
  readonly dtype: Layer['dtype'];
  readonly param: Layer['param'];
  readonly m: number;
  values(): Float64Array;
}

function one({ layout, rank }: Way, terms: Terms, { dtype, param, values, m }: Batch): { layer: Layer }[] {
  if (m > terms.longest) return [];
  const x = values();
  const of = (v: number): Float64Array => Float64Array.of(v);
  const parameters = { gamma: of(2), beta: of(3), running_mean: of(1), running_var: of(4) };
  const shape = rank === 2 ? { N: m, C: 1, spatial: [] } : { N: 4, C: 1, spatial: [m / 4] };
  const scalars = { epsilon: 0.25, alpha: 0.25, count: counts(terms.profile) ? 3 : null };
  const layer = inRank({ dtype, param, layout, ...shape, x, dy: x, ...parameters, ...scalars }, terms.ranks);
  return layer ? [{ layer }] : [];
}

/** In each layout and, where there are two kinds, of rank 2 and above. */
const ways = ({ layouts, ranks }: Terms): Way[] =>
  [2, 3]
    .filter((rank) => (rank === 2 ? ranks.includes(2) : ranks.some((other) => other > 2)))
    .flatMap((rank) => layouts.map((layout) => ({ layout, rank })));

/** The ways of the highest rank there is. */
const highest = (terms: Terms): Way[] => {
  const all = ways(terms);
  return all.filter(({ rank }) => rank === all.at(-1)?.rank);
};

/** The case of one way, if the target has it. */
const inOne = (way: (terms: Terms) => Way | undefined) =>
  shared((terms: Terms) =>
    [way(terms)].flatMap((found) =>
      found ? one(found, terms, { dtype: 'f32', param: 'f32', m, values: () => biased(terms) }) : [],
    ),
  );
const flat = inOne((terms) => ways(terms)[0]);
const first = inOne((terms) => highest(terms)[0]);
const last = inOne((terms) => highest(terms).at(-1));

const given = (terms: Terms) => fc.record({ layer: layers(terms, { offset: [1, 2], affine: true }) });

export const batch: Property = {
  id: 'large.batch',
  title: 'The output of a very large, biased batch is right, whatever order it is summed in',
  needs: { ops: ['train'], dtype: 'f32' },
  given,
  examples: last,
  ...output,
  source,
  few: true,
};

export const mean: Property = {
  id: 'large.mean',
  title: 'The running statistics of a very large, biased batch are right',
  needs: { ops: ['train'], running: true, dtype: 'f32' },
  given,
  examples: first,
  ...runningStatistics,
  source,
  few: true,
};

export const gradient: Property = {
  id: 'large.gradient',
  title: 'The gradients of the parameters of a very large, biased batch are right',
  needs: { ops: ['grad'], dtype: 'f32' },
  given,
  examples: flat,
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

/**
 * More values than float16 counts, twice 2^16, whose halves lie apart: whoever merges them needs the product of their
 * counts. In float16 where the target has it, since there a count in the format of the data is infinite.
 */
export const uncounted = shared((terms: Terms) => {
  const [way] = highest(terms);
  const short = terms.dtypes.find(({ data }) => data.name === 'f16') ?? terms.dtypes[0];
  const m = 2 ** 17;
  const values = (): Float64Array => Float64Array.from({ length: m }, (_, i) => (i % 2) + (i < m / 2 ? -1 : 2));
  return way && short ? one(way, terms, { dtype: short.data.name, param: short.param.name, m, values }) : [];
});

export const count: Property = {
  id: 'large.count',
  title: 'A batch of more elements than float16 counts is right, though its halves lie apart',
  needs: { ops: ['train'] },
  given,
  examples: uncounted,
  ...output,
  source,
  few: true,
  mayBeVacuous: true,
};
