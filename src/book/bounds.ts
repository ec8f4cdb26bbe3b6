import { symbols } from '../formula/ast.js';
import type { Chapter } from '../formula/chapter.js';
import { parse } from '../formula/parse.js';
import { html, type Markup, table } from '../report/markup.js';
import { chapterWords, derivation } from './chapters.js';
import { boundUse } from './experiment.js';
import type { Knowledge } from './knowledge.js';
import { type Content, entry, facts, joined, lines, link, type Page } from './page.js';
import { anchorOf, chapterFile, places } from './places.js';
import { definition, nameLink, nameOf } from './typeset.js';
import { inChapter, saysOf } from './whereabouts.js';

/** An overview of the bounds, and a page for each of their chapters. */
export const boundPages = (known: Knowledge): Page[] => [
  { file: 'bounds', title: 'The bounds', body: overview(known) },
  ...Object.entries(known.suite.bounds).map(([name, chapter]) => ({
    file: chapterFile('bounds', name),
    title: `Bounds: ${chapterWords('bounds', name).title.toLowerCase()}`,
    short: chapterWords('bounds', name).title,
    body: html`<p class="lead">${chapterWords('bounds', name).says}</p>
<ul class="entries">${Object.keys(chapter).map((symbol) => html`<li>${nameLink(places.bound(name, symbol), symbol)}</li>`)}</ul>
${Object.keys(chapter).map((symbol) => described(known, name, symbol))}`,
  })),
];

/** The chapters that define a bound. */
const homes = (bound: string, { suite }: Knowledge): string[] =>
  Object.keys(suite.bounds).filter((chapter) => Object.hasOwn(suite.bounds[chapter]!, bound));

const overview = (
  known: Knowledge,
): Markup => html`<p class="lead">What a right implementation may be off by, before it is rounded to storage.</p>
<p>The exact value is computed with integers; beside it stands, for every single element, an error bound from the data of its own channel. No tolerance is picked by hand.
Why the bounds hold: ${link(places.guide('acceptance.md', ''), 'the derivation')}.</p>
${table(
  'Which bound an output is held to, and what real implementations use of it',
  ['output', 'bound', 'in practice'],
  Object.entries(known.suite.spec.allowance).map(([output, bound]) => [
    html`<code>${output}</code>`,
    joined(
      homes(bound, known).map((chapter) =>
        link(
          places.bound(chapter, bound),
          html`${nameOf(bound)} (${chapterWords('bounds', chapter).title.toLowerCase()})`,
        ),
      ),
    ),
    boundUse(output, known.sources),
  ]),
)}
${table(
  'Chapters of the bounds',
  ['chapter', 'formulas', 'about'],
  Object.entries(known.suite.bounds).map(([name, chapter]) => [
    link(`${chapterFile('bounds', name)}.html`, chapterWords('bounds', name).title),
    Object.keys(chapter).length,
    chapterWords('bounds', name).says,
  ]),
)}`;

function described({ suite, sources }: Knowledge, chapterName: string, name: string): Markup {
  const chapter: Chapter = suite.bounds[chapterName]!;
  const { is, says } = chapter[name]!;
  const whereabouts = inChapter(chapter, suite);
  const held = Object.entries(suite.spec.allowance).flatMap(([output, bound]) => (bound === name ? [output] : []));
  const read: Content[] = symbols(parse(is)).map(
    (symbol) => html`${nameLink(whereabouts(symbol), symbol)} ${saysOf(symbol, chapter, suite)}`,
  );
  return entry(
    anchorOf(places.bound(chapterName, name)),
    html`${nameOf(name)} <code>${chapterName}.${name}</code>`,
    html`<p class="says">${says}</p>
${definition(name, is, (symbol) => (symbol === name ? places.symbol(name) : whereabouts(symbol)))}
<p class="executed"><code>${name} = ${is}</code></p>
${facts({
  Reads: lines(read),
  Holds: lines(held.map((output) => html`<code>${output}</code>. ${boundUse(output, sources)}`)),
  Derivation: link(derivation(chapterName), 'Why it holds'),
})}`,
  );
}
