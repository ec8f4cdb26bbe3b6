import type { Fn, Node } from './ast.js';
import type { Chapter } from './chapter.js';
import { FormulaError, parse } from './parse.js';
import { type Axis, perChannel } from './shape.js';

/** What a set of numbers must offer to give formulas a meaning: exact columns, dual numbers, intervals, floats. */
export interface Algebra<V> {
  integer(value: number): V;
  /** Number of elements along some axes: the symbol `m`, and `N`, `C`, `S`. */
  count(over: readonly Axis[]): V;
  apply(fn: Fn, args: readonly V[], over: readonly Axis[]): V;
}

export type Lookup<V> = (name: string, over: readonly Axis[]) => V;

/** The value of a tree; `over` is what its sums and its `m` run over. */
export function evaluate<V>(node: Node, algebra: Algebra<V>, lookup: Lookup<V>, over: readonly Axis[] = perChannel): V {
  if (node.kind === 'number') return algebra.integer(node.value);
  if (node.kind === 'symbol') return lookup(node.name, over);
  const args = node.args.map((arg) => evaluate(arg, algebra, lookup, over));
  return algebra.apply(node.fn, args, over);
}

const counts: Readonly<Record<string, readonly Axis[]>> = { N: ['N'], C: ['C'], S: ['S'] };

/**
 * Names to values: what is given comes first, then the sizes `m N C S`, then the formulas of the chapters, each
 * evaluated once, when it is first read. Throws FormulaError for a name that nobody defines and for a circle.
 */
export function bind<V>(
  chapters: readonly Chapter[],
  algebra: Algebra<V>,
  given: (name: string) => V | undefined,
): Lookup<V> {
  const known = new Map<string, V>();
  const open = new Set<string>();
  const define = (name: string): V => {
    const formula = chapters.find((chapter) => Object.hasOwn(chapter, name))?.[name];
    if (!formula) throw new FormulaError(`nothing defines '${name}'`);
    if (open.has(name)) throw new FormulaError(`'${name}' is defined by itself: ${[...open, name].join(' -> ')}`);
    open.add(name);
    const value = evaluate(parse(formula.is), algebra, lookup, formula.over ?? perChannel);
    open.delete(name);
    return value;
  };
  const lookup: Lookup<V> = (name, over) => {
    const own = given(name);
    if (own !== undefined) return own;
    if (name === 'm') return algebra.count(over);
    if (Object.hasOwn(counts, name)) return algebra.count(counts[name]!);
    let value = known.get(name);
    if (value === undefined) known.set(name, (value = define(name)));
    return value;
  };
  return lookup;
}
