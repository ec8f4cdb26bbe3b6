import { existsSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { html } from '../report/html.js';
import { json } from '../report/json.js';
import { terminal } from '../report/terminal.js';
import type { Report } from '../run/report.js';
import { makeFolder } from '../target/folder.js';
import type { Destination, Settings } from './options.js';
import { look, type Screen } from './screen.js';
import { typeset } from './typeset.js';

/**
 * Hands the report to every reporter and returns the exit code. Files are written first, whole or not at all; one that could not be
 * written makes the exit code 4, after the others have had their turn. JSON without a file owns standard output, and the terminal
 * report then goes to standard error.
 */
export function publish(report: Report, settings: Settings, screen: Screen): number {
  const destinations: readonly Destination[] = settings.reporter ?? [{ name: 'terminal' }];
  const lost = destinations.flatMap((to) => (to.file === undefined ? [] : save(to.file, () => render(to, report))));
  const told: Report =
    lost.length === 0 ? report : { ...report, exit: { code: 4, says: `could not write ${lost.join(', ')}` } };
  const open = destinations.filter((to) => to.file === undefined);
  const owned = open.some((to) => to.name === 'json');
  if (owned) screen.out(json(told));
  if (open.some((to) => to.name === 'terminal'))
    (owned ? screen.err : screen.out)(terminal(told, look(screen, settings)));
  else screen.err(`exit ${told.exit.code}: ${told.exit.says}\n`);
  return told.exit.code;
}

function render({ name }: Destination, report: Report): string {
  if (name === 'json') return json(report);
  return name === 'html' ? html(report, typeset) : terminal(report, { width: 80, colour: false });
}

/**
 * Writes beside the file and renames, so that a reader finds the old text or the new one, never half; what is no regular file
 * (/dev/stdout, a pipe) is written to as it is. Returns what went wrong.
 */
export function save(file: string, text: () => string): string[] {
  let beside: string | null = null;
  try {
    makeFolder(dirname(file));
    const place = existsSync(file) ? realpathSync(file) : file;
    const regular = !existsSync(place) || statSync(place).isFile();
    if (regular) beside = `${place}.${process.pid}.tmp`;
    writeFileSync(beside ?? place, text());
    if (beside !== null) renameSync(beside, place);
    return [];
  } catch (error) {
    return [`${file} (${(error as NodeJS.ErrnoException).code ?? (error as Error).message})`];
  } finally {
    if (beside !== null && existsSync(beside)) rmSync(beside);
  }
}
