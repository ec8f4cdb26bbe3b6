import type { Drawn, Property } from '../src/run/property.js';
import { alone, batch, mirrored, trained, within } from './sequence.js';

const layer = { ops: ['layer'], defines: ['train', 'infer'] } as const;
const source = 'what a layer of a framework keeps between its calls';

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
  few: true,
  source: 'docs/wire.md, the steps of a layer',
  stays: 'the hosts that come with bnspec keep the handles, so that no kernel can get this wrong; any other target can',
};

export const untrackedTraining: Property = {
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

export const untrackedLayer: Property = {
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
