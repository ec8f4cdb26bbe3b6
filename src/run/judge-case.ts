import type { Chapter } from '../formula/chapter.js';
import type { Certificate } from '../oracle/certificate.js';
import type { Target } from '../target/target.js';
import { ruleOf } from './accept.js';
import { Answered, type Refusal, type Told } from './answer.js';
import { asker, type References, Unanswered } from './asker.js';
import { Foreseen } from './foreseen.js';
import { type Facts, type Judgement, judge, merged } from './judge.js';
import { bySlabs } from './judge-slabs.js';
import { type Clause, reads } from './law.js';
import { shapeOf } from './layer.js';
import type { Log } from './log.js';
import type { Drawn, Property } from './property.js';
import { apart } from './recorded.js';
import type { Tier } from './report.js';
import { inWordsOf, type Subject } from './subject.js';
import { wholly } from './wholly.js';

/** Worst first, so that a tier is only judged while the laxer ones hold. */
export const rising = ['semantic', 'stable', 'faithful', 'exact'] as const satisfies readonly Tier[];

/** One case of a law, judged at every tier that was still open. */
export interface CaseJudgement {
  readonly drawn: Drawn;
  readonly byTier: ReadonlyMap<Tier, Judgement>;
  /** Whether the case can tell a right answer from a worthless one. */
  readonly telling: boolean;
  /** What the oracle did for a large one. */
  readonly certificate: Certificate | null;
  /** The required tier by itself, where a narrower one lent it its judgement and that was asked for. */
  readonly apart?: Judgement;
}

/** Who is asked, and what is kept of it. */
export interface Asking {
  readonly target: Target;
  readonly subject: Subject;
  readonly log: Pick<Log, 'ask' | 'steps' | 'learned' | 'layers'>;
  readonly references?: References;
  /** The tiers at which the figures of a report are gathered; default none. */
  readonly figured?: readonly Tier[];
}

/** A drawn case with its answers, to be judged. */
export interface Put {
  readonly drawn: Drawn;
  readonly facts: Facts;
  /** Lets go of what judging works out: the answers are kept by the log, and would keep all of that. */
  forget(): void;
}

/** Asks one drawn case. Throws Unanswered where a question got no usable answer, and Unfit where it cannot be asked. */
export async function putCase(
  property: Property,
  parts: readonly Clause[],
  drawn: Drawn,
  { target, subject, log, references, figured = [] }: Asking,
): Promise<Put> {
  const bn = asker(target, subject, log, property.id, references);
  const ask = (): ReturnType<Property['ask']> => {
    bn.learned.length = 0;
    return property.ask(bn, drawn);
  };
  const answers = await wholly(ask, bn, target, property.id).finally(() => {
    log.steps.set(drawn, bn.steps);
    log.learned.set(drawn, bn.learned);
  });
  const bound = new Map(Object.entries(answers)) as Map<string, Answered>;
  answersAll(property, parts, bound);
  for (const [name, value] of Object.entries(drawn)) if (typeof value === 'number') bound.set(name, value as never);
  const about = property.about?.(drawn) ?? drawn.layer;
  const facts: Facts = {
    reference: bn.reference(about, property.of),
    shape: shapeOf(about),
    bound,
    subject,
    chapters: readable(property, subject),
    fixed: new Map(),
    figured,
  };
  const forget = (): void => {
    bn.forget();
    for (const answered of answersOf(facts)) answered.forget();
  };
  return { drawn, facts, forget };
}

/** Judges an answered case at the given tiers, laxest first, until one is refuted; one of them `alone` as well. */
export function judgePut(
  property: Property,
  parts: readonly Clause[],
  { drawn, facts, forget }: Put,
  open: readonly Tier[],
  alone: Tier | null = null,
): CaseJudgement {
  const slabs = drawn.layer.column ? bySlabs(drawn.layer, parts, facts) : null;
  const whole = (tier: Tier): Judgement => parts.map((clause) => judge(clause, facts, tier)).reduce(merged);
  const at = slabs?.at ?? whole;
  const byTier = climb(open, at, narrower(facts));
  const own = alone && apart(byTier, alone, at);
  const telling = tellsApart(property, parts, facts);
  const certificate = slabs ? slabs.certificate() : facts.reference.certificate;
  forget();
  return { drawn, byTier, telling, certificate, ...(own ? { apart: own } : {}) };
}

/** Asks and judges one drawn case. */
export async function judgeCase(
  property: Property,
  parts: readonly Clause[],
  drawn: Drawn,
  asking: Asking,
  open: readonly Tier[],
): Promise<CaseJudgement> {
  return judgePut(property, parts, await putCase(property, parts, drawn, asking), open);
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
export function readable(property: Property, subject: Subject): readonly Chapter[] {
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

const answersOf = (facts: Facts): (Answered | Foreseen)[] =>
  [...facts.bound.values()].flatMap((fact) => {
    if (Array.isArray(fact)) return (fact as Told<Answered | Foreseen>[]).map(({ answered }) => answered);
    return fact instanceof Answered || fact instanceof Foreseen ? [fact] : [];
  });

/** Whether some answer is narrower than what it was accumulated in. */
const narrower = (facts: Facts): boolean =>
  answersOf(facts).some(
    (answered) => answered instanceof Answered && ruleOf(answered, 'exact', facts.subject.card).tier === 'exact',
  );

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
  return parts.some((clause) => judge(clause, { ...facts, bound, figured: [] }, 'semantic').refuted !== null);
}
