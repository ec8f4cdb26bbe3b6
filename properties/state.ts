import fc from 'fast-check';
import { perChannel } from '../src/run/numbered.js';
import type { Property } from '../src/run/property.js';
import type { Step } from '../src/run/step.js';
import { alone, batch, freshly, trained, walk, within } from './sequence.js';
import { StepsArbitrary } from './steps.js';

const layer = { ops: ['layer'], defines: ['train', 'infer'] } as const;
const backward = { ops: ['layer'], defines: ['train', 'infer', 'grad', 'infer_grad'] } as const;
const source = 'what a layer of a framework keeps between its calls';

export const initial: Property = {
  id: 'state.initial',
  title: 'A fresh layer has the initial statistics of its profile, and infers by them',
  needs: layer,
  given: alone,
  async ask(bn, { layer: drawn }) {
    const live = await bn.layer(drawn);
    const kept = await live.state();
    const [start_mean, start_var] = [perChannel(kept.running_mean!), perChannel(kept.running_var!)];
    return { start_mean, start_var, start_count: kept.count, y: (await live.infer(drawn)).y };
  },
  binds: ['start_mean', 'start_var', 'start_count', 'y'],
  law: 'start_mean == running_mean and start_var == running_var and start_count == 0 and y == gamma * (x - running_mean) / sqrt(running_var + epsilon) + beta',
  of: 'infer',
  source: 'the profile: its initial statistics',
};

export const sequence: Property = {
  id: 'state.sequence',
  title: 'Every answer of two layers that train, infer, differentiate, load and are dropped in any order is right',
  needs: layer,
  many: true,
  given: (terms) => fc.record({ layer: freshly(terms), steps: new StepsArbitrary(terms) }),
  ask: async (bn, { layer: drawn, steps: asked }) => ({ answers: await walk(bn, drawn, asked!) }),
  binds: ['answers'],
  law: 'right(answers)',
  of: 'train',
  source,
};

const latest: readonly Step[] = [
  { does: 'train', on: 0, at: 0 },
  { does: 'grad', on: 0, at: 0 },
  { does: 'infer', on: 0, at: 1 },
  { does: 'grad', on: 0, at: 0 },
];

export const gradientOfLatest: Property = {
  id: 'state.gradient-of-latest',
  title:
    'A gradient is that of the latest batch: through its statistics after training, past the running ones after inference',
  needs: backward,
  given: alone,
  async ask(bn, { layer: drawn }) {
    const told = await walk(bn, drawn, latest);
    return { gradients: told.filter(({ answered }) => answered.output.startsWith('d')) };
  },
  binds: ['gradients'],
  law: 'right(gradients)',
  of: 'grad',
  source,
};

export const gradientTwice: Property = {
  id: 'state.gradient-twice',
  title: 'A gradient that is asked twice is the same twice: nothing adds up',
  needs: backward,
  given: alone,
  async ask(bn, { layer: drawn }) {
    const live = await bn.layer(drawn);
    await live.train(drawn);
    const [once, again] = [await live.grad(drawn, 'grad'), await live.grad(drawn, 'grad')];
    const [name] = Object.keys(once).filter((output) => output !== 'dx');
    const parameter = name ?? 'dx';
    return { dx: once.dx, dx_again: again.dx, dparam: once[parameter], dparam_again: again[parameter] };
  },
  binds: ['dx', 'dx_again', 'dparam', 'dparam_again'],
  law: 'same(dx, dx_again) and same(dparam, dparam_again)',
  of: 'grad',
  source,
};

export const modes: Property = {
  id: 'state.modes',
  title: 'Inference changes nothing of what a layer keeps',
  needs: layer,
  given: alone,
  async ask(bn, { layer: drawn }) {
    const { live, own, kept } = await trained(bn, drawn);
    await live.infer(within(own, batch(drawn, 1)));
    const after = await live.state();
    return {
      mean: kept.answers.next_mean,
      mean_after: after.answers.next_mean,
      variance: kept.answers.next_var,
      variance_after: after.answers.next_var,
    };
  },
  binds: ['mean', 'mean_after', 'variance', 'variance_after'],
  law: 'same(mean, mean_after) and same(variance, variance_after)',
  of: 'train',
  source,
};

export const unasked: Property = {
  id: 'state.unasked',
  title: 'Statistics that nobody asks for between two batches come to the same',
  needs: layer,
  given: alone,
  async ask(bn, { layer: drawn }) {
    const { live, own } = await trained(bn, drawn);
    const asked = within(own, batch(drawn, 1));
    await live.train(asked);
    const told = await live.state(asked);
    const quiet = await bn.layer(drawn);
    for (const at of [0, 1]) await quiet.train(within(drawn, batch(drawn, at)));
    const { next_mean, next_var } = (await quiet.state(asked)).answers;
    return {
      mean: told.answers.next_mean,
      variance: told.answers.next_var,
      quiet_mean: next_mean,
      quiet_variance: next_var,
    };
  },
  binds: ['mean', 'quiet_mean', 'variance', 'quiet_variance'],
  law: 'same(mean, quiet_mean) and same(variance, quiet_variance)',
  of: 'train',
  source,
};

export const count: Property = {
  id: 'state.count',
  title: 'The count goes up by one with each batch that is trained on, and with nothing else',
  needs: layer,
  given: (terms) => fc.record({ layer: freshly(terms), k: fc.integer({ min: 0, max: 3 }) }),
  async ask(bn, { layer: drawn, k }) {
    const live = await bn.layer(drawn);
    for (let i = 0; i < (k as number); i += 1) {
      await live.train(within(drawn, batch(drawn, i)));
      await live.infer(within(drawn, batch(drawn, i)));
    }
    await live.infer(drawn);
    return { final_count: (await live.state()).count };
  },
  binds: ['final_count'],
  law: 'final_count == k',
  of: 'train',
  source,
};
