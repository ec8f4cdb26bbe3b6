import { common } from './common.js';
import { alike, compare, type Evidence, evidenceOf, remembered } from './evidence.js';
import { predict } from './formula-kernel.js';
import type { Layer, Op } from './layer.js';
import type { Asked } from './log.js';
import type { Profile } from './profile.js';
import type { Diagnosis, Tier } from './report.js';
import { type Subject, subject } from './subject.js';
import type { Place } from './traits.js';
import type { Wrong } from './wrong.js';

/** Other mathematics that a target may follow, with the outputs in which it differs from what was promised. */
interface Hypothesis {
  readonly kind: 'mutant' | 'profile';
  readonly id: string;
  readonly says: string;
  readonly subject: Subject;
  readonly outputs: readonly string[];
  /** The layer as the hypothesis reads the question: a dialect may read momentum the other way round. */
  readonly reads: (layer: Layer) => Layer;
}

export interface Suspects {
  readonly wrongs: readonly Wrong[];
  readonly profiles: Readonly<Record<string, Profile>>;
}

const ops: readonly Op[] = ['train', 'infer', 'grad', 'infer_grad', 'grad_grad'];

/**
 * Names what a failing target does instead, operation by operation. A name is given only if it explains every wrong
 * answer, agrees with all the right ones, and no other name does; else the cause is unknown, and what the wrong
 * answers have in common is said.
 */
export function diagnose(
  asked: readonly Asked[],
  judged: Subject,
  suspects: Suspects,
  tier: Tier,
  refuted: readonly string[],
): Diagnosis[] {
  const found = ops.flatMap((op) => causes(op, asked, judged, suspects, tier));
  if (found.length > 0) return found;
  const says = `every single answer lies within its bound; what fails compares answers with one another: ${refuted.join(', ')}`;
  return [
    { kind: 'unknown', id: 'comparison', op: 'several', explains: 0, of: refuted.length, passing: asked.length, says },
  ];
}

function causes(op: Op, asked: readonly Asked[], judged: Subject, suspects: Suspects, tier: Tier): Diagnosis[] {
  const evidence = evidenceOf(asked, op, judged, tier);
  const failing = evidence.filter(({ wrong }) => wrong.length > 0);
  if (failing.length === 0) return [];
  const counts = { op, explains: failing.length, of: failing.length, passing: evidence.length - failing.length };
  if (tier !== 'semantic' && failing.every((one) => rightAt(one, 'semantic')))
    return [{ kind: 'tier', id: 'semantic', ...counts, says: coarse(tier) }];
  const found = explanations(hypotheses(op, judged, suspects), evidence, failing, tier);
  return found ? named(found, counts) : [{ kind: 'unknown', id: op, ...counts, says: common(...split(evidence)) }];
}

const coarse = (tier: Tier): string =>
  `the formulas are right, and more is lost to rounding than ${tier} allows: at semantic every answer is accepted`;

const rightAt = ({ outputs, right }: Evidence, tier: Tier): boolean =>
  outputs.every((answered) => !compare(answered, right, right, tier).includes(0));

function hypotheses(op: Op, judged: Subject, { wrongs, profiles }: Suspects): Hypothesis[] {
  const mistakes = wrongs
    .filter((wrong) => wrong.op === op)
    .map((wrong): Hypothesis => ({ ...wrong, kind: 'mutant', reads: (layer) => layer }));
  return op === 'train' ? [...dialects(judged, profiles), ...mistakes] : mistakes;
}

/** Other dialects, those that read every question alike under one name. */
function dialects({ card, profile: own, spec }: Subject, profiles: Suspects['profiles']): Hypothesis[] {
  const ways = new Map<string, string[]>();
  const way = ({ divisor, update }: Profile): string => `${divisor}, ${update}`;
  for (const [name, profile] of Object.entries(profiles))
    if (profile.update !== 'none' && own.update !== 'none' && way(profile) !== way(own))
      ways.set(way(profile), [...(ways.get(way(profile)) ?? []), name]);
  return [...ways.values()].map((names) => {
    const profile = profiles[names[0]!]!;
    const turned = profile.update !== own.update;
    return {
      kind: 'profile',
      id: names[0]!,
      says: `it behaves as ${names.join(', ')} and declares ${own.title}: no mistake, if the card says so`,
      subject: subject(card, profile, spec),
      outputs: ['next_mean', 'next_var'],
      reads: (layer) => (turned ? { ...layer, alpha: 1 - layer.alpha } : layer),
    };
  });
}

/** The names that together explain all wrong outputs, each the only one for its own; null if there are none such. */
function explanations(
  suspects: readonly Hypothesis[],
  evidence: readonly Evidence[],
  failing: readonly Evidence[],
  tier: Tier,
): Hypothesis[][] | null {
  const smallest = failing.toSorted((a, b) => a.asked.layer.x.length - b.asked.layer.x.length);
  const others = evidence.filter(({ wrong }) => wrong.length === 0);
  const consistent = suspects.filter((suspect) => [...smallest, ...others].every((one) => agrees(suspect, one, tier)));
  const left = new Set(failing.flatMap(({ wrong }) => wrong));
  const groups: Hypothesis[][] = [];
  while (left.size > 0) {
    const covers = ({ outputs }: Hypothesis): number => outputs.filter((output) => left.has(output)).length;
    const most = Math.max(0, ...consistent.map(covers));
    if (most === 0) return null;
    const best = consistent.filter((suspect) => covers(suspect) === most);
    const equal = best.filter((suspect) => evidence.every((one) => sayTheSame(best[0]!, suspect, one)));
    if (equal.length < best.length) return null;
    groups.push(equal);
    for (const output of equal[0]!.outputs) left.delete(output);
  }
  return groups;
}

const predictions = new WeakMap<Evidence, Map<Hypothesis, (output: string) => Float64Array>>();

function predicted(suspect: Hypothesis, one: Evidence): (output: string) => Float64Array {
  let known = predictions.get(one);
  if (!known) predictions.set(one, (known = new Map()));
  let of = known.get(suspect);
  if (!of) {
    const { layer, op } = one.asked;
    known.set(suspect, (of = remembered(predict(suspect.subject, suspect.reads(layer), op))));
  }
  return of;
}

/** Whether no answered output contradicts the hypothesis. */
function agrees(suspect: Hypothesis, one: Evidence, tier: Tier): boolean {
  const of = predicted(suspect, one);
  return one.outputs.every(
    (answered) => !suspect.outputs.includes(answered.output) || !compare(answered, of, one.right, tier).includes(0),
  );
}

/** Whether two hypotheses predict the same, but for the roundings of float64. */
function sayTheSame(a: Hypothesis, b: Hypothesis, one: Evidence): boolean {
  if (a === b) return true;
  const [left, right] = [predicted(a, one), predicted(b, one)];
  return one.outputs.every(({ output }) => alike(left(output), right(output)));
}

function named(
  groups: readonly (readonly Hypothesis[])[],
  counts: Omit<Diagnosis, 'kind' | 'id' | 'says'>,
): Diagnosis[] {
  return groups.map(([first, ...others]) => {
    const same = others.length === 0 ? '' : ` (${others.map(({ id }) => id).join(', ')} cannot be told from it)`;
    return { kind: first!.kind, id: first!.id, ...counts, says: `${first!.says}${same}` };
  });
}

/** The channels in which something is wrong, and those in which all is right. */
function split(evidence: readonly Evidence[]): [failing: Place[], passing: Place[]] {
  const [failing, passing]: [Place[], Place[]] = [[], []];
  for (const { asked, verdicts } of evidence)
    for (let c = 0; c < asked.layer.C; c += 1) {
      const of = [...verdicts.values()].map((channels) => channels[c]);
      if (of.includes(0)) failing.push({ layer: asked.layer, c });
      else if (of.includes(1)) passing.push({ layer: asked.layer, c });
    }
  return [failing, passing];
}
