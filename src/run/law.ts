import { type Fn, type Node, print, symbols } from '../formula/ast.js';
import { parse } from '../formula/parse.js';

/** One comparison or predicate; a law is one or several, joined by `and`. */
export type Clause =
  | {
      readonly kind: 'compare';
      readonly fn: Relation;
      readonly left: Node;
      readonly right: Node;
      readonly text: string;
    }
  | { readonly kind: 'predicate'; readonly fn: Predicate; readonly names: readonly string[]; readonly text: string };
export type Relation = 'equal' | 'less' | 'lessEqual' | 'greater' | 'greaterEqual';
export type Predicate = 'same' | 'isnan' | 'nonfinite' | 'refused' | 'pure' | 'right';

const relations: readonly Fn[] = ['equal', 'less', 'lessEqual', 'greater', 'greaterEqual'];
const predicates: readonly Fn[] = ['same', 'isnan', 'nonfinite', 'refused', 'pure', 'right'];

/** The clauses of a law's text. Throws Error naming the law for a text that states nothing. */
export function clauses(text: string, id: string): Clause[] {
  const split = (node: Node): Clause[] => {
    if (node.kind === 'call' && node.fn === 'both') return node.args.flatMap(split);
    if (node.kind === 'call' && relations.includes(node.fn)) {
      const [left, right] = node.args as [Node, Node];
      return [{ kind: 'compare', fn: node.fn as Relation, left, right, text: print(node) }];
    }
    if (node.kind === 'call' && predicates.includes(node.fn)) {
      if (node.args.some((arg) => arg.kind !== 'symbol'))
        throw new Error(`${id}: ${print(node)} takes names, not formulas`);
      return [{ kind: 'predicate', fn: node.fn as Predicate, names: symbols(node), text: print(node) }];
    }
    throw new Error(`${id}: '${print(node)}' states nothing; a law compares two sides or names a predicate`);
  };
  return split(parse(text));
}

export const reads = (clause: Clause): string[] =>
  clause.kind === 'predicate' ? [...clause.names] : [...new Set([...symbols(clause.left), ...symbols(clause.right)])];
