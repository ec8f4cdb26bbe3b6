/**
 * The syntax tree of the formula language: integers, symbols, and calls of named functions.
 * Operators are calls too (`a + b` is `add(a, b)`), so an evaluator knows one kind of inner node.
 */
export type Node =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'symbol'; readonly name: string }
  | { readonly kind: 'call'; readonly fn: Fn; readonly args: readonly Node[] };

/** Every function of the language with its number of arguments. */
export const arity = {
  add: 2,
  subtract: 2,
  multiply: 2,
  divide: 2,
  power: 2,
  negate: 1,
  abs: 1,
  sign: 1,
  sqrt: 1,
  exp: 1,
  floor: 1,
  min: 2,
  max: 2,
  sum: 1,
  peak: 1,
  choose: 3,
  equal: 2,
  unequal: 2,
  less: 2,
  lessEqual: 2,
  greater: 2,
  greaterEqual: 2,
  both: 2,
  either: 2,
  // predicates on answered bits, for laws only
  same: 2,
  isnan: 1,
  nonfinite: 1,
  refused: 1,
  pure: 1,
  right: 1,
  // readings of a tensor in a wrong order, for mutants only
  neighbour: 1,
  byPosition: 1,
  reread: 1,
} as const;
export type Fn = keyof typeof arity;

const names = new Map<string, Node>();
/** The tree that is one name; always the same object, so that what is kept by tree is found again. */
export function named(name: string): Node {
  let node = names.get(name);
  if (!node) names.set(name, (node = { kind: 'symbol', name }));
  return node;
}

/** Names a tree reads, each once, in order of first appearance. */
export function symbols(node: Node): string[] {
  const names = new Set<string>();
  const walk = (n: Node): void => {
    if (n.kind === 'symbol') names.add(n.name);
    if (n.kind === 'call') n.args.forEach(walk);
  };
  walk(node);
  return [...names];
}

/** Whether two trees are the same tree (parentheses of the text do not count). */
export function sameTree(a: Node, b: Node): boolean {
  if (a.kind === 'number') return b.kind === 'number' && a.value === b.value;
  if (a.kind === 'symbol') return b.kind === 'symbol' && a.name === b.name;
  return b.kind === 'call' && a.fn === b.fn && a.args.every((arg, i) => sameTree(arg, b.args[i]!));
}

const infix: Partial<Record<Fn, readonly [string, number]>> = {
  choose: ['?', 1],
  either: ['or', 2],
  both: ['and', 3],
  equal: ['==', 4],
  unequal: ['!=', 4],
  less: ['<', 4],
  lessEqual: ['<=', 4],
  greater: ['>', 4],
  greaterEqual: ['>=', 4],
  add: ['+', 5],
  subtract: ['-', 5],
  multiply: ['*', 6],
  divide: ['/', 6],
  negate: ['-', 7],
  power: ['^', 8],
};

/** Comparisons do not chain: `a < b < c` is no formula. */
const comparison = 4;

/** The tree as formula text, with the parentheses it needs and no others. */
export function print(node: Node, outer = 0): string {
  if (node.kind === 'number') return String(node.value);
  if (node.kind === 'symbol') return node.name;
  const [a, b, c] = node.args as [Node, Node, Node];
  const known = infix[node.fn];
  if (!known) return `${node.fn}(${node.args.map((arg) => print(arg)).join(', ')})`;
  const [sign, level] = known;
  const text =
    node.fn === 'negate'
      ? `-${print(a, level)}`
      : node.fn === 'choose'
        ? `${print(a, level + 1)} ? ${print(b, level + 1)} : ${print(c, level)}`
        : node.fn === 'power'
          ? `${print(a, level + 1)}^${print(b, level)}`
          : `${print(a, level === comparison ? level + 1 : level)} ${sign} ${print(b, level + 1)}`;
  return level < outer ? `(${text})` : text;
}
