import { grad } from '../../src/builtin/backward.js';
import { twoPassBlocked, variant } from '../../src/builtin/catalogue.js';
import { train } from '../../src/builtin/forward.js';
import { inverseRoot } from '../../src/builtin/normalize.js';
import { torch } from '../../src/builtin/running.js';
import { load, narrow } from '../../src/builtin/storage.js';
import type { WrongKernel } from '../../src/run/mutant.js';
import type { Array_, Inputs } from '../../src/target/kernel.js';

const everywhere = { wrongAt: 'semantic', dtypes: ['f64', 'f32', 'f16', 'bf16'], profile: 'torch' } as const;
const shortOnly = { ...everywhere, dtypes: ['f16', 'bf16'] } as const;
const right = variant({});

/** One value per channel, each rounded to float16 and kept in the format it came in. */
const halved = <T extends Array_ | undefined>(array: T): T =>
  array && { ...array, data: (load(array) as Float64Array).map((v) => narrow(v, 'f16')) };

export const parametersInHalf = {
  id: 'dtype.parameters-in-half',
  says: 'Casts parameters and running statistics to float16: a running variance of 70000 becomes infinite, and the output beta.',
  make: () => ({
    ...right,
    infer: ({ gamma, beta, running_mean, running_var, ...inputs }: Inputs) =>
      right.infer!({
        ...inputs,
        ...(gamma && { gamma: halved(gamma) }),
        ...(beta && { beta: halved(beta) }),
        ...(running_mean && { running_mean: halved(running_mean) }),
        ...(running_var && { running_var: halved(running_var) }),
      }),
  }),
  op: 'infer',
  seen: ['apple/coreai-torch#54', 'pytorch/TensorRT#1450'],
  ...everywhere,
} as const satisfies WrongKernel;

export const epsilonInHalf = {
  id: 'dtype.epsilon-in-half',
  says: 'Casts epsilon to float16, where 1e-8 is 0.',
  make: () => variant({ invert: (variance, epsilon, a) => inverseRoot(variance, narrow(epsilon, 'f16'), a) }),
  op: 'infer',
  seen: ['textbook'],
  ...everywhere,
} as const satisfies WrongKernel;

export const weightInHalf = {
  id: 'dtype.weight-in-half',
  says: 'Casts momentum to float16, so that the two weights of the running average miss 1 together.',
  make: () =>
    variant({
      convention: {
        ...torch,
        weights(momentum, a) {
          const { old } = torch.weights(momentum, a);
          return { old, fresh: narrow(momentum, 'f16') };
        },
      },
    }),
  op: 'train',
  seen: ['textbook'],
  ...everywhere,
} as const satisfies WrongKernel;

export const outputInAccumulator = {
  id: 'dtype.output-in-accumulator',
  says: 'Hands the output out in the format of its sums where that of the input is due.',
  make: () => ({
    ...right,
    train(inputs: Inputs) {
      const { y, ...rest } = train(twoPassBlocked, inputs);
      const { dtype, shape } = inputs.x;
      return { ...rest, y: { shape, data: new Float32Array(load({ dtype, shape, data: y })) } };
    },
  }),
  op: 'train',
  seen: ['Oneflow-Inc/oneflow#9381', 'pytorch/pytorch#98332'],
  ...shortOnly,
} as const satisfies WrongKernel;

export const statisticsInShort = {
  id: 'dtype.statistics-in-short',
  says: 'Keeps the running statistics in the format of the input, although they are handed out in a longer one.',
  make: () => ({
    ...right,
    train(inputs: Inputs) {
      const format = inputs.x.dtype === 'bf16' ? 'bf16' : 'f16';
      const { running_mean, running_var, ...rest } = train(twoPassBlocked, inputs);
      const short = (values: Float32Array | Float64Array) => values.map((v) => narrow(v, format));
      const tracked = running_mean && running_var;
      return { ...rest, ...(tracked && { running_mean: short(running_mean), running_var: short(running_var) }) };
    },
  }),
  op: 'train',
  seen: ['NVIDIA/apex#133', 'pytorch/pytorch#96203'],
  ...shortOnly,
} as const satisfies WrongKernel;

export const gradientsInShort = {
  id: 'dtype.gradients-in-short',
  says: 'Rounds the gradients of gamma and beta to the format of the input on their way into a longer one.',
  make: () => ({
    ...right,
    grad(inputs: Inputs) {
      const format = inputs.x.dtype === 'bf16' ? 'bf16' : 'f16';
      const { dgamma, dbeta, ...rest } = grad(twoPassBlocked, inputs);
      const short = (values: Float32Array | Float64Array) => values.map((v) => narrow(v, format));
      return { ...rest, ...(dgamma && { dgamma: short(dgamma) }), ...(dbeta && { dbeta: short(dbeta) }) };
    },
  }),
  op: 'grad',
  seen: ['pytorch/pytorch#195701'],
  ...shortOnly,
} as const satisfies WrongKernel;
