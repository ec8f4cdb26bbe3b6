import { counted } from '../report/figures.js';
import { UsageError } from '../run/usage.js';
import { Answered } from '../target/answered.js';
import { offline } from '../target/offline.js';
import type { Arguments } from './arguments.js';
import { baselineOf, besideBaseline } from './baseline.js';
import { keep, planIn, standIn } from './carried.js';
import { readConfig } from './config.js';
import { folderOf, told } from './export.js';
import { defaults } from './options.js';
import { writable } from './places.js';
import { publish } from './publish.js';
import { filtersOf, type InForce, judgement } from './run.js';
import type { Screen } from './screen.js';

/**
 * `bnspec judge DIR`: the verdict on the answers in a folder, as `bnspec run` would give it. Where they lead to questions
 * that nobody has answered, those are written as the next round, and nothing is concluded yet.
 */
export async function judge(given: Arguments, screen: Screen): Promise<number> {
  const folder = folderOf(given, 'judge');
  const plan = planIn(folder);
  const settings = { ...defaults, ...readConfig(), ...plan.options, ...given.settings } as InForce;
  const filters = filtersOf(settings);
  writable(settings);
  const baseline = baselineOf(settings);
  answered(folder);
  const judged = async (shrink: boolean) => {
    const target = offline(folder, standIn(settings, plan.card));
    const report = await judgement(target, [folder], { settings, filters, screen, shrink });
    return { report, target };
  };
  const { report, target } = await judged(false);
  if (target.open.count > 0) {
    screen.out(`${told(target, folder)}\nexit 3: nothing may be concluded: these questions follow from the answers\n`);
    return 3;
  }
  const failing = report.laws.some(({ status }) => status === 'fails' || status === 'breaks');
  if (!failing || !(plan.shrink || settings.next))
    return publish(besideBaseline(report, baseline, screen), settings, screen);
  keep(folder, { ...plan, shrink: true });
  const smaller = await judged(true);
  const code = publish(besideBaseline(smaller.report, baseline, screen), settings, screen);
  if (smaller.target.open.count > 0) screen.err(`\nSmaller cases may fail too. ${told(smaller.target, folder)}`);
  return code;
}

/** Throws UsageError while files wait for their answers. */
function answered(folder: string): void {
  const { files, untouched } = new Answered(folder);
  if (files.length === 0) throw new UsageError(`${folder}/requests holds no questions\nexport once more`);
  if (untouched.length > 0)
    throw new UsageError(
      `${untouched.length} of ${counted(files.length, 'file')} in ${folder}/requests have no answers, ${untouched[0]} first\n` +
        `let the kernel answer, and bring ${folder}/answers back`,
    );
}
