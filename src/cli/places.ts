import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UsageError } from '../run/usage.js';
import { defaults, type Settings } from './options.js';

/** Throws UsageError where a file of the run could not be written: said before anything is judged, so no verdict is lost. */
export function writable({ out, reporter = [] }: Settings): void {
  folder(out ?? defaults.out, '--out');
  for (const { name, file } of reporter) {
    if (file === undefined) continue;
    const option = `--reporter ${name}=${file}`;
    if (existsSync(file) && statSync(file).isDirectory())
      throw new UsageError(`${option}: ${file} is a folder\nname a file in it`);
    folder(dirname(file), option);
  }
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
