import { TargetError } from '../target/target.js';
import { diagnose, type Missed } from './diagnose.js';
import { through } from './journal.js';
import { layerCauses, ofLayers } from './layer-causes.js';
import type { Log } from './log.js';
import { networkCauses, ofNetworks } from './network-causes.js';
import { outliers } from './outliers.js';
import { measure } from './panel.js';
import type { Property, Terms } from './property.js';
import type { Diagnosis, LawResult, Panel, Report, Tier } from './report.js';
import { type RunOptions, thorough } from './run.js';
import type { Subject } from './subject.js';
import type { weigh } from './worth.js';
import { reachable } from './wrong.js';

/** What a run has, once its laws are judged. */
interface Judged {
  readonly laws: readonly Property[];
  readonly log: Log;
  readonly judged: Subject;
  readonly asked: Terms;
  readonly required: Tier;
  /** Whether every law was asked. */
  readonly complete: boolean;
  /** What ended the laws early. */
  readonly ended: string | null;
  /** What the silence of the run is worth; null of one that is not asked for it. */
  readonly power: ReturnType<typeof weigh> | null;
}

/**
 * What is said of a run as a whole: what a failing target does instead, what silence is worth, how accurate the target
 * is. The last two only of whole runs that are more than a smoke test: a few laws or cases prove little, and it takes
 * longer to say than to judge them.
 */
export async function afterwards(
  results: readonly LawResult[],
  options: RunOptions,
  run: Judged,
): Promise<Pick<Report, 'diagnosis' | 'power' | 'panel'> & { readonly odd: readonly string[] }> {
  const { suite, requirePanel, signal } = options;
  const { judged, log } = run;
  const whole = run.complete && !signal.aborted;
  const all = whole && run.power !== null;
  const refuted = results.flatMap(({ id, status }) => (status === 'fails' ? [id] : []));
  const broken = results.flatMap(({ id, status }) => (status === 'breaks' ? [id] : []));
  const breaks = broken.length > 0;
  const refused = results.flatMap(({ id, status }) => (status === 'refuses' ? [id] : []));
  return {
    diagnosis: await causesOf(results, { refuted, broken }, suite, run),
    power: all ? await run.power!.without(refused) : { killed: 0, of: 0, survivors: [] },
    odd: all && refuted.length === 0 && !breaks ? await outliers(log, judged, suite.panel(judged.profile)) : [],
    panel: !breaks && (all || (whole && requirePanel !== undefined)) ? await accuracy(options, run) : null,
  };
}

/**
 * What a shard does of that: it says nothing, since it has not seen all. The first one asks what the panel asks of a
 * target, so that all may be said where the shards are merged.
 */
export async function share(
  results: readonly LawResult[],
  options: RunOptions,
  run: Judged,
): ReturnType<typeof afterwards> {
  const { signal, journal, requirePanel } = options;
  const compares = thorough(options) || requirePanel !== undefined;
  const breaks = results.some(({ status }) => status === 'breaks');
  if (journal?.part.index === 1 && compares && !breaks && !signal.aborted && run.ended === null)
    await accuracy(options, run);
  return { diagnosis: [], power: { killed: 0, of: 0, survivors: [] }, odd: [], panel: null };
}

/** Where a single operation is wrong already, what layers and networks make of it is no news. */
async function causesOf(
  results: readonly LawResult[],
  { refuted, broken }: Missed,
  suite: RunOptions['suite'],
  run: Judged,
): Promise<Diagnosis[]> {
  if (refuted.length + broken.length === 0) return [];
  const { laws, judged, asked, required, log } = run;
  const wrongs = reachable(suite, judged, asked, required);
  const among = (of: (law: Property) => boolean): boolean =>
    refuted.some((id) => of(laws.find((law) => law.id === id)!));
  const apart = refuted.length > 0 && !among((law) => !ofLayers(law) && !ofNetworks(law));
  const missed = { refuted: apart ? [] : refuted, broken };
  const single = await diagnose(log, judged, { wrongs, profiles: suite.profiles }, required, missed);
  if (!apart || single.length > 0) return single;
  return [
    ...(among(ofLayers) ? await layerCauses(results, wrongs, run) : []),
    ...(among(ofNetworks) ? await networkCauses(results, wrongs, suite.networkMutants, run) : []),
  ];
}

async function accuracy(
  { target: live, suite, seed, journal }: RunOptions,
  { judged, asked, log }: Judged,
): Promise<Panel | null> {
  const target = through(live, journal, 'panel');
  try {
    return await measure({ target, subject: judged, terms: asked, panel: suite.panel(judged.profile), seed, log });
  } catch (cause) {
    if (cause instanceof TargetError) return null;
    throw cause;
  }
}
