import type { Mutant } from '../src/run/mutant.js';

const infer = { op: 'infer', wrongAt: 'semantic', dtypes: ['f64', 'f32', 'f16', 'bf16'], profile: 'torch' } as const;

export const batchStatistics = {
  id: 'inference.batch-statistics',
  says: 'Ignores the mode and normalizes by the statistics of the batch at hand.',
  edits: [
    { formula: 'y', from: 'running_mean', to: 'mu' },
    { formula: 'y', from: 'running_var', to: 'sigma2' },
  ],
  seen: ['apache/tvm#18703', 'apache/tvm#17752', 'PaddlePaddle/Paddle#74140'],
  ...infer,
} as const satisfies Mutant;

export const freshStatistics = {
  id: 'inference.fresh-statistics',
  says: 'Normalizes by the initial statistics 0 and 1: what training learned is never read.',
  edits: [
    { formula: 'y', from: 'running_mean', to: '0' },
    { formula: 'y', from: 'running_var', to: '1' },
  ],
  seen: ['FluxML/NNlib.jl#576', 'paiml/aprender#2166'],
  ...infer,
} as const satisfies Mutant;

export const noEpsilon = {
  id: 'inference.no-epsilon',
  says: 'Leaves epsilon out where training adds it.',
  edits: [{ formula: 'y', from: 'running_var + epsilon', to: 'running_var' }],
  seen: ['chainer/chainer#2214', 'Tencent/ncnn#303'],
  ...infer,
} as const satisfies Mutant;

export const epsilonOutsideRoot = {
  id: 'inference.epsilon-outside-root',
  says: 'Adds epsilon to the deviation instead of to the variance.',
  edits: [{ formula: 'y', from: 'sqrt(running_var + epsilon)', to: '(sqrt(running_var) + epsilon)' }],
  seen: ['Tencent/ncnn#311', 'pjreddie/darknet#1723'],
  ...infer,
} as const satisfies Mutant;

export const varianceAsDeviation = {
  id: 'inference.variance-as-deviation',
  says: 'Takes the running variance for a deviation and forgets the root.',
  edits: [{ formula: 'y', from: 'sqrt(running_var + epsilon)', to: '(running_var + epsilon)' }],
  seen: ['tensorflow/tensorflow#48039', 'tensorflow/tensorflow#46522'],
  ...infer,
} as const satisfies Mutant;

export const varianceAsInverse = {
  id: 'inference.variance-as-inverse',
  says: 'Takes the running variance for an inverse deviation and multiplies by it.',
  edits: [
    {
      formula: 'y',
      from: 'gamma * (x - running_mean) / sqrt(running_var + epsilon)',
      to: 'gamma * (x - running_mean) * running_var',
    },
  ],
  seen: ['soumith/cudnn.torch#109', 'torch/nn#567'],
  ...infer,
} as const satisfies Mutant;

export const correctsAgain = {
  id: 'inference.corrects-again',
  says: 'Multiplies the running variance by m / (m - 1) once more, with the m of the batch at hand.',
  edits: [{ formula: 'y', from: 'running_var', to: 'running_var * m / (m - 1)' }],
  seen: ['textbook'],
  ...infer,
} as const satisfies Mutant;

export const foldsMeanUnscaled = {
  id: 'inference.folds-mean-unscaled',
  says: 'Folds into one scale and one shift, and forgets to scale the mean.',
  edits: [
    {
      formula: 'y',
      from: 'gamma * (x - running_mean) / sqrt(running_var + epsilon) + beta',
      to: 'gamma / sqrt(running_var + epsilon) * x + (beta - running_mean)',
    },
  ],
  seen: ['textbook'],
  ...infer,
} as const satisfies Mutant;

export const foldsScaleOnly = {
  id: 'inference.folds-scale-only',
  says: 'Folds the scale into the layer before and forgets the shift.',
  edits: [
    {
      formula: 'y',
      from: 'gamma * (x - running_mean) / sqrt(running_var + epsilon) + beta',
      to: 'gamma / sqrt(running_var + epsilon) * x',
    },
  ],
  seen: ['jiazhihao/TASO#47'],
  ...infer,
} as const satisfies Mutant;

export const keepsMean = {
  id: 'inference.keeps-mean',
  says: 'Scales the input without subtracting the running mean.',
  edits: [{ formula: 'y', from: 'x - running_mean', to: 'x' }],
  seen: ['textbook'],
  ...infer,
} as const satisfies Mutant;

export const ignoresGamma = {
  id: 'inference.ignores-gamma',
  says: 'Holds gamma fixed at 1, whatever was learned.',
  edits: [{ formula: 'y', from: 'gamma * (x - running_mean)', to: '(x - running_mean)' }],
  seen: ['apache/mxnet#1599'],
  ...infer,
} as const satisfies Mutant;

export const ignoresBeta = {
  id: 'inference.ignores-beta',
  says: 'Drops the shift.',
  edits: [
    {
      formula: 'y',
      from: 'gamma * (x - running_mean) / sqrt(running_var + epsilon) + beta',
      to: 'gamma * (x - running_mean) / sqrt(running_var + epsilon)',
    },
  ],
  seen: ['textbook'],
  ...infer,
} as const satisfies Mutant;

export const misreadsLayout = {
  id: 'inference.misreads-layout',
  says: 'Reads a channels-first buffer as if channels came last.',
  edits: [{ formula: 'y', from: 'x', to: 'reread(x)' }],
  seen: ['pytorch/pytorch#62594'],
  ...infer,
} as const satisfies Mutant;

export const misreadsChannelsLast = {
  id: 'inference.misreads-channels-last',
  says: 'Honours one layout only: reads a channels-last buffer as if channels came first.',
  edits: [{ formula: 'y', from: 'x', to: 'channels_last ? reread(x) : x' }],
  seen: ['pytorch/pytorch#62594'],
  ...infer,
} as const satisfies Mutant;

export const neighbourStatistics = {
  id: 'inference.neighbour-statistics',
  says: 'Reads the running statistics of the channel before: an index off by one.',
  edits: [
    { formula: 'y', from: 'running_mean', to: 'neighbour(running_mean)' },
    { formula: 'y', from: 'running_var', to: 'neighbour(running_var)' },
  ],
  seen: ['textbook'],
  ...infer,
} as const satisfies Mutant;

export const hidesNegativeVariance = {
  id: 'inference.hides-negative-variance',
  says: 'Takes a running variance below 0 for 0: a damaged layer, or one with epsilon subtracted beforehand, answers wrongly.',
  edits: [{ formula: 'y', from: 'running_var', to: 'max(running_var, 0)' }],
  seen: ['shicai/MobileNet-Caffe#87'],
  ...infer,
} as const satisfies Mutant;

export const fixedEpsilon = {
  id: 'inference.fixed-epsilon',
  says: 'Folds an epsilon of 1e-5 into the scale, whatever is passed.',
  edits: [{ formula: 'y', from: 'epsilon', to: '1 / 100000' }],
  seen: ['textbook'],
  ...infer,
} as const satisfies Mutant;
