import { symbols as table } from '../../spec/symbols.js';
import type { Node } from '../formula/ast.js';
import { print, symbols } from '../formula/ast.js';
import { latex, type SymbolTable } from '../formula/latex.js';
import { mathml } from '../formula/mathml.js';
import { parse } from '../formula/parse.js';
import { html, type Markup, trusted } from '../report/markup.js';

/** Where a name is defined: an address of the book. */
export type Whereabouts = (name: string) => string;

/** What is inside of a `math` element. */
const inside = (math: string): string => math.slice('<math>'.length, -'</math>'.length);

/**
 * A text in MathML, each name in it a link to where it is defined. Without the links it is what `mathml` gives: each name is
 * set as a mark first, which keeps the exponents and primes that parentheses depend on.
 */
export function row(formula: string | Node, whereabouts: Whereabouts): string {
  const tree = typeof formula === 'string' ? parse(formula) : formula;
  const marked: Record<string, { latex: string }> = {};
  for (const name of symbols(tree)) marked[name] = { latex: `\\mathit{@${name}${/[\^']/.exec(printed(name)) ?? ''}}` };
  return inside(mathml(tree, { ...table, ...marked } satisfies SymbolTable)).replace(
    /<mi class="word">@(\w+)[\^']?<\/mi>/g,
    (_, name: string) => hung(name, whereabouts(name)),
  );
}

const printed = (name: string): string => latex({ kind: 'symbol', name }, table);

/** The first letter or word of a name is the link: within `mi` browsers read HTML, around it they do not. */
const hung = (name: string, to: string): string =>
  inside(mathml({ kind: 'symbol', name }, table)).replace(
    /(<mi[^>]*>)([^<]*)<\/mi>/,
    (_, open: string, letter: string) => `${open}<a href="${to}">${letter}</a></mi>`,
  );

/** A formula under its name, on a line of its own; wide ones scroll in their box. */
export const definition = (name: string, text: string, whereabouts: Whereabouts): Markup =>
  display(`${row(name, whereabouts)}<mo>=</mo>${row(text, whereabouts)}`, `${name} = ${text}`);

/** A law: one line for each statement that `and` joins. */
export const statement = (text: string, whereabouts: Whereabouts): Markup =>
  html`${statements(parse(text)).map((node) => display(row(node, whereabouts), print(node)))}`;

const statements = (node: Node): Node[] =>
  node.kind === 'call' && node.fn === 'both' ? node.args.flatMap(statements) : [node];

/** What stands on a line of its own: the text as it is executed is its name for who does not see it. */
const display = (inner: string, text: string): Markup =>
  html`<div class="formula" role="group" aria-label="${text}" tabindex="0">${trusted(`<math display="block">${inner}</math>`)}</div>`;

/** A name as it is printed, without a link. */
export const nameOf = (name: string): Markup => trusted(mathml({ kind: 'symbol', name }, table));
