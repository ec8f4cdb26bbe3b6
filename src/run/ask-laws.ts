import { TargetError } from '../target/target.js';
import { type Begun, begin, lawOf } from './check.js';
import type { Drawing } from './drawing.js';
import { joined } from './figures.js';
import type { Log } from './log.js';
import type { Property, Terms } from './property.js';
import type { Figure, LawResult, Tier } from './report.js';
import { described } from './result.js';
import type { RunOptions } from './run.js';
import { precision, refusal } from './select.js';
import type { Subject } from './subject.js';
import type { Counted } from './tally.js';

export interface Asking {
  readonly laws: readonly Property[];
  readonly judged: Subject;
  readonly asked: Terms;
  readonly required: Tier;
  readonly drawing: Omit<Drawing, 'terms'>;
  readonly log: Log;
  readonly profileName: string;
}

/**
 * One law after the other, until all are asked, one is refuted under --bail, the run is stopped, or the target ends it.
 * While the last case of one is judged, the target has the first of the next.
 */
export async function askLaws(asking: Asking, options: RunOptions) {
  const { laws, judged, asked } = asking;
  const results: LawResult[] = [];
  const figures: Figure[] = [];
  const queue = new Queue(asking, options);
  let ended: string | null = null;
  for (const [index, property] of laws.entries()) {
    if (options.signal.aborted) break;
    options.progress?.({ kind: 'law', id: property.id, index, of: laws.length });
    const why = refusal(property, judged, asked);
    try {
      const counted =
        why ?? (await queue.take(property).end(results.filter(bad).length, () => queue.advance(index + 1)));
      if (typeof counted !== 'string') figures.push(...counted.figures);
      results.push(resultOf(property, counted, asking, options));
    } catch (cause) {
      if (!(cause instanceof TargetError)) throw cause;
      ended = cause.message;
      break;
    }
    options.progress?.({ kind: 'result', result: results.at(-1)! });
    if (options.bail && bad(results.at(-1)!)) break;
  }
  await queue.drop(ended === null && !options.signal.aborted);
  return { results, ended, figures: joined(figures) };
}

/** The law that is asked next, begun while its forerunner is judged. */
class Queue {
  readonly #asking: Asking;
  readonly #options: RunOptions;
  #ahead: { readonly property: Property; readonly law: Begun } | null = null;

  constructor(asking: Asking, options: RunOptions) {
    this.#asking = asking;
    this.#options = options;
  }

  /** Begins the first law from `index` on that the target does not refuse. */
  advance(index: number): void {
    const { laws, judged, asked } = this.#asking;
    const property = laws.slice(index).find((law) => refusal(law, judged, asked) === null);
    this.#ahead = property ? { property, law: this.#begin(property) } : null;
  }

  take(property: Property): Begun {
    const ahead = this.#ahead;
    this.#ahead = null;
    return ahead?.property === property ? ahead.law : this.#begin(property);
  }

  async drop(over: boolean): Promise<void> {
    await this.#ahead?.law.drop(over);
  }

  #begin(property: Property): Begun {
    const { judged, asked, required, drawing, log } = this.#asking;
    const { target, signal, progress, journal, shrink = true } = this.#options;
    return begin(property, lawOf(property, judged)!, {
      ...{ target, subject: judged, terms: asked, log, required, ...drawing, signal, shrink, journal },
      onCase: (cases) => progress?.({ kind: 'case', law: property.id, cases }),
    });
  }
}

/** What is reported of a law that was counted, or of one that was refused and why. */
function resultOf(property: Property, counted: Counted | string, asking: Asking, options: RunOptions): LawResult {
  const { judged, asked, profileName } = asking;
  const law = lawOf(property, judged) ?? '';
  if (typeof counted === 'string') return refused(property, law, counted);
  const blind = counted.status === 'vacuous' && coarse(judged, asked);
  return blind ? refused(property, law, `${counted.message}: ${blind}`) : described(counted, options, profileName);
}

const bad = ({ status }: LawResult): boolean => status === 'fails' || status === 'breaks';

function refused(property: Property, law: string, message: string): LawResult {
  const counts = { cases: 0, elements: 0, notCheckable: 0, worst: null };
  return {
    id: property.id,
    title: property.title,
    law,
    status: 'refuses',
    grade: 'none',
    strict: false,
    ...counts,
    message,
  };
}

/** Of a target that only sums in few bits some laws can say nothing; null where any of its dtypes has more. */
const coarse = ({ card }: Subject, { dtypes }: Terms): string | null =>
  dtypes.every((of) => precision(of, card) < 24) ? 'it sums in too few bits' : null;
