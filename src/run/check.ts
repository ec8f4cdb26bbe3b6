import fc from 'fast-check';
import type { Chapter } from '../formula/chapter.js';
import type { Target } from '../target/target.js';
import { ruleOf } from './accept.js';
import { Answered, type Refusal, type Told } from './answer.js';
import { asker, type References, Unanswered, wholly } from './asker.js';
import { type Facts, type Judgement, judge, merged } from './judge.js';
import { type Clause, clauses, reads } from './law.js';
import { elements, shapeOf } from './layer.js';
import type { Log } from './log.js';
import type { Drawn, Property, Terms } from './property.js';
import type { Tier } from './report.js';
import { inWordsOf, type Subject } from './subject.js';
import { type Counted, tally } from './tally.js';
import { Unfit } from './unfit.js';

/** Worst first, so that a tier is only judged while the laxer ones hold. */
export const rising = ['semantic', 'stable', 'faithful', 'exact'] as const satisfies readonly Tier[];

/** How much shrinking may cost, in elements asked: enough for any small case, and an end for the largest. */
const shrinkingBudget = 2_000_000;

export interface CheckOptions {
  readonly target: Target;
  readonly subject: Subject;
  readonly terms: Terms;
  readonly required: Tier;
  readonly seed: number;
  readonly cases: number;
  readonly path?: string;
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly onCase?: (cases: number) => void;
}

/** One case of a law, judged at every tier that was still open. */
export interface CaseJudgement {
  readonly drawn: Drawn;
  readonly byTier: ReadonlyMap<Tier, Judgement>;
  /** Whether the case can tell a right answer from a worthless one. */
  readonly telling: boolean;
}

/** The text of a law under this dialect; null where the dialect demands nothing. */
export function lawOf({ law, of }: Property, { profile }: Subject): string | null {
  const text = typeof law === 'string' ? law : law[profile.m1];
  return text === null ? null : inWordsOf(profile, of, text);
}

/** Draws cases of one law, asks, judges, and shrinks what fails. Never throws for what a target does. */
export async function check(property: Property, text: string, options: CheckOptions): Promise<Counted> {
  const parts = clauses(text, property.id);
  const count = tally(property, text, options.required);
  let spent = 0;
  let stopped = false;
  const trial = async (drawn: Drawn): Promise<void> => {
    if (stopped || spent > shrinkingBudget || (count.broken && !inForm(count.broken.cause))) return;
    if (options.signal.aborted) {
      stopped = true;
      throw new Stopped('interrupted'); // a failure, so that no further case is drawn
    }
    if (count.failed) spent += (count.broken ? 20_000 : 1000) + elements(drawn.layer) * drawn.layer.C;
    const judged = await attempt(property, parts, drawn, options, count.open());
    if (judged instanceof Unanswered) {
      // While shrinking, a question that is not answered, or not answered in another way, is another matter.
      if (count.failed && (!count.broken || alike(count.broken.cause) !== alike(judged))) return;
      count.breaks(judged, drawn);
      throw judged;
    }
    if (count.broken) return;
    if (!count.failed) options.log.draw(property.id, drawn);
    count.add(judged);
    if (!count.failed) options.onCase?.(count.cases);
    if (count.refutes(judged)) throw new Error('refuted');
  };
  const details = await fc.check(fc.asyncProperty(property.given(options.terms), trial), {
    ...plan(property, options),
    ...(options.path === undefined ? {} : { path: options.path }),
    endOnFailure: false,
  });
  return count.finish(details, options.signal.aborted);
}

type Plan = Pick<CheckOptions, 'terms' | 'seed' | 'cases'>;

/** The directed cases of a law, and how many are drawn in all. */
function plan(property: Property, { terms, seed, cases }: Plan) {
  const examples = (property.examples?.(terms) ?? []).map((drawn) => [drawn] as [Drawn]);
  const numRuns = property.few ? Math.max(1, examples.length + Math.floor(cases / 50)) : cases;
  return { seed: seedOf(property.id, seed), examples, numRuns };
}

/** The cases that `check` asks of a law, while nothing fails. */
export function drawn(property: Property, options: Plan): Drawn[] {
  const cases: Drawn[] = [];
  fc.check(
    fc.property(property.given(options.terms), (one) => void cases.push(one)),
    plan(property, options),
  );
  return cases;
}

/** What went wrong, whatever its numbers. */
const alike = ({ message }: Unanswered): string => message.replace(/\d+/g, '#');

/** Whether the target still talks: one that hangs or dies is not asked dozens of times more for a smaller case. */
const inForm = ({ reply }: Unanswered): boolean => reply.status !== 'breaks' || / expected .*, got /.test(reply.reason);

/** Ends the drawing of cases when a run is interrupted. */
export class Stopped extends Error {
  override name = 'Stopped';
}

/** Judges one case; an unanswered question is returned, an unfit case leaves through fast-check. */
async function attempt(
  property: Property,
  parts: readonly Clause[],
  drawn: Drawn,
  options: CheckOptions,
  open: readonly Tier[],
): Promise<CaseJudgement | Unanswered> {
  try {
    return await judgeCase(property, parts, drawn, options, open);
  } catch (cause) {
    if (cause instanceof Unanswered) return cause;
    if (cause instanceof Unfit) fc.pre(false);
    throw cause;
  }
}

/** Asks and judges one drawn case at the given tiers, laxest first, until one is refuted. */
export async function judgeCase(
  property: Property,
  parts: readonly Clause[],
  drawn: Drawn,
  {
    target,
    subject,
    log,
    references,
  }: Pick<CheckOptions, 'target' | 'subject' | 'log'> & { readonly references?: References },
  open: readonly Tier[],
): Promise<CaseJudgement> {
  const bn = asker(target, subject, log, property.id, references);
  const bound = new Map(Object.entries(await wholly(() => property.ask(bn, drawn), bn, target, property.id))) as Map<
    string,
    Answered
  >;
  answersAll(property, parts, bound);
  for (const [name, value] of Object.entries(drawn)) if (typeof value === 'number') bound.set(name, value as never);
  const facts: Facts = {
    reference: bn.reference(drawn.layer, property.of),
    shape: shapeOf(drawn.layer),
    bound,
    subject,
    chapters: readable(property, subject),
    fixed: new Map(),
  };
  const at = (tier: Tier): Judgement => parts.map((clause) => judge(clause, facts, tier)).reduce(merged);
  return { drawn, byTier: climb(open, at, narrower(facts)), telling: tellsApart(property, parts, facts) };
}

/** A name that `ask` should have answered is never read from the specification instead: a refusal is then no answer. */
function answersAll({ binds, of }: Property, parts: readonly Clause[], bound: ReadonlyMap<string, unknown>): void {
  const read = new Set(parts.flatMap(reads));
  const missing = binds.filter((name) => read.has(name) && bound.get(name) === undefined);
  if (missing.length === 0) return;
  const refusal = bound.get('answer') as Refusal | undefined;
  const message = refusal?.message ?? `nothing was answered for ${missing.join(', ')}`;
  throw new Unanswered(of, { status: 'error', message });
}

/**
 * Judges at `stable` first, and at `exact` before `faithful`: what holds in the narrower set holds in the wider one, so
 * most cases are judged once or twice.
 */
function climb(open: readonly Tier[], at: (tier: Tier) => Judgement, strict: boolean): Map<Tier, Judgement> {
  const byTier = new Map<Tier, Judgement>();
  const put = (tier: Tier, narrower: Judgement | null): Judgement => {
    const judged = narrower && !narrower.refuted ? narrower : at(tier);
    byTier.set(tier, judged);
    return judged;
  };
  const stable = open.includes('stable') ? at('stable') : null;
  const semantic = put('semantic', stable?.notCheckable === 0 ? stable : null);
  if (semantic.refuted || !stable) return byTier;
  byTier.set('stable', stable);
  if (stable.refuted || !strict || !open.includes('faithful')) return byTier;
  const exact = open.includes('exact') ? at('exact') : null;
  const faithful = put('faithful', exact);
  if (exact && !faithful.refuted) byTier.set('exact', exact);
  return byTier;
}

const readableBy = new WeakMap<Subject, WeakMap<Property, readonly Chapter[]>>();

/** The formulas that a law may read by name; one list for all its cases, since programs are kept by it. */
function readable(property: Property, subject: Subject): readonly Chapter[] {
  let lists = readableBy.get(subject);
  if (!lists) readableBy.set(subject, (lists = new WeakMap()));
  let list = lists.get(property);
  if (!list) {
    const own = Object.entries(property.where ?? {}).map(([name, is]) => [
      name,
      { is: inWordsOf(subject.profile, property.of, is), says: `An abbreviation of ${property.id}.` },
    ]);
    lists.set(property, (list = [Object.fromEntries(own) as Chapter, ...subject.formulas[property.of]]));
  }
  return list;
}

const answersOf = (facts: Facts): Answered[] =>
  [...facts.bound.values()].flatMap((fact) => {
    if (Array.isArray(fact)) return (fact as Told[]).map(({ answered }) => answered);
    return fact instanceof Answered ? [fact] : [];
  });

/** Whether some answer is narrower than what it was accumulated in. */
const narrower = (facts: Facts): boolean =>
  answersOf(facts).some((answered) => ruleOf(answered, 'exact', facts.subject.card).tier === 'exact');

/** Puts the worthless answer in place of the given one; a case that it satisfies as well proves nothing. */
function tellsApart(property: Property, parts: readonly Clause[], facts: Facts): boolean {
  if (!property.refutes) return true;
  const bound = new Map(facts.bound);
  for (const [name, value] of Object.entries(property.refutes)) {
    const real = bound.get(name) as Answered;
    bound.set(
      name,
      new Answered(
        real.exchange,
        real.output,
        real.values.map(() => value),
        real.shape,
        real.places,
      ),
    );
  }
  return parts.some((clause) => judge(clause, { ...facts, bound }, 'semantic').refuted !== null);
}

/** Every law draws its own cases from the one seed of the run (FNV-1a of its id added), whatever else is run. */
export function seedOf(id: string, seed: number): number {
  let hash = 0x811c9dc5;
  for (const char of id) hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193);
  return (hash + seed) | 0;
}
