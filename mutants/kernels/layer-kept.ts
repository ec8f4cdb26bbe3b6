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
type Numbers = Float64Array | Float32Array;

export const loadForgetsVariance = {
  id: 'layer-kept.load-forgets-variance',
  says: 'Takes over everything of a saved layer but its running variance.',
  make: () =>
    statefulVariant(
      class extends Stateful {
        override load({ running_var: _, ...values }: Loaded): void {
          super.load(values);
        }
      },
    ),
  seen: ['textbook'],
  ...everywhere,
} as const satisfies WrongKernel;

export const loadForgetsCount = {
  id: 'layer-kept.load-forgets-count',
  says: 'Takes over everything of a saved layer but how many batches it has seen.',
  make: () =>
    statefulVariant(
      class extends Stateful {
        override load({ count: _, ...values }: Loaded): void {
          super.load(values);
        }
      },
    ),
  seen: ['textbook'],
  ...everywhere,
} as const satisfies WrongKernel;

/** Writes the statistics into the arrays that hold them, as most frameworks do. */
abstract class InPlace extends Stateful {
  override async train(inputs: Training): Promise<Outputs> {
    const { running_mean, running_var } = this.kept;
    const outputs = await super.train(inputs);
    for (const [old, next] of [
      [running_mean, this.kept.running_mean],
      [running_var, this.kept.running_var],
    ])
      if (old && next) (old.data as Numbers).set(next.data as Numbers);
    this.kept = { ...this.kept, ...(running_mean && { running_mean }), ...(running_var && { running_var }) };
    return outputs;
  }
}

export const loadShares = {
  id: 'layer-kept.load-shares',
  says: 'Takes over the arrays of a saved layer, not their values: from then on both layers train one set of statistics.',
  make() {
    let saved: Loaded = {};
    return statefulVariant(
      class extends InPlace {
        override state(): Outputs {
          saved = this.kept;
          return super.state();
        }
        override load(values: Loaded): void {
          super.load(values);
          const { running_mean, running_var } = saved;
          this.kept = { ...this.kept, ...(running_mean && { running_mean }), ...(running_var && { running_var }) };
        }
      },
    );
  },
  seen: ['textbook'],
  ...everywhere,
} as const satisfies WrongKernel;

export const oneSet = {
  id: 'layer-kept.one-set',
  says: 'Keeps one set of statistics for all layers of as many channels.',
  make() {
    const sets = new Map<string, Loaded>();
    return statefulVariant(
      class extends InPlace {
        protected override fresh(): Loaded {
          const { dtype, channels } = this.made;
          const key = `${dtype} ${channels}`;
          const one = super.fresh();
          // A layer that is made afresh starts over, and takes all others with it.
          const known = sets.get(key);
          for (const name of ['running_mean', 'running_var'] as const)
            if (known) (known[name]!.data as Numbers).set(one[name]!.data as Numbers);
          if (!known) sets.set(key, one);
          return { ...sets.get(key)!, count: 0n };
        }
      },
    );
  },
  seen: ['textbook'],
  ...everywhere,
} as const satisfies WrongKernel;

const counting = (by: (does: 'train' | 'infer') => bigint) =>
  class extends Stateful {
    override async train(inputs: Training): Promise<Outputs> {
      const { count } = this.kept;
      const outputs = await super.train(inputs);
      return this.#counted(outputs, count, this.kept.count !== count ? by('train') : 0n);
    }
    override async infer(inputs: Inference): Promise<Outputs> {
      const { count } = this.kept;
      return this.#counted(await super.infer(inputs), count, by('infer'));
    }
    #counted(outputs: Outputs, count: bigint | undefined, more: bigint): Outputs {
      if (count !== undefined) this.kept = { ...this.kept, count: count + more };
      return outputs;
    }
  };

export const countsNothing = {
  id: 'layer-kept.counts-nothing',
  says: 'Leaves the count of batches at 0.',
  make: () => statefulVariant(counting(() => 0n)),
  seen: ['textbook'],
  ...everywhere,
} as const satisfies WrongKernel;

export const countsInference = {
  id: 'layer-kept.counts-inference',
  says: 'Counts the batches of inference too.',
  make: () => statefulVariant(counting(() => 1n)),
  seen: ['textbook'],
  ...everywhere,
} as const satisfies WrongKernel;
