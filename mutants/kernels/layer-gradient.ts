import { statefulVariant } from '../../src/builtin/catalogue.js';
import { Stateful } from '../../src/builtin/stateful.js';
import type { WrongKernel } from '../../src/run/mutant.js';
import type { Array_, Outputs } from '../../src/target/kernel.js';

/** What all of them are judged as. */
const everywhere = {
  op: 'layer',
  wrongAt: 'semantic',
  dtypes: ['f64', 'f32', 'f16', 'bf16'],
  profile: 'torch',
} as const;

type Inference = Parameters<Stateful['infer']>[0];
type Training = Parameters<Stateful['train']>[0];
type Backward = Parameters<Stateful['grad']>[0];
type Numbers = Float64Array | Float32Array;

export const ofTraining = {
  id: 'layer-gradient.of-training',
  says: 'Differentiates through the statistics of the batch after inference too.',
  make: () =>
    statefulVariant(
      class extends Stateful {
        override async grad(inputs: Backward): Promise<Outputs> {
          if (this.latest) this.latest = { ...this.latest, op: 'grad' };
          return super.grad(inputs);
        }
      },
    ),
  seen: ['FluxML/Flux.jl#2179', 'apache/mxnet#9580', 'pytorch/pytorch#4284'],
  ...everywhere,
} as const satisfies WrongKernel;

export const updates = {
  id: 'layer-gradient.updates',
  says: 'Takes a batch into the statistics when its gradient is asked for, and not before.',
  make: () =>
    statefulVariant(
      class extends Stateful {
        #waiting: Stateful['kept'] | null = null;
        override async train(inputs: Training): Promise<Outputs> {
          const { kept } = this;
          const outputs = await super.train(inputs);
          this.#waiting = this.kept;
          this.kept = kept;
          return outputs;
        }
        override async grad(inputs: Backward): Promise<Outputs> {
          this.kept = this.#waiting ?? this.kept;
          this.#waiting = null;
          return super.grad(inputs);
        }
      },
    ),
  seen: ['apache/mxnet#18673'],
  ...everywhere,
} as const satisfies WrongKernel;

export const afterUpdate = {
  id: 'layer-gradient.after-update',
  says: 'Differentiates training past the running statistics, as they are after the update.',
  make: () =>
    statefulVariant(
      class extends Stateful {
        override async grad(inputs: Backward): Promise<Outputs> {
          const { running_mean, running_var } = this.kept;
          if (this.latest && running_mean && running_var)
            this.latest = { op: 'infer_grad', inputs: { ...this.latest.inputs, running_mean, running_var } };
          return super.grad(inputs);
        }
      },
    ),
  seen: ['torch/nn#768'],
  ...everywhere,
} as const satisfies WrongKernel;

export const ofLastTraining = {
  id: 'layer-gradient.of-last-training',
  says: 'Keeps what a gradient needs in training alone, and after inference differentiates the batch before.',
  make: () =>
    statefulVariant(
      class extends Stateful {
        override async infer(inputs: Inference): Promise<Outputs> {
          const { latest } = this;
          const outputs = await super.infer(inputs);
          if (latest && sameShape(latest.inputs.x, inputs.x)) this.latest = latest;
          return outputs;
        }
      },
    ),
  seen: ['torch/nn#768'],
  ...everywhere,
} as const satisfies WrongKernel;

const sameShape = (a: Array_, b: Array_): boolean => String(a.shape) === String(b.shape);

export const addsUp = {
  id: 'layer-gradient.adds-up',
  says: 'Adds the gradients of gamma and beta to those of the call before.',
  make: () =>
    statefulVariant(
      class extends Stateful {
        readonly #sums = new Map<string, Numbers>();
        override async grad(inputs: Backward): Promise<Outputs> {
          const { dx, ...parameters } = (await super.grad(inputs))!;
          const added = Object.entries(parameters).map(([name, values]) => {
            const before = this.#sums.get(name);
            const sum = (values as Numbers).map((v, c) => v + (before?.[c] ?? 0));
            this.#sums.set(name, sum);
            return [name, sum] as const;
          });
          return { dx, ...Object.fromEntries(added) };
        }
      },
    ),
  seen: ['pjreddie/darknet: src/batchnorm_layer.c'],
  ...everywhere,
} as const satisfies WrongKernel;
