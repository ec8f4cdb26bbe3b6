import type { Target } from '../target/target.js';
import { Unanswered } from './asker.js';
import { type Attempt, attempt, Coming, Elsewhere, widthOf } from './coming.js';
import { count as planned, seedOf, stream } from './drawing.js';
import type { Journal } from './journal.js';
import { judgedOf, keep } from './kept.js';
import { type Clause, clauses } from './law.js';
import type { Log } from './log.js';
import type { Drawn, Property, Terms } from './property.js';
import type { Tier } from './report.js';
import { shrink } from './shrink.js';
import { inWordsOf, type Subject } from './subject.js';
import { type Counted, tally } from './tally.js';
import { Unfit } from './unfit.js';

export interface CheckOptions {
  readonly target: Target;
  readonly subject: Subject;
  readonly terms: Terms;
  readonly required: Tier;
  readonly seed: number;
  readonly cases: number;
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly onCase?: (cases: number) => void;
  /** Whether a case that fails is made smaller; default true. */
  readonly shrink?: boolean;
  readonly journal?: Journal | undefined;
}

/** The text of a law under this dialect; null where the dialect demands nothing. */
export function lawOf({ law, of }: Property, { profile }: Subject): string | null {
  const text = typeof law === 'string' ? law : law[profile.m1];
  return text === null ? null : inWordsOf(profile, of, text);
}

/** A law whose first case is being asked. */
export interface Begun {
  /**
   * Draws its cases, asks, judges, and shrinks what fails; `refuted` laws were before. `last` is called when nothing of
   * it is left to ask but what a failure brings, and something still to judge. Never rejects for what a target does.
   */
  end(refuted: number, last: () => void): Promise<Counted>;
  /** Waits for what has been asked in vain. `over`: the law is never asked in this run. */
  drop(over: boolean): Promise<void>;
}

/** Draws cases of one law, asks, judges, and shrinks what fails. Never throws for what a target does. */
export const check = (property: Property, text: string, options: CheckOptions): Promise<Counted> =>
  begin(property, text, options).end(0, () => undefined);

export function begin(property: Property, text: string, options: CheckOptions): Begun {
  const parts = clauses(text, property.id);
  // What a law shows is its judgement at the tier that is required, or else one of the two laxest.
  const figured = [...new Set<Tier>(['semantic', 'stable', options.required])];
  const { id } = property;
  const ask: Law['ask'] = (drawn, at, from) =>
    attempt(property, parts, [{ law: id, kind: 'step', at, from }, drawn], { ...options, figured });
  const put = (drawn: Drawn, at: number, late: boolean): Promise<Attempt> =>
    attempt(
      property,
      parts,
      [{ law: id, kind: 'case', at }, drawn],
      { ...options, figured, log: options.log.at(at) },
      late,
    );
  const coming = new Coming(stream(property, options), put, widthOf(property, options.target));
  const law: Law = { property, parts, count: tally(property, text, options.required), coming, ask };
  coming.ask(planned(property, options));
  return {
    async end(refuted, last) {
      const failing = await inTurn(law, last, options);
      const details =
        failing === null
          ? { seed: seedOf(property.id, options.seed), counterexamplePath: null, numShrinks: 0 }
          : await shrink(law, options, failing, refuted);
      return law.count.finish(details, options.signal.aborted, partly(options));
    },
    async drop(over) {
      const asked = await coming.drop();
      if (over) for (const one of asked) keep(one, null, options);
    },
  };
}

/** A law while it is checked. */
export interface Law {
  readonly property: Property;
  readonly parts: readonly Clause[];
  readonly count: ReturnType<typeof tally>;
  readonly coming: Coming;
  /** Asks a step of making a case smaller, which stands at a place. */
  ask(drawn: Drawn, step: number, from: number): Promise<Attempt>;
}

/** Whether some cases are judged elsewhere, or nowhere. */
const partly = ({ journal }: CheckOptions): boolean =>
  journal !== undefined && (journal.part.of > 1 || journal.lacking !== null);

/** So many cases may be drawn in vain for each that is asked. */
const vain = 100;
/** A law that fewer cases leave vacuous goes on to so many: it may have been their chance. */
const enough = 16;

/**
 * Asks case after case, and judges them while the target works on the next: waiting costs as much as judging. Ends at the
 * first that fails and says which that was; null if none does. The order of questions is the same in every run.
 */
async function inTurn(law: Law, last: () => void, options: CheckOptions): Promise<number | null> {
  const { coming, count } = law;
  const numRuns = planned(law.property, options);
  for (let [wanted, fit, place] = [numRuns, 0, 0]; fit < wanted && place - fit <= vain * wanted; ) {
    const group = await coming.arrive();
    if (options.signal.aborted) return null;
    fit += group.filter(({ came }) => !(came instanceof Unfit)).length;
    const onward = (): void => {
      if (fit >= numRuns && wanted === numRuns) last();
      else if (!group.some(({ came }) => came instanceof Unanswered)) coming.ask(wanted - fit, wanted > numRuns);
    };
    // Of large cases no two are in memory at once.
    const large = group.some(({ drawn }) => drawn.layer.column);
    if (!large) onward();
    for (const [i, one] of group.entries()) {
      if (refutes(law, one, options)) {
        // Asked in vain, but never left behind.
        for (const vainly of [...group.slice(i + 1), ...(await coming.drop())]) keep(vainly, null, options);
        return place;
      }
      place += 1;
    }
    if (large) onward();
    if (fit < wanted || wanted >= enough || !blank(count, options)) continue;
    wanted = Math.min(enough, wanted + coming.width);
    coming.ask(wanted - fit, true);
  }
  return null;
}

/**
 * Whether a law goes on to more cases. Of shards that each see a part, one at least is left vacuous where all together are:
 * it asks all that might follow, and another that only says too little of its own cases asks some in vain.
 */
const blank = (count: Law['count'], { journal }: CheckOptions): boolean =>
  count.vacuous && (count.cases > 0 || journal === undefined || journal.part.of === 1);

/** Counts a case; whether it ends the law. */
function refutes(law: Law, one: Attempt, options: CheckOptions): boolean {
  const { property, count } = law;
  const { drawn, came } = one;
  if (came instanceof Elsewhere) return false;
  if (came instanceof Unfit) {
    keep(one, null, options);
    return false;
  }
  if (came instanceof Unanswered) {
    count.breaks(came, drawn);
    keep(one, null, options);
    return true;
  }
  if (!drawn.layer.column) options.log.draw(property.id, drawn);
  const judged = judgedOf(law, one, options);
  count.add(judged);
  options.onCase?.(count.cases);
  keep(one, judged, options);
  return count.refutes(judged);
}
