import { html, type Markup, trusted } from './markup.js';

/** Typesets the text of a law: MathML, one piece for each statement that `and` joins; null for a text that is no formula. */
export type Typeset = (text: string) => readonly string[] | null;

/** A law as it is printed, and as it was executed. */
export function formula(text: string, typeset: Typeset): Markup | null {
  if (text === '') return null;
  const pieces = typeset(text);
  if (pieces === null) return html`<p class="formula"><code>${text}</code></p>`;
  return html`<p class="formula">${pieces.map((piece, i) => html`${i > 0 ? ' and ' : null}${trusted(piece)}`)}</p>
<p class="executed"><code>${text}</code></p>`;
}
