import { facts as factsOf } from '../docs/laws.js';
import { byChapter } from '../docs/markdown.js';
import { html, type Markup, table } from '../report/markup.js';
import { sampling } from '../run/identity.js';
import type { Property } from '../run/property.js';
import { chapterWords } from './chapters.js';
import { chanceOf, type Knowledge } from './knowledge.js';
import { inline } from './markdown.js';
import { entry, lines, link, linked, type Page } from './page.js';
import { anchorOf, chapterFile, places } from './places.js';
import { definition, statement } from './typeset.js';
import { inLaw } from './whereabouts.js';

/** An overview of the laws, and a page for each of their chapters. */
export function lawPages(known: Knowledge): Page[] {
  const chapters = byChapter(known.suite.laws).sort(([a], [b]) => rank(a, known) - rank(b, known));
  return [
    { file: 'laws', title: 'The laws', body: overview(chapters, known) },
    ...chapters.map(([name, members]) => ({
      file: chapterFile('laws', name),
      title: `Laws: ${chapterWords('laws', name).title.toLowerCase()}`,
      short: chapterWords('laws', name).title,
      body: html`<p class="lead">${chapterWords('laws', name).says}</p>
<ul class="entries long">${members.map(({ id, title }) => html`<li>${linked(places.law(id), id)} ${title}</li>`)}</ul>
${members.map((law) => described(law, known))}`,
    })),
  ];
}

/** In the order in which the suite has them. */
const rank = (chapter: string, { suite }: Knowledge): number =>
  suite.laws.findIndex(({ id }) => id.startsWith(`${chapter}.`));

/** How many of these laws are proved, and how surely the weakest. */
export function proved(
  laws: readonly Property[],
  { proofs }: Knowledge,
): { readonly count: number; readonly weakest: number } {
  const all = laws.flatMap(({ id }) => proofs.get(id) ?? []);
  return { count: all.length, weakest: Math.min(...all.map(chanceOf)) };
}

const overview = (chapters: ReturnType<typeof byChapter<Property>>, known: Knowledge): Markup => html`
<p class="lead">${known.suite.laws.length} laws that a right kernel keeps. Each is a text that is executed as it is printed.</p>
<p>The names in a law are what the target answered, what was drawn, and the ${link('spec.html', 'formulas of the specification')}. Both sides stand for
ranges: of what an answer may be off by (${link('bounds.html', 'the bounds')}) and of its rounding to storage. The law holds where the ranges meet.</p>
<p>${proved(known.suite.laws, known).count} laws are identities of the specification and proved of it, up to chance: tried in exact arithmetic at
${sampling.points} points for each size of the batch that is named, every coordinate drawn from 2<sup>${sampling.bits}</sup> whole numbers. An identity of degree D that is
false passes with probability (D / 2<sup>${sampling.bits}</sup>)<sup>${sampling.points}</sup> at most (Schwartz and Zippel). The others, on bits, on order, on more than the
formulas say, are tested on the rounded specification.</p>
${table(
  'Chapters of the laws',
  ['chapter', 'laws', 'proved', 'about'],
  chapters.map(([name, members]) => [
    link(`${chapterFile('laws', name)}.html`, chapterWords('laws', name).title),
    members.length,
    proved(members, known).count,
    chapterWords('laws', name).says,
  ]),
)}`;

function described(law: Property, known: Knowledge): Markup {
  const { id, title } = law;
  const proof = known.proofs.get(id);
  const standing = proof
    ? html`<p class="standing proved">proved, up to 2<sup>−${chanceOf(proof)}</sup></p>`
    : html`<p class="standing">tested</p>`;
  return entry(
    anchorOf(places.law(id)),
    html`<code>${id}</code>`,
    html`${standing}<p class="says">${title}.</p>
${texts(law, known)}
${lines(factsOf(law, known.suite).map(inline))}`,
  );
}

function texts(law: Property, known: Knowledge): Markup {
  const whereabouts = inLaw(law, known.suite);
  const shown = (text: string): Markup =>
    html`${statement(text, whereabouts)}<p class="executed"><code>${text}</code></p>`;
  const main =
    typeof law.law === 'string'
      ? shown(law.law)
      : Object.entries(law.law).map(
          ([m1, text]) =>
            html`<p>Where training on one element per channel gives <code>${m1}</code>${text === null ? ' it says nothing.' : ':'}</p>${text === null ? null : shown(text)}`,
        );
  const where = Object.entries(law.where ?? {}).map(
    ([name, text]) =>
      html`${definition(name, text, whereabouts)}<p class="executed"><code>${name} = ${text}</code></p>`,
  );
  return html`${main}${where.length === 0 ? null : html`<p>where</p>${where}`}`;
}
