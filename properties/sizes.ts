import fc from 'fast-check';
import type { Property, Terms } from '../src/run/property.js';
import { layers } from './layer.js';
import { gradients, inferredOutput, output, runningStatistics } from './questions.js';
import { shared } from './shared.js';

/**
 * Sizes at which kernels change their way: vector widths and what is left over, more channels than lanes, blocks, many
 * samples, one more than a power of two in all, tens of thousands of elements. Samples, channels, positions.
 */
const directed: readonly (readonly [N: number, C: number, S: number])[] = [
  [16, 2, 1],
  [17, 3, 1],
  [33, 2, 1],
  [300, 3, 1],
  [2, 6, 5],
  [6, 8, 4],
  [4, 16, 9],
  [32, 32, 1],
  [9, 33, 1],
  [2, 64, 16],
  [2, 96, 3],
  [3, 257, 1],
  [2, 2, 49],
  [3, 3, 196],
  [2, 3, 16],
  [5, 2, 49],
  [3, 1, 43],
  [16, 2, 4],
  [1, 2, 1025],
  [65, 1, 63],
  [17, 1, 241],
  [2, 3, 3136],
];

/**
 * Of the layers of ResNet-50 the extents 56, 14 and 7 squared stand above, at few channels; here are as many channels as its
 * 7 x 7 layers begin with, at few positions. Whole, they have up to 25 million elements, which would take minutes to judge.
 */
const networks: typeof directed = [[2, 512, 1]];

/** One layer of each size, the same for a given target in every run; another `set` has other dtypes, layouts and ranks. */
const cases = (set: number, affine = true) =>
  shared((terms: Terms) => {
    const drawn = (size: (typeof directed)[number], seed: number) =>
      size[0] * size[1] * size[2] <= terms.longest && (size[2] === 1 || terms.ranks.some((rank) => rank > 2))
        ? fc.sample(fc.record({ layer: layers(terms, { size, affine }) }), { seed, numRuns: 1 })
        : [];
    return [
      ...directed.flatMap((size, i) => drawn(size, set * directed.length + i)),
      ...networks.flatMap((size, i) => drawn(size, 1000 + set * networks.length + i)),
    ];
  });

/** The statistics of training are asked of the same layers. */
const trained = cases(1);

const given = (terms: Terms) => fc.record({ layer: layers(terms, { affine: true, tails: true }) });
const common = {
  given,
  few: true,
  source: 'where vector widths, lanes, blocks and launch grids end',
} as const;

export const forward: Property = {
  id: 'sizes.forward',
  title: 'The output is right at every size that kernels treat apart',
  needs: { ops: ['train'] },
  ...output,
  examples: cases(0, false),
  ...common,
};

export const statistics: Property = {
  id: 'sizes.statistics',
  title: 'The saved mean is right at every size that kernels treat apart',
  needs: { ops: ['train'], saved: 'mean' },
  ask: async (bn, { layer }) => ({ mean: (await bn.train(layer)).mean }),
  binds: ['mean'],
  law: 'mean == mu',
  of: 'train',
  examples: trained,
  ...common,
};

export const variance: Property = {
  id: 'sizes.variance',
  title: 'The saved variance is right at every size that kernels treat apart',
  needs: { ops: ['train'], saved: 'variance' },
  ask: async (bn, { layer }) => ({ variance: (await bn.train(layer)).variance }),
  binds: ['variance'],
  law: 'variance == sigma2',
  of: 'train',
  examples: trained,
  ...common,
};

export const inverseDeviation: Property = {
  id: 'sizes.inverse-deviation',
  title: 'The saved inverse deviation is right at every size that kernels treat apart',
  needs: { ops: ['train'], saved: 'inv_std' },
  ask: async (bn, { layer }) => ({ inv_std: (await bn.train(layer)).inv_std }),
  binds: ['inv_std'],
  law: 'inv_std == 1 / s',
  of: 'train',
  examples: trained,
  ...common,
};

export const inference: Property = {
  id: 'sizes.inference',
  title: 'The output of inference is right at every size that kernels treat apart',
  needs: { ops: ['infer'] },
  ...inferredOutput,
  examples: cases(2, false),
  ...common,
};

export const running: Property = {
  id: 'sizes.running',
  title: 'The running statistics are right at every size that kernels treat apart',
  needs: { ops: ['train'], running: true },
  ...runningStatistics,
  examples: trained,
  ...common,
};

export const backward: Property = {
  id: 'sizes.backward',
  title: 'The gradients are right at every size that kernels treat apart',
  needs: { ops: ['grad'] },
  ...gradients,
  examples: cases(4),
  ...common,
};

export const frozen: Property = {
  id: 'sizes.frozen',
  title: 'The gradients of inference mode are right at every size that kernels treat apart',
  needs: { ops: ['infer_grad'] },
  async ask(bn, { layer }) {
    const { dx, dgamma, dbeta } = await bn.inferGrad(layer);
    return { dx, dgamma, dbeta };
  },
  binds: ['dx', 'dgamma', 'dbeta'],
  law: 'dx == gamma * dy / sqrt(running_var + epsilon) and dgamma == sum(dy * (x - running_mean)) / sqrt(running_var + epsilon) and dbeta == sum(dy)',
  of: 'infer_grad',
  examples: cases(5),
  ...common,
};
