import { symbols as table } from '../../spec/symbols.js';
import type { Chapter } from '../formula/chapter.js';
import type { Property } from '../run/property.js';
import type { Suite } from '../suite.js';
import { places } from './places.js';
import type { Whereabouts } from './typeset.js';

type Chapters = Readonly<Record<string, Chapter>>;

/** The name of a chapter: they are told apart by being the same object. */
export const titleOf = (chapter: Chapter, all: Chapters): string | undefined =>
  Object.keys(all).find((name) => all[name] === chapter);

/** Where formulas of a chapter find their names: in the chapter, then in those it is read with, then among the symbols. */
export function inChapter(chapter: Chapter, { spec, chapters, bounds }: Suite): Whereabouts {
  const readWith = Object.keys(spec.chapters).flatMap((key) => {
    const op = key as keyof typeof spec.chapters;
    const together = [...spec.bounds[op], ...spec.chapters[op]];
    return together.includes(chapter) ? together : [];
  });
  const { network } = spec;
  const around = [...Object.values(network.bounds), ...Object.values(network.chapters)];
  const nearby = [...readWith, ...(around.includes(chapter) ? ownOf(chapter, network).concat(around) : [])];
  return (name) => {
    const home = [chapter, ...nearby].find((candidate) => Object.hasOwn(candidate, name));
    if (!home) return places.symbol(name);
    const formulas = titleOf(home, chapters);
    return formulas === undefined ? places.bound(titleOf(home, bounds)!, name) : places.formula(formulas, name);
  };
}

/** The formulas that the bounds of a network's chapter are of. */
const ownOf = (chapter: Chapter, { chapters, bounds }: Suite['spec']['network']): Chapter[] => {
  const name = Object.keys(bounds).find((candidate) => (bounds as Chapters)[candidate] === chapter);
  return name === undefined ? [] : [(chapters as Chapters)[name]!];
};

/** Where a law finds its names: what it asks for or draws, and what it abbreviates, stands with the law itself. */
export function inLaw({ id, binds, where = {}, of }: Property, suite: Suite): Whereabouts {
  const chapters = suite.spec.chapters[of];
  return (name) => {
    if (Object.hasOwn(where, name)) return places.law(id);
    const home = binds.includes(name) ? undefined : chapters.find((candidate) => Object.hasOwn(candidate, name));
    if (home) return places.formula(titleOf(home, suite.chapters)!, name);
    return Object.hasOwn(table, name) ? places.symbol(name) : places.law(id);
  };
}

/** What a name is, read in a chapter. */
export function saysOf(name: string, chapter: Chapter, suite: Suite): string {
  const known: Readonly<Record<string, { readonly says: string }>> = table;
  if (Object.hasOwn(known, name)) return known[name]!.says;
  const place = inChapter(chapter, suite)(name);
  const home = Object.entries(suite.bounds).find(([title]) => places.bound(title, name) === place);
  return home ? home[1][name]!.says : 'given by the run';
}

/** Names that a dialect defines for itself stand with the dialect. */
export function inDialect(profile: string, otherwise: Whereabouts, { profiles }: Suite): Whereabouts {
  const own = Object.values(profiles[profile]!.formulas ?? {}).flatMap((texts) => Object.keys(texts));
  return (name) => (own.includes(name) ? places.profile(profile) : otherwise(name));
}
