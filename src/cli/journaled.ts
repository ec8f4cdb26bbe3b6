import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Keeping } from '../journal/keeping.js';
import { digest, fingerprint, type Plan } from '../journal/plan.js';
import type { Journal } from '../run/journal.js';
import type { Report } from '../run/report.js';
import { suite } from '../suite.js';
import type { Target } from '../target/target.js';
import { type Card, writeCard } from '../wire/protocol.js';
import { judging } from './options.js';
import type { InForce } from './run.js';
import type { Screen } from './screen.js';
import { environment, version } from './version.js';

/** The journal of a run that has begun. */
export interface Running {
  readonly journal: Journal;
  /** Says how the run ended; one that was cut short, or has no report, can be gone on with. */
  end(report: Report | null, target: Target): void;
  close(): void;
}

/** Opens the journal that the settings ask for, once the target has said who it is; null where they ask for none. */
export function journaled(
  target: Target,
  command: readonly string[],
  settings: InForce,
  screen: Screen,
): ((card: Card) => Running) | null {
  const { shard = { index: 1, of: 1 }, out } = settings;
  const folder = settings.journal ?? (settings.shard ? join(out, 'shards') : null);
  if (folder === null) return null;
  return (card) => {
    const plan = planOf(target, command, card, settings);
    const keeping = new Keeping(folder, { plan, shard, environment }, () => performance.now());
    if (keeping.found > 0) screen.err(`${keeping.file} holds ${keeping.found} cases: going on from there\n`);
    return {
      journal: keeping,
      end(report, { warnings = [], log }) {
        if (!report) return keeping.stop('its report could not be written');
        const finished = report.complete || (report.shard !== '1/1' && report.exit.code === 0);
        if (!finished) keeping.stop(report.incompleteBecause ?? report.exit.says);
        else keeping.end({ profile: report.profile, warnings, log: log?.() ?? '' });
      },
      close: () => keeping.close(),
    };
  };
}

function planOf(target: Target, command: readonly string[], card: Card, settings: InForce): Plan {
  const options = Object.entries(settings).filter(([name]) => Object.hasOwn(judging, name) && name !== 'max-time');
  return {
    ...{ bnspec: version, suite: fingerprint(suite) },
    target: { id: target.id, command, card: writeCard(card), ahead: target.ahead ?? 1, file: contents(command) },
    options: Object.fromEntries(options.toSorted(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** A fingerprint of the files that a command line names; null if it names none. What those read is not seen. */
function contents(command: readonly string[]): string | null {
  const files = command.filter((word) => existsSync(word) && statSync(word).isFile());
  return files.length === 0 ? null : digest(files.map((file) => digest(readFileSync(file))).join());
}
