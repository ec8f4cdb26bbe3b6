import { symbols as table } from '../../spec/symbols.js';
import type { Node } from '../formula/ast.js';
import { named, print, symbols } from '../formula/ast.js';
import { latex } from '../formula/latex.js';
import { mathml } from '../formula/mathml.js';
import { parse } from '../formula/parse.js';
import { html, type Markup, trusted } from '../report/markup.js';
import { widthOf } from './measure.js';

/** Where a name is defined: an address of the book. */
export type Whereabouts = (name: string) => string;

/** What is inside of a `math` element. */
const inside = (math: string): string => math.slice('<math>'.length, -'</math>'.length);

/**
 * A text in MathML, each name in it a link to where it is defined. Without the links it is what `mathml` gives: the first
 * letter or word of each name is set as a mark, and then becomes a link. Within `mi` browsers read HTML, around it they do not.
 */
export function row(formula: string | Node, whereabouts: Whereabouts): string {
  const tree = typeof formula === 'string' ? parse(formula) : formula;
  const marked = Object.fromEntries(symbols(tree).map((name) => [name, { latex: markedName(name) }]));
  return inside(mathml(tree, marked)).replace(/<mi class="word">@(\w+)<\/mi>/g, (_, name: string) =>
    first(name).replace(/>([^<]*)</, (_, letter: string) => `><a href="${whereabouts(name)}">${letter}</a><`),
  );
}

/** The LaTeX of a name with a mark in place of its first letter or word; an accent stays above it. */
const markedName = (name: string): string =>
  latex(named(name), table).replace(
    /^((?:\\(?:hat|bar|tilde)\{)?)(?:\\mathit\{(?:[^{}]|\\_)*\}|\\[A-Za-z]+|[A-Za-z])/,
    (_, accent: string) => `${accent}\\mathit{@${name}}`,
  );

/** The element that the mark stands for. */
const first = (name: string): string => /<mi[^>]*>[^<]*<\/mi>/.exec(mathml(named(name), table))![0];

/** A formula under its name, on a line of its own; wide ones scroll in their box. */
export const definition = (name: string, text: string, whereabouts: Whereabouts): Markup =>
  display(`${row(name, whereabouts)}<mo>=</mo>${row(text, whereabouts)}`, `${name} = ${text}`);

/** A law: one line for each statement that `and` joins. */
export const statement = (text: string, whereabouts: Whereabouts): Markup =>
  html`${statements(parse(text)).map((node) => display(row(node, whereabouts), print(node)))}`;

const statements = (node: Node): Node[] =>
  node.kind === 'call' && node.fn === 'both' ? node.args.flatMap(statements) : [node];

/**
 * What stands on a line of its own: the text as it is executed is its name for who does not see it. On paper, where nothing
 * scrolls, a wide one is set smaller.
 */
export const display = (inner: string, text: string): Markup =>
  html`<div class="formula" role="group" aria-label="${text}" tabindex="0" style="--wide:${Math.ceil(widthOf(inner))}">${trusted(`<math display="block">${inner}</math>`)}</div>`;

/** A name as it is printed, without a link; who does not see it hears the name. */
export const nameOf = (name: string): Markup =>
  trusted(mathml(named(name), table).replace('<math>', `<math aria-label="${name}">`));

/** A link by a name as it is printed. */
export const nameLink = (to: string, name: string): Markup => html`<a href="${to}">${nameOf(name)}</a>`;
