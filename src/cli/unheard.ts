import type { Report } from '../run/report.js';
import type { TargetError } from '../target/target.js';
import type { defaults, Settings } from './options.js';
import { environment, version } from './version.js';

/** The report of a run in which the target never introduced itself: its last words, and no law. */
export function unheard(
  id: string,
  settings: Settings & typeof defaults,
  { message, detail }: TargetError,
  signal: AbortSignal,
): Report {
  const reason = signal.aborted ? String(signal.reason) : message;
  return {
    schema: 'bnspec-report/1',
    bnspec: version,
    target: { id, card: {} },
    profile: settings.profile ?? 'none',
    profileInferred: null,
    ...{ dtypes: settings.dtype ?? [], layouts: settings.layout ?? [], seed: settings.seed, effort: settings.effort },
    ...{
      shard: '1/1',
      required: settings.require ?? 'semantic',
      complete: false,
      verdict: 'incomplete',
      grade: 'none',
    },
    ...{ judged: [], refused: [], laws: [], diagnosis: [], panel: null, warnings: [] },
    power: { killed: 0, of: 0, survivors: [] },
    incompleteBecause: detail === '' ? reason : `${reason}\n${detail}`,
    exit: { code: 3, says: `nothing may be concluded: ${reason}` },
    environment,
    durationMs: Math.round(performance.now()),
  };
}
