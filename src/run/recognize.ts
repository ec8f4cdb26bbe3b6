import type { Format } from '../exact/format.js';
import { formats } from '../exact/format.js';
import type { Suite } from '../suite.js';
import type { Reply, Target } from '../target/target.js';
import type { Card } from '../wire/protocol.js';
import { answersOf } from './answers.js';
import { dialect } from './dialect.js';
import { compare, foretold, single } from './evidence.js';
import { type Layer, type Op, request } from './layer.js';
import { counts, keeps, type Profile } from './profile.js';
import { Reference } from './reference.js';
import { subject } from './subject.js';

/** The dialect that a target behaves by, and the others that no answer tells from it. */
export interface Recognized {
  readonly name: string;
  readonly alike: readonly string[];
  /** Whether it explains all that was answered; else it is only the nearest. */
  readonly explains: boolean;
}

/** A question of a probe, and what came of it. */
interface Probe {
  readonly op: Op;
  readonly layer: Layer;
  /** The words in which momentum was sent. */
  readonly asked: Profile;
  readonly reply: Reply;
}

/**
 * Tells a dialect by a few questions: how one training moves the running statistics, what training makes of one element
 * per channel, whether parameters and statistics may be absent, how inference reads them.
 */
export async function recognize(target: Target, card: Card, { profiles, spec }: Suite): Promise<Recognized> {
  const probes = await ask(target, card, profiles);
  const scored = Object.entries(profiles)
    .filter(([, profile]) => card.ops.every((op) => !known.has(op) || (profile.ops as readonly string[]).includes(op)))
    .map(([name, profile]) => ({ name, profile, ...score(profile, probes, card, spec) }));
  const best = scored.reduce((a, b) => (better(b, a) || (!better(a, b) && b.name === card.profile) ? b : a));
  const alike = scored.filter((one) => one !== best && one.wrong === best.wrong && one.fits === best.fits);
  return { name: best.name, alike: alike.map(({ name }) => name), explains: best.wrong === 0 };
}

/** The dialect that is named, that of the card, or - of `auto` and of a card without one - that by which the target behaves. */
export async function dialectOf({ target, card, profile, suite }: Named) {
  const inferring = profile === 'auto' || (profile === undefined && card.profile === undefined);
  if (!inferring) return { ...dialect(card, profile, suite.profiles), inferred: null, warnings: [] };
  const { name, alike, explains } = await recognize(target, card, suite);
  const others = alike.length > 0 ? `; ${alike.join(', ')} would answer the same` : '';
  const declared = card.profile !== undefined && card.profile !== name;
  const warnings = [
    ...(declared ? [`you behave as ${name}, you declared ${card.profile}${others}`] : []),
    ...(explains
      ? []
      : [`no dialect explains what it answers: it is judged as ${name}, the nearest; say --profile NAME`]),
  ];
  return { name, profile: suite.profiles[name]!, inferred: name, warnings };
}

interface Named {
  readonly target: Target;
  readonly card: Card;
  /** As the command line names it. */
  readonly profile?: string;
  readonly suite: Suite;
}

const known = new Set<string>(['train', 'infer', 'grad', 'infer_grad']);

/** Fewer contradictions first, then more of what a dialect only allows. */
const better = (a: Score, b: Score): boolean => a.wrong < b.wrong || (a.wrong === b.wrong && a.fits > b.fits);

interface Score {
  readonly wrong: number;
  readonly fits: number;
}

async function ask(target: Target, card: Card, profiles: Suite['profiles']): Promise<Probe[]> {
  const batch = probe(card);
  const probes: Probe[] = [];
  const put = async (op: Op, layer: Layer, asked: Profile): Promise<boolean> => {
    if (!card.ops.includes(op)) return false;
    const reply = await target.ask(request(op, layer, asked, `probe-${probes.length}`));
    probes.push({ op, layer, asked, reply });
    return reply.status === 'ok';
  };
  // Momentum as most take it, then a count of batches in its place, or beside it, then no statistics at all.
  const ways = (['take', 'cumulative', 'debias', 'none'] as const).map(
    (update) => Object.values(profiles).find((profile) => profile.update === update)!,
  );
  let words = ways[0]!;
  for (const way of ways) {
    words = way;
    if (await put('train', { ...batch, count: counts(way) ? 2 : null }, way)) break;
  }
  const counted = { ...batch, count: counts(words) ? 2 : null };
  if (counts(words)) await put('train', { ...counted, count: 0 }, words);
  await put('train', { ...counted, N: 1, x: batch.x.slice(0, 2), dy: batch.dy.slice(0, 2) }, words);
  await put('train', { ...counted, gamma: null, beta: null }, words);
  await put('train', { ...counted, running_mean: null, running_var: null }, words);
  await put('infer', batch, words);
  return probes;
}

/** Three samples of two channels in the widest dtype, with nothing at its default. */
function probe({ dtypes, paramDtype, layouts, ranks }: Card): Layer {
  const dtype = dtypes.reduce((a, b) => (formats[b].p > formats[a].p ? b : a));
  const param: Format = paramDtype === 'f32' && dtype !== 'f64' ? 'f32' : dtype;
  return {
    ...{ dtype, param, layout: layouts[0]!, N: 3, C: 2, epsilon: 0.25, alpha: 0.25, count: null },
    spatial: Array.from({ length: Math.min(...ranks) - 2 }, () => 1),
    x: Float64Array.of(1, -3, 2.5, 0.5, -2, 4),
    dy: Float64Array.of(1, 2, -1, 0.5, 3, -2),
    gamma: Float64Array.of(1.5, -2),
    beta: Float64Array.of(0.5, 3),
    running_mean: Float64Array.of(0.5, -1),
    running_var: Float64Array.of(2, 0.75),
  };
}

/** A dialect that says nothing of single elements comes after all that say what was answered. */
const vague = 4;

/** How many probes contradict a dialect, and how many fit what it merely allows. */
function score(profile: Profile, probes: readonly Probe[], card: Card, spec: Suite['spec']): Score {
  let [wrong, fits] = [0, profile.saved.join() === card.saved.join() ? 1 : 0];
  for (const { op, layer, asked, reply } of probes) {
    const bare = op === 'train' && (layer.gamma === null || layer.running_mean === null);
    const optional = layer.gamma === null ? profile.affine : profile.tracking;
    if (bare) fits += (optional === 'optional') === (reply.status === 'ok') ? 1 : 0;
    else if (single(layer, op) && profile.m1 === 'undefined') fits -= vague;
    else if (!agrees(profile, { op, layer, asked, reply }, card, spec)) wrong += 1;
  }
  return { wrong, fits };
}

function agrees(profile: Profile, { op, layer, asked, reply }: Probe, card: Card, spec: Suite['spec']): boolean {
  const words = (of: Profile): string => [...request(op, layer, of, '').tensors.keys()].join();
  const uncounted = op === 'train' && counts(profile) && layer.count === null;
  if (uncounted || words(profile) !== words(asked)) return reply.status !== 'ok'; // it would not be asked so
  const judged = subject(card, profile, spec);
  const read = { ...layer, alpha: keeps(profile) === keeps(asked) ? layer.alpha : 1 - layer.alpha };
  const right = foretold(judged, read, op);
  if (reply.status !== 'ok') return right.failed !== null && reply.status === 'error';
  const answers = answersOf(reply, { layer: read, op, reference: new Reference(read, op, judged) });
  const by = { right, tier: 'semantic', beyond: false } as const;
  return right.failed === null && Object.values(answers).every((one) => !compare(one, right, by).includes(0));
}
