import { half } from '../../src/builtin/arithmetic.js';
import { variant } from '../../src/builtin/catalogue.js';
import { inverseRoot } from '../../src/builtin/normalize.js';
import { sequential } from '../../src/builtin/order.js';
import { type Estimator, onePass, twoPass } from '../../src/builtin/statistics.js';
import { narrow } from '../../src/builtin/storage.js';
import { sum, sumOfSquares } from '../../src/builtin/sums.js';
import type { WrongKernel } from '../../src/run/mutant.js';

const train = { op: 'train', wrongAt: 'semantic', dtypes: ['f64', 'f32', 'f16', 'bf16'], profile: 'torch' } as const;

const unclamped: Estimator = (x, order, a) => {
  const mean = a.divide(sum(x, 0, order, a), a.round(x.length));
  const meanSquare = a.divide(sumOfSquares(x, 0, order, a), a.round(x.length));
  return { mean, variance: a.subtract(meanSquare, a.multiply(mean, mean)) };
};

export const onePassUnclamped = {
  id: 'numerics.one-pass-unclamped',
  shows: 'corners.constant-offset',
  says: 'Takes the mean of the squares less the square of the mean, and the root of what rounding makes negative.',
  make: () => variant({ estimate: unclamped }),
  seen: ['tenstorrent/tt-metal#45968', 'google/flax#1491', 'google/objax#182', 'tensorflow/tensorflow#118701'],
  ...train,
} as const satisfies WrongKernel;

export const onePassClamped = {
  id: 'numerics.one-pass-clamped',
  says: 'Takes the mean of the squares less the square of the mean, or 0 where that is negative: right in the formula, wrong in most digits where the mean is far from 0.',
  make: () => variant({ estimate: onePass }),
  seen: ['google/flax#1491', 'keras-team/keras#18795'],
  ...train,
  wrongAt: 'stable',
} as const satisfies WrongKernel;

export const oneChain = {
  id: 'numerics.one-chain',
  says: 'Sums a batch in one chain of additions, whose error grows with its length.',
  make: () => variant({ order: sequential }),
  seen: ['textbook'],
  ...train,
  wrongAt: 'stable',
  dtypes: ['f32'],
} as const satisfies WrongKernel;

const squaredInHalf: Estimator = (x, order, a) => {
  const squares = x.map((v) => half.multiply(v, v));
  const mean = a.divide(sum(x, 0, order, a), a.round(x.length));
  const meanSquare = a.divide(sum(squares, 0, order, a), a.round(x.length));
  return { mean, variance: Math.max(a.subtract(meanSquare, a.multiply(mean, mean)), 0) };
};

export const squaresInHalf = {
  id: 'numerics.squares-in-half',
  says: 'Squares the input in float16, and only sums in a longer format: 256 squared is infinite there.',
  make: () => variant({ estimate: squaredInHalf }),
  seen: ['google-deepmind/dm-haiku: haiku/_src/batch_norm.py'],
  ...train,
} as const satisfies WrongKernel;

export const halfAccumulators = {
  id: 'numerics.half-accumulators',
  says: 'Sums the statistics in float16.',
  make: () => variant({ estimate: (x, order) => twoPass(x, order, half, 0) }),
  seen: ['microsoft/tensorflow-directml-plugin#321', 'keras-team/keras-core#412', 'chainer/chainer#6323'],
  ...train,
} as const satisfies WrongKernel;

const counting =
  (count: (m: number) => number): Estimator =>
  (x, order, a) => {
    const mean = a.divide(sum(x, 0, order, a), count(x.length));
    return { mean, variance: a.divide(sumOfSquares(x, mean, order, a), count(x.length)) };
  };

export const countInHalf = {
  id: 'numerics.count-in-half',
  shows: 'large.count',
  says: 'Counts the elements in float16, which has no 2049, and nothing above 65504 but infinity.',
  make: () => variant({ estimate: counting((m) => narrow(m, 'f16')) }),
  seen: ['pytorch/pytorch#70901'],
  ...train,
} as const satisfies WrongKernel;

export const countInBfloat = {
  id: 'numerics.count-in-bfloat',
  shows: 'sizes.forward',
  says: 'Counts the elements in bfloat16, which has no 257.',
  make: () => variant({ estimate: counting((m) => narrow(m, 'bf16')) }),
  seen: ['openxla/xla: xla/service/batchnorm_expander.cc'],
  ...train,
} as const satisfies WrongKernel;

export const meanInHalf = {
  id: 'numerics.mean-in-half',
  says: 'Rounds the mean to float16 before it is subtracted.',
  make: () =>
    variant({
      estimate(x, order, a) {
        const mean = narrow(a.divide(sum(x, 0, order, a), a.round(x.length)), 'f16');
        return { mean, variance: a.divide(sumOfSquares(x, mean, order, a), a.round(x.length)) };
      },
    }),
  seen: ['textbook'],
  ...train,
} as const satisfies WrongKernel;

export const varianceFromInverse = {
  id: 'numerics.variance-from-inverse',
  says: 'Keeps only the inverse deviation, and rebuilds the variance as its inverse square less epsilon: a small variance drowns in epsilon.',
  make: () =>
    variant({
      estimate(x, order, a, epsilon) {
        const { mean, variance } = twoPass(x, order, a, epsilon);
        const r = inverseRoot(variance, epsilon, a);
        return { mean, variance: a.subtract(a.divide(1, a.multiply(r, r)), a.round(epsilon)) };
      },
    }),
  seen: ['apache/mxnet: src/operator/nn/batch_norm.cc', 'pytorch/pytorch: aten/src/ATen/native/cuda/Normalization.cuh'],
  ...train,
} as const satisfies WrongKernel;

export const coarseRoot = {
  id: 'numerics.coarse-root',
  says: 'Takes the inverse root from a table of eleven bits, and does not refine it.',
  make: () =>
    variant({
      invert(variance, epsilon, a) {
        const r = inverseRoot(variance, epsilon, a);
        const grid = 2 ** (Math.floor(Math.log2(r)) - 10);
        return Number.isFinite(r) ? Math.round(r / grid) * grid : r;
      },
    }),
  seen: ['textbook'],
  ...train,
  op: 'infer',
} as const satisfies WrongKernel;

interface Part {
  readonly n: number;
  readonly mean: number;
  readonly m2: number;
}

const merging: Estimator = (x, order, a, epsilon) => {
  const leaf = (lo: number, hi: number): Part => {
    const { mean, variance } = twoPass(x.subarray(lo, hi), order, a, epsilon);
    return { n: hi - lo, mean, m2: a.multiply(variance, a.round(hi - lo)) };
  };
  const { mean, m2 } = order(x.length, leaf, (left, right) => {
    const n = left.n + right.n;
    const apart = a.subtract(right.mean, left.mean);
    const between = a.divide(a.multiply(a.multiply(apart, apart), Math.imul(left.n, right.n)), n);
    const merged = a.add(left.mean, a.divide(a.multiply(apart, right.n), n));
    return { n, mean: merged, m2: a.add(a.add(left.m2, right.m2), between) };
  });
  return { mean, variance: a.divide(m2, a.round(x.length)) };
};

export const countProduct = {
  id: 'numerics.count-product',
  shows: 'large.count',
  says: 'Merges partial variances with the product of their counts in 32 bits, which two counts of 65536 overflow.',
  make: () => variant({ estimate: merging }),
  seen: ['textbook'],
  ...train,
} as const satisfies WrongKernel;
