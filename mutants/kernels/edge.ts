import { twoPassBlocked, variant } from '../../src/builtin/catalogue.js';
import { infer, train } from '../../src/builtin/forward.js';
import { keras, torch } from '../../src/builtin/running.js';
import { load, store } from '../../src/builtin/storage.js';
import type { Format } from '../../src/exact/format.js';
import type { WrongKernel } from '../../src/run/mutant.js';
import type { Array_, Inputs } from '../../src/target/kernel.js';

const everywhere = {
  op: 'train',
  wrongAt: 'semantic',
  dtypes: ['f64', 'f32', 'f16', 'bf16'],
  profile: 'torch',
} as const;
const kept = { ...everywhere, profile: 'keras3' } as const;
const right = variant({});

export const singleAnswered = {
  id: 'edge.single-answered',
  shows: 'corners.single-element',
  says: 'Trains on one element per channel, which the profile refuses: the running variance divides by m - 1, which is 0.',
  make: () => variant({ convention: { ...torch, admit() {} } }),
  seen: ['torch/nn#1271', 'pytorch/pytorch#1381', 'tensorflow/tensorflow#34062', 'FluxML/Flux.jl#2716'],
  ...everywhere,
} as const satisfies WrongKernel;

/** What enters the running variance for one element per channel. */
const single = (value: number) => () =>
  variant({ convention: { ...keras, runningVariance: (variance, m) => (m === 1 ? value : variance) } });

export const singleNan = {
  id: 'edge.single-nan',
  says: 'Stores NaN for the variance of one element, and with it for good.',
  make: single(Number.NaN),
  seen: ['tensorflow/tensorflow#34062', 'FluxML/Flux.jl#2716'],
  ...kept,
} as const satisfies WrongKernel;

export const singleInfinite = {
  id: 'edge.single-infinite',
  says: 'Stores infinity for the variance of one element.',
  make: single(Number.POSITIVE_INFINITY),
  seen: ['PaddlePaddle/Paddle#11445'],
  ...kept,
} as const satisfies WrongKernel;

export const singleEcho = {
  id: 'edge.single-echo',
  says: 'Hands one element per channel through as it is.',
  make: () =>
    variant({
      convention: keras,
      normalize(x, channel, a) {
        if (x.length > 1) twoPassBlocked.normalize(x, channel, a);
      },
    }),
  seen: ['PaddlePaddle/Paddle#11445'],
  ...kept,
} as const satisfies WrongKernel;

export const singleRefused = {
  id: 'edge.single-refused',
  says: 'Refuses one element per channel, which the profile declares to have variance 0.',
  make: () => variant({ convention: { ...keras, admit: torch.admit } }),
  seen: ['dreamquark-ai/tabnet#384'],
  ...kept,
} as const satisfies WrongKernel;

export const skipsNan = {
  id: 'edge.skips-nan',
  shows: 'corners.nan-average',
  says: 'Leaves the running statistics of a channel as they are where the batch holds NaN: nobody hears of it.',
  make: () => ({
    ...right,
    train(inputs: Inputs) {
      const { running_mean, running_var, ...rest } = train(twoPassBlocked, inputs);
      if (!running_mean || !running_var) return rest;
      const guarded = (values: typeof running_mean, old: Array_) =>
        values.map((v, c) => (Number.isNaN(v) ? load(old)[c] : v));
      return {
        ...rest,
        running_mean: guarded(running_mean, inputs.running_mean!),
        running_var: guarded(running_var, inputs.running_var!),
      };
    },
  }),
  seen: ['textbook'],
  ...everywhere,
} as const satisfies WrongKernel;

/** The array with 0 for NaN. */
function zeroed(array: Array_): Array_ {
  const values = load(array).map((v) => (Number.isNaN(v) ? 0 : v));
  return { ...array, data: store(values, array.dtype as Format) };
}

export const zeroForNan = {
  id: 'edge.zero-for-nan',
  says: 'Writes 0 where the output of inference is NaN.',
  make: () => ({
    ...right,
    infer(inputs: Inputs) {
      const { y } = infer(twoPassBlocked, inputs);
      return { y: zeroed({ ...inputs.x, data: y }) };
    },
  }),
  seen: ['textbook'],
  ...everywhere,
  op: 'infer',
} as const satisfies WrongKernel;

export const readsNanAsZero = {
  id: 'edge.reads-nan-as-zero',
  says: 'Reads NaN in the input as 0 in the gradient.',
  make: () => ({ ...right, grad: (inputs: Inputs) => right.grad!({ ...inputs, x: zeroed(inputs.x) }) }),
  seen: ['textbook'],
  ...everywhere,
  op: 'grad',
} as const satisfies WrongKernel;
