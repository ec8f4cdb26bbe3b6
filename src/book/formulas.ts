import type { Chapter } from '../formula/chapter.js';
import { html, type Markup } from '../report/markup.js';
import type { Suite } from '../suite.js';
import { chapterWords } from './chapters.js';
import { formulaEntry } from './formula.js';
import type { Knowledge } from './knowledge.js';
import type { Page } from './page.js';
import { chapterFile, places } from './places.js';
import { nameLink } from './typeset.js';

/** A page for each chapter of the specification. */
export const formulaPages = (known: Knowledge): Page[] =>
  Object.entries(known.suite.chapters).map(([name, chapter]) => ({
    file: chapterFile('spec', name),
    title: chapterWords('spec', name).title,
    body: html`<p class="lead">${chapterWords('spec', name).says}</p>
${computedBy(chapter, known.suite)}
<ul class="entries">${Object.keys(chapter).map((symbol) => html`<li>${nameLink(places.formula(name, symbol), symbol)}</li>`)}</ul>
${Object.keys(chapter).map((symbol) => formulaEntry(known, name, symbol))}`,
  }));

/** The operations that read the chapter. */
function computedBy(chapter: Chapter, { spec }: Suite): Markup | null {
  const ops = Object.entries(spec.chapters).flatMap(([op, read]) => (read.includes(chapter) ? [op] : []));
  if (ops.length === 0) return null;
  return html`<p>Read by ${ops.map((op, i) => html`${i > 0 ? ', ' : null}<code>${op}</code>`)}. Sums run over the elements of one channel unless a formula says otherwise. Nothing here is rounded.</p>`;
}
