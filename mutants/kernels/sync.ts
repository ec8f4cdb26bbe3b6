import { twoPassBlocked, variant } from '../../src/builtin/catalogue.js';
import { type Moments, merge } from '../../src/builtin/statistics.js';
import { narrow } from '../../src/builtin/storage.js';
import { type Exchange, exchange, syncGrad, syncTrain } from '../../src/builtin/sync.js';
import type { WrongKernel } from '../../src/run/mutant.js';
import type { SplitInputs } from '../../src/target/kernel.js';

const everywhere = { wrongAt: 'semantic', dtypes: ['f64', 'f32', 'f16', 'bf16'], profile: 'torch' } as const;
const train = { op: 'sync_train', ...everywhere } as const;
const grad = { op: 'sync_grad', ...everywhere } as const;
const method = twoPassBlocked;
const right = variant(method);

/** Statistics that are merged in another way, in training and on the way back. */
const merging = (merged: Exchange['merged']) => () => {
  const by = { ...exchange, merged };
  return {
    ...right,
    sync_train: (inputs: SplitInputs) => syncTrain(method, inputs, by),
    sync_grad: (inputs: SplitInputs) => syncGrad(method, inputs, by),
  };
};

/** The gradient of the input from other sums; those of the parameters stay right. */
const reducing = (reduced: Exchange['reduced']) => () => ({
  ...right,
  sync_grad: (inputs: SplitInputs) => ({
    ...syncGrad(method, inputs),
    dx: syncGrad(method, inputs, { ...exchange, reduced }).dx,
  }),
});

/** The shards that have elements. */
const some = (shards: readonly Moments[]): Moments[] => shards.filter(({ n }) => n > 0);
/** Values weighed by counts that may be wrong. */
const weighed = (shards: readonly Moments[], value: (shard: Moments) => number, weight: (shard: Moments) => number) =>
  shards.reduce((sum, shard) => sum + value(shard) * weight(shard), 0) /
  shards.reduce((sum, shard) => sum + weight(shard), 0);

export const localCount = {
  id: 'sync.local-count',
  says: 'Takes every replica to have as many elements as the first one has.',
  make: merging((shards, a) => {
    const n = some(shards)[0]?.n ?? 0;
    return exchange.merged(
      some(shards).map((shard) => ({ ...shard, n })),
      a,
    );
  }),
  seen: ['pytorch/pytorch#22192', 'NVIDIA/apex#387', 'NVIDIA/apex#792'],
  ...train,
} as const satisfies WrongKernel;

export const meanOfVariances = {
  id: 'sync.mean-of-variances',
  says: 'Averages the variances of the shards, and forgets that their means differ.',
  make: merging((shards, a) => {
    const { m, mean } = exchange.merged(shards, a);
    const within = some(shards).reduce((sum, { m2 }) => a.add(sum, m2), 0);
    return { m, mean, variance: a.divide(within, a.round(m)) };
  }),
  seen: ['tensorflow/tpu#321', 'leggedrobotics/rsl_rl#226'],
  ...train,
} as const satisfies WrongKernel;

export const meanOfMeans = {
  id: 'sync.mean-of-means',
  says: 'Averages the means of the shards, and their mean squares, whatever number of elements each has.',
  make: merging((shards, a) => {
    const { m } = exchange.merged(shards, a);
    const mean = weighed(
      some(shards),
      (shard) => shard.mean,
      () => 1,
    );
    const variance = weighed(
      some(shards),
      (shard) => shard.m2 / shard.n + (shard.mean - mean) ** 2,
      () => 1,
    );
    return { m, mean: a.round(mean), variance: a.round(variance) };
  }),
  seen: ['google/flax#2417'],
  ...train,
} as const satisfies WrongKernel;

export const localDivisor = {
  id: 'sync.local-divisor',
  says: 'Divides the running variance by the elements of the first replica less one.',
  make: () => ({
    ...right,
    sync_train(inputs: SplitInputs) {
      const merged: Exchange['merged'] = (shards, a) => ({ ...exchange.merged(shards, a), m: shards[0].n });
      return syncTrain(method, inputs, { ...exchange, merged });
    },
  }),
  seen: ['pytorch/pytorch#22192', 'NVIDIA/apex#387'],
  ...train,
} as const satisfies WrongKernel;

export const countInHalf = {
  id: 'sync.count-in-half',
  says: 'Counts the elements of the replicas in float16: 65536 of them are infinitely many, and every mean weighs nothing.',
  make: merging((shards, a) => {
    const counted = some(shards).map((shard) => ({ ...shard, n: narrow(shard.n, 'f16') }));
    const m = narrow(
      counted.reduce((sum, { n }) => sum + n, 0),
      'f16',
    );
    const mean = counted.reduce((sum, shard) => sum + shard.mean * (shard.n / m), 0);
    const m2 = counted.reduce((sum, shard) => sum + shard.m2 + shard.n * (shard.mean - mean) ** 2, 0);
    return { m, mean: a.round(mean), variance: a.round(m2 / m) };
  }),
  seen: ['pytorch/pytorch#70901'],
  ...train,
  dtypes: ['f16'],
} as const satisfies WrongKernel;

export const emptyPoisons = {
  id: 'sync.empty-poisons',
  says: 'Merges the mean of a shard without elements, which is 0 / 0: all that it weighs nothing, it is NaN.',
  make: merging((shards, a) => {
    const { n, mean, m2 } = shards.reduce((left, right) => merge(left, right, a));
    return { m: n, mean, variance: a.divide(m2, a.round(n)) };
  }),
  seen: ['textbook'],
  ...train,
} as const satisfies WrongKernel;

export const emptyRefused = {
  id: 'sync.empty-refused',
  says: 'Refuses a replica without elements, whatever the others have.',
  make: merging((shards, a) => {
    if (shards.some(({ n }) => n === 0)) throw new Error('cannot reshape a tensor of 0 elements');
    return exchange.merged(shards, a);
  }),
  seen: ['pytorch/pytorch#36530'],
  ...train,
} as const satisfies WrongKernel;

export const singlePoisons = {
  id: 'sync.single-poisons',
  says: 'Takes the variance of each shard by its elements less one, and back again: of one element that is 0 / 0.',
  make: merging((shards, a) =>
    exchange.merged(
      shards.map((shard) => ({ ...shard, m2: (shard.m2 / (shard.n - 1)) * (shard.n - 1) })),
      a,
    ),
  ),
  seen: ['textbook'],
  ...train,
} as const satisfies WrongKernel;

export const singleRefused = {
  id: 'sync.single-refused',
  says: 'Refuses one element per channel on a replica, where the whole batch has more.',
  make: merging((shards, a) => {
    if (shards.some(({ n }) => n === 1)) throw new Error('expected more than 1 value per channel when training');
    return exchange.merged(shards, a);
  }),
  seen: ['NVIDIA/apex#262'],
  ...train,
} as const satisfies WrongKernel;

export const localGradient = {
  id: 'sync.local-gradient',
  says: 'Takes the gradient from the sums of one replica, and by its elements, as if there were no others.',
  make: () => ({
    ...right,
    sync_grad: (inputs: SplitInputs) => syncGrad(method, inputs, { ...exchange, reduced: (shards, k) => shards[k] }),
  }),
  seen: ['textbook'],
  ...grad,
} as const satisfies WrongKernel;

export const localMean = {
  id: 'sync.local-mean',
  says: 'Adds the sums of all replicas up, and divides them by the elements of one.',
  make: reducing((shards, k, a) => ({ ...exchange.reduced(shards, k, a), m: shards[k].m })),
  seen: ['textbook'],
  ...grad,
} as const satisfies WrongKernel;

export const meanOfGradients = {
  id: 'sync.mean-of-gradients',
  says: 'Averages the means of dy and dy xhat over the replicas, whatever number of elements each has.',
  make: reducing((shards) => {
    const full = shards.filter(({ m }) => m > 0);
    const mean = (of: 'dy' | 'product') => full.reduce((sum, shard) => sum + shard[of] / shard.m, 0);
    return { m: full.length, dy: mean('dy'), product: mean('product') };
  }),
  seen: ['pytorch/pytorch#36382', 'pytorch/pytorch#36688'],
  ...grad,
} as const satisfies WrongKernel;

export const emptyGradient = {
  id: 'sync.empty-gradient',
  says: 'Adds up the means of dy over the replicas by their weights, and one without elements makes 0 / 0 of it.',
  make: reducing((shards) => {
    const m = shards.reduce((sum, shard) => sum + shard.m, 0);
    const total = (of: 'dy' | 'product') => shards.reduce((sum, shard) => sum + (shard[of] / shard.m) * shard.m, 0);
    return { m, dy: total('dy'), product: total('product') };
  }),
  seen: ['textbook'],
  ...grad,
} as const satisfies WrongKernel;

export const overwritesShard = {
  id: 'sync.overwrites-shard',
  says: 'Writes the output of each replica over its input.',
  make: () => ({
    ...right,
    sync_train(inputs: SplitInputs) {
      const outputs = syncTrain(method, inputs);
      for (const [k, { data }] of inputs.xs.entries()) (data as Float64Array).set(outputs.y[k] as Float64Array);
      return outputs;
    },
  }),
  seen: ['textbook'],
  ...train,
} as const satisfies WrongKernel;
