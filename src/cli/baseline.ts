import { existsSync } from 'node:fs';
import { counted } from '../report/figures.js';
import { visible } from '../report/visible.js';
import { type Baseline, compared, refuted } from '../run/baseline.js';
import { readBaseline, writeBaseline } from '../run/baseline-file.js';
import { updated } from '../run/baseline-update.js';
import { type Report, tiers } from '../run/report.js';
import { UsageError } from '../run/usage.js';
import { suite } from '../suite.js';
import type { Settings } from './options.js';
import { save } from './publish.js';
import type { Screen } from './screen.js';
import { textOf } from './text-file.js';

/** A baseline that was asked for; `was` is null where there is none yet, and it is to be written. */
interface Asked {
  readonly file: string;
  readonly was: Baseline | null;
  readonly update: boolean;
}

/** Reads the baseline before anything is started; null if none is asked for. Throws UsageError naming the file and the line. */
export function baselineOf({ baseline: file, 'update-baseline': wanted, bail }: Settings): Asked | null {
  const update = wanted === true;
  if (file === undefined) {
    if (update) throw new UsageError('--update-baseline writes no file\nsay which: --baseline FILE --update-baseline');
    return null;
  }
  if (bail) throw new UsageError('--bail stops at a failure that the baseline may expect\nleave one of the two out');
  if (update && !existsSync(file)) return { file, was: null, update };
  return { file, was: readBaseline(content(file), file, known()), update };
}

function content(file: string): string {
  try {
    return textOf(file);
  } catch (error) {
    const cure = `--baseline ${file} --update-baseline writes it`;
    throw new UsageError(`cannot read the baseline ${file} (${(error as Error).message})\n${cure}`);
  }
}

const known = () => ({
  laws: suite.laws.map(({ id }) => id),
  causes: [
    'unknown',
    ...tiers,
    ...Object.keys(suite.profiles),
    ...[...suite.mutants, ...suite.kernels].map(({ id }) => id),
  ],
});

/** The report beside the baseline; `--update-baseline` writes that first, and says what it changed. */
export function besideBaseline(report: Report, asked: Asked | null, screen: Screen): Report {
  if (asked === null) return report;
  const today = new Date().toISOString().slice(0, 10);
  if (!asked.update) return compared(report, asked.was!, today);
  const why = inconclusive(report);
  if (why !== null) {
    screen.err(`bnspec: ${visible(asked.file)} is not written: ${visible(why)}\n`);
    return asked.was ? compared(report, asked.was, today) : report;
  }
  const { baseline, changes } = updated(report, asked.file, asked.was);
  const lost = asked.was && changes.length === 0 ? [] : save(asked.file, () => writeBaseline(baseline));
  if (lost.length > 0) return { ...report, exit: { code: 4, says: `could not write ${lost.join(', ')}` } };
  const list = changes.map((line) => `  ${visible(line)}\n`).join('');
  screen.err(
    `baseline ${visible(asked.file)}: ${changes.length === 0 && asked.was ? 'nothing to change' : `written, ${counted(refuted(report).length, 'law')} expected to fail`}\n${list}`,
  );
  return compared(report, readBaseline(content(asked.file), asked.file, known()), today);
}

/** Why a run is no ground for a baseline; null if it is. */
const inconclusive = (report: Report): string | null =>
  report.unmet?.find(({ code }) => code === 3)?.says ?? (report.complete ? null : 'not all laws were asked');
