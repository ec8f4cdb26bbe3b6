import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { counted, seconds } from '../report/figures.js';
import { replayed } from '../report/replayed.js';
import type { SavedCase } from '../run/case-file.js';
import { replay as ask, load } from '../run/replay.js';
import type { Status } from '../run/report.js';
import { UsageError } from '../run/usage.js';
import { suite } from '../suite.js';
import { TargetError } from '../target/target.js';
import type { Arguments } from './arguments.js';
import { defaults, type Settings } from './options.js';
import { look, type Screen } from './screen.js';
import { named, openNamed } from './target.js';

/** A saved case and the file it was read from. */
interface Saved {
  readonly file: string;
  readonly saved: SavedCase;
}

/** `bnspec replay [FILE] [TARGET]`: asks saved cases again, by default all, of the target that failed them or of another. */
export async function replay(given: Arguments, screen: Screen): Promise<number> {
  const [file, ...words] = given.words;
  const other = named({ words, command: given.command });
  const folder = join(given.settings.out ?? defaults.out, 'failures');
  const cases = (file === undefined ? all(folder) : [file]).map((path) => ({ file: path, saved: load(path) }));
  const started = performance.now();
  const statuses: Status[] = [];
  for (const group of byTarget(cases, other)) {
    try {
      statuses.push(...(await askedAgain(group, other, given.settings, screen)));
    } catch (cause) {
      // Of many cases, those of a target that is gone must not keep the others from being asked.
      if (file !== undefined || !(cause instanceof UsageError || cause instanceof TargetError)) throw cause;
      screen.err(`bnspec: ${group.map((one) => one.file).join(', ')}: ${cause.message}\n`);
      statuses.push(...group.map((): Status => 'vacuous'));
    }
  }
  const [code, says] = verdict(statuses);
  screen.out(
    `${counted(cases.length, 'case')} asked again in ${seconds(performance.now() - started)}\nexit ${code}: ${says}\n`,
  );
  return code;
}

function all(folder: string): string[] {
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.safetensors')) : [];
  if (files.length === 0)
    throw new UsageError(`no saved case in ${folder}\nbnspec run writes one there for each law that fails`);
  return files.sort().map((name) => join(folder, name));
}

/** Cases for the same target together, so that it is started once. */
function byTarget(cases: readonly Saved[], other: readonly string[] | null): Saved[][] {
  const groups = new Map<string, Saved[]>();
  for (const one of cases) {
    const key = JSON.stringify([other ?? one.saved.target, one.saved.profile]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}

async function askedAgain(
  group: readonly Saved[],
  other: readonly string[] | null,
  settings: Settings,
  screen: Screen,
): Promise<Status[]> {
  const [{ saved }] = group;
  const target = await openNamed(other ?? saved.target, { ...settings, profile: saved.profile });
  const statuses: Status[] = [];
  try {
    const card = await target.hello();
    for (const one of group) {
      const result = await ask(one.saved, { target, card, suite, out: settings.out ?? defaults.out });
      statuses.push(result.status);
      screen.out(replayed(result, one.file, look(screen, settings)));
    }
  } finally {
    await target.close();
  }
  return statuses;
}

function verdict(statuses: readonly Status[]): [code: 0 | 1 | 3, says: string] {
  const still = statuses.filter((status) => status === 'fails' || status === 'breaks').length;
  const held = statuses.filter((status) => status === 'holds').length;
  if (still > 0) return [1, `${still} of ${statuses.length} still refuted`];
  if (held < statuses.length)
    return [3, `nothing may be concluded: ${statuses.length - held} of ${statuses.length} could not be judged`];
  return [0, statuses.length === 1 ? 'fixed' : `all ${held} fixed`];
}
