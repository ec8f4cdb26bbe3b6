import { symbols as table } from '../../spec/symbols.js';
import { symbols } from '../formula/ast.js';
import type { Chapter } from '../formula/chapter.js';
import { latex } from '../formula/latex.js';
import { parse } from '../formula/parse.js';
import type { Property } from '../run/property.js';
import type { Suite } from '../suite.js';

/** Where a name of a formula comes from, and what it is. */
export interface Owner {
  readonly name: string;
  readonly owner: string;
  readonly says: string;
}

/** The texts of a law: one, or one for each way a profile treats a single element. */
export const textsOf = ({ law }: Pick<Property, 'law'>): string[] =>
  typeof law === 'string' ? [law] : Object.values(law).filter((text) => text !== null);

/** A text as LaTeX, by the specification's symbols. */
export const tex = (text: string): string => latex(text, table);

/** Who owns each name that a text reads: the case, the specification, the profile, a bound, or the law that asks. */
export function owners(text: string, { chapters, bounds }: Suite, asked: readonly string[] = []): Owner[] {
  const known: Readonly<Record<string, Owner | { owner: string; says: string }>> = table;
  return symbols(parse(text)).map((name) => {
    if (asked.includes(name)) return { name, owner: 'law', says: 'answered, or drawn' };
    if (Object.hasOwn(known, name)) return { name, owner: known[name].owner, says: known[name].says };
    const chapter = [...Object.entries(chapters), ...Object.entries(bounds)].find(([, formulas]) =>
      Object.hasOwn(formulas, name),
    );
    if (chapter) return { name, owner: chapter[0], says: chapter[1][name].says };
    return { name, owner: 'run', says: 'given by the run: format, claims, tier' };
  });
}

/** Laws that ask for `name` of `chapter`, or whose text leads to it through as many formulas as it takes. */
export function readers(name: string, chapter: Chapter, { laws, spec, chapters }: Suite): Property[] {
  return laws.filter((law) => {
    const formulas = spec.chapters[law.of];
    if (!formulas.includes(chapter)) return false;
    const reached = new Set<string>();
    const follow = (text: string): void => {
      for (const read of symbols(parse(text))) {
        if (reached.has(read) || law.binds.includes(read)) continue;
        reached.add(read);
        const text = law.where?.[read] ?? formulas.find((candidate) => Object.hasOwn(candidate, read))?.[read].is;
        if (text !== undefined) follow(text);
        // alpha is the dialect's choice among these
        if (read === 'alpha') Object.keys(chapters.averages).forEach(follow);
      }
    };
    textsOf(law).forEach(follow);
    return reached.has(name) || law.binds.includes(name);
  });
}
