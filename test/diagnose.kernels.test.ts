import { describe, expect, it } from 'vitest';
import { builtins, statefulVariant, twoPassBlocked } from '../src/builtin/catalogue.js';
import { fold } from '../src/builtin/fold.js';
import { Stateful } from '../src/builtin/stateful.js';
import { load } from '../src/builtin/storage.js';
import { mutantKernel } from '../src/run/formula-kernel.js';
import { edited, fresh, type WrongKernel } from '../src/run/mutant.js';
import { suite } from '../src/suite.js';
import type { Inputs, Kernel, Outputs } from '../src/target/kernel.js';
import type { Loaded } from '../src/target/stateful.js';
import { report } from './diagnosing.js';

const right = builtins['two-pass']!;
const training = 'forward.output,running.update*,corners.*';
const backward = 'backward.*,corners.*';
const inference = 'inference.output,corners.*';

const known: Record<string, string> = {
  'edge.single-answered': `${training},backward.dx`,
  'edge.single-nan': training,
  'edge.single-infinite': training,
  'edge.single-refused': training,
  'edge.skips-nan': training,
  'edge.reads-nan-as-zero': backward,
  'edge.zero-for-nan': inference,
  'dtype.output-in-accumulator': training,
  'sync.empty-refused': 'sync.*',
  'sync.single-refused': 'sync.*',
  'fold.across-relu': 'fold.*',
  'fold.shift-dropped': 'fold.*',
  'layer.discards-update': 'state.*',
  'layer.folds-once': 'state.*',
  'layer-kept.load-shares': 'state.*',
  'layer-gradient.of-last-training': 'state.*',
};
const published = (id: string): WrongKernel => suite.kernels.find((wrong) => wrong.id === id)!;

describe('a published wrong kernel, answering with NaN, an error, out of form or in several steps', () => {
  it.each(Object.entries(known))('%s is named', async (id, laws) => {
    const wrong = published(id);
    const found = await report(fresh(wrong), laws, wrong.profile);
    expect(found.map(({ kind }) => kind)).not.toContain('unknown');
    expect([...new Set(found.map((one) => one.id))]).toHaveLength(1);
    expect(`${found[0]!.id} ${found[0]!.says}`).toContain(id);
  });

  it.each(Object.entries(known))('%s is unknown where it was never published', async (id, laws) => {
    const wrong = published(id);
    const without = { ...suite, kernels: suite.kernels.filter((one) => one !== wrong) };
    const found = await report(fresh(wrong), laws, wrong.profile, without);
    const same: Record<string, string> = {
      'edge.single-answered': 'profile',
      'fold.shift-dropped': 'inference.folds-scale-only',
    };
    for (const one of found) if (one.kind !== 'unknown') expect([one.kind, one.id]).toContain(same[id] ?? 'nothing');
    expect(found).not.toEqual([]);
  });
});

/** Trains rightly but where it does not. */
const trainingBut = (but: (inputs: Inputs, outputs: Record<string, Float64Array>) => Outputs): Kernel => ({
  ...right,
  async train(inputs) {
    return but(inputs, (await right.train!(inputs)) as Record<string, Float64Array>);
  },
});

const refusing = (why: string, when: (inputs: Inputs) => boolean): Kernel =>
  trainingBut((inputs, outputs) => {
    if (when(inputs)) throw new Error(why);
    return outputs;
  });

/** Running statistics of a channel that holds NaN start again at 0. */
const startsOver = trainingBut((_inputs, { running_mean, running_var, ...rest }) => ({
  ...rest,
  ...(running_mean && { running_mean: running_mean.map((v) => (Number.isNaN(v) ? 0 : v)) }),
  ...(running_var && { running_var: running_var.map((v) => (Number.isNaN(v) ? 0 : v)) }),
}));

describe('a wrong kernel that nobody published', () => {
  it.each<[string, Kernel, string, string, string]>([
    ['starts over at NaN', startsOver, training, 'train', 'some input is not finite'],
    ['refuses rank 5', refusing('rank', ({ x }) => x.shape.length === 5), training, 'train', 'the rank is 5'],
    [
      'refuses a layer without gamma',
      refusing('no gamma', ({ gamma }) => gamma === undefined),
      'forward.*',
      'train',
      'gamma is absent',
    ],
    [
      'hands out half the values in channels_last',
      trainingBut(({ layout }, { y, ...rest }) => ({
        ...rest,
        y: layout === 'channels_last' ? y!.slice(0, y!.length / 2) : y,
      })),
      training,
      'train',
      'the layout is channels_last',
    ],
    [
      'folds a negative gamma by its magnitude',
      {
        ...right,
        fold: ({ gamma, ...inputs }) =>
          fold(twoPassBlocked, {
            ...inputs,
            ...(gamma && { gamma: { ...gamma, data: load(gamma).map(Math.abs) as Float64Array } }),
          }),
      },
      'fold.*',
      'fold',
      'gamma is negative',
    ],
  ])('%s: unknown, and what the wrong answers share', async (_name, kernel, laws, op, says) => {
    const [first, ...more] = await report(kernel, laws);
    expect(more).toEqual([]);
    expect(first).toMatchObject({ kind: 'unknown', op });
    expect(first!.says).toContain(says);
    expect(first!.says).toContain('of every wrong channel, and of ');
  });

  it('is unknown as a layer, too', async () => {
    class ForgetsBeta extends Stateful {
      override load({ beta: _, ...values }: Loaded): void {
        super.load(values);
      }
    }
    const [first, ...more] = await report(statefulVariant(ForgetsBeta), 'state.*');
    expect(more).toEqual([]);
    expect(first).toMatchObject({ kind: 'unknown', op: 'layer' });
  });

  it('and also refuses what a published one answers: named for what it answers, unknown for what it does not', async () => {
    const wrong = suite.mutants.find(({ id }) => id === 'forward.no-epsilon')!;
    const kernel = mutantKernel(wrong.id, edited(suite.spec, wrong), suite.profiles.torch!, 'torch');
    const both: Kernel = {
      ...kernel,
      train(inputs) {
        if (inputs.x.shape.length === 5) throw new Error('rank');
        return kernel.train!(inputs);
      },
    };
    const found = await report(both, training);
    expect(found.map(({ kind, id }) => [kind, id])).toEqual([
      ['mutant', wrong.id],
      ['unknown', 'train'],
    ]);
    expect(found[1]!.says).toContain(
      'not answered (error): of every wrong channel, and of no right one, it is true that the rank is 5',
    );
  });
});
