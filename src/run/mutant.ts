import type { Format } from '../exact/format.js';
import type { Chapter } from '../formula/chapter.js';
import { edit } from '../formula/edit.js';
import type { Axis } from '../formula/shape.js';
import type { Kernel } from '../target/kernel.js';
import type { Question } from '../wire/protocol.js';
import type { Op } from './layer.js';
import type { Tier } from './report.js';
import type { Spec } from './subject.js';

/** One edit of one formula: the part `from` becomes `to`, or its sums run over other axes. */
export type Edit =
  | { readonly formula: string; readonly from: string; readonly to: string }
  | { readonly formula: string; readonly over: readonly Axis[] };

/** Wrong mathematics: the bug is the diff. A decoy is an edit that changes no value, and must pass. */
export interface Mutant {
  /** `chapter.kebab-name`. */
  readonly id: string;
  readonly says: string;
  readonly edits: readonly Edit[];
  /** The chapter whose formulas it edits, by the operation that computes them. */
  readonly op: Op;
  /** Lowest tier at which it is wrong; null for a decoy. */
  readonly wrongAt: Tier | null;
  readonly dtypes: readonly Format[];
  readonly profile: string;
  /** Real reports of it, or where it was read. */
  readonly seen: readonly string[];
}

/** A wrong kernel that no edit of a formula can say: of numerics, formats, memory, edges, or with a state. */
export interface WrongKernel {
  /** `chapter.kebab-name`. */
  readonly id: string;
  readonly says: string;
  /** The question that it gets wrong. */
  readonly op: Question;
  /** The law that meets what it rarely does: the power of a run is measured on its cases first. */
  readonly shows?: string;
  /** The formulas that it has otherwise, before and after, where that says it. */
  readonly diff?: readonly string[];
  /** A fresh one each time: some carry a state from call to call. */
  make(): Kernel;
  /** Lowest tier at which it is wrong. */
  readonly wrongAt: Tier;
  readonly dtypes: readonly Format[];
  readonly profile: string;
  /** Real reports of it, or where it was read. */
  readonly seen: readonly string[];
}

/** A mistake that no law can find, and why. */
export interface Unseen {
  readonly name: string;
  readonly why: string;
}

/** A wrong kernel, fresh, under its own name. */
export function fresh({ id, make }: WrongKernel): Kernel {
  const kernel = make();
  return { ...kernel, card: { ...kernel.card, name: id } };
}

/** The chapters of an operation with the edits made. Throws FormulaError for an edit that does not fit exactly once. */
export function edited(spec: Spec, mutant: Mutant): Spec {
  const pending = new Set(mutant.edits);
  const chapters = spec.chapters[mutant.op].map((chapter) => {
    const copy: Record<string, Chapter[string]> = { ...chapter };
    for (const change of pending) {
      const formula = copy[change.formula];
      if (!formula) continue;
      copy[change.formula] =
        'over' in change
          ? { ...formula, over: change.over }
          : { ...formula, is: edit(formula.is, change.from, change.to) };
      pending.delete(change);
    }
    return copy;
  });
  for (const { formula } of pending)
    throw new Error(`mutant ${mutant.id} edits '${formula}', which ${mutant.op} does not compute`);
  return { ...spec, chapters: { ...spec.chapters, [mutant.op]: chapters } };
}
