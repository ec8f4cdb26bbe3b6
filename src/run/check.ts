import fc from 'fast-check';
import type { Target } from '../target/target.js';
import { Unanswered } from './asker.js';
import { type CaseJudgement, judgeCase } from './judge-case.js';
import { type Clause, clauses } from './law.js';
import { elements } from './layer.js';
import type { Log } from './log.js';
import type { Drawn, Property, Terms } from './property.js';
import type { Tier } from './report.js';
import { inWordsOf, type Subject } from './subject.js';
import { type Counted, tally } from './tally.js';
import { Unfit } from './unfit.js';

/**
 * How much shrinking may cost, in elements asked: enough for any small case, and an end for the largest. After so many
 * refuted laws as a report tells in full, a tenth must do.
 */
const shrinkingBudget = 2_000_000;
const toldInFull = 5;

export interface CheckOptions {
  readonly target: Target;
  readonly subject: Subject;
  readonly terms: Terms;
  readonly required: Tier;
  readonly seed: number;
  readonly cases: number;
  readonly path?: string;
  readonly signal: AbortSignal;
  /** Laws that the run has refuted before. */
  readonly refuted?: number;
  readonly log: Log;
  readonly onCase?: (cases: number) => void;
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
  const budget = (options.refuted ?? 0) < toldInFull ? shrinkingBudget : shrinkingBudget / 10;
  const over = (): boolean => stopped || spent > budget || (count.broken !== null && !inForm(count.broken.cause));
  const trial = async (drawn: Drawn): Promise<void> => {
    if (over()) return;
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
  const details = await fc.check(fc.asyncProperty(new Ending(property.given(options.terms), over), trial), {
    ...plan(property, options),
    ...(options.path === undefined ? {} : { path: options.path }),
    endOnFailure: false,
  });
  return count.finish(details, options.signal.aborted);
}

type Plan = Pick<CheckOptions, 'terms' | 'seed' | 'cases'>;

/** The directed cases of a law, and how many are drawn in all. */
export function plan(property: Property, { terms, seed, cases }: Plan) {
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

/** What is drawn as it is, but shrunk only until `over`: making a smaller case of a large one costs, even if it is not asked. */
class Ending<T> extends fc.Arbitrary<T> {
  readonly #inner: fc.Arbitrary<T>;
  readonly #over: () => boolean;

  constructor(inner: fc.Arbitrary<T>, over: () => boolean) {
    super();
    this.#inner = inner;
    this.#over = over;
  }

  override generate(random: fc.Random, bias: number | undefined): fc.Value<T> {
    return this.#inner.generate(random, bias);
  }

  override canShrinkWithoutContext(value: unknown): value is T {
    return this.#inner.canShrinkWithoutContext(value);
  }

  override shrink(value: T, context: unknown): fc.Stream<fc.Value<T>> {
    return this.#inner.shrink(value, context).takeWhile(() => !this.#over());
  }
}

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

/** Every law draws its own cases from the one seed of the run (FNV-1a of its id added), whatever else is run. */
export function seedOf(id: string, seed: number): number {
  let hash = 0x811c9dc5;
  for (const char of id) hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193);
  return (hash + seed) | 0;
}
