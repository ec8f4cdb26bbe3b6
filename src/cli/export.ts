import { existsSync, readdirSync } from 'node:fs';
import { counted } from '../report/figures.js';
import { UsageError } from '../run/usage.js';
import { type Offline, offline } from '../target/offline.js';
import type { Arguments } from './arguments.js';
import { cardIn, drawn, guessed, keep, standIn } from './carried.js';
import { readConfig } from './config.js';
import { defaults } from './options.js';
import { filtersOf, type InForce, judgement } from './run.js';
import type { Screen } from './screen.js';

/** `bnspec export DIR`: the questions of a run as files, and how to answer them elsewhere. */
export async function exportQuestions(given: Arguments, screen: Screen): Promise<number> {
  const folder = folderOf(given, 'export');
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw new UsageError(`${folder} is not empty\nname another folder, or judge what is in it: bnspec judge ${folder}`);
  const settings = { ...defaults, ...readConfig(), ...given.settings } as InForce;
  const filters = filtersOf(settings);
  const card = settings.card === undefined ? guessed(settings) : cardIn(settings.card);
  keep(folder, { schema: 'bnspec-export/1', options: drawn(settings), card, shrink: false });
  const target = offline(folder, standIn(settings, card));
  await judgement(target, [folder], { settings, filters, screen, shrink: false });
  screen.out(told(target, folder));
  if (settings.card === undefined)
    screen.out(`
No --card was given: these are questions to ${card.ops} in ${card.dtypes}, ${card.layouts}. What else its card names
is asked in a second round.\n`);
  return 0;
}

/** The one word of a command that works on a folder. Throws UsageError. */
export function folderOf({ words, command }: Arguments, name: string): string {
  const [folder, ...more] = words;
  if (folder === undefined || more.length > 0 || command !== null)
    throw new UsageError(`${name} takes one folder: bnspec ${name} DIR`);
  return folder;
}

/** How many questions were written, and what is typed where they are answered. */
export function told({ open }: Pick<Offline, 'open'>, folder: string): string {
  const size = open.bytes < 1e6 ? `${Math.ceil(open.bytes / 1e3)} kB` : `${Math.ceil(open.bytes / 1e6)} MB`;
  return `wrote ${counted(open.count, 'question')}, ${size}, in ${counted(open.files.length, 'file')} of ${folder}/requests
Take ${folder} to the machine of the kernel, and let it answer there, with Python or with C:

    python3 ${folder}/bnspec.py adapter.py --answer ${folder}
    ./kernel --answer ${folder}

It may be stopped, or die, and be started again: it goes on with the next file. Bring ${folder}/answers back; then

    npx bnspec judge ${folder}
`;
}
