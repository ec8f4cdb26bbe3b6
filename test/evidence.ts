import { readFileSync } from 'node:fs';
import { expect } from 'vitest';

const page = readFileSync(new URL('../docs/evidence.md', import.meta.url), 'utf8').replaceAll('\u202f', ' ');

/** Fails where docs/evidence.md does not say these words: its figures are counted here. */
export const published = (words: string): void => expect(page, 'docs/evidence.md').toContain(words);

/** A count as the page writes it: groups of three digits from 10 000 on. */
export const figure = (count: number): string =>
  count < 10_000 ? String(count) : String(count).replace(/\B(?=(\d{3})+$)/g, ' ');
