import type { Property } from '../src/run/property.js';
import { uncounted } from './large.js';
import { directed, parts, splits, ways } from './split.js';

const source =
  'the statistics are those of the whole batch, wherever its samples are: semantics of torch.nn.SyncBatchNorm';
const merge = 'counts, means and squared deviations merge: T. F. Chan, G. H. Golub and R. J. LeVeque, 1979';
const train = { ops: ['sync_train'] } as const;
const { alone, uneven, halves, thirds, singles, oneFirst, emptyFirst, emptyBetween } = ways;

/** Two samples at least on every replica. */
const given = splits({ samples: 6 }, uneven, uneven, thirds, halves, alone);
const affine = splits({ samples: 6, affine: true }, uneven, uneven, thirds, halves, alone);
const empty = splits({ samples: 4 }, emptyFirst, emptyBetween);
/** One element per channel on some replica, or on all of them. */
const lonely = splits({ m: 5 }, singles, oneFirst);

export const output: Property = {
  id: 'sync.output',
  title: 'A batch that is split over replicas, evenly or not, gets the output of the whole batch',
  needs: train,
  given,
  examples: directed([10, uneven], [6, thirds], [5, alone]),
  ask: async (bn, { layer, way }) => ({ y: (await bn.syncTrain(layer, parts(layer, way as number))).y }),
  binds: ['y'],
  law: 'y == gamma * (x - mu) / s + beta',
  of: 'train',
  source,
};

export const batchMean: Property = {
  id: 'sync.batch-mean',
  title: 'The saved mean is that of all elements: means of shards weigh as much as the shards have elements',
  needs: { ops: ['sync_train'], saved: 'mean' },
  given,
  ask: async (bn, { layer, way }) => ({ mean: (await bn.syncTrain(layer, parts(layer, way as number))).mean }),
  binds: ['mean'],
  law: 'mean == mu',
  of: 'train',
  source: merge,
};

export const batchVariance: Property = {
  id: 'sync.batch-variance',
  title: 'The saved variance is that of all elements, and what the means of the shards differ by is part of it',
  needs: { ops: ['sync_train'], saved: 'variance' },
  given,
  ask: async (bn, { layer, way }) => ({ variance: (await bn.syncTrain(layer, parts(layer, way as number))).variance }),
  binds: ['variance'],
  law: 'variance == sigma2',
  of: 'train',
  source: merge,
};

export const inverseDeviation: Property = {
  id: 'sync.inverse-deviation',
  title: 'The saved inverse deviation is that of all elements',
  needs: { ops: ['sync_train'], saved: 'inv_std' },
  given,
  ask: async (bn, { layer, way }) => ({ inv_std: (await bn.syncTrain(layer, parts(layer, way as number))).inv_std }),
  binds: ['inv_std'],
  law: 'inv_std == 1 / s',
  of: 'train',
  source: merge,
};

export const statistics: Property = {
  id: 'sync.statistics',
  title: 'The running statistics take in the whole batch, and the divisor of the profile counts all elements',
  needs: { ops: ['sync_train'], running: true },
  given,
  examples: directed([10, uneven]),
  async ask(bn, { layer, way }) {
    const { next_mean, next_var } = await bn.syncTrain(layer, parts(layer, way as number));
    return { next_mean, next_var };
  },
  binds: ['next_mean', 'next_var'],
  law: 'next_mean == (1 - alpha) * running_mean + alpha * mu and next_var == (1 - alpha) * running_var + alpha * batch_var',
  of: 'train',
  source,
};

export const sameAsWhole: Property = {
  id: 'sync.same-as-whole',
  title: 'Split or whole, a batch gets one output',
  needs: { ops: ['train', 'sync_train'] },
  given,
  ask: async (bn, { layer, way }) => ({
    y: (await bn.train(layer)).y,
    z: (await bn.syncTrain(layer, parts(layer, way as number))).y,
  }),
  binds: ['y', 'z'],
  law: 'z == y',
  of: 'train',
  source,
};

export const emptyShard: Property = {
  id: 'sync.empty-shard',
  title: 'A replica without a sample changes nothing for the others',
  needs: train,
  given: empty,
  examples: directed([6, emptyFirst]),
  ask: async (bn, { layer, way }) => ({ y: (await bn.syncTrain(layer, parts(layer, way as number))).y }),
  binds: ['y'],
  law: 'y == gamma * (x - mu) / s + beta',
  of: 'train',
  source,
};

export const singleShard: Property = {
  id: 'sync.one-element-shard',
  title: 'A replica with one element per channel is like any other, where the whole batch has more',
  needs: train,
  given: lonely,
  ask: async (bn, { layer, way }) => ({ y: (await bn.syncTrain(layer, parts(layer, way as number))).y }),
  binds: ['y'],
  law: 'y == gamma * (x - mu) / s + beta',
  of: 'train',
  source,
};

export const manyElements: Property = {
  id: 'sync.count',
  title: 'Shards of more elements than float16 counts together are merged right in float16',
  needs: { ops: ['sync_train'], dtype: 'f16' },
  given: splits({ offset: [1, 2], affine: true, samples: 4 }, halves),
  examples: (terms) => uncounted(terms).map((drawn) => ({ ...drawn, way: halves })),
  ask: async (bn, { layer, way }) => ({ y: (await bn.syncTrain(layer, parts(layer, way as number))).y }),
  binds: ['y'],
  law: 'y == gamma * (x - mu) / s + beta',
  of: 'train',
  source,
  few: true,
  mayBeVacuous: true,
};

export const inputGradient: Property = {
  id: 'sync.dx',
  title: 'The gradient of a split batch is that of the whole batch: its sums run over all replicas',
  needs: { ops: ['sync_grad'] },
  given,
  examples: directed([10, uneven], [6, thirds], [5, alone]),
  ask: async (bn, { layer, way }) => ({ dx: (await bn.syncGrad(layer, parts(layer, way as number))).dx }),
  binds: ['dx'],
  law: 'dx == gamma / s * (dy - sum(dy) / m - xhat * sum(dy * xhat) / m)',
  of: 'grad',
  source,
};

export const parameterGradients: Property = {
  id: 'sync.parameters',
  title: 'The gradients of gamma and beta sum over all replicas',
  needs: { ops: ['sync_grad'] },
  given: affine,
  async ask(bn, { layer, way }) {
    const { dgamma, dbeta } = await bn.syncGrad(layer, parts(layer, way as number));
    return { dgamma, dbeta };
  },
  binds: ['dgamma', 'dbeta'],
  law: 'dgamma == sum(dy * xhat) and dbeta == sum(dy)',
  of: 'grad',
  source,
};

export const emptyShardGradient: Property = {
  id: 'sync.empty-shard-gradient',
  title: 'A replica without a sample takes part in the gradient, and changes nothing',
  needs: { ops: ['sync_grad'] },
  given: empty,
  examples: directed([6, emptyFirst]),
  ask: async (bn, { layer, way }) => ({ dx: (await bn.syncGrad(layer, parts(layer, way as number))).dx }),
  binds: ['dx'],
  law: 'dx == gamma / s * (dy - sum(dy) / m - xhat * sum(dy * xhat) / m)',
  of: 'grad',
  source,
};

export const singleShardGradient: Property = {
  id: 'sync.one-element-shard-gradient',
  title: 'A replica with one element per channel has a gradient like any other',
  needs: { ops: ['sync_grad'] },
  given: lonely,
  ask: async (bn, { layer, way }) => ({ dx: (await bn.syncGrad(layer, parts(layer, way as number))).dx }),
  binds: ['dx'],
  law: 'dx == gamma / s * (dy - sum(dy) / m - xhat * sum(dy * xhat) / m)',
  of: 'grad',
  source,
};

export const pure: Property = {
  id: 'sync.pure',
  title: 'Training a split batch writes to no part of it, and to no input but the running statistics',
  needs: train,
  given,
  ask: async (bn, { layer, way }) => ({ y: (await bn.syncTrain(layer, parts(layer, way as number))).y }),
  binds: ['y'],
  law: 'pure(y)',
  of: 'train',
  source: 'a function leaves its arguments alone',
};
