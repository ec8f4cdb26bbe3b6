import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** A file of the project: its path from the root, and its text. */
export interface Module {
  readonly path: string;
  readonly text: string;
}

/** One file by its path from the root. */
export const file = (path: string): Module => ({ path, text: readFileSync(`${root}${path}`, 'utf8') });

/** Files of the top folder whose name ends so. */
export const atTop = (ending: string): Module[] =>
  readdirSync(root)
    .filter((name) => name.endsWith(ending))
    .map(file);

/** Files under these folders whose name ends so. Throws if there is none: nothing read is nothing checked. */
export function modules(folders: readonly string[], ending = '.ts'): Module[] {
  const found = folders.flatMap((folder) =>
    readdirSync(`${root}${folder}`, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
      .map((entry) => file(`${entry.parentPath}/${entry.name}`.slice(root.length))),
  );
  if (found.length === 0) throw new Error(`no *${ending} under ${folders.join(', ')}`);
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The folders of the mathematics and of the machine. */
export const sources = ['spec', 'properties', 'mutants', 'src'];
