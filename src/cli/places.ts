import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UsageError } from '../run/usage.js';
import { type Destination, defaults, type Settings } from './options.js';
import { ownsOutput } from './publish.js';

/** Throws UsageError where a file of the run could not be written: said before anything is judged, so no verdict is lost. */
export function writable(settings: Settings): void {
  folder(settings.out ?? defaults.out, '--out');
  reportable(settings);
}

/** The same for a command that judges nothing, and saves no cases. */
export function reportable({ reporter = [], ...settings }: Settings): void {
  apart(reporter);
  if (settings['update-baseline'] && settings.baseline) folder(dirname(settings.baseline), '--baseline');
  for (const { name, file } of reporter) {
    if (file === undefined) continue;
    const option = `--reporter ${name}=${file}`;
    if (existsSync(file) && statSync(file).isDirectory())
      throw new UsageError(`${option}: ${file} is a folder\nname a file in it`);
    folder(dirname(file), option);
  }
}

/** Two reporters never write to one place: the second would spoil what the first wrote. */
function apart(reporter: readonly Destination[]): void {
  const owners = reporter.filter(({ name, file }) => file === undefined && ownsOutput(name));
  if (owners.length > 1)
    throw new UsageError(
      `--reporter ${owners.map(({ name }) => name).join(' and ')}: two reports on standard output\ngive one a file: --reporter ${owners[1]!.name}=FILE`,
    );
  const filed = reporter.filter(({ file }) => file !== undefined);
  const twice = filed.find(({ file }, i) => filed.some((other, j) => j < i && resolve(other.file!) === resolve(file!)));
  if (twice)
    throw new UsageError(`--reporter ${twice.name}=${twice.file}: another reporter writes to that file\nname another`);
}

/** The folder, or the nearest above it that is there, must be one that may be written in. */
function folder(path: string, option: string): void {
  let there = resolve(path);
  while (!existsSync(there)) there = dirname(there);
  if (!statSync(there).isDirectory())
    throw new UsageError(`${option}: ${there} is a file, not a folder\nname another place`);
  try {
    accessSync(there, constants.W_OK);
  } catch {
    throw new UsageError(`${option}: nothing may be written in ${there}\nname another place`);
  }
}
