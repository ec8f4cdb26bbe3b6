import { add, type Column, column, compare, equal, integer, multiply } from '../exact/column.js';
import { bind, evaluate } from '../formula/evaluate.js';
import { exacts } from '../formula/exact.js';
import { FormulaError, parse } from '../formula/parse.js';
import { perChannel } from '../formula/shape.js';
import type { Spec } from './subject.js';

/** What a theorem is averaged over, all of it, each outcome as likely as it is. */
export type Over =
  | 'batches'
  | 'batches without replacement'
  | 'masks'
  | 'masks of zeros'
  | 'updates'
  | 'sequences'
  | 'whole batches'
  | 'epochs'
  | 'images of a batch'
  | 'batches of images'
  | 'batches of free pixels';

/** A statement about everything that can be drawn; it is true exactly, or not at all. */
export interface Theorem {
  /** A sentence with the names of the texts. */
  readonly says: string;
  readonly over: Over;
  /** What is averaged: a text in names of the outcome and of what all outcomes share. */
  readonly average: string;
  /** What the average is, by what all outcomes share alone. */
  readonly is: string;
  /** The average is more than that, and not equal to it. */
  readonly more?: true;
  /** What it is taken to be equal to, and is not. */
  readonly not: string;
  /** How running statistics are averaged, by formulas of spec/averages.ts: it is true of each. */
  readonly updates?: readonly string[];
  readonly source: string;
}

/** The wrong form of a theorem, which must fail. */
export const taken = ({ average, not }: Theorem) => ({ average, is: not });

export type Names = ReadonlyMap<string, Column>;

/** All that can be drawn in one setting. */
export interface Draw {
  /** How many values a name has that has one for each element. */
  readonly elements: number;
  /** What all outcomes share. */
  readonly common: Names;
  /** Every outcome and its weight; the weights add up to 1. */
  outcomes(): Iterable<{ readonly weight: Column; readonly names: Names }>;
}

/** Both sides of a theorem in one setting, and over how many outcomes the left one was averaged. */
export interface Proof {
  readonly left: Column;
  readonly right: Column;
  readonly outcomes: number;
  readonly holds: boolean;
}

/** Averages a theorem's text, exactly. The weights must add up to 1: an outcome that is left out is an error. */
export function prove(theorem: Pick<Theorem, 'average' | 'is' | 'more'>, draw: Draw): Proof {
  const { elements, common } = draw;
  let [left, total, outcomes] = [integer(0n), integer(0n), 0];
  for (const { weight, names } of draw.outcomes()) {
    left = add(left, multiply(weight, valued(theorem.average, elements, [names, common])));
    total = add(total, weight);
    outcomes += 1;
  }
  if (!equal(total, integer(1n))) throw new RangeError('the weights of all that is drawn do not add up to 1');
  const right = valued(theorem.is, elements, [common]);
  return { left, right, outcomes, holds: theorem.more ? compare(left, 0, right, 0) > 0 : equal(left, right) };
}

/** Texts of training over one batch, by the formulas of the specification. */
export function statistics(
  values: readonly number[],
  spec: Spec,
  given: Readonly<Record<string, Column>> = {},
): (text: string) => Column {
  const x = column(values);
  const algebra = exacts(values.length);
  const lookup = bind(spec.chapters.train, algebra, (name) => (name === 'x' ? x : given[name]));
  return (text) => evaluate(parse(text), algebra, lookup, perChannel);
}

function valued(text: string, elements: number, all: readonly Names[]): Column {
  return evaluate(parse(text), exacts(elements), (name) => {
    const value = all.find((names) => names.has(name))?.get(name);
    if (value === undefined) throw new FormulaError(`nothing defines '${name}'`);
    return value;
  });
}
