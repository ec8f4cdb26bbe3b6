import { posix } from 'node:path';
import { Marked, type Token, type Tokens } from 'marked';
import temml from 'temml';
import { translated } from '../formula/mathml.js';
import { type Markup, trusted } from '../report/markup.js';
import { guideAnchor } from './places.js';

/** Where a link of a document leads in the book; null: to what is no part of it. */
export type Leads = (path: string, anchor: string | undefined) => string | null;

/** LaTeX in MathML: what our own formulas are written in by the renderer of formulas, anything else by a library. */
export function tex(text: string, display: boolean): string {
  const marked = display ? '<math display="block">' : '<math>';
  try {
    return translated(text.replaceAll('\\mathrm', '\\operatorname')).replace('<math>', marked);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    return temml.renderToString(text, { displayMode: display, throwOnError: true });
  }
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** What GitHub makes the anchor of a heading. */
export const slug = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_\- ]/gu, '')
    .replaceAll(' ', '-');

/** Math between dollars, as GitHub reads it. */
const math = {
  name: 'math',
  level: 'inline' as const,
  start: (text: string) => text.indexOf('$'),
  tokenizer(text: string) {
    const found = /^\$(?![\s$])([^$\n]*[^\s$\\])\$(?!\d)/.exec(text);
    return found ? { type: 'math', raw: found[0], text: found[1]! } : undefined;
  },
  renderer: (token: Tokens.Generic) => tex(token.text, false),
};

/** Sentences with code and links, as our generated documents write them. */
export const inline = (text: string): Markup => trusted(plain.parseInline(text) as string);

const plain = new Marked({ extensions: [math] });

/** A document in HTML, its headings one level down; `path` is its own, in docs/. */
export function rendered(path: string, text: string, leads: Leads): Markup {
  const renderer = {
    heading(
      this: { parser: { parseInline(tokens: Token[]): string } },
      { tokens, depth, text: title }: Tokens.Heading,
    ) {
      const named = /<a id="([^"]+)"><\/a>/.exec(title);
      const id = named ? named[1]! : slug(title);
      const inner = this.parser.parseInline(tokens).replace(/<a id="[^"]*"><\/a>/, '');
      const level = Math.min(6, depth + 1);
      return depth === 1 ? '' : `<h${level} id="${guideAnchor(path, id)}">${inner}</h${level}>\n`;
    },
    link(this: { parser: { parseInline(tokens: Token[]): string } }, { href, tokens }: Tokens.Link) {
      const inner = this.parser.parseInline(tokens);
      if (/^[a-z]+:/.test(href)) return `<a href="${escaped(href)}">${inner}</a>`;
      const [file, anchor] = href.split('#') as [string, string?];
      const to = leads(file === '' ? path : posix.normalize(posix.join(posix.dirname(path), file)), anchor);
      return to === null ? inner : `<a href="${escaped(to)}">${inner}</a>`;
    },
    code: ({ text: code, lang }: Tokens.Code) =>
      lang === 'math'
        ? `<div class="formula" role="group" tabindex="0" aria-label="formula">${tex(code, true)}</div>\n`
        : `<pre tabindex="0"><code>${escaped(code)}</code></pre>\n`,
  };
  const marked = new Marked({ extensions: [math], renderer });
  return trusted(boxed(marked.parse(text) as string));
}

/** Tables scroll in a box of their own. */
const boxed = (body: string): string =>
  body
    .replaceAll('<table>', '<div class="scroll" role="group" aria-label="table" tabindex="0"><table>')
    .replaceAll('</table>', '</table></div>');
