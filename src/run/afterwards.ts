import type { Suite } from '../suite.js';
import { drawn } from './check.js';
import { diagnose } from './diagnose.js';
import type { Log } from './log.js';
import { power } from './power.js';
import type { Drawn, Property, Terms } from './property.js';
import type { LawResult, Report, Tier } from './report.js';
import type { Subject } from './subject.js';
import { reachable } from './wrong.js';

/** What a run has, once its laws are judged. */
interface Judged {
  readonly suite: Suite;
  readonly laws: readonly Property[];
  readonly log: Log;
  readonly judged: Subject;
  readonly asked: Terms;
  readonly required: Tier;
  readonly drawing: { readonly seed: number; readonly cases: number };
}

/** What is said of a run as a whole: what its silence is worth, and what a failing target does instead. */
export async function afterwards(
  results: readonly LawResult[],
  { suite, laws, log, judged, asked, required, drawing }: Judged,
): Promise<Pick<Report, 'diagnosis' | 'power'>> {
  const wrongs = reachable(suite, judged, asked, required);
  // A refuted law has stopped at its first bad case; its silence is that of all the cases it would have drawn.
  const able = laws.filter((_, i) => results[i] && results[i].status !== 'refuses');
  const refuted = results.flatMap(({ id, status }) => (status === 'fails' ? [id] : []));
  const stopped = new Set(results.flatMap(({ id, status }) => (status === 'holds' ? [] : [id])));
  const casesOf = (law: Property): readonly Drawn[] =>
    stopped.has(law.id) ? drawn(law, { ...drawing, terms: asked }) : (log.cases.get(law.id) ?? []);
  const cases = new Map(able.map((law) => [law.id, casesOf(law)]));
  const fates = await power(wrongs, { laws: able, cases, subject: judged, tier: required });
  const survivors = fates.flatMap(({ id, by }) => (by === null ? [id] : []));
  const suspects = { wrongs, profiles: suite.profiles };
  return {
    diagnosis: refuted.length > 0 ? await diagnose(log, judged, suspects, required, refuted) : [],
    power: { killed: fates.length - survivors.length, of: fates.length, survivors },
  };
}
