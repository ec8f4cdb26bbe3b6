import fc from 'fast-check';
import type { Layer } from '../src/run/layer.js';
import { perChannel } from '../src/run/numbered.js';
import type { Asker, Drawn, Property, Terms } from '../src/run/property.js';
import type { Step } from '../src/run/step.js';
import { layers } from './layer.js';
import { batch, fresh, mirrored, moved, steps, walk, within } from './sequence.js';

const layer = { ops: ['layer'], defines: ['train', 'infer'] } as const;
const backward = { ops: ['layer'], defines: ['train', 'infer', 'grad', 'infer_grad'] } as const;
const source = 'what a layer of a framework keeps between its calls';

/** A fresh layer, and samples for some batches. */
const freshly = (terms: Terms) => layers(terms, { several: true, adapt: fresh(terms) });
const alone = (terms: Terms) => fc.record({ layer: freshly(terms) });

/** A layer that was trained once, and what is then known of it. */
async function trained(bn: Asker, drawn: Layer) {
  const live = await bn.layer(drawn);
  const asked = within(drawn, batch(drawn, 0));
  await live.train(asked);
  const kept = await live.state(asked);
  return { live, kept, own: moved(drawn, kept) };
}

const statistics = (of: Layer | { running_mean: Float64Array | null; running_var: Float64Array | null }) => ({
  mean: perChannel(of.running_mean!),
  variance: perChannel(of.running_var!),
});

export const initial: Property = {
  id: 'state.initial',
  title: 'A fresh layer has the initial statistics of its profile, and infers by them',
  needs: layer,
  given: alone,
  async ask(bn, { layer: drawn }) {
    const live = await bn.layer(drawn);
    const kept = await live.state();
    const { mean, variance } = statistics(kept);
    return { start_mean: mean, start_var: variance, start_count: kept.count, y: (await live.infer(drawn)).y };
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
  given: (terms) => fc.record({ layer: freshly(terms), steps: steps(terms) }),
  ask: async (bn, { layer: drawn, steps: asked }) => ({ answers: await walk(bn, drawn, asked!) }),
  binds: ['answers'],
  law: 'right(answers)',
  of: 'train',
  source,
};

const latest: readonly Step[] = [
  { does: 'train', on: 0, at: 0 },
  { does: 'infer', on: 0, at: 1 },
  { does: 'grad', on: 0, at: 0 },
  { does: 'train', on: 0, at: 1 },
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

export const roundTrip: Property = {
  id: 'state.round-trip',
  title: 'A layer that loads what another one keeps answers as that one does, bit for bit',
  needs: layer,
  given: alone,
  async ask(bn, { layer: drawn }) {
    const { live, own, kept } = await trained(bn, drawn);
    const second = await bn.layer(mirrored(drawn));
    const { answers: _, ...values } = kept;
    await second.load(values);
    const asked = within(own, batch(drawn, 1));
    const [y, loaded_y] = [(await live.infer(asked)).y, (await second.infer(asked)).y];
    await live.train(asked);
    const { answers, count: before } = await second.state(asked);
    return {
      y,
      loaded_y,
      mean: kept.answers.next_mean,
      loaded_mean: answers.next_mean,
      variance: kept.answers.next_var,
      loaded_variance: answers.next_var,
      count: kept.count,
      loaded_count: before,
    };
  },
  binds: ['y', 'loaded_y', 'mean', 'loaded_mean', 'variance', 'loaded_variance', 'count', 'loaded_count'],
  law: 'same(y, loaded_y) and same(mean, loaded_mean) and same(variance, loaded_variance) and count == loaded_count',
  of: 'infer',
  source,
};

export const twoLayers: Property = {
  id: 'state.two-layers',
  title: 'Two live layers do not touch each other',
  needs: layer,
  given: alone,
  async ask(bn, { layer: drawn }) {
    const { live, own, kept } = await trained(bn, drawn);
    const beside = await bn.layer(mirrored(drawn));
    const asked = within(own, batch(drawn, 1));
    const y = (await live.infer(asked)).y;
    await beside.train(within(mirrored(drawn), batch(drawn, 1)));
    const y_beside = (await live.infer(asked)).y;
    const { next_mean, next_var } = (await live.state()).answers;
    return {
      y,
      y_beside,
      mean: kept.answers.next_mean,
      mean_beside: next_mean,
      variance: kept.answers.next_var,
      variance_beside: next_var,
    };
  },
  binds: ['y', 'y_beside', 'mean', 'mean_beside', 'variance', 'variance_beside'],
  law: 'same(y, y_beside) and same(mean, mean_beside) and same(variance, variance_beside)',
  of: 'infer',
  source,
};

export const dropped: Property = {
  id: 'state.dropped',
  title: 'A layer that was dropped is no layer any more: its use is an error',
  needs: layer,
  given: alone,
  async ask(bn, { layer: drawn }) {
    const live = await bn.layer(drawn);
    await live.infer(drawn);
    await live.drop();
    return { inference: await live.attempt('infer', drawn), question: await live.attempt('state', drawn) };
  },
  binds: ['inference', 'question'],
  law: 'refused(inference) and refused(question)',
  of: 'infer',
  source: 'docs/wire.md, the steps of a layer',
};

export const rest: Property = {
  id: 'state.untracked-training',
  title: 'Training without tracking normalizes by the batch, and leaves the statistics alone',
  needs: { ...layer, untracked: true },
  given: alone,
  async ask(bn, { layer: drawn }) {
    const { live, own, kept } = await trained(bn, drawn);
    const { y } = await live.train(within(own, drawn), false);
    const after = await live.state();
    const { next_mean, next_var } = after.answers;
    return {
      y,
      mean: kept.answers.next_mean,
      mean_after: next_mean,
      variance: kept.answers.next_var,
      variance_after: next_var,
      count: kept.count,
      count_after: after.count,
    };
  },
  binds: ['y', 'mean', 'mean_after', 'variance', 'variance_after', 'count', 'count_after'],
  law: 'y == gamma * (x - mu) / s + beta and same(mean, mean_after) and same(variance, variance_after) and count == count_after',
  of: 'train',
  source,
};

export const untracked: Property = {
  id: 'state.untracked-layer',
  title: 'A layer without running statistics infers by the batch, whatever it was trained on',
  needs: { ...layer, untracked: true },
  given: alone,
  async ask(bn, { layer: drawn }: Drawn) {
    const live = await bn.layer(drawn, false);
    await live.train(batch(drawn, 0));
    return { y: (await live.infer(drawn, 'train')).y };
  },
  binds: ['y'],
  law: 'y == gamma * (x - mu) / s + beta',
  of: 'train',
  source,
};
