import { namedBy } from '../docs/formulas.js';
import type { Chapter } from '../formula/chapter.js';
import type { Op } from '../run/layer.js';
import type { Mutant } from '../run/mutant.js';
import { savedAs } from '../run/predict.js';
import type { Profile } from '../run/profile.js';
import { type Proof, proofOf, strength } from '../run/proof.js';
import type { Property } from '../run/property.js';
import { inWordsOf } from '../run/subject.js';
import type { Suite } from '../suite.js';
import type { Sources } from './sources.js';

/** What the book knows: the suite, the documents, and how each law is proved. */
export interface Knowledge {
  readonly suite: Suite;
  readonly sources: Sources;
  /** By id; a law that is not there is tested, not proved. */
  readonly proofs: ReadonlyMap<string, Proof>;
}

/** The suite with what stands around normalization in a network among its chapters. */
const withNetworks = (suite: Suite): Suite => ({
  ...suite,
  chapters: { ...suite.chapters, ...suite.spec.network.chapters },
  bounds: { ...suite.bounds, ...suite.spec.network.bounds },
});

export function knowledge(alone: Suite, sources: Sources): Knowledge {
  const suite = withNetworks(alone);
  const proofs = suite.laws.flatMap((law) => {
    const proof = proofOf(law, suite);
    return proof === null ? [] : [[law.id, proof] as const];
  });
  return { suite, sources, proofs: new Map(proofs) };
}

/** The operations that compute a chapter. */
const opsOf = (chapter: Chapter, { spec }: Suite): Op[] =>
  (Object.keys(spec.chapters) as Op[]).filter((op) => spec.chapters[op].includes(chapter));

/** Laws that ask for a formula or name it. */
export const lawsOf = (chapter: Chapter, name: string, suite: Suite): Property[] =>
  suite.laws.filter((law) => suite.spec.chapters[law.of].includes(chapter) && namedBy(law).includes(name));

/** Mutants that edit a formula: the edit meets the first chapter of its operation that has the name. */
export const mutantsOf = (chapter: Chapter, name: string, { mutants, spec }: Suite): Mutant[] =>
  mutants.filter(
    ({ edits, op }) =>
      edits.some(({ formula }) => formula === name) &&
      spec.chapters[op].find((candidate) => Object.hasOwn(candidate, name)) === chapter,
  );

/** A dialect that has another text in place of a formula. */
export interface Departure {
  readonly profile: string;
  readonly op: Op;
  readonly is: string;
}

export function departuresFrom(chapter: Chapter, name: string, suite: Suite): Departure[] {
  const own = (profile: Profile, op: Op): string => profile.formulas?.[op]?.[name] ?? inWordsOf(profile, op, is);
  const { is } = chapter[name]!;
  const all = opsOf(chapter, suite).flatMap((op) =>
    Object.entries(suite.profiles).flatMap(([profile, of]) => {
      const read = own(of, op);
      return read === is ? [] : [{ profile, op, is: read }];
    }),
  );
  return all.filter((one, i) => all.findIndex(({ profile, is }) => profile === one.profile && is === one.is) === i);
}

/** The bounds that a formula is held to as an answer: the output's name, its bound, and the chapter that it stands in. */
export interface Held {
  readonly output: string;
  readonly bound: string;
  readonly chapter: Chapter;
}

export function heldTo(chapter: Chapter, name: string, suite: Suite): Held[] {
  const saved = Object.entries(savedAs).flatMap(([output, formula]) => (formula === name ? [output] : []));
  const held = [name, ...saved].flatMap((output) => {
    const bound = suite.spec.allowance[output];
    if (bound === undefined) return [];
    return opsOf(chapter, suite)
      .filter((op) => suite.spec.chapters[op].find((one) => Object.hasOwn(one, name)) === chapter)
      .flatMap((op) => {
        const home = suite.spec.bounds[op].find((one) => Object.hasOwn(one, bound));
        return home ? [{ output, bound, chapter: home }] : [];
      });
  });
  return held.filter(
    (one, i) => held.findIndex((other) => other.bound === one.bound && other.chapter === one.chapter) === i,
  );
}

/** `2^-173`: the chance that a false identity passes, at most. */
export const chanceOf = (proof: Proof): number => strength(proof);
