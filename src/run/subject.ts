import type { Chapter } from '../formula/chapter.js';
import { replace } from '../formula/edit.js';
import type { Card } from '../wire/protocol.js';
import type { NetworkSpec } from './calculus.js';
import type { Op } from './layer.js';
import type { Profile } from './profile.js';

/** The mathematics that a run judges by. */
export interface Spec {
  /** What stands around normalization in a network. */
  readonly network: NetworkSpec;
  /** The formulas that an operation computes. */
  readonly chapters: Readonly<Record<Op, readonly Chapter[]>>;
  /** The bounds of its outputs; read together with the formulas. */
  readonly bounds: Readonly<Record<Op, readonly Chapter[]>>;
  /** Which bound each output is held to. */
  readonly allowance: Readonly<Record<string, string>>;
}

/** Who is judged, and by what: the target's card, its dialect, the mathematics. */
export interface Subject {
  readonly card: Card;
  readonly profile: Profile;
  readonly spec: Spec;
  /** The formulas of each operation, the dialect's among them. */
  readonly formulas: Readonly<Record<Op, readonly Chapter[]>>;
  /** The same behind their bounds. */
  readonly bounds: Readonly<Record<Op, readonly Chapter[]>>;
}

/** A text of the specification, of a bound or of a law, as the dialect has it. */
export function inWordsOf({ reads }: Profile, op: Op, text: string): string {
  return Object.entries(reads?.[op] ?? {}).reduce((now, [from, to]) => replace(now, from, to), text);
}

const translated = (chapter: Chapter, op: Op, profile: Profile): Chapter =>
  profile.reads?.[op] === undefined
    ? chapter
    : Object.fromEntries(
        Object.entries(chapter).map(([name, formula]) => [
          name,
          { ...formula, is: inWordsOf(profile, op, formula.is) },
        ]),
      );

export function subject(card: Card, profile: Profile, spec: Spec): Subject {
  const dialect: Chapter = {
    divisor: { is: profile.divisor, says: `What the running variance divides by, in ${profile.title}.` },
    ...(profile.update === 'none'
      ? {}
      : { alpha: { is: profile.update, says: `The weight of the new batch, in ${profile.title}.` } }),
  };
  const each = (chapters: (op: Op) => readonly Chapter[]): Record<Op, readonly Chapter[]> => {
    const of = (op: Op): readonly Chapter[] => {
      const common = [...chapters(op), dialect].map((chapter) => translated(chapter, op, profile));
      const own = Object.entries(profile.formulas?.[op] ?? {}).map(([name, is]) => [
        name,
        { is, says: `As ${profile.title} has it.` },
      ]);
      return own.length === 0 ? common : [Object.fromEntries(own) as Chapter, ...common];
    };
    return {
      ...{ train: of('train'), infer: of('infer'), grad: of('grad'), infer_grad: of('infer_grad') },
      grad_grad: of('grad_grad'),
    };
  };
  const formulas = each((op) => spec.chapters[op]);
  return { card, profile, spec, formulas, bounds: each((op) => [...spec.bounds[op], ...spec.chapters[op]]) };
}
