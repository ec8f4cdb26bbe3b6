import type { Mutant } from '../src/run/mutant.js';

const train = { op: 'train', wrongAt: 'semantic', dtypes: ['f64', 'f32', 'f16', 'bf16'], profile: 'torch' } as const;

export const countsSamples = {
  id: 'reduction.counts-samples',
  says: 'Divides by the number of samples, although the sums run over positions too.',
  edits: [
    { formula: 'mu', from: 'm', to: 'N' },
    { formula: 'sigma2', from: 'm', to: 'N' },
  ],
  seen: ['textbook'],
  ...train,
} as const satisfies Mutant;

export const countsPositions = {
  id: 'reduction.counts-positions',
  says: 'Divides by the number of positions, although the sums run over samples too.',
  edits: [
    { formula: 'mu', from: 'm', to: 'S' },
    { formula: 'sigma2', from: 'm', to: 'S' },
  ],
  seen: ['textbook'],
  ...train,
} as const satisfies Mutant;

export const countsChannels = {
  id: 'reduction.counts-channels',
  says: 'Divides by the number of channels; square batches hide it.',
  edits: [
    { formula: 'mu', from: 'm', to: 'C' },
    { formula: 'sigma2', from: 'm', to: 'C' },
  ],
  seen: ['RubixML/ML#423'],
  ...train,
} as const satisfies Mutant;

export const countsEverything = {
  id: 'reduction.counts-everything',
  says: 'Divides by the size of the whole tensor, although the sums run per channel.',
  edits: [
    { formula: 'mu', from: 'm', to: '(m * C)' },
    { formula: 'sigma2', from: 'm', to: '(m * C)' },
  ],
  seen: ['textbook'],
  ...train,
} as const satisfies Mutant;

export const perActivation = {
  id: 'reduction.per-activation',
  says: 'Keeps statistics per position: sums over samples alone.',
  edits: [
    { formula: 'mu', over: ['N'] },
    { formula: 'sigma2', over: ['N'] },
  ],
  seen: ['microsoft/onnxruntime#831'],
  ...train,
} as const satisfies Mutant;

export const perInstance = {
  id: 'reduction.per-instance',
  says: 'Keeps statistics per sample and channel: sums over positions alone, which is instance normalization.',
  edits: [
    { formula: 'mu', over: ['S'] },
    { formula: 'sigma2', over: ['S'] },
  ],
  seen: ['apache/tvm#18609'],
  ...train,
} as const satisfies Mutant;

export const perSample = {
  id: 'reduction.per-sample',
  says: 'Keeps statistics per sample: sums over channels and positions, which is layer normalization.',
  edits: [
    { formula: 'mu', over: ['C', 'S'] },
    { formula: 'sigma2', over: ['C', 'S'] },
  ],
  seen: ['parasdahal/deepnet#11'],
  ...train,
} as const satisfies Mutant;

export const overChannels = {
  id: 'reduction.over-channels',
  says: 'Gives all channels one mean and one variance.',
  edits: [
    { formula: 'mu', over: ['N', 'C', 'S'] },
    { formula: 'sigma2', over: ['N', 'C', 'S'] },
  ],
  seen: ['parasdahal/deepnet#11'],
  ...train,
} as const satisfies Mutant;

export const meanOfVariances = {
  id: 'reduction.mean-of-variances',
  says: 'Averages the variances of the samples, as of shards, and so loses the variance of their means.',
  edits: [
    { formula: 'sigma2', from: 'mu', to: 'sum(x) / m' },
    { formula: 'sigma2', over: ['S'] },
    { formula: 's', from: 'sigma2', to: 'sum(sigma2) / m' },
    { formula: 'batch_var', from: 'sigma2', to: 'sum(sigma2) / m' },
  ],
  seen: ['tensorflow/tpu#321', 'leggedrobotics/rsl_rl#226'],
  ...train,
} as const satisfies Mutant;

export const misreadsLayout = {
  id: 'reduction.misreads-layout',
  says: 'Sums a channels-first buffer as if channels came last.',
  edits: [
    { formula: 'mu', from: 'x', to: 'reread(x)' },
    { formula: 'sigma2', from: 'x', to: 'reread(x)' },
  ],
  seen: ['pytorch/pytorch#62594', 'PaddlePaddle/Paddle#37020', 'sony/nnabla-ext-cuda#457'],
  ...train,
} as const satisfies Mutant;

export const dropsChannels = {
  id: 'reduction.drops-channels',
  says: 'Works on channels in groups of four and never writes those left over.',
  edits: [
    { formula: 'y', from: 'gamma * xhat + beta', to: 'C < 4 or c_index < 4 * floor(C / 4) ? gamma * xhat + beta : 0' },
  ],
  seen: ['NVIDIA/apex#1768', 'ooples/AiDotNet.Tensors#314'],
  ...train,
} as const satisfies Mutant;

export const dropsTail = {
  id: 'reduction.drops-tail',
  says: 'Sums positions in groups of four and leaves out those left over.',
  edits: [
    { formula: 'mu', from: 'x', to: 'S < 4 or s_index < 4 * floor(S / 4) ? x : 0' },
    { formula: 'sigma2', from: '(x - mu)^2', to: 'S < 4 or s_index < 4 * floor(S / 4) ? (x - mu)^2 : 0' },
  ],
  seen: ['ROCm/rocm-libraries#9030', 'ROCm/rocm-libraries#9031'],
  ...train,
} as const satisfies Mutant;

export const fixedTripCount = {
  id: 'reduction.fixed-trip-count',
  says: 'Sums the first four samples, the batch size it was compiled for, whatever the batch holds.',
  edits: [
    { formula: 'mu', from: 'x', to: 'n_index < 4 ? x : 0' },
    { formula: 'sigma2', from: '(x - mu)^2', to: 'n_index < 4 ? (x - mu)^2 : 0' },
  ],
  seen: ['ROCm/rocm-libraries#2374'],
  ...train,
} as const satisfies Mutant;

export const missesLastSample = {
  id: 'reduction.misses-last-sample',
  says: 'Stops one sample short and divides by all.',
  edits: [
    { formula: 'mu', from: 'x', to: 'n_index < N - 1 ? x : 0' },
    { formula: 'sigma2', from: '(x - mu)^2', to: 'n_index < N - 1 ? (x - mu)^2 : 0' },
  ],
  seen: ['textbook'],
  ...train,
} as const satisfies Mutant;

export const countsPadding = {
  id: 'reduction.counts-padding',
  says: 'Pads the batch with zeros to a multiple of eight, and takes their deviations into the variance.',
  edits: [
    { formula: 'sigma2', from: 'sum((x - mu)^2)', to: '(sum((x - mu)^2) + (8 * floor((m + 7) / 8) - m) * mu^2)' },
  ],
  seen: ['triton-lang/triton#9838'],
  ...train,
} as const satisfies Mutant;

export const misreadsChannelsLast = {
  id: 'reduction.misreads-channels-last',
  says: 'Honours one layout only: sums a channels-last buffer as if channels came first.',
  edits: [{ formula: 'mu', from: 'x', to: 'channels_last ? reread(x) : x' }],
  seen: ['PaddlePaddle/Paddle#54703', 'Oneflow-Inc/oneflow#7454'],
  ...train,
} as const satisfies Mutant;

export const meanOfNeighbour = {
  id: 'reduction.mean-of-neighbour',
  says: 'Subtracts the mean of the channel before: an index off by one.',
  edits: [{ formula: 'xhat', from: 'mu', to: 'neighbour(mu)' }],
  seen: ['textbook'],
  ...train,
} as const satisfies Mutant;
