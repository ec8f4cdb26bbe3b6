import type { Target } from '../target/target.js';
import { Unanswered } from './asker.js';
import { type Asking, type Put, putCase } from './judge-case.js';
import type { Clause } from './law.js';
import { sizeOf } from './layer.js';
import type { Drawn, Property } from './property.js';
import { Unfit } from './unfit.js';

/** What came of one case; one that is not answered, or cannot be asked, is told by why. */
export interface Attempt {
  readonly drawn: Drawn;
  readonly came: Put | Unanswered | Unfit;
}

/** Asks one case. Rejects only where the run cannot go on. */
export async function attempt(
  property: Property,
  parts: readonly Clause[],
  drawn: Drawn,
  asking: Asking,
): Promise<Attempt> {
  try {
    return { drawn, came: await putCase(property, parts, drawn, asking) };
  } catch (cause) {
    if (cause instanceof Unanswered || cause instanceof Unfit) return { drawn, came: cause };
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
  readonly #ask: (drawn: Drawn) => Promise<Attempt>;
  #asked: Promise<Attempt>[] = [];

  constructor(cases: Iterator<Drawn, never>, ask: (drawn: Drawn) => Promise<Attempt>, width: number) {
    this.#cases = cases;
    this.#ask = ask;
    this.width = width;
  }

  /** Asks more cases at once, `count` at most. */
  ask(count: number): void {
    for (let [n, sum] = [0, 0]; n < Math.min(count, this.width) && sum < size; n += 1) {
      const drawn = this.#cases.next().value;
      sum += sizeOf(drawn.layer);
      const asked = this.#ask(drawn);
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

  /** Waits for what has been asked, and forgets it. */
  async drop(): Promise<void> {
    await Promise.allSettled(this.#asked.splice(0));
  }
}

const nothing = (): void => undefined;

/** How many cases of a law may be asked of a target at once. */
export const widthOf = ({ needs }: Property, { ahead = 1 }: Target): number =>
  needs.ops.includes('layer') ? 1 : ahead;
