import { grad, inferGrad } from '../../src/builtin/backward.js';
import { twoPassBlocked, variant } from '../../src/builtin/catalogue.js';
import { infer, train } from '../../src/builtin/forward.js';
import { gradGrad } from '../../src/builtin/second-order.js';
import { twoPass } from '../../src/builtin/statistics.js';
import { sumOfSquares } from '../../src/builtin/sums.js';
import type { WrongKernel } from '../../src/run/mutant.js';
import type { Array_, Data, Inputs } from '../../src/target/kernel.js';

const everywhere = { wrongAt: 'semantic', dtypes: ['f64', 'f32', 'f16', 'bf16'], profile: 'torch' } as const;
const right = variant({});

/** Writes values over an input of the same format. */
const overwrite = ({ data }: Array_, values: Data): void => (data as Float64Array).set(values as Float64Array);

export const outputOverInput = {
  id: 'memory.output-over-input',
  says: 'Writes the centred input over the input, and then subtracts the mean from it again.',
  make: () =>
    variant({
      estimate(x, order, a, epsilon) {
        const { mean } = twoPass(x, order, a, epsilon);
        for (let i = 0; i < x.length; i++) x[i] = a.subtract(x[i], mean);
        return { mean, variance: a.divide(sumOfSquares(x, 0, order, a), a.round(x.length)) };
      },
    }),
  op: 'train',
  seen: ['textbook'],
  ...everywhere,
} as const satisfies WrongKernel;

export const gradientOverDy = {
  id: 'memory.gradient-over-dy',
  says: 'Writes the gradient of the input over dy before the gradients of gamma and beta have read it.',
  make: () => ({
    ...right,
    grad(inputs: Inputs) {
      const { dx } = grad(twoPassBlocked, inputs);
      return { ...grad(twoPassBlocked, { ...inputs, dy: { ...inputs.dy!, data: dx as Data } }), dx };
    },
  }),
  op: 'grad',
  seen: ['textbook'],
  ...everywhere,
} as const satisfies WrongKernel;

export const narrowIndex = {
  id: 'memory.narrow-index',
  shows: 'large.count',
  says: 'Counts elements in sixteen bits, and after 65535 reads the first again.',
  make: () => ({
    ...right,
    train({ x, ...inputs }: Inputs) {
      const all = x.data as Float64Array;
      return train(twoPassBlocked, { ...inputs, x: { ...x, data: all.map((_, i) => all[i & 0xffff]) } });
    },
  }),
  op: 'train',
  seen: ['ROCm/MIOpen#1109', 'LBANN/lbann#2166'],
  ...everywhere,
} as const satisfies WrongKernel;

export const nanLeaks = {
  id: 'memory.nan-leaks',
  shows: 'corners.nan-elsewhere',
  says: 'Clears the sum of the channel before by multiplying it by 0, which NaN and infinity survive.',
  make() {
    let left = 0;
    const method = {
      ...twoPassBlocked,
      estimate: ((x, order, a, epsilon) => {
        const { mean, variance } = twoPass(x, order, a, epsilon);
        left = left * 0 + mean;
        return { mean: left, variance };
      }) as typeof twoPass,
    };
    return {
      ...right,
      train(inputs: Inputs) {
        left = 0;
        return train(method, inputs);
      },
    };
  },
  op: 'train',
  seen: ['textbook'],
  ...everywhere,
} as const satisfies WrongKernel;

export const overwritesGamma = {
  id: 'memory.overwrites-gamma',
  says: 'Writes 1 into gamma, which is not its own, once the output is done.',
  make: () => ({
    ...right,
    train(inputs: Inputs) {
      const outputs = train(twoPassBlocked, inputs);
      if (inputs.gamma) (inputs.gamma.data as Float64Array).fill(1);
      return outputs;
    },
  }),
  op: 'train',
  seen: ['apache/mxnet#9624', 'apache/mxnet#3037'],
  ...everywhere,
} as const satisfies WrongKernel;

export const overwritesDy = {
  id: 'memory.overwrites-dy',
  says: 'Hands out the right gradient of the input, and leaves it in the memory of dy.',
  make: () => ({
    ...right,
    grad(inputs: Inputs) {
      const outputs = grad(twoPassBlocked, inputs);
      overwrite(inputs.dy!, outputs.dx as Data);
      return outputs;
    },
  }),
  op: 'grad',
  seen: ['textbook'],
  ...everywhere,
} as const satisfies WrongKernel;

/** Averages the batch into the running statistics where they lie. */
function update(inputs: Inputs): void {
  const { running_mean, running_var } = train(twoPassBlocked, { ...inputs, momentum: 0.1 });
  overwrite(inputs.running_mean!, running_mean as Data);
  overwrite(inputs.running_var!, running_var as Data);
}

const batch = ({ layout, x }: Inputs): boolean =>
  x.data.length > x.shape[layout === 'channels_first' ? 1 : x.shape.length - 1];

export const updatesInInference = {
  id: 'memory.updates-in-inference',
  says: 'Averages a batch of inference into the running statistics.',
  make: () => ({
    ...right,
    infer(inputs: Inputs) {
      const outputs = infer(twoPassBlocked, inputs);
      if (batch(inputs)) update(inputs);
      return outputs;
    },
  }),
  op: 'infer',
  seen: ['FluxML/Flux.jl#1429'],
  ...everywhere,
} as const satisfies WrongKernel;

export const updatesInBackward = {
  id: 'memory.updates-in-backward',
  says: 'Averages the batch into the running statistics on the way back through a frozen layer.',
  make: () => ({
    ...right,
    infer_grad(inputs: Inputs) {
      const outputs = inferGrad(twoPassBlocked, inputs);
      if (batch(inputs)) update(inputs);
      return outputs;
    },
  }),
  op: 'infer_grad',
  seen: ['soumith/cudnn.torch#244', 'pytorch/pytorch#4284', 'torch/nn#615'],
  ...everywhere,
} as const satisfies WrongKernel;

export const secondOrderOverVx = {
  id: 'memory.second-order-over-vx',
  says: 'Writes the second-order gradient of dy over vx, which belongs to the caller.',
  make: () => ({
    ...right,
    grad_grad(inputs: Inputs) {
      const outputs = gradGrad(twoPassBlocked, inputs);
      overwrite(inputs.vx!, outputs.g_dy as Data);
      return outputs;
    },
  }),
  op: 'grad_grad',
  seen: ['textbook'],
  ...everywhere,
} as const satisfies WrongKernel;
