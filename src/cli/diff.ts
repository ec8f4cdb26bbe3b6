import { difference } from '../report/diff.js';
import { diffTable } from '../report/diff-table.js';
import { written } from '../report/json.js';
import type { Look } from '../report/terminal.js';
import { UsageError } from '../run/usage.js';
import type { Arguments } from './arguments.js';
import { reportable } from './places.js';
import { save } from './publish.js';
import { savedReport } from './saved.js';
import { look, type Screen } from './screen.js';

/** `bnspec diff OLD NEW`: what changed between two reports. Exit 0 if nothing is worse, 1 if something is. */
export async function diff({ settings, words, command }: Arguments, screen: Screen): Promise<number> {
  const [old, now, ...more] = words;
  if (old === undefined || now === undefined || more.length > 0 || command !== null)
    throw new UsageError('diff takes two JSON reports, the older one first\nbnspec diff old.json new.json');
  reportable(settings);
  const result = difference(savedReport(old), savedReport(now));
  const destinations = settings.reporter ?? [{ name: 'terminal' as const }];
  const text = (name: string, shown: Look = look(screen, settings)): string =>
    name === 'json' ? written(result) : diffTable(result, shown);
  const plain = { width: 80, colour: false };
  const lost = destinations.flatMap(({ name, file }) =>
    file === undefined ? [] : save(file, () => text(name, plain)),
  );
  const open = destinations.filter(({ file }) => file === undefined).map(({ name }) => name);
  const owned = open.includes('json');
  if (owned) screen.data(text('json'));
  if (open.includes('terminal')) (owned ? screen.err : screen.out)(text('terminal'));
  if (lost.length > 0) screen.err(`exit 4: could not write ${lost.join(', ')}\n`);
  else if (!open.includes('terminal')) screen.err(`exit ${result.exit.code}: ${result.exit.says}\n`);
  return lost.length > 0 ? 4 : result.exit.code;
}
