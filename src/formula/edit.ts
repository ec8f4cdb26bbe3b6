import { type Node, print, sameTree } from './ast.js';
import { FormulaError, parse } from './parse.js';

/**
 * Replaces the one place where `from` stands in `text` by `to`, matched on the syntax tree.
 * Throws FormulaError unless it stands there exactly once, so a mutant can never silently miss its formula.
 */
export function edit(text: string, from: string, to: string): string {
  const [edited, found] = replaced(text, from, to);
  if (found !== 1)
    throw new FormulaError(`'${from}' stands ${found} times in '${text}'; an edit needs exactly one place`);
  return edited;
}

/** Replaces `from` by `to` wherever it stands in `text`; where it stands nowhere, the text itself comes back. */
export function replace(text: string, from: string, to: string): string {
  const [edited, found] = replaced(text, from, to);
  return found === 0 ? text : edited;
}

function replaced(text: string, from: string, to: string): [edited: string, found: number] {
  const target = parse(from);
  const replacement = parse(to);
  let found = 0;
  const walk = (node: Node): Node => {
    if (sameTree(node, target)) {
      found += 1;
      return replacement;
    }
    return node.kind === 'call' ? { ...node, args: node.args.map(walk) } : node;
  };
  return [print(walk(parse(text))), found];
}
