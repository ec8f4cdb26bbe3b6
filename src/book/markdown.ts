import { posix } from 'node:path';
import { Marked, type Token, type Tokens } from 'marked';
import temml from 'temml';
import { translated } from '../formula/mathml.js';
import { type Markup, trusted } from '../report/markup.js';
import { guideAnchor } from './places.js';

/** Where a link of a document leads in the book, and what is called so there; null: to what is no part of it. */
export type Leads = (
  path: string,
  anchor: string | undefined,
) => { readonly to: string; readonly title: string } | null;

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

interface Parsing {
  readonly parser: { parseInline(tokens: Token[]): string };
}

/** Sentences with code and links, as our generated documents write them. */
export const inline = (text: string): Markup => trusted(plain.parseInline(text) as string);

const plain = new Marked({ extensions: [math] });

const headingsOf = (text: string): string[] => [...text.matchAll(/^#+ (.*)$/gm)].map(([, title]) => title!);

/** A document in HTML, its headings so many levels down; `path` is its own, in docs/. */
export function rendered(path: string, text: string, leads: Leads, down = 0): Markup {
  const known = new Set(headingsOf(text).map(slug));
  const renderer = {
    heading(this: Parsing, { tokens, depth, text: title }: Tokens.Heading) {
      const named = /<a id="([^"]+)"><\/a>/.exec(title);
      const id = named ? named[1]! : slug(title);
      const inner = this.parser.parseInline(tokens).replace(/<a id="[^"]*"><\/a>/, '');
      const level = Math.min(6, depth + down);
      return depth === 1 ? '' : `<h${level} id="${guideAnchor(path, id)}">${inner}</h${level}>\n`;
    },
    link(this: Parsing, { href, tokens }: Tokens.Link) {
      const inner = this.parser.parseInline(tokens);
      if (/^[a-z]+:/.test(href)) return `<a href="${escaped(href)}">${inner}</a>`;
      const [file, anchor] = href.split('#') as [string, string?];
      const to = leads(file === '' ? path : posix.normalize(posix.join(posix.dirname(path), file)), anchor);
      if (to === null) return inner;
      return `<a href="${escaped(to.to)}">${/^[\w./-]+\.md$/.test(inner) ? escaped(to.title) : inner}</a>`;
    },
    // one that begins with bold words is led to by them
    paragraph(this: Parsing, { tokens, text: words }: Tokens.Paragraph) {
      const bold = /^\*\*([^*]+)\*\*/.exec(words)?.[1];
      const id = bold === undefined || known.has(slug(bold)) ? '' : ` id="${guideAnchor(path, slug(bold))}"`;
      if (bold !== undefined) known.add(slug(bold));
      return `<p${id}>${this.parser.parseInline(tokens)}</p>\n`;
    },
    image: ({ href, text: says }: Tokens.Image) =>
      `<img src="${escaped(posix.normalize(posix.join(posix.dirname(path), href)))}" alt="${escaped(says)}">`,
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
    .replace(/<th( [^>]*)?><\/th>/g, '<td$1></td>')
    .replaceAll('<table>', '<div class="scroll" role="group" aria-label="table" tabindex="0"><table>')
    .replaceAll('</table>', '</table></div>');
