import { symbols as table } from '../../spec/symbols.js';
import { symbols } from '../formula/ast.js';
import { parse } from '../formula/parse.js';
import { html, type Markup, table as tabled } from '../report/markup.js';
import type { Suite } from '../suite.js';
import { chapterWords } from './chapters.js';
import type { Knowledge } from './knowledge.js';
import { inline } from './markdown.js';
import { type Content, joined, link, type Page } from './page.js';
import { anchorOf, places } from './places.js';
import { nameOf } from './typeset.js';

type Chapters = Suite['chapters'];

/** Names that bounds read, and that neither they nor the specification define: the run gives them. */
export function givenNames({ chapters, bounds }: Suite): string[] {
  const all = [...Object.values(bounds)].flatMap((chapter) => Object.values(chapter));
  const defined = [...Object.values(bounds), ...Object.values(chapters)].flatMap((chapter) => Object.keys(chapter));
  const read = new Set(all.flatMap(({ is }) => symbols(parse(is))));
  return [...read].filter((name) => !defined.includes(name) && !Object.hasOwn(table, name)).sort();
}

/** What docs/acceptance.md says of a given name: the row of its table that begins with it. */
export function givenSays(name: string, { documents }: Knowledge['sources']): string | null {
  const rows = (documents.get('acceptance.md') ?? '').matchAll(/^\| ((?:`\w+`(?:, )?)+) \| (.+) \|$/gm);
  for (const [, names, says] of rows) if (names!.includes(`\`${name}\``)) return `${names}: ${says}`;
  return null;
}

/** Names that bounds define. */
const boundNames = ({ bounds }: Suite): string[] =>
  [...new Set(Object.values(bounds).flatMap((chapter) => Object.keys(chapter)))]
    .filter((name) => !Object.hasOwn(table, name))
    .sort();

/** Every name that a formula may read. */
export const symbolPage = ({ suite, sources }: Knowledge): Page => ({
  file: 'symbols',
  title: 'Index of symbols',
  body: html`<p class="lead">Names follow <a href="https://arxiv.org/abs/1502.03167">arXiv 1502.03167</a>. Every symbol in a formula of this book leads here, or to the formula that defines it.</p>
${tabled(
  'Names of the specification',
  ['printed', 'name', 'is', 'shape', 'given by'],
  Object.entries(table).map(([name, { says, shape, owner }]) => [
    printed(name),
    html`<code>${name}</code>`,
    says,
    shape === '1' ? 'a number' : html`<code>${shape}</code>`,
    givenBy(name, owner, suite.chapters),
  ]),
)}
${tabled(
  'Names of the bounds',
  ['printed', 'name', 'is'],
  boundNames(suite).map((name) => [printed(name), html`<code>${name}</code>`, said(name, suite)]),
)}
${tabled(
  'What a run gives to the bounds',
  ['printed', 'name', 'is'],
  givenNames(suite).map((name) => [
    printed(name),
    html`<code>${name}</code>`,
    inline(givenSays(name, sources) ?? 'given by the run'),
  ]),
)}`,
});

const printed = (name: string): Markup => html`<span id="${anchorOf(places.symbol(name))}">${nameOf(name)}</span>`;

/** The formulas that define it, or who else does. */
function givenBy(name: string, owner: string, all: Chapters): Content {
  const homes = Object.keys(all).filter((chapter) => Object.hasOwn(all[chapter]!, name));
  if (homes.length === 0) return `the ${owner}`;
  return joined(homes.map((home) => link(places.formula(home, name), chapterWords('spec', home).title.toLowerCase())));
}

/** What a name of the bounds is, chapter by chapter. */
const said = (name: string, { bounds }: Suite): Markup =>
  joined(
    Object.entries(bounds).flatMap(([chapter, formulas]) =>
      Object.hasOwn(formulas, name)
        ? [html`${link(places.bound(chapter, name), chapterWords('bounds', chapter).title)}: ${formulas[name]!.says}`]
        : [],
    ),
    ' ',
  );
