import type { Reply, Target } from '../target/target.js';
import { Unanswered } from './asker.js';
import { unfit } from './fitness.js';
import { heard, type Journal, type Spot, saying } from './journal.js';
import { type Asking, type Put, putCase } from './judge-case.js';
import type { Clause } from './law.js';
import { sizeOf } from './layer.js';
import type { Drawn, Property } from './property.js';
import type { Recorded } from './recorded.js';
import { Unfit } from './unfit.js';

/** A case that is judged elsewhere. */
export class Elsewhere {}

/** What came of one case; one that is not answered, or cannot be asked, is told by why. */
export interface Attempt {
  readonly spot: Spot;
  readonly drawn: Drawn;
  /** Null where the journal knows the judgement, and keeps no answers. */
  readonly came: Put | Unanswered | Unfit | Elsewhere | null;
  /** What the journal knows of it. */
  readonly known: Recorded | null;
  /** What is to be written of it; null where it stands in the journal already. */
  readonly replies: readonly Reply[] | null;
}

/** Asks one case, or the journal in place of the target. Rejects only where the run cannot go on. */
export async function attempt(
  property: Property,
  parts: readonly Clause[],
  [spot, drawn]: readonly [Spot, Drawn],
  asking: Asking & { readonly journal?: Journal | undefined },
  late = false,
): Promise<Attempt> {
  const { journal, target } = asking;
  const entry = journal?.find(spot, drawn) ?? null;
  const told = (came: Attempt['came'], replies: readonly Reply[] | null = null): Attempt => ({
    ...{ spot, drawn, came, known: entry?.judged ?? null, replies: entry ? null : replies },
  });
  if (!entry && journal && !journal.mine(spot, late)) return told((await unfit(property, drawn)) ?? new Elsewhere());
  if (entry && !entry.replies) return told(entry.unfit ? new Unfit('') : entry.judged ? null : new Elsewhere());
  const of = entry
    ? { target: saying(target, entry.replies!), replies: [] }
    : journal
      ? heard(target)
      : { target, replies: [] };
  try {
    return told(await putCase(property, parts, drawn, { ...asking, target: of.target }), of.replies);
  } catch (cause) {
    if (cause instanceof Unanswered || cause instanceof Unfit) return told(cause, of.replies);
    throw cause;
  }
}

/** So many elements are asked at once, and a case more: what is in flight is held in memory by both. */
const size = 2 ** 14;

/**
 * The cases of a law on their way. As many are asked at once as the target likes: to wake it takes as long as to answer a
 * small case. Layers that live on are asked one sequence after the other.
 */
export class Coming {
  readonly width: number;
  readonly #cases: Iterator<Drawn, never>;
  readonly #ask: (drawn: Drawn, place: number, late: boolean) => Promise<Attempt>;
  #asked: Promise<Attempt>[] = [];
  #place = 0;

  constructor(
    cases: Iterator<Drawn, never>,
    ask: (drawn: Drawn, place: number, late: boolean) => Promise<Attempt>,
    width: number,
  ) {
    this.#cases = cases;
    this.#ask = ask;
    this.width = width;
  }

  /** Asks more cases at once, `count` at most; `late` ones only because the law would be vacuous. */
  ask(count: number, late = false): void {
    for (let [n, sum] = [0, 0]; n < Math.min(count, this.width) && sum < size; n += 1) {
      const drawn = this.#cases.next().value;
      sum += sizeOf(drawn.layer);
      const asked = this.#ask(drawn, this.#place, late);
      this.#place += 1;
      asked.catch(nothing); // whoever waits for it is told
      this.#asked.push(asked);
    }
  }

  /** What came of all that was asked; what ends the run is thrown once everything before it has been handed over. */
  async arrive(): Promise<readonly Attempt[]> {
    const asked = this.#asked;
    const settled = await Promise.allSettled(asked);
    const lost = settled.findIndex(({ status }) => status === 'rejected');
    if (lost === 0) await asked[0];
    this.#asked = lost < 0 ? [] : asked.slice(lost);
    return Promise.all(lost < 0 ? asked : asked.slice(0, lost));
  }

  /** Waits for what has been asked; nobody judges what came of it. */
  async drop(): Promise<readonly Attempt[]> {
    const settled = await Promise.allSettled(this.#asked.splice(0));
    return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  }
}

const nothing = (): void => undefined;

/** How many cases of a law may be asked of a target at once. */
export const widthOf = ({ needs }: Property, { ahead = 1 }: Target): number =>
  needs.ops.includes('layer') ? 1 : ahead;
