import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprint } from '../journal/plan.js';
import { Shards } from '../journal/shards.js';
import { UsageError } from '../run/usage.js';
import { suite } from '../suite.js';
import type { Target } from '../target/target.js';
import { readCard } from '../wire/protocol.js';
import type { Arguments } from './arguments.js';
import { baselineOf, besideBaseline } from './baseline.js';
import { optionsOf, readConfig } from './config.js';
import { comparing, defaults, judging, telling } from './options.js';
import { writable } from './places.js';
import { publish } from './publish.js';
import { filtersOf, type InForce, judgement } from './run.js';
import type { Screen } from './screen.js';
import { version } from './version.js';

/**
 * `bnspec merge JOURNAL…`: the report of the run whose shards these are, as it would have been in one piece: what hangs
 * on all cases is worked out here, by the same code. Throws Foreign, Damaged and Unmergeable, naming the culprit.
 */
export async function merge({ settings: given, words, command }: Arguments, screen: Screen): Promise<number> {
  if (words.length === 0 || command !== null)
    throw new UsageError('merge takes journals, or folders of them\nbnspec merge .bnspec/shards');
  const shards = new Shards(words.flatMap(journalsIn));
  try {
    const { plan } = shards;
    built(plan.bnspec, plan.suite);
    const said = Object.entries(readConfig()).filter(([name]) => Object.hasOwn({ ...comparing, ...telling }, name));
    const options = optionsOf({ ...plan.options }, judging, 'the journal').settings;
    const settings = { ...defaults, ...Object.fromEntries(said), ...options, ...given } as InForce;
    writable(settings);
    const baseline = baselineOf(settings);
    const { environment } = shards.parts[0]!.contents.head;
    const report = await judgement(standIn(shards), plan.target.command, {
      ...{ settings, filters: filtersOf(settings), screen, journal: () => shards, environment },
    });
    return publish(besideBaseline(report, baseline, screen), settings, screen);
  } finally {
    shards.close();
  }
}

/** The journals that a path means. Throws UsageError if there are none. */
function journalsIn(path: string): string[] {
  if (!existsSync(path)) throw new UsageError(`there is no ${path}\nname the journals, or their folder`);
  if (!statSync(path).isDirectory()) return [path];
  const files = readdirSync(path).filter((name) => name.endsWith('.ndjson'));
  if (files.length === 0) throw new UsageError(`${path} holds no journals (*.ndjson)`);
  return files.map((name) => join(path, name));
}

/** Throws UsageError unless the journals are of this build: another one draws other cases. */
function built(by: string, fingerprinted: string): void {
  if (by === version && fingerprinted === fingerprint(suite)) return;
  const other = by === version ? 'with other laws' : `${by}, this is ${version}`;
  throw new UsageError(`the journals were made by bnspec ${other}\nmerge them with the build that made them`);
}

/** Stands for the target that was asked: all that it answered is in the journals. */
function standIn({ plan: { target }, parts }: Shards): Target {
  const ends = parts.flatMap(({ contents: { end } }) => (end ? [end] : []));
  const places = new Set(parts.map(({ contents: { head } }) => JSON.stringify(head.environment)));
  const mixed = places.size > 1 ? [`its shards ran on different machines: ${[...places].join(', ')}`] : [];
  return {
    id: target.id,
    hello: async () => readCard(target.card),
    ask: () => Promise.reject(new Error('a question that stands in no journal')),
    ...(target.ahead > 1 ? { ahead: target.ahead } : {}),
    close: async () => undefined,
    warnings: [...new Set([...ends.flatMap(({ warnings }) => warnings), ...mixed])],
    log: () => ends.find(({ log }) => log !== '')?.log ?? '',
  };
}
