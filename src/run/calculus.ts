import type { Column } from '../exact/column.js';
import { column } from '../exact/column.js';
import { type Between, fixed } from '../exact/fixed.js';
import { arrays, type Numbers } from '../formula/arrays.js';
import { arity } from '../formula/ast.js';
import { certified } from '../formula/certified.js';
import type { Chapter } from '../formula/chapter.js';
import { bind } from '../formula/evaluate.js';
import { exacts } from '../formula/exact.js';
import { doubles } from '../formula/float.js';
import { perChannel } from '../formula/shape.js';
import type { Around, Calculus } from './learning.js';
import type { Subject } from './subject.js';

/** The chapters around normalization by their names, and their bounds. */
export interface NetworkSpec {
  readonly chapters: Readonly<Record<Around, Chapter>>;
  /** Of those whose stages round. */
  readonly bounds: Readonly<Partial<Record<Around, Chapter>>>;
}

/** The texts as they stand, over numbers of one kind. */
export function textual<T>(
  numbers: Numbers<T>,
  of: (value: number) => T,
  chapters: NetworkSpec['chapters'],
  { formulas }: Pick<Subject, 'formulas'>,
): Calculus<T> {
  return {
    numbers,
    of,
    around(chapter, batch, given) {
      const lookup = bind([chapters[chapter]], arrays(batch, numbers), (name) => given[name]);
      return (name) => lookup(name, perChannel);
    },
    normalization(op, batch, given) {
      const lookup = bind(formulas[op], arrays(batch, numbers), (name) => given[name]);
      return (name) => lookup(name, perChannel);
    },
  };
}

type Texts = readonly [chapters: NetworkSpec['chapters'], subject: Pick<Subject, 'formulas'>];

/**
 * Exactly, as far as one square root goes: one unit trained on one batch. Throws RangeError where two roots meet, as those
 * of two units, or of a batch and of the running averages after it; and FormulaError for an exponential. There numbers can
 * only be enclosed: `certainly`.
 */
export function exactly(...texts: Texts): Calculus<Column> {
  const algebra = exacts(1);
  const numbers: Numbers<Column> = {
    integer: algebra.integer,
    rule:
      (fn) =>
      (...operands) =>
        algebra.apply(fn, operands.slice(0, arity[fn]), perChannel),
  };
  return textual(numbers, (value) => column([value]), ...texts);
}

/** Between two multiples of 2^-bits: the same at any precision, and the nearer the more bits. */
export function certainly(bits: number, ...texts: Texts): Calculus<Between> {
  const arithmetic = fixed(bits);
  return textual(certified(arithmetic), (value) => arithmetic.double(value), ...texts);
}

/** In float64, as kernels compute. */
export function plainly(...texts: Texts): Calculus<number> {
  return textual(doubles, (value) => value, ...texts);
}
