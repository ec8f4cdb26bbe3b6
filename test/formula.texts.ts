import type { Chapter } from '../src/formula/chapter.js';
import { suite } from '../src/suite.js';

const of = (chapters: Readonly<Record<string, Chapter>>): string[] =>
  Object.values(chapters).flatMap((chapter) => Object.values(chapter).map(({ is }) => is));

/** Every formula text of the suite, each once: formulas, bounds, dialects, laws with their abbreviations, mutants. */
export const texts: readonly string[] = [
  ...new Set([
    ...of(suite.chapters),
    ...of(suite.bounds),
    ...Object.values(suite.profiles).flatMap(({ divisor, reads, formulas }) => [
      divisor,
      ...[...Object.values(formulas ?? {})].flatMap((own) => Object.values(own)),
      ...Object.values(reads ?? {}).flatMap((own) => [...Object.keys(own), ...Object.values(own)]),
    ]),
    ...Object.values(suite.spec.allowance),
    ...suite.laws
      .flatMap(({ law }) => (typeof law === 'string' ? [law] : Object.values(law)))
      .filter((law) => law !== null),
    ...suite.laws.flatMap(({ where }) => Object.values(where ?? {})),
    ...suite.mutants.flatMap(({ edits }) => edits.flatMap((edit) => ('from' in edit ? [edit.from, edit.to] : []))),
  ]),
];
