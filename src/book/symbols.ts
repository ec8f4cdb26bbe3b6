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

/** Names that formulas or bounds read, and that nothing of the specification defines: the run or the network gives them. */
export function givenNames({ chapters, bounds }: Suite): string[] {
  const all = [...Object.values(bounds), ...Object.values(chapters)];
  const defined = all.flatMap((chapter) => Object.keys(chapter));
  const read = new Set(all.flatMap((chapter) => Object.values(chapter).flatMap(({ is }) => symbols(parse(is)))));
  return [...read].filter((name) => !defined.includes(name) && !Object.hasOwn(table, name)).sort();
}

/** What docs/acceptance.md says of a given name: the row of its table that begins with it. */
export function givenSays(name: string, { documents }: Knowledge['sources']): string | null {
  const rows = (documents.get('acceptance.md') ?? '').matchAll(/^\| ((?:`\w+`(?:, )?)+) \| (.+) \|$/gm);
  for (const [, names, says] of rows) if (names!.includes(`\`${name}\``)) return `${names}: ${says}`;
  return null;
}

/** Names that bounds and networks define, and that are no symbols of the layer. */
const boundNames = ({ bounds, chapters }: Suite): string[] =>
  [...new Set([...Object.values(bounds), ...Object.values(chapters)].flatMap((chapter) => Object.keys(chapter)))]
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
  'Names of the bounds and of networks',
  ['printed', 'name', 'is'],
  boundNames(suite).map((name) => [printed(name), html`<code>${name}</code>`, said(name, suite)]),
)}
${tabled(
  'What a run or a network gives',
  ['printed', 'name', 'is'],
  givenNames(suite).map((name) => [
    printed(name),
    html`<code>${name}</code>`,
    inline(givenSays(name, sources) ?? read(name, suite)),
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

/** What a name of the bounds or of a network is, chapter by chapter. */
const said = (name: string, { bounds, chapters }: Suite): Markup =>
  joined(
    [...definitions(name, 'spec', chapters, places.formula), ...definitions(name, 'bounds', bounds, places.bound)],
    ' ',
  );

const definitions = (name: string, kind: 'spec' | 'bounds', all: Chapters, place: typeof places.formula): Content[] =>
  Object.entries(all).flatMap(([chapter, formulas]) =>
    Object.hasOwn(formulas, name)
      ? [html`${link(place(chapter, name), chapterWords(kind, chapter).title)}: ${formulas[name]!.says}`]
      : [],
  );

/** Who reads a given name that no table explains. */
const read = (name: string, { chapters, bounds }: Suite): string => {
  const all = { ...bounds, ...chapters };
  const readers = Object.keys(all).filter((chapter) =>
    Object.values(all[chapter]!).some(({ is }) => symbols(parse(is)).includes(name)),
  );
  return `given; read by ${[...new Set(readers)].join(', ')}`;
};
