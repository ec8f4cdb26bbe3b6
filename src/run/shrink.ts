import fc from 'fast-check';
import { TargetError } from '../target/target.js';
import { Unanswered } from './asker.js';
import type { CheckOptions, Law } from './check.js';
import { type Attempt, Elsewhere } from './coming.js';
import { plan, seedOf } from './drawing.js';
import { inForm, unnumbered } from './failure.js';
import { judgedOf, keep } from './kept.js';
import { sizeOf } from './layer.js';
import { narrow } from './narrow.js';
import type { Drawn } from './property.js';
import type { Counted } from './tally.js';
import { Unfit } from './unfit.js';

/**
 * How much shrinking may cost, in elements asked: enough for any small case, and an end for the largest. After so many
 * refuted laws as a report tells in full, a tenth must do.
 */
const shrinkingBudget = 2_000_000;
const toldInFull = 5;

/** Looks for a smaller case than the one that failed, as long as that costs no more than it is worth. */
export async function shrink(
  law: Law,
  options: CheckOptions,
  failing: number,
  refuted: number,
): Promise<Counted['details']> {
  const { property, count } = law;
  const budget = refuted < toldInFull ? shrinkingBudget : shrinkingBudget / 10;
  let [spent, known, step] = [0, true, 0];
  // What is thrown in a search reads there as a case that fails.
  let fault: { readonly cause: unknown } | null = null;
  // One that hangs or dies is not asked dozens of times more for a smaller case.
  const affords = (size: number): boolean =>
    fault === null &&
    !options.signal.aborted &&
    spent + size <= budget &&
    (count.broken === null || inForm(count.broken.cause.reply));
  const fails = async (drawn: Drawn): Promise<boolean> => {
    spent += (count.broken ? 20_000 : 1000) + sizeOf(drawn.layer);
    step += 1;
    try {
      return failsToo(law, await law.ask(drawn, step, failing), options);
    } catch (cause) {
      if (!(cause instanceof TargetError)) fault ??= { cause };
      throw cause;
    }
  };
  const trial = async (drawn: Drawn): Promise<void> => {
    const again = known; // the case itself, drawn once more to be made smaller: it has been asked and counted
    known = false;
    if (again || (affords(0) && (await fails(drawn)))) throw new Error('refuted');
  };
  const smaller = new Ending(property.given(options.terms), () => !affords(0));
  const search = async (from: object) => {
    const all = { ...plan(property, options), ...from, endOnFailure: false };
    const found = await fc.check(fc.asyncProperty(smaller, trial), all);
    if (fault) throw fault.cause;
    return found;
  };
  const { drawn } = (count.broken ?? count.refuted)!;
  if (options.shrink === false)
    return { seed: seedOf(property.id, options.seed), counterexamplePath: String(failing), numShrinks: 0 };
  if (!drawn.layer.column) return await search({ path: String(failing) });
  const at = () => count.refuted?.refutation ?? null;
  const part = await narrow(drawn, { at, affords, fails });
  const { numShrinks } = part.drawn.layer.column ? { numShrinks: 0 } : await search({ examples: [[part.drawn]] });
  const seed = seedOf(property.id, options.seed);
  return { seed, counterexamplePath: null, numShrinks: part.steps + numShrinks };
}

/** Whether a smaller case fails as the one before; it is counted then. */
function failsToo(law: Law, one: Attempt, options: CheckOptions): boolean {
  const { count } = law;
  const { drawn, came } = one;
  if (came instanceof Unfit || came instanceof Unanswered) keep(one, null, options);
  if (came instanceof Unfit || came instanceof Elsewhere) return false;
  if (came instanceof Unanswered) {
    // A question that is not answered, or not answered in another way, is another matter.
    if (!count.broken || alike(count.broken.cause) !== alike(came)) return false;
    count.breaks(came, drawn);
    return true;
  }
  const judged = judgedOf(law, one, options);
  keep(one, judged, options);
  if (count.broken) return false;
  count.add(judged);
  return count.refutes(judged);
}

/** What went wrong, whatever its numbers. */
const alike = ({ message }: Unanswered): string => unnumbered(message);

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
