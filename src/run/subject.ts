import type { Chapter } from '../formula/chapter.js';
import type { Card } from '../wire/protocol.js';
import type { Op } from './layer.js';
import type { Profile } from './profile.js';

/** The mathematics that a run judges by. */
export interface Spec {
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

export function subject(card: Card, profile: Profile, spec: Spec): Subject {
  const dialect: Chapter = {
    divisor: { is: profile.divisor, says: `What the running variance divides by, in ${profile.title}.` },
  };
  const each = (chapters: (op: Op) => readonly Chapter[]): Record<Op, readonly Chapter[]> => {
    const of = (op: Op): readonly Chapter[] => [...chapters(op), dialect];
    return {
      ...{ train: of('train'), infer: of('infer'), grad: of('grad'), infer_grad: of('infer_grad') },
      grad_grad: of('grad_grad'),
    };
  };
  const formulas = each((op) => spec.chapters[op]);
  return { card, profile, spec, formulas, bounds: each((op) => [...spec.bounds[op], ...spec.chapters[op]]) };
}
