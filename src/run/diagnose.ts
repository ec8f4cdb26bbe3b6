import { type Question, questions } from '../wire/protocol.js';
import { common } from './common.js';
import { compare, type Evidence, evidenceOf } from './evidence.js';
import { agrees, explanations } from './explain.js';
import { dialects, everything, type Hypothesis, kernels, mistakes, remembers } from './hypothesis.js';
import type { Op } from './layer.js';
import type { Log } from './log.js';
import type { Profile } from './profile.js';
import type { Diagnosis, Tier } from './report.js';
import type { Subject } from './subject.js';
import type { Place } from './traits.js';
import type { Wrong } from './wrong.js';

export interface Suspects {
  readonly wrongs: readonly Wrong[];
  readonly profiles: Readonly<Record<string, Profile>>;
}

/** The laws that a target does not keep. */
export interface Missed {
  readonly refuted: readonly string[];
  /** Those that a question left unanswered ended. */
  readonly broken: readonly string[];
}

/** A diagnosis, and the hypotheses that it may name: more than one where nothing that was asked tells them apart. */
type Cause = Diagnosis & { readonly names: readonly Hypothesis[] };

/** What is known of one question. */
interface Case {
  readonly question: Question;
  readonly log: Log;
  readonly judged: Subject;
  readonly suspects: Suspects;
  readonly tier: Tier;
}

/**
 * Names what a failing target does instead, operation by operation. A name is given only if it explains every wrong
 * answer, agrees with all the right ones, and no other name does; else the cause is unknown, and what the wrong
 * answers have in common is said.
 */
export async function diagnose(
  log: Log,
  judged: Subject,
  suspects: Suspects,
  tier: Tier,
  { refuted, broken }: Missed,
): Promise<Diagnosis[]> {
  const missed = [...refuted, ...broken];
  const found: Cause[] = [];
  const asked = new Set(log.exchanges.flatMap(({ law, question }) => (missed.includes(law) ? [question] : [])));
  for (const question of questions) {
    if (!asked.has(question)) continue;
    const evidence = evidenceOf(log.exchanges, question, judged, tier, refuted);
    const own = await causes(evidence, { question, log, judged, suspects, tier });
    // A mistake that splitting or folding only hands on is said of the operation that makes it.
    const told = ({ names }: Cause): boolean =>
      found.some((one) => behind(question).includes(one.op as Op) && one.names.some(({ id }) => named(names, id)));
    found.push(...own.filter((one) => !told(one)));
  }
  if (found.length > 0) return found.map((cause) => headed(cause, found));
  if (refuted.length === 0) return [];
  const says = `every single answer lies within its bound; what fails compares answers with one another: ${refuted.join(', ')}`;
  const counts = { explains: 0, of: refuted.length, passing: log.exchanges.length };
  return [{ kind: 'unknown', id: 'comparison', op: 'several', ...counts, says }];
}

const named = (names: readonly Hypothesis[], id: string): boolean => names.some((one) => one.id === id);

/** The operations whose formulas a question is held to. */
const behind = (question: Question): readonly Op[] =>
  question === 'fold' ? ['infer', 'infer_grad'] : [question.replace('sync_', '') as Op];

/** Why the answers to one question are wrong. Those that were not given have a cause of their own where one for all is not found. */
async function causes(evidence: readonly Evidence[], of: Case): Promise<Cause[]> {
  const failing = evidence.filter(({ wrong }) => wrong.length > 0).toSorted((a, b) => sizeOf(a) - sizeOf(b));
  if (failing.length === 0) return [];
  const right = evidence.filter(({ wrong }) => wrong.length === 0);
  const counts = { op: of.question, explains: failing.length, of: failing.length, passing: right.length };
  const groups = await namesOf([...failing, ...right], failing, of);
  if (groups) return groups.map((names) => ({ ...counts, names, kind: 'unknown', id: of.question, says: '' }));
  if (of.tier !== 'semantic' && failing.every((one) => rightAt(one, 'semantic')))
    return [{ kind: 'tier', id: 'semantic', ...counts, says: coarse(of.tier), names: [] }];
  const silent = failing.filter(({ asked }) => asked.failed !== null);
  if (silent.length > 0 && silent.length < failing.length)
    return [
      ...(await causes(
        evidence.filter((one) => !silent.includes(one)),
        of,
      )),
      unknown(silent, right, of.question),
    ];
  return [unknown(failing, right, of.question)];
}

/** The mistakes that explain what is wrong; null where none do, or others would do as well. */
async function namesOf(
  all: readonly Evidence[],
  failing: readonly Evidence[],
  { question, log, judged, suspects: { wrongs, profiles }, tier }: Case,
): Promise<Hypothesis[][] | null> {
  const formulas = behind(question).flatMap((op) => [
    ...(op === 'train' ? dialects(judged, profiles) : []),
    ...mistakes(op, wrongs),
  ]);
  const known = new Map(all.map((one) => [one.asked, one]));
  const outputs = behind(question).flatMap(everything);
  const built = (among: readonly Wrong[]): Promise<Hypothesis[]> =>
    kernels(question, outputs, among, log, judged, [...known.keys()], (asked, prediction) =>
      agrees({ outputs, predict: () => prediction }, known.get(asked)!, tier),
    );
  if (!explanations(formulas, all, failing, tier)) return explanations(await built(wrongs), all, failing, tier);
  // A formula is named only if no wrong kernel would do as well; those with a memory are too slow to be asked for that.
  const rivals = await built(wrongs.filter((wrong) => !remembers(wrong)));
  return explanations([...formulas, ...rivals], all, failing, tier);
}

const sizeOf = ({ asked }: Evidence): number => asked.layer.x.length;

const coarse = (tier: Tier): string =>
  `the formulas are right, and more is lost to rounding than ${tier} allows: at semantic every answer is accepted`;

const rightAt = ({ outputs, right, wrong, beyond }: Evidence, tier: Tier): boolean =>
  !wrong.includes('answer') &&
  !wrong.includes('inputs') &&
  outputs.every((answered) => !compare(answered, right, { right, tier, beyond }).includes(0));

/** The names in the order of how many operations they explain, those published for this one first; the first is the head. */
export function headed({ names, ...cause }: Cause, found: readonly Cause[]): Diagnosis {
  const worth = ({ id, op }: Hypothesis): number =>
    2 * found.filter((other) => named(other.names, id)).length + (op === cause.op ? 1 : 0);
  const [first, ...others] = names.toSorted((a, b) => worth(b) - worth(a));
  if (!first) return cause;
  const same = others.length === 0 ? '' : ` (${others.map(({ id }) => id).join(', ')} cannot be told from it)`;
  return { ...cause, kind: first.kind, id: first.id, says: `${first.says}${same}` };
}

function unknown(failing: readonly Evidence[], right: readonly Evidence[], question: Question): Cause {
  const ways = new Set(failing.map(({ asked }) => asked.failed));
  const how = ways.has(null) ? '' : `not answered (${[...ways].join('; ')}): `;
  const counts = { op: question, explains: 0, of: failing.length, passing: right.length };
  return { kind: 'unknown', id: question, ...counts, says: `${how}${common(...split(failing, right))}`, names: [] };
}

/** The channels in which something is wrong, and those in which all is right. */
function split(wrong: readonly Evidence[], right: readonly Evidence[]): [failing: Place[], passing: Place[]] {
  const [failing, passing]: [Place[], Place[]] = [[], []];
  for (const { asked, verdicts, wrong: what } of [...wrong, ...right])
    for (let c = 0; c < asked.layer.C; c += 1) {
      const of = [...verdicts.values()].map((channels) => channels[c]);
      const whole = what.includes('answer') || what.includes('inputs');
      if (whole || of.includes(0)) failing.push({ layer: asked.layer, c });
      else if (what.length === 0 && verdicts.size === 0) passing.push({ layer: asked.layer, c });
      else if (of.includes(1)) passing.push({ layer: asked.layer, c });
    }
  return [failing, passing];
}
