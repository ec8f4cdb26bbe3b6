import type { Mutant } from '../src/run/mutant.js';

const frozen = {
  op: 'infer_grad',
  wrongAt: 'semantic',
  dtypes: ['f64', 'f32', 'f16', 'bf16'],
  profile: 'torch',
} as const;

export const trainingGradient = {
  id: 'frozen.training-gradient',
  says: 'Answers with the gradient of training, statistics of the batch and all.',
  edits: [
    {
      formula: 'dx',
      from: 'gamma * dy / sqrt(running_var + epsilon)',
      to: 'gamma / s * (dy - sum(dy) / m - xhat * sum(dy * xhat) / m)',
    },
    { formula: 'dgamma', from: 'sum(dy * (x - running_mean)) / sqrt(running_var + epsilon)', to: 'sum(dy * xhat)' },
  ],
  seen: ['pytorch/pytorch#4284', 'pytorch/xla#3361', 'apache/mxnet#9580', 'vlfeat/matconvnet#1174'],
  ...frozen,
} as const satisfies Mutant;

export const runningAsBatch = {
  id: 'frozen.running-as-batch',
  says: 'Differentiates through the running statistics as if they depended on the batch; a dy of ones comes out as 0.',
  edits: [
    { formula: 'xhat', from: '(x - mu) / s', to: '(x - running_mean) / sqrt(running_var + epsilon)' },
    { formula: 'dx', from: 'dy', to: '(dy - sum(dy) / m - xhat * sum(dy * xhat) / m)' },
  ],
  seen: ['FluxML/Flux.jl#2179', 'FluxML/NNlib.jl#548', 'tensorflow/tensorflow#10857'],
  ...frozen,
} as const satisfies Mutant;

export const batchStatistics = {
  id: 'frozen.batch-statistics',
  says: 'Normalizes by the statistics of the batch, although it takes them for constants.',
  edits: [
    { formula: 'dx', from: 'sqrt(running_var + epsilon)', to: 's' },
    { formula: 'dgamma', from: 'sum(dy * (x - running_mean)) / sqrt(running_var + epsilon)', to: 'sum(dy * xhat)' },
  ],
  seen: ['soumith/cudnn.torch#244', 'PaddlePaddle/Paddle#27549', 'torch/nn#768'],
  ...frozen,
} as const satisfies Mutant;

export const noGradient = {
  id: 'frozen.no-gradient',
  says: 'Gives the input no gradient.',
  edits: [{ formula: 'dx', from: 'gamma * dy / sqrt(running_var + epsilon)', to: '0' }],
  seen: ['textbook'],
  ...frozen,
} as const satisfies Mutant;

export const forgetsGamma = {
  id: 'frozen.forgets-gamma',
  says: 'Leaves gamma out of the gradient of the input.',
  edits: [{ formula: 'dx', from: 'gamma * dy', to: 'dy' }],
  seen: ['textbook'],
  ...frozen,
} as const satisfies Mutant;

export const noEpsilon = {
  id: 'frozen.no-epsilon',
  says: 'Leaves epsilon out where the output has it.',
  edits: [
    { formula: 'dx', from: 'running_var + epsilon', to: 'running_var' },
    { formula: 'dgamma', from: 'running_var + epsilon', to: 'running_var' },
  ],
  seen: ['textbook'],
  ...frozen,
} as const satisfies Mutant;

export const dgammaOfRawInput = {
  id: 'frozen.dgamma-of-raw-input',
  says: 'Multiplies dy by the input, the running mean not subtracted.',
  edits: [{ formula: 'dgamma', from: 'x - running_mean', to: 'x' }],
  seen: ['textbook'],
  ...frozen,
} as const satisfies Mutant;

export const dbetaMean = {
  id: 'frozen.dbeta-mean',
  says: 'Averages the gradient of beta over the batch.',
  edits: [{ formula: 'dbeta', from: 'sum(dy)', to: 'sum(dy) / m' }],
  seen: ['textbook'],
  ...frozen,
} as const satisfies Mutant;
