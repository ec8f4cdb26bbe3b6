import { TargetError } from '../target/target.js';
import { drawn } from './check.js';
import { diagnose } from './diagnose.js';
import { layerCauses, ofLayers } from './layer-causes.js';
import type { Log } from './log.js';
import { outliers } from './outliers.js';
import { measure } from './panel.js';
import { power } from './power.js';
import type { Drawn, Property, Terms } from './property.js';
import type { LawResult, Panel, PowerSummary, Report, Tier } from './report.js';
import type { RunOptions } from './run.js';
import type { Subject } from './subject.js';
import { reachable, type Wrong } from './wrong.js';

/** What a run has, once its laws are judged. */
interface Judged {
  readonly laws: readonly Property[];
  readonly log: Log;
  readonly judged: Subject;
  readonly asked: Terms;
  readonly required: Tier;
  readonly drawing: { readonly seed: number; readonly cases: number };
  /** Whether every law was asked. */
  readonly complete: boolean;
}

/**
 * What is said of a run as a whole: what a failing target does instead, what silence is worth, how accurate the target
 * is. The last two only of whole runs that are more than a smoke test: a few laws or cases prove little, and it takes longer to say than to judge them.
 */
export async function afterwards(
  results: readonly LawResult[],
  options: RunOptions,
  run: Judged,
): Promise<Pick<Report, 'diagnosis' | 'power' | 'panel'> & { readonly odd: readonly string[] }> {
  const { suite, laws, skip, effort, requirePanel, signal } = options;
  const { judged, asked, required, log } = run;
  const whole = run.complete && !signal.aborted;
  const all = whole && laws === undefined && skip === undefined && effort !== 'quick';
  const wrongs = reachable(suite, judged, asked, required);
  const refuted = results.flatMap(({ id, status }) => (status === 'fails' ? [id] : []));
  const breaks = results.some(({ status }) => status === 'breaks');
  const suspects = { wrongs, profiles: suite.profiles };
  const layered = refuted.filter((id) => ofLayers(run.laws.find((law) => law.id === id)!));
  // Where a single operation is wrong already, what layers make of it is no news.
  const apart = layered.length > 0 && layered.length === refuted.length;
  const diagnosis = apart
    ? await layerCauses(results, wrongs, run)
    : refuted.length > 0
      ? await diagnose(log, judged, suspects, required, refuted)
      : [];
  return {
    diagnosis,
    power: all ? await worth(wrongs, results, run) : { killed: 0, of: 0, survivors: [] },
    odd: all && refuted.length === 0 && !breaks ? await outliers(log, judged, suite.panel(judged.profile)) : [],
    panel: !breaks && (all || (whole && requirePanel !== undefined)) ? await accuracy(options, run) : null,
  };
}

async function worth(
  wrongs: readonly Wrong[],
  results: readonly LawResult[],
  { laws, log, judged, asked, required, drawing }: Judged,
): Promise<PowerSummary> {
  const able = laws.filter((_, i) => results[i] && results[i].status !== 'refuses');
  // A refuted law has stopped at its first bad case; its silence is that of all the cases it would have drawn.
  const stopped = new Set(results.flatMap(({ id, status }) => (status === 'holds' ? [] : [id])));
  const casesOf = (law: Property): readonly Drawn[] =>
    stopped.has(law.id) ? drawn(law, { ...drawing, terms: asked }) : (log.cases.get(law.id) ?? []);
  const cases = new Map(able.map((law) => [law.id, casesOf(law)]));
  const fates = await power(wrongs, { laws: able, cases, subject: judged, tier: required });
  const survivors = fates.flatMap(({ id, by }) => (by === null ? [id] : []));
  return { killed: fates.length - survivors.length, of: fates.length, survivors };
}

async function accuracy({ target, suite, seed }: RunOptions, { judged, asked, log }: Judged): Promise<Panel | null> {
  try {
    return await measure({ target, subject: judged, terms: asked, panel: suite.panel(judged.profile), seed, log });
  } catch (cause) {
    if (cause instanceof TargetError) return null;
    throw cause;
  }
}
