import fc from 'fast-check';
import type { Answered, Told } from '../src/run/answer.js';
import type { Layer } from '../src/run/layer.js';
import type { Kept, Live } from '../src/run/live.js';
import { counts } from '../src/run/profile.js';
import type { Answers, Asker, Terms } from '../src/run/property.js';
import { extent, type Step, spelled } from '../src/run/step.js';
import { layers } from './layer.js';
import { samples } from './transform.js';

/** Some of the drawn samples as a batch of their own. */
export function batch(layer: Layer, at: number): Layer {
  const [from, to] = extent(layer, at);
  return samples(
    layer,
    Array.from({ length: to - from }, (_, i) => from + i),
  );
}

/** The layer at the initial statistics of its dialect. An epsilon of 0 is asked elsewhere: there are modules that refuse it. */
export const fresh =
  ({ profile }: Terms) =>
  (layer: Layer): Layer => {
    const [mean, variance] = profile.initial!;
    const each = (value: number): Float64Array => new Float64Array(layer.C).fill(value);
    return {
      ...layer,
      epsilon: layer.epsilon || 0.125,
      running_mean: each(mean),
      running_var: each(variance),
      count: counts(profile) ? 0 : null,
    };
  };

/** A layer with other parameters, so that loading them shows. */
export const mirrored = (layer: Layer): Layer => ({
  ...layer,
  gamma: layer.gamma?.map((v) => -v) ?? null,
  beta: layer.beta?.map((v) => -v) ?? null,
});

/** The batch as it is judged: by the parameters, the statistics and the count that its layer has. */
export const within = (own: Layer, data: Layer): Layer => {
  const { gamma, beta, running_mean, running_var, count } = own;
  return { ...data, gamma, beta, running_mean, running_var, count };
};

/** The layer with the statistics that the target reports after one more batch. */
export const moved = (own: Layer, { running_mean, running_var }: Kept): Layer => ({
  ...own,
  running_mean,
  running_var,
  count: own.count === null ? null : own.count + 1,
});

/** A live layer, and what is known of it. */
interface Model {
  readonly live: Live;
  own: Layer;
  latest: { readonly op: 'grad' | 'infer_grad'; readonly asked: Layer } | null;
}

/** A fresh layer, and samples for some batches. */
export const freshly = (terms: Terms) => layers(terms, { several: true, bare: true, adapt: fresh(terms) });
export const alone = (terms: Terms) => fc.record({ layer: freshly(terms) });

/** A layer that was trained once, and what is then known of it. */
export async function trained(bn: Asker, drawn: Layer) {
  const live = await bn.layer(drawn);
  const asked = within(drawn, batch(drawn, 0));
  await live.train(asked);
  const kept = await live.state(asked);
  return { live, kept, own: moved(drawn, kept) };
}

/** Takes the steps, each judged from the statistics that the target itself reported last. */
export async function walk(bn: Asker, layer: Layer, sequence: readonly Step[]): Promise<Told[]> {
  const told: Told[] = [];
  const models: [Model | null, Model | null] = [null, null];
  for (const [i, step] of sequence.entries()) {
    const open = async (which: 0 | 1): Promise<Model> => {
      const own = which === 0 ? layer : mirrored(layer);
      return (models[which] ??= { live: await bn.layer(own), own, latest: null });
    };
    const model = await open(step.on);
    if (step.does === 'renew') {
      await model.live.drop();
      models[step.on] = null;
    } else if (step.does === 'load') await takeOver(model, await open((1 - step.on) as 0 | 1));
    else {
      const name = `step ${i + 1}, ${spelled(step, layer)}`;
      const answers = await taken(step.does, model, batch(layer, step.at));
      told.push(...answers.map((answered) => ({ step: name, answered })));
    }
  }
  return told;
}

async function taken(does: 'train' | 'infer' | 'grad' | 'rest', model: Model, data: Layer): Promise<Answered[]> {
  const { live, latest } = model;
  if (does === 'grad') return latest ? listed(await live.grad(latest.asked, latest.op)) : [];
  const asked = within(model.own, data);
  model.latest = { op: does === 'infer' ? 'infer_grad' : 'grad', asked };
  if (does === 'infer') return listed(await live.infer(asked));
  const answers = await live.train(asked, does === 'train');
  if (does === 'rest') return listed(answers);
  const kept = await live.state(asked);
  model.own = moved(model.own, kept);
  return [...listed(answers), ...listed(kept.answers)];
}

const listed = (answers: Answers): Answered[] => Object.values(answers);

/** One layer takes over all that another one has. */
async function takeOver(model: Model, from: Model): Promise<void> {
  const { live, own } = from;
  const { gamma, beta, running_mean, running_var, count } = await live.state(own);
  await model.live.load({ gamma, beta, running_mean, running_var, count });
  model.own = own;
  model.latest = null;
}
