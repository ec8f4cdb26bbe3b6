import type { Format } from '../exact/format.js';
import type { Suite } from '../suite.js';
import type { Card, Layout } from '../wire/protocol.js';
import { series } from './drawing.js';
import { type Fate, power } from './power.js';
import type { Profile } from './profile.js';
import type { PowerSummary, Tier } from './report.js';
import { refusal, terms, usual } from './select.js';
import { subject } from './subject.js';
import { reachable } from './wrong.js';

/**
 * All that the worth of a run's silence depends on. No answer of the target is among it, and it is plain data: another
 * thread may work it out while the target is asked.
 */
export interface Silence {
  readonly card: Card;
  readonly profile: Profile;
  readonly dtypes: readonly Format[];
  readonly layouts: readonly Layout[];
  readonly tier: Tier;
  readonly seed: number;
  /** Drawn cases per law. */
  readonly cases: number;
  readonly longest: number;
}

/** Works the fates out elsewhere, until `signal` ends that. */
export type Aside = (silence: Silence, signal: AbortSignal) => Promise<readonly Fate[]>;

/** The worth of a run that begins: worked out aside from now on where that is offered, else when it is asked for. */
export function weigh(silence: Silence, suite: Suite, aside: Aside | undefined) {
  const stopping = new AbortController();
  const begun = aside?.(silence, stopping.signal);
  begun?.catch(() => undefined); // whoever asks for it is told
  return {
    /** What it comes to, once it is known which laws the target left unanswered after all. */
    async without(refused: readonly string[]): Promise<PowerSummary> {
      const all = await (begun ?? worth(suite, silence, refused));
      const moot = all.some(({ by }) => by !== null && refused.includes(by));
      const fates = moot ? await worth(suite, silence, refused) : all;
      const survivors = fates.flatMap(({ id, by }) => (by === null ? [id] : []));
      return { killed: fates.length - survivors.length, of: fates.length, survivors };
    },
    stop: () => stopping.abort(),
  };
}

/** How the published mistakes fare that this target could make, on the cases of every law that it is asked but `except`. */
export async function worth(suite: Suite, silence: Silence, except: readonly string[] = []): Promise<Fate[]> {
  const { card, profile, dtypes, layouts, tier, longest, ...drawing } = silence;
  const judged = subject(card, profile, suite.spec);
  const asked = terms(judged, dtypes, layouts, Math.min(longest, usual)); // formulas are too slow for more
  const laws = suite.laws.filter((law) => refusal(law, judged, asked) === null && !except.includes(law.id));
  const cases = new Map(laws.map((law) => [law.id, series(law, { terms: asked, ...drawing })]));
  return power(reachable(suite, judged, asked, tier), { laws, cases, subject: judged, tier });
}
