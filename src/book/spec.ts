import { html, table } from '../report/markup.js';
import { chapterWords } from './chapters.js';
import type { Knowledge } from './knowledge.js';
import { joined, link, type Page } from './page.js';
import { chapterFile } from './places.js';
import { titleOf } from './whereabouts.js';

/** An overview of the specification. */
export const specPage = ({ suite: { spec, chapters } }: Knowledge): Page => ({
  file: 'spec',
  title: 'The specification',
  body: html`<p class="lead">The mathematics is written once, as text. One evaluator gives it exact meaning, one renderer prints it: what is printed is what is executed.</p>
${table(
  'What the operations compute',
  ['operation', 'reads'],
  Object.entries(spec.chapters).map(([op, read]) => [
    html`<code>${op}</code>`,
    joined(
      read
        .map((chapter) => titleOf(chapter, chapters)!)
        .map((name) => link(`${chapterFile('spec', name)}.html`, chapterWords('spec', name).title.toLowerCase())),
    ),
  ]),
)}
${table(
  'Chapters of the specification',
  ['chapter', 'formulas', 'about'],
  Object.entries(chapters).map(([name, chapter]) => [
    link(`${chapterFile('spec', name)}.html`, chapterWords('spec', name).title),
    Object.keys(chapter).length,
    chapterWords('spec', name).says,
  ]),
)}
<p>All names: ${link('symbols.html', 'the index of symbols')}.</p>`,
});
