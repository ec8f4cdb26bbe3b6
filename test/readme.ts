import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const readme = fileURLToPath(new URL('../README.md', import.meta.url));

/** A command that the README shows, and what it says the command prints. */
export interface Shown {
  readonly command: string;
  readonly printed: string;
}

/** The console blocks: `$ command`, then its output. */
export function shown(text: string): Shown[] {
  return [...text.matchAll(/```console\n\$ (.+)\n([\s\S]*?)```/g)].map(([, command, printed]) => ({
    command: command!,
    printed: printed!,
  }));
}

/** Output as it is compared: how long it took is nobody's promise. */
export const timeless = (text: string): string => text.replace(/ in [\d.]+ s\b/g, ' in … s').trim();

export const textOf = (file: string): string => readFileSync(file, 'utf8');
