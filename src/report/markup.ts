import { visible } from './visible.js';

/** Text that is HTML already, and safe. Only `html` and `trusted` make any. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

type Part = Markup | string | number | null | readonly Part[];

/**
 * HTML from a template. Whatever stands in `${}` is text, in an element or between the quotes of an attribute: it can
 * neither make an element nor leave the quotes, and what would hide or reorder text is made visible. Lists are joined,
 * null is nothing; only other templates go in as they are.
 */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Markup =>
  new Markup(strings.reduce((all, string, i) => all + written(parts[i - 1]!) + string));

/** What we have made ourselves: MathML, a style, a script. */
export const trusted = (text: string): Markup => new Markup(text);

function written(part: Part): string {
  if (part === null) return '';
  if (part instanceof Markup) return part.text;
  if (Array.isArray(part)) return part.map(written).join('');
  return escaped(String(part));
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => visible(text).replace(/[&<>"']/g, (mark) => entities[mark]!);

/** A table that a reader may need to scroll in: its caption, heads, and rows, the first cell of each being its head. */
export function table(caption: string, head: readonly string[], rows: readonly (readonly Part[])[]): Markup {
  const cells = (row: readonly Part[]): Markup[] =>
    row.map((cell, i) => (i === 0 ? html`<th scope="row">${cell}</th>` : html`<td class="${kind(cell)}">${cell}</td>`));
  return html`<div class="scroll" role="group" aria-label="${caption}" tabindex="0"><table><caption>${caption}</caption>
<thead><tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${cells(row)}</tr>\n`)}</tbody></table></div>`;
}

/** Numbers stand below each other. */
const kind = (cell: Part): string =>
  typeof cell === 'number' || /^-?[\d ]+(\.\d+)?(e-?\d+)?( %)?$|^without bound$/.test(String(cell)) ? 'number' : 'text';
