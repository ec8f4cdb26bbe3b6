import { readFileSync, statSync } from 'node:fs';

/**
 * The text of a file that a person named, without a byte order mark. Throws an Error that says in a word what is wrong: it is not
 * there, is no UTF-8, or is no file (a device may have no end).
 */
export function textOf(file: string): string {
  try {
    const is = statSync(file);
    if (!is.isFile() && !is.isFIFO()) throw new Error('it is no file');
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    throw new Error((error as NodeJS.ErrnoException).code ?? (error as Error).message);
  }
}
