import type { Node } from './ast.js';

/** What a name stands for while a tree is simplified: a number, a tree of its own, or itself (undefined). */
export type Known = (name: string) => Node | undefined;

/**
 * A tree with what is known put in and worked out as far as it is about 0 and 1: a switch that is off takes all that it
 * multiplies with it, and a choice that is made leaves one branch. Meant for switches, not for data: 0 * x is 0 here,
 * whatever x is.
 */
export function simplify(node: Node, known: Known): Node {
  if (node.kind === 'number') return node;
  if (node.kind === 'symbol') {
    const is = known(node.name);
    return is?.kind === 'number' ? is : node;
  }
  const args = node.args.map((arg) => simplify(arg, known));
  const left = args.every((arg, i) => arg === node.args[i]) ? node : { ...node, args };
  if (node.fn === 'choose' && args[0]!.kind === 'number') return args[0]!.value !== 0 ? args[1]! : args[2]!;
  const [a, b] = args as [Node, Node];
  const value = (of: Node | undefined): number => (of?.kind === 'number' ? of.value : NaN);
  const [x, y] = [value(a), value(b)];
  const number = (is: number): Node => ({ kind: 'number', value: is });
  switch (node.fn) {
    case 'multiply':
      return x === 0 || y === 0 ? number(0) : x === 1 ? b : y === 1 ? a : left;
    case 'add':
      return x === 0 ? b : y === 0 ? a : left;
    case 'subtract':
      return y === 0 ? a : x === 1 && y === 1 ? number(0) : left;
    case 'divide':
      return y === 1 ? a : left;
    case 'abs':
    case 'sum':
      return x === 0 ? number(0) : left;
    default:
      return left;
  }
}
