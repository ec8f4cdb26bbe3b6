import { type Column, column, equal, integer, sign } from '../exact/column.js';
import { symbols } from '../formula/ast.js';
import { type Channels, channelwise } from '../formula/channels.js';
import { evaluate } from '../formula/evaluate.js';
import { FormulaError, parse } from '../formula/parse.js';
import { perChannel } from '../formula/shape.js';
import { type Field, reading } from './identity.js';
import type { Op } from './layer.js';
import type { Identity } from './property.js';
import { isVariable, type Small, smallest, type Variable } from './smallest.js';
import type { Spec } from './subject.js';

/** A wrong statement that is taught: two texts that are said to be the same, and are not. */
export interface Misconception {
  /** The statement as it is found: wrong. */
  readonly claims: string;
  /** What is so instead. */
  readonly says: string;
  /** The operation whose formulas the texts read. */
  readonly of: Op;
  /** What the statement is about, in names of the specification. */
  readonly right: string;
  /** What it is said to be. */
  readonly wrong: string;
  /** What it is, where that can be said in closed form. */
  readonly is?: string;
  /** The data it is said of, where not of all: what must be so, and what stands for a name. */
  readonly where?: string;
  readonly about?: Identity['about'];
  /** Answers to other questions, by name. */
  readonly answers?: Identity['answers'];
  /** Other texts whose values a reader of the counterexample wants to see. */
  readonly shows?: readonly string[];
  /** Channels of the batch; 1 unless said. */
  readonly channels?: number;
  /** Mutants that are this mistake: under their edits the right text comes to the wrong one. */
  readonly mutants: readonly string[];
  /** Who taught or wrote it so. */
  readonly seen: readonly string[];
}

/** The smallest case on which both texts differ; null is no value, as of a division by zero. */
export interface Counterexample extends Small {
  readonly right: Channels;
  readonly wrong: Channels | null;
}

/** What a search over small cases came to: its counterexample, or none among so many. */
export interface Search {
  readonly found: Counterexample | null;
  /** Cases that are smaller, on which both texts agree or which the statement does not mean. */
  readonly before: number;
}

/** Tries so many cases, the smallest first; so the first that differs is minimal. */
export function search(misconception: Misconception, spec: Spec, limit = 10_000): Search {
  let before = 0;
  for (const small of cases(misconception, spec)) {
    if (before === limit) break;
    if (meant(misconception, spec, small)) {
      const { right, wrong } = sides(misconception, spec, small);
      if (right && !(wrong && same(right, wrong))) return { found: { ...small, right, wrong }, before };
    }
    before += 1;
  }
  return { found: null, before };
}

/** Cases of the names that a statement reads, the smallest first, without end. */
export function cases(misconception: Misconception, spec: Spec): Generator<Small> {
  return smallest(inputs(misconception, spec), misconception.channels ?? 1);
}

/** Both texts on one case. */
export function sides(misconception: Misconception, spec: Spec, small: Small) {
  const { right, wrong } = misconception;
  const [of, as] = [right, wrong].map((text) => valued(text, misconception, spec, small));
  return { right: of!, wrong: as! };
}

/** Whether the statement is meant of such data. */
export function meant(misconception: Misconception, spec: Spec, small: Small): boolean {
  const { where } = misconception;
  return where === undefined || !!valued(where, misconception, spec, small)?.every((value) => sign(value, 0) === 1);
}

export const same = (a: Channels, b: Channels): boolean =>
  Array.from({ length: Math.max(a.length, b.length) }, (_, c) => c).every((c) =>
    equal(a[c % a.length]!, b[c % b.length]!),
  );

/** A text on one case, exactly; null where it has no value. Throws RangeError where it has one that no one root can say. */
export function valued(text: string, misconception: Misconception, spec: Spec, { m, given }: Small): Channels | null {
  const { of, about, answers, channels = 1 } = misconception;
  const identity: Identity = { ...(about && { about }), ...(answers && { answers }) };
  const field: Field<Channels> = { algebra: (size) => channelwise(size, channels), pick: unpicked };
  const lookup = reading(spec, { law: { of }, identity, m }, field, (name) =>
    name === 'divisor' ? [integer(BigInt(m))] : given[name]?.map(columns),
  );
  try {
    return evaluate(parse(text), field.algebra(m), lookup, perChannel);
  } catch (cause) {
    if (/^(division by zero|square root of a negative number)$/.test((cause as Error).message)) return null;
    throw cause;
  }
}

const columns = (values: readonly number[]): Column => column(values);
const unpicked = (): never => {
  throw new FormulaError('a misconception is of one batch: its answers choose no elements');
};

/** The inputs that a statement reads, by all formulas that its texts lead to; the divisor is m. */
function inputs({ of, right, wrong, where, about = {}, answers = {} }: Misconception, spec: Spec): Variable[] {
  const [found, seen] = [new Set<string>(), new Set<string>()];
  const follow = (text: string, op: Op, replaced: readonly string[] = []): void => {
    for (const name of symbols(parse(text))) {
      const key = `${op} ${name} ${replaced}`;
      if (seen.has(key) || name === 'm' || name === 'divisor' || replaced.includes(name)) continue;
      seen.add(key);
      const answer = answers[name];
      const formula = spec.chapters[op].find((chapter) => Object.hasOwn(chapter, name))?.[name];
      if (answer) {
        const given = answer.with ?? {};
        for (const part of Object.values(given)) follow(part, op);
        follow(answer.is, answer.of ?? op, Object.keys(given));
      } else if (about[name] !== undefined) follow(about[name], op, replaced);
      else if (formula) follow(formula.is, op, replaced);
      else found.add(name);
    }
  };
  for (const text of [right, wrong, ...(where === undefined ? [] : [where])]) follow(text, of);
  for (const name of found) if (!isVariable(name)) throw new FormulaError(`nothing gives '${name}'`);
  return [...found].filter(isVariable).sort();
}
