import type { Mutant } from '../src/run/mutant.js';

const train = { op: 'train', wrongAt: 'semantic', dtypes: ['f64', 'f32', 'f16', 'bf16'], profile: 'torch' } as const;

export const reversesMomentum = {
  id: 'running.reverses-momentum',
  says: 'Gives the old value the weight of the new one, as frameworks of the other convention do.',
  edits: [
    {
      formula: 'next_mean',
      from: '(1 - alpha) * running_mean + alpha * mu',
      to: 'alpha * running_mean + (1 - alpha) * mu',
    },
    {
      formula: 'next_var',
      from: '(1 - alpha) * running_var + alpha * batch_var',
      to: 'alpha * running_var + (1 - alpha) * batch_var',
    },
  ],
  seen: [
    'Oneflow-Inc/oneflow#6055',
    'PaddlePaddle/Paddle#51120',
    'deeplearning4j/deeplearning4j#5076',
    'd2l-ai/d2l-en#2213',
  ],
  ...train,
} as const satisfies Mutant;

export const dividesByCount = {
  id: 'running.divides-by-count',
  says: 'Takes in the variance divided by m (the biased one), where the profile divides by m - 1.',
  edits: [{ formula: 'batch_var', from: 'sigma2 * m / divisor', to: 'sigma2' }],
  seen: ['keras-team/keras#8982', 'callummcdougall/ARENA_3.0#415', 'ml-explore/mlx#3817', 'CanReader/FastNN#11'],
  ...train,
} as const satisfies Mutant;

export const dividesByOneLess = {
  id: 'running.divides-by-one-less',
  says: 'Takes in the variance divided by m - 1 (the unbiased one), where the profile divides by m; NaN for one element.',
  edits: [{ formula: 'batch_var', from: 'divisor', to: '(m - 1)' }],
  seen: ['tensorflow/tensorflow#55545', 'apache/mxnet#21111', 'apache/mxnet#14559'],
  ...train,
  profile: 'keras3',
} as const satisfies Mutant;

export const inverseCorrection = {
  id: 'running.inverse-correction',
  says: 'Multiplies by (m - 1) / m where it should divide by it.',
  edits: [{ formula: 'batch_var', from: 'sigma2 * m / divisor', to: 'sigma2 * divisor / m' }],
  seen: ['textbook'],
  ...train,
} as const satisfies Mutant;

export const correctsBySamples = {
  id: 'running.corrects-by-samples',
  says: 'Corrects the variance by the number of samples, as if there were no positions, or no other shards.',
  edits: [{ formula: 'batch_var', from: 'sigma2 * m / divisor', to: 'sigma2 * N / (N - 1)' }],
  seen: ['pytorch/pytorch#22192', 'NVIDIA/apex#387'],
  ...train,
} as const satisfies Mutant;

export const correctsByEverything = {
  id: 'running.corrects-by-everything',
  says: 'Corrects the variance by the size of the whole tensor, all channels counted.',
  edits: [{ formula: 'batch_var', from: 'sigma2 * m / divisor', to: 'sigma2 * m * C / (m * C - 1)' }],
  seen: ['tinygrad/tinygrad#807'],
  ...train,
} as const satisfies Mutant;

export const averagesDeviation = {
  id: 'running.averages-deviation',
  says: 'Averages the deviation where the variance is promised.',
  edits: [{ formula: 'next_var', from: 'batch_var', to: 'sqrt(batch_var)' }],
  seen: ['textbook'],
  ...train,
} as const satisfies Mutant;

export const averagesEpsilon = {
  id: 'running.averages-epsilon',
  says: 'Takes epsilon into the running variance, so that inference adds it a second time.',
  edits: [{ formula: 'next_var', from: 'batch_var', to: '(batch_var + epsilon)' }],
  seen: ['keras-team/keras-contrib#287', 'microsoft/onnxruntime#19742'],
  ...train,
} as const satisfies Mutant;

export const averagesInverse = {
  id: 'running.averages-inverse',
  says: 'Averages the inverse deviation where the variance is promised.',
  edits: [{ formula: 'next_var', from: 'batch_var', to: 'inv_std' }],
  seen: ['soumith/cudnn.torch#109', 'soumith/cudnn.torch#165', 'torch/nn#567'],
  ...train,
} as const satisfies Mutant;

export const averagesParameters = {
  id: 'running.averages-parameters',
  says: 'Averages beta and gamma where the mean and the variance are promised, so that inference normalizes by parameters.',
  edits: [
    { formula: 'next_mean', from: 'mu', to: 'beta' },
    { formula: 'next_var', from: 'batch_var', to: 'gamma' },
  ],
  seen: ['textbook'],
  ...train,
} as const satisfies Mutant;

export const neverUpdates = {
  id: 'running.never-updates',
  says: 'Hands the old statistics back: the update is thrown away.',
  edits: [
    { formula: 'next_mean', from: '(1 - alpha) * running_mean + alpha * mu', to: 'running_mean' },
    { formula: 'next_var', from: '(1 - alpha) * running_var + alpha * batch_var', to: 'running_var' },
  ],
  seen: ['apache/tvm#18518', 'microsoft/onnxruntime#6349', 'paiml/aprender#2166', 'ravin-d-27/PyDeepFlow#32'],
  ...train,
} as const satisfies Mutant;

export const replaces = {
  id: 'running.replaces',
  says: 'Replaces the statistics by those of the batch, whatever the weight.',
  edits: [
    { formula: 'next_mean', from: '(1 - alpha) * running_mean + alpha * mu', to: 'mu' },
    { formula: 'next_var', from: '(1 - alpha) * running_var + alpha * batch_var', to: 'batch_var' },
  ],
  seen: ['pytorch/pytorch#18525', 'microsoft/onnxruntime#6946'],
  ...train,
} as const satisfies Mutant;

export const forgetsWeight = {
  id: 'running.forgets-weight',
  says: 'Lets the old statistics decay but adds the new ones whole: a sum that is never divided.',
  edits: [
    { formula: 'next_mean', from: 'alpha * mu', to: 'mu' },
    { formula: 'next_var', from: 'alpha * batch_var', to: 'batch_var' },
  ],
  seen: ['textbook'],
  ...train,
} as const satisfies Mutant;

export const forgetsOld = {
  id: 'running.forgets-old',
  says: 'Clears the buffers before it averages, so that nothing of the old statistics is left.',
  edits: [
    { formula: 'next_mean', from: 'running_mean', to: '0' },
    { formula: 'next_var', from: 'running_var', to: '0' },
  ],
  seen: ['ROCm/tensorflow-upstream#1143'],
  ...train,
} as const satisfies Mutant;

export const updatesTwice = {
  id: 'running.updates-twice',
  says: 'Applies the update twice in one step.',
  edits: [
    { formula: 'next_mean', from: 'running_mean', to: '((1 - alpha) * running_mean + alpha * mu)' },
    { formula: 'next_var', from: 'running_var', to: '((1 - alpha) * running_var + alpha * batch_var)' },
  ],
  seen: ['tile-ai/TileOPs#1727'],
  ...train,
} as const satisfies Mutant;

export const updatesMeanOnly = {
  id: 'running.updates-mean-only',
  says: 'Updates the running mean and leaves the running variance.',
  edits: [{ formula: 'next_var', from: '(1 - alpha) * running_var + alpha * batch_var', to: 'running_var' }],
  seen: ['keras-team/keras-core#339'],
  ...train,
} as const satisfies Mutant;

export const normalizesByOld = {
  id: 'running.normalizes-by-old',
  says: 'Ignores the mode and normalizes a training batch by the running statistics.',
  edits: [{ formula: 'xhat', from: '(x - mu) / s', to: '(x - running_mean) / sqrt(running_var + epsilon)' }],
  seen: ['tinygrad/tinygrad#6195', 'tinygrad/tinygrad#753'],
  ...train,
} as const satisfies Mutant;

export const normalizesByNew = {
  id: 'running.normalizes-by-new',
  says: 'Updates first and normalizes a training batch by the blended statistics.',
  edits: [{ formula: 'xhat', from: '(x - mu) / s', to: '(x - next_mean) / sqrt(next_var + epsilon)' }],
  seen: ['onnx/onnx#8442', 'microsoft/onnxruntime#29790'],
  ...train,
} as const satisfies Mutant;
