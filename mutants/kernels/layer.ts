import { statefulVariant } from '../../src/builtin/catalogue.js';
import { Stateful } from '../../src/builtin/stateful.js';
import type { WrongKernel } from '../../src/run/mutant.js';
import type { Outputs } from '../../src/target/kernel.js';
import type { Loaded } from '../../src/target/stateful.js';

/** What all of them are judged as. */
const everywhere = {
  op: 'layer',
  wrongAt: 'semantic',
  dtypes: ['f64', 'f32', 'f16', 'bf16'],
  profile: 'torch',
} as const;

type Training = Parameters<Stateful['train']>[0];
type Inference = Parameters<Stateful['infer']>[0];

export const startsAtZero = {
  id: 'layer.starts-at-zero',
  says: 'Starts with a running variance of 0, so that a fresh layer divides by the root of epsilon.',
  make: () => statefulVariant(Stateful, [0, 0]),
  seen: ['patrick-kidger/equinox#955', 'chainer/chainer#879', 'google-deepmind/sonnet#174'],
  ...everywhere,
} as const satisfies WrongKernel;

export const takesFirstWhole = {
  id: 'layer.takes-first-whole',
  says: 'Takes the statistics of its first batch whole, as a dialect does that averages from there.',
  make: () =>
    statefulVariant(
      class extends Stateful {
        override async train(inputs: Training): Promise<Outputs> {
          const { momentum } = this.made;
          const first = this.kept.count === 0n ? 1 : momentum;
          Object.assign(this.made, { momentum: first });
          const outputs = await super.train(inputs);
          Object.assign(this.made, { momentum });
          return outputs;
        }
      },
    ),
  seen: ['patrick-kidger/equinox: equinox/nn/_batch_norm.py'],
  ...everywhere,
} as const satisfies WrongKernel;

export const discardsUpdate = {
  id: 'layer.discards-update',
  says: 'Computes the new statistics and throws them away: it infers by the initial ones for ever.',
  make: () =>
    statefulVariant(
      class extends Stateful {
        override async train(inputs: Training): Promise<Outputs> {
          const { running_mean, running_var } = this.kept;
          const outputs = await super.train(inputs);
          if (running_mean && running_var) this.kept = { ...this.kept, running_mean, running_var };
          return outputs;
        }
      },
    ),
  seen: ['apache/tvm#18518', 'paiml/aprender#2166', 'HomericIntelligence/Odyssey#5532'],
  ...everywhere,
} as const satisfies WrongKernel;

export const updatesWhenAsked = {
  id: 'layer.updates-when-asked',
  says: 'Takes a batch in when the statistics are next looked at, and of two that wait only the last.',
  make: () =>
    statefulVariant(
      class extends Stateful {
        #waiting: Loaded | null = null;
        override async train(inputs: Training): Promise<Outputs> {
          const before = this.kept;
          const outputs = await super.train(inputs);
          this.#waiting = this.kept;
          this.kept = { ...before, ...(this.kept.count === undefined ? {} : { count: this.kept.count }) };
          return outputs;
        }
        override infer(inputs: Inference): Promise<Outputs> {
          this.#settle();
          return super.infer(inputs);
        }
        override state(): Outputs {
          this.#settle();
          return super.state();
        }
        #settle(): void {
          this.kept = this.#waiting ?? this.kept;
          this.#waiting = null;
        }
      },
    ),
  seen: ['ml-explore/mlx#1960'],
  ...everywhere,
} as const satisfies WrongKernel;

export const driftsInInference = {
  id: 'layer.drifts-in-inference',
  says: 'Averages the batches of inference into the statistics as well.',
  make: () =>
    statefulVariant(
      class extends Stateful {
        override async infer(inputs: Inference): Promise<Outputs> {
          const outputs = await super.infer(inputs);
          const { latest } = this;
          if (this.made.track) await super.train({ ...inputs, track: true });
          this.latest = latest;
          return outputs;
        }
      },
    ),
  seen: ['FluxML/Flux.jl#1429'],
  ...everywhere,
} as const satisfies WrongKernel;

export const updatesUntracked = {
  id: 'layer.updates-untracked',
  says: 'Takes a batch into the statistics although tracking was turned off.',
  make: () =>
    statefulVariant(
      class extends Stateful {
        override train(inputs: Training): Promise<Outputs> {
          return super.train({ ...inputs, track: true });
        }
      },
    ),
  seen: ['pytorch/pytorch#37823', 'pytorch/pytorch#38084'],
  ...everywhere,
} as const satisfies WrongKernel;

export const infersUntrackedFresh = {
  id: 'layer.infers-untracked-fresh',
  says: 'Infers by mean 0 and variance 1 where it has no statistics, and not by the batch.',
  make: () =>
    statefulVariant(
      class extends Stateful {
        override async infer(inputs: Inference): Promise<Outputs> {
          if (this.made.track) return super.infer(inputs);
          const { kept } = this;
          this.kept = { ...kept, ...this.fresh() };
          const outputs = await super.infer(inputs);
          this.kept = kept;
          return outputs;
        }
      },
    ),
  seen: ['FluxML/NNlib.jl#576'],
  ...everywhere,
} as const satisfies WrongKernel;

export const infersByBatch = {
  id: 'layer.infers-by-batch',
  says: 'Infers by the statistics of the batch, as if it were still training.',
  make: () =>
    statefulVariant(
      class extends Stateful {
        override infer({ x }: Inference): Promise<Outputs> {
          return super.train({ x, track: false });
        }
      },
    ),
  seen: ['PaddlePaddle/Paddle#74140', 'apache/tvm#18703'],
  ...everywhere,
} as const satisfies WrongKernel;

export const skipsBareUpdate = {
  id: 'layer.skips-bare-update',
  shows: 'state.sequence',
  says: 'Leaves the statistics as they are where it has neither gamma nor beta.',
  make: () =>
    statefulVariant(
      class extends Stateful {
        override train({ x, track }: Training): Promise<Outputs> {
          const { gamma, beta } = this.kept;
          return super.train({ x, track: track && (gamma ?? beta) !== undefined });
        }
      },
    ),
  seen: ['apache/mxnet#18673'],
  ...everywhere,
} as const satisfies WrongKernel;

export const foldsOnce = {
  id: 'layer.folds-once',
  says: 'Folds parameters and statistics into a scale and a shift at its first inference, and keeps them when they change.',
  make: () =>
    statefulVariant(
      class extends Stateful {
        #folded: Loaded | null = null;
        override async infer(inputs: Inference): Promise<Outputs> {
          const { kept } = this;
          this.#folded ??= kept;
          this.kept = this.#folded;
          const outputs = await super.infer(inputs);
          this.kept = kept;
          return outputs;
        }
      },
    ),
  seen: ['textbook'],
  ...everywhere,
} as const satisfies WrongKernel;
