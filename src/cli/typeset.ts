import { symbols } from '../../spec/symbols.js';
import type { Node } from '../formula/ast.js';
import { mathml } from '../formula/mathml.js';
import { FormulaError, parse } from '../formula/parse.js';
import type { Typeset } from '../report/html-formula.js';

/** Longer texts are of no law of ours. */
const longest = 2048;

/** Laws as MathML; a report from elsewhere may hold what is no formula, which is shown as it is. */
export const typeset: Typeset = (text) => {
  if (text.length > longest) return null;
  try {
    return statements(parse(text)).map((node) => mathml(node, symbols));
  } catch (cause) {
    if (!(cause instanceof FormulaError)) throw cause;
    return null;
  }
};

const statements = (node: Node): Node[] =>
  node.kind === 'call' && node.fn === 'both' ? node.args.flatMap(statements) : [node];
