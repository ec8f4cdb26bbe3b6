import { grad } from '../../src/builtin/backward.js';
import { twoPassBlocked, variant } from '../../src/builtin/catalogue.js';
import { infer, train } from '../../src/builtin/forward.js';
import { gradGrad } from '../../src/builtin/second-order.js';
import type { WrongKernel } from '../../src/run/mutant.js';
import type { Array_, Inputs } from '../../src/target/kernel.js';

const everywhere = { wrongAt: 'semantic', dtypes: ['f64', 'f32', 'f16', 'bf16'], profile: 'torch' } as const;
const right = variant({});

/** What is remembered by a key of the input, and never asked of the input again. */
function remembering<T>(key: (x: Array_, layout: string) => string, compute: (inputs: Inputs) => T) {
  const known = new Map<string, T>();
  return (inputs: Inputs): T => {
    const at = `${inputs.x.dtype} ${key(inputs.x, inputs.layout)}`;
    if (!known.has(at)) known.set(at, compute(inputs));
    return known.get(at)!;
  };
}

const byShape = ({ shape }: Array_, layout: string) => `${layout} ${shape}`;

export const remembersShape = {
  id: 'state.remembers-shape',
  says: 'Keeps the result of the first batch of a shape, and hands it out for every other one.',
  make: () => ({ ...right, train: remembering(byShape, (inputs) => train(twoPassBlocked, inputs)) }),
  op: 'train',
  seen: ['textbook'],
  ...everywhere,
} as const satisfies WrongKernel;

export const remembersBeginning = {
  id: 'state.remembers-beginning',
  says: 'Takes a batch of the same shape that begins with the same value for the same batch.',
  make: () => ({
    ...right,
    train: remembering(
      (x, layout) => `${byShape(x, layout)} ${x.data[0]}`,
      (inputs) => train(twoPassBlocked, inputs),
    ),
  }),
  op: 'train',
  seen: ['textbook'],
  ...everywhere,
} as const satisfies WrongKernel;

export const remembersInference = {
  id: 'state.remembers-inference',
  says: 'Folds statistics and parameters into one scale and shift at the first call, and keeps them when they change.',
  make() {
    const first = remembering(byShape, (inputs) => inputs);
    return {
      ...right,
      infer: (inputs: Inputs) => {
        const { gamma, beta, running_mean, running_var } = first(inputs);
        const { x, epsilon, layout } = inputs;
        return infer(twoPassBlocked, {
          ...{ x, epsilon, layout },
          ...(gamma && { gamma }),
          ...(beta && { beta }),
          ...(running_mean && { running_mean }),
          ...(running_var && { running_var }),
        });
      },
    };
  },
  op: 'infer',
  seen: ['textbook'],
  ...everywhere,
} as const satisfies WrongKernel;

export const racingUpdate = {
  id: 'state.racing-update',
  says: 'Reads and writes the running statistics without a barrier, so that now and then an update counts twice.',
  make() {
    let calls = 0;
    return {
      ...right,
      train(inputs: Inputs) {
        const outputs = train(twoPassBlocked, inputs);
        const { running_mean, running_var } = outputs;
        calls += 1;
        if (calls % 3 > 0 || !running_mean || !running_var) return outputs;
        const mean = { ...inputs.running_mean!, data: running_mean };
        return train(twoPassBlocked, { ...inputs, running_mean: mean, running_var: { ...mean, data: running_var } });
      },
    };
  },
  op: 'train',
  seen: ['tile-ai/TileOPs#1727'],
  ...everywhere,
} as const satisfies WrongKernel;

export const skipsBareUpdate = {
  id: 'state.skips-bare-update',
  shows: 'running.affine-absent',
  says: 'Leaves the running statistics as they are where the layer has neither gamma nor beta.',
  make: () => ({
    ...right,
    train(inputs: Inputs) {
      const outputs = train(twoPassBlocked, inputs);
      const { gamma, beta, running_mean, running_var } = inputs;
      if (gamma || beta || !running_mean || !running_var) return outputs;
      return { ...outputs, running_mean: running_mean.data, running_var: running_var.data };
    },
  }),
  op: 'train',
  seen: ['apache/mxnet#18673'],
  ...everywhere,
} as const satisfies WrongKernel;

export const accumulatesGradients = {
  id: 'state.accumulates-gradients',
  says: 'Adds the gradients of gamma and beta to a buffer that outlives the call and is never cleared.',
  make() {
    const buffers = new Map<string, Float64Array>();
    const added = (name: string, values: Float32Array | Float64Array) => {
      const key = `${name} ${values.length}`;
      const before = buffers.get(key) ?? new Float64Array(values.length);
      buffers.set(
        key,
        before.map((v, c) => v + values[c]),
      );
      return values.map((v, c) => v + before[c]);
    };
    return {
      ...right,
      grad(inputs: Inputs) {
        const { dgamma, dbeta, ...rest } = grad(twoPassBlocked, inputs);
        return {
          ...rest,
          ...(dgamma && { dgamma: added('dgamma', dgamma) }),
          ...(dbeta && { dbeta: added('dbeta', dbeta) }),
        };
      },
    };
  },
  op: 'grad',
  seen: ['pjreddie/darknet: src/batchnorm_layer.c'],
  ...everywhere,
} as const satisfies WrongKernel;

export const staleGradient = {
  id: 'state.stale-gradient',
  says: 'Does not write a gradient of the input that is 0, and leaves there what the buffer of the call before held.',
  make() {
    const buffers = new Map<string, ReturnType<typeof grad>['dx']>();
    return {
      ...right,
      grad(inputs: Inputs) {
        const { dx, ...rest } = grad(twoPassBlocked, inputs);
        const key = byShape(inputs.x, inputs.dy!.dtype);
        const before = buffers.get(key);
        const idle = inputs.dy!.data.every((v) => Number(v) === 0);
        if (!idle) buffers.set(key, dx);
        return { ...rest, dx: idle && before ? before : dx };
      },
    };
  },
  op: 'grad',
  seen: ['textbook'],
  ...everywhere,
} as const satisfies WrongKernel;

export const driftsInInference = {
  id: 'state.drifts-in-inference',
  says: 'Keeps the statistics of a layer to itself, and averages every batch of inference into them.',
  make() {
    const own = new Map<string, Pick<Inputs, 'running_mean' | 'running_var'>>();
    return {
      ...right,
      infer(inputs: Inputs) {
        const { running_mean, running_var } = inputs;
        const layer = `${running_mean!.data} ${running_var!.data}`;
        const kept = { ...inputs, ...own.get(layer) };
        if (inputs.x.data.length > 2 * running_mean!.data.length) {
          const next = train(twoPassBlocked, { ...kept, momentum: 0.1 });
          const [mean, variance] = [next.running_mean!, next.running_var!];
          own.set(layer, {
            running_mean: { ...running_mean!, data: mean },
            running_var: { ...running_var!, data: variance },
          });
        }
        return infer(twoPassBlocked, kept);
      },
    };
  },
  op: 'infer',
  seen: ['FluxML/Flux.jl#1429', 'pytorch/pytorch#37823'],
  ...everywhere,
} as const satisfies WrongKernel;

export const addsSecondOrder = {
  id: 'state.adds-second-order',
  says: 'Adds the second-order gradient of gamma to that of the calls before: a buffer that is never cleared.',
  make() {
    let before = 0;
    return {
      ...right,
      grad_grad(inputs: Inputs) {
        const outputs = gradGrad(twoPassBlocked, inputs);
        const { g_gamma } = outputs;
        if (!g_gamma) return outputs;
        const added = g_gamma.map((v) => v + before);
        before = added[0]!;
        return { ...outputs, g_gamma: added };
      },
    };
  },
  op: 'grad_grad',
  seen: ['pytorch/pytorch#4569'],
  ...everywhere,
} as const satisfies WrongKernel;
