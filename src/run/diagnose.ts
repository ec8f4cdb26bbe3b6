import { type Question, questions } from '../wire/protocol.js';
import { common } from './common.js';
import { alike, compare, declined, type Evidence, evidenceOf, overwritten } from './evidence.js';
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
  refuted: readonly string[],
): Promise<Diagnosis[]> {
  const found: Diagnosis[] = [];
  const asked = new Set(log.exchanges.flatMap(({ law, question }) => (refuted.includes(law) ? [question] : [])));
  for (const question of questions) {
    if (!asked.has(question)) continue;
    const own = await causes(question, log, judged, suspects, tier);
    // A mistake that splitting or folding only hands on is said of the operation that makes it.
    const told = ({ id, says }: Diagnosis): boolean =>
      found.some((one) => behind(question).includes(one.op as Op) && (one.id === id || says.includes(one.id)));
    found.push(...own.filter((one) => !told(one)));
  }
  if (found.length > 0) return found;
  const says = `every single answer lies within its bound; what fails compares answers with one another: ${refuted.join(', ')}`;
  const counts = { explains: 0, of: refuted.length, passing: log.exchanges.length };
  return [{ kind: 'unknown', id: 'comparison', op: 'several', ...counts, says }];
}

/** The operations whose formulas a question is held to. */
const behind = (question: Question): readonly Op[] =>
  question === 'fold' ? ['infer', 'infer_grad'] : [question.replace('sync_', '') as Op];

async function causes(
  question: Question,
  log: Log,
  judged: Subject,
  { wrongs, profiles }: Suspects,
  tier: Tier,
): Promise<Diagnosis[]> {
  const evidence = evidenceOf(log.exchanges, question, judged, tier);
  const failing = evidence.filter(({ wrong }) => wrong.length > 0).toSorted((a, b) => sizeOf(a) - sizeOf(b));
  if (failing.length === 0) return [];
  const counts = {
    op: question,
    explains: failing.length,
    of: failing.length,
    passing: evidence.length - failing.length,
  };
  const formulas = behind(question).flatMap((op) => [
    ...(op === 'train' ? dialects(judged, profiles) : []),
    ...mistakes(op, wrongs),
  ]);
  const all = [...failing, ...evidence.filter(({ wrong }) => wrong.length === 0)];
  const known = new Map(all.map((one) => [one.asked, one]));
  const outputs = behind(question).flatMap(everything);
  const built = (among: readonly Wrong[]): Promise<Hypothesis[]> =>
    kernels(question, outputs, among, log, judged, [...known.keys()], (asked, prediction) =>
      agrees({ outputs, predict: () => prediction }, known.get(asked)!, tier),
    );
  // A formula is named only if no wrong kernel would do as well; those with a memory are too slow to be asked for that.
  if (explanations(formulas, all, failing, tier)) {
    const rivals = await built(wrongs.filter((wrong) => !remembers(wrong)));
    const named = explanations([...formulas, ...rivals], all, failing, tier);
    if (named) return named.map((names) => naming(names, counts));
    return [{ kind: 'unknown', id: question, ...counts, says: common(...split(evidence)) }];
  }
  const found = explanations(await built(wrongs), all, failing, tier);
  if (found) return found.map((names) => naming(names, counts));
  if (tier !== 'semantic' && failing.every((one) => rightAt(one, 'semantic')))
    return [{ kind: 'tier', id: 'semantic', ...counts, says: coarse(tier) }];
  return [{ kind: 'unknown', id: question, ...counts, says: common(...split(evidence)) }];
}

const sizeOf = ({ asked }: Evidence): number => asked.layer.x.length;

const coarse = (tier: Tier): string =>
  `the formulas are right, and more is lost to rounding than ${tier} allows: at semantic every answer is accepted`;

const rightAt = ({ outputs, right, wrong }: Evidence, tier: Tier): boolean =>
  !wrong.includes('answer') &&
  !wrong.includes('inputs') &&
  outputs.every((answered) => !compare(answered, right, right, tier).includes(0));

/** The names that together explain all that is wrong, each the only one for its own; null if there are none such. */
function explanations(
  suspects: readonly Hypothesis[],
  evidence: readonly Evidence[],
  failing: readonly Evidence[],
  tier: Tier,
): Hypothesis[][] | null {
  const consistent = suspects.filter((suspect) => evidence.every((one) => agrees(suspect, one, tier)));
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

/** Whether nothing in an answer contradicts the hypothesis. */
function agrees(
  { outputs, predict }: Pick<Hypothesis, 'outputs' | 'predict'>,
  { asked, outputs: answered, right }: Evidence,
  tier: Tier,
): boolean {
  const of = predict(asked);
  if (outputs.includes('answer') && of.declined !== declined(asked)) return false;
  if (outputs.includes('inputs') && of.overwritten.join() !== overwritten(asked).join()) return false;
  return answered.every((one) => !outputs.includes(one.output) || !compare(one, of, right, tier).includes(0));
}

/** Whether two hypotheses predict the same, but for the roundings of float64. */
function sayTheSame(a: Hypothesis, b: Hypothesis, { asked, outputs }: Evidence): boolean {
  const [left, right] = [a.predict(asked), b.predict(asked)];
  return a === b || outputs.every(({ output }) => alike(left.value(output), right.value(output)));
}

function naming([first, ...others]: readonly Hypothesis[], counts: Omit<Diagnosis, 'kind' | 'id' | 'says'>): Diagnosis {
  const same = others.length === 0 ? '' : ` (${others.map(({ id }) => id).join(', ')} cannot be told from it)`;
  return { kind: first!.kind, id: first!.id, ...counts, says: `${first!.says}${same}` };
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
