import type { Suite } from '../suite.js';
import { diagnose } from './diagnose.js';
import { layerCauses, ofLayers } from './layer-causes.js';
import type { Log } from './log.js';
import { power } from './power.js';
import type { Property, Terms } from './property.js';
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
}

/** What is said of a run as a whole: what its silence is worth, and what a failing target does instead. */
export async function afterwards(
  results: readonly LawResult[],
  { suite, laws, log, judged, asked, required }: Judged,
): Promise<Pick<Report, 'diagnosis' | 'power'>> {
  const wrongs = reachable(suite, judged, asked, required);
  const fates = await power(wrongs, { laws, cases: log.cases, subject: judged, tier: required });
  const survivors = fates.flatMap(({ id, by }) => (by === null ? [id] : []));
  const refuted = results.flatMap(({ id, status }) => (status === 'fails' ? [id] : []));
  const suspects = { wrongs, profiles: suite.profiles };
  const layered = refuted.filter((id) => ofLayers(laws.find((law) => law.id === id)!));
  // Where a single operation is wrong already, what layers make of it is no news.
  const apart = layered.length > 0 && layered.length === refuted.length;
  const diagnosis = apart
    ? await layerCauses(results, wrongs, { laws, log, judged, required })
    : refuted.length > 0
      ? await diagnose(log, judged, suspects, required, refuted)
      : [];
  return {
    diagnosis,
    power: { killed: fates.length - survivors.length, of: fates.length, survivors },
  };
}
