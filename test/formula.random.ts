import { arity, type Fn, type Node } from '../src/formula/ast.js';
import type { Random } from './exact.random.js';

/** Every function of the language. */
export const everyFn = Object.keys(arity) as Fn[];

/** A tree at most `depth` calls deep over the given names, functions, and small whole numbers; exponents are 0 to 3. */
export function tree(from: Random, depth: number, names: readonly string[], fns: readonly Fn[]): Node {
  if (depth === 0 || from.unit() < 0.1) {
    if (from.unit() < 0.25) return { kind: 'number', value: from.whole(0, 12) };
    return { kind: 'symbol', name: from.pick(names) };
  }
  const fn = from.pick(fns);
  const args = Array.from({ length: arity[fn] }, () => tree(from, depth - 1, names, fns));
  if (fn === 'power') args[1] = { kind: 'number', value: from.whole(0, 3) };
  return { kind: 'call', fn, args };
}
