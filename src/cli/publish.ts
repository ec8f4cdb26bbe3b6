import { existsSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { html } from '../report/html.js';
import { markdown } from '../report/markdown.js';
import { reporters } from '../report/reporters.js';
import { type Look, terminal } from '../report/terminal.js';
import type { Report } from '../run/report.js';
import { makeFolder } from '../target/folder.js';
import { summarize, underActions } from './actions.js';
import type { Destination, Settings } from './options.js';
import { look, type Screen } from './screen.js';
import { typeset } from './typeset.js';

/**
 * Hands the report to every reporter and returns the exit code. Files are written first, whole or not at all. Where one could
 * not be written, or a reporter throws, the exit code is 4, after the others have had their turn. One for machines that has no
 * file owns standard output, and what is for people and for GitHub goes to standard error.
 */
export function publish(report: Report, settings: Settings, screen: Screen): number {
  const destinations = destinationsOf(settings);
  const open = destinations.filter(({ file }) => file === undefined);
  const lost = [
    ...destinations.flatMap((to) => (to.file === undefined ? [] : save(to.file, () => render(to, report)))),
    ...(open.some(({ name }) => name === 'github') ? summarize(() => markdown(report)) : []),
  ];
  const shown = look(screen, settings);
  const first = texts(open, without(report, lost), shown);
  const broken = first.flatMap(({ fault }) => fault ?? []);
  const told = without(report, [...lost, ...broken]);
  const last = broken.length === 0 ? first : texts(open, told, shown);
  const owned = open.some(({ name }) => ownsOutput(name));
  for (const { name, text } of last)
    if (text !== null) {
      if (ownsOutput(name)) screen.data(text);
      else if (name === 'github') (owned ? screen.tell : screen.data)(text);
      else (owned ? screen.err : screen.out)(text);
    }
  if (!last.some(({ name, text }) => name === 'terminal' && text !== null))
    screen.err(`exit ${told.exit.code}: ${told.exit.says}\n`);
  return told.exit.code;
}

/** Whether a reporter without a file writes what a program reads from standard output. */
export const ownsOutput = (name: Destination['name']): boolean => name !== 'terminal' && name !== 'github';

/** What was asked for; under GitHub Actions annotations and a summary beside it, unless they are not wanted. */
function destinationsOf({
  reporter = [{ name: 'terminal' }],
  'no-github': unwanted,
}: Settings): readonly Destination[] {
  const added = underActions() && !unwanted && !reporter.some(({ name }) => name === 'github');
  return added ? [...reporter, { name: 'github' }] : reporter;
}

const without = (report: Report, lost: readonly string[]): Report =>
  lost.length === 0 ? report : { ...report, exit: { code: 4, says: `could not write ${lost.join(', ')}` } };

function render({ name, file }: Destination, report: Report, shown: Look = { width: 80, colour: false }): string {
  if (name === 'html') return html(report, typeset);
  return name === 'terminal' ? terminal(report, shown) : reporters[name](report, file);
}

/** The texts for standard output; null, and why, where a reporter threw. */
const texts = (open: readonly Destination[], report: Report, shown: Look) =>
  open.map((to) => {
    try {
      return { name: to.name, text: render(to, report, shown), fault: null };
    } catch (error) {
      return { name: to.name, text: null, fault: [`${to.name} (${(error as Error).message})`] };
    }
  });

/**
 * Writes beside the file and renames, so that a reader finds the old text or the new one, never half; what is no regular file
 * (/dev/stdout, a pipe) is written to as it is. Returns what went wrong.
 */
export function save(file: string, text: () => string): string[] {
  let beside: string | null = null;
  try {
    const whole = text();
    makeFolder(dirname(file));
    const place = existsSync(file) ? realpathSync(file) : file;
    const regular = !existsSync(place) || statSync(place).isFile();
    if (regular) beside = `${place}.${process.pid}.tmp`;
    writeFileSync(beside ?? place, whole);
    if (beside !== null) renameSync(beside, place);
    return [];
  } catch (error) {
    return [`${file} (${(error as NodeJS.ErrnoException).code ?? (error as Error).message})`];
  } finally {
    if (beside !== null && existsSync(beside)) rmSync(beside);
  }
}
