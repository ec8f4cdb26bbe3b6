import type { Suite } from '../suite.js';
import { Unanswered } from './asker.js';
import { load, type SavedCase } from './case-file.js';
import { lawOf } from './check.js';
import { dialect } from './dialect.js';
import { judgeCase, rising } from './judge-case.js';
import { clauses } from './law.js';
import { Log } from './log.js';
import type { LawResult } from './report.js';
import { described } from './result.js';
import type { RunOptions } from './run.js';
import { subject } from './subject.js';
import { tally } from './tally.js';
import { unknown } from './usage.js';

export { load };

export type ReplayOptions = Pick<RunOptions, 'target' | 'card' | 'out'> & { readonly suite: Suite };

/** Asks one saved case again and judges it at the tier it was saved for. Throws UsageError for a law or profile that is gone. */
export async function replay(saved: SavedCase, { target, card, suite, out }: ReplayOptions): Promise<LawResult> {
  const property = suite.laws.find(({ id }) => id === saved.law);
  if (!property)
    throw unknown(
      'law',
      saved.law,
      suite.laws.map(({ id }) => id),
      'the case was saved by another version',
    );
  const named = saved.profile.split(', ')[0]!;
  const { profile } = dialect(
    card.profile === named ? card : { ...card, profile: named, profileKeys: {} },
    undefined,
    suite.profiles,
  );
  const judged = subject(card, profile, suite.spec);
  const law = lawOf(property, judged) ?? '';
  const count = tally(property, law, saved.tier);
  const open = rising.slice(0, rising.indexOf(saved.tier) + 1);
  try {
    count.add(
      await judgeCase(
        property,
        clauses(law, property.id),
        saved.drawn,
        { target, subject: judged, log: new Log() },
        open,
      ),
    );
  } catch (cause) {
    if (!(cause instanceof Unanswered)) throw cause;
    count.breaks(cause, saved.drawn);
  }
  const details = { seed: saved.seed, counterexamplePath: saved.path, numShrinks: 0, errorInstance: undefined };
  return described(count.finish(details as never, false), { out, command: saved.target }, saved.profile);
}
