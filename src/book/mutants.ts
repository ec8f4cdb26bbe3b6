import { byChapter } from '../docs/markdown.js';
import { html, type Markup, table } from '../report/markup.js';
import type { Mutant, WrongKernel } from '../run/mutant.js';
import type { Suite } from '../suite.js';
import { chapterWords } from './chapters.js';
import { aroundDifference, difference, seenAt } from './mutant.js';
import { entry, facts, joined, lines, link, linked, type Page } from './page.js';
import { anchorOf, chapterFile, places } from './places.js';
import { titleOf } from './whereabouts.js';

type Wrong = Mutant | WrongKernel;

/** An overview of the wrong mathematics, and a page for each chapter of it. */
export function mutantPages(suite: Suite): Page[] {
  const all: readonly Wrong[] = [...suite.mutants, ...suite.kernels];
  const rank = (chapter: string): number => all.findIndex(({ id }) => id.startsWith(`${chapter}.`));
  const chapters = byChapter(all).sort(([a], [b]) => rank(a) - rank(b));
  return [
    { file: 'mutants', title: 'The mutants', body: overview(chapters, suite) },
    ...chapters.map(([name, members]) => ({
      file: chapterFile('mutants', name),
      title: `Mutants: ${chapterWords('mutants', name).title.toLowerCase()}`,
      short: chapterWords('mutants', name).title,
      body: html`<p class="lead">${chapterWords('mutants', name).says}</p>
<ul class="entries long">${members.map(({ id, says }) => html`<li>${linked(places.mutant(id), id)} ${says}</li>`)}</ul>
${members.map((wrong) => described(wrong, suite))}`,
    })),
  ];
}

/** Whether somebody made the mistake; others are those that textbooks warn of. */
const made = ({ seen, wrongAt }: Wrong): boolean => wrongAt !== null && seen.some((where) => where !== 'textbook');

/** How many there are of each kind, and how many of them somebody made. */
export const counts = ({ mutants, kernels }: Suite) => ({
  edits: mutants.filter(({ wrongAt }) => wrongAt !== null).length,
  decoys: mutants.filter(({ wrongAt }) => wrongAt === null).length,
  kernels: kernels.length,
  seen: [...mutants, ...kernels].filter(made).length,
});

function overview(chapters: readonly (readonly [string, readonly Wrong[]])[], suite: Suite): Markup {
  const { edits, kernels, decoys, seen } = counts(suite);
  return html`<p class="lead">Wrong mathematics, on purpose: ${edits} edits of a formula, and ${kernels} kernels that are wrong as no edit can say.</p>
<p>The suite is tested by them. Every mutant must be refuted, and each of the ${decoys} decoys, whose edits change no value, must conform. ${seen} of the mistakes were made by somebody; the others are those that textbooks warn of.
<code>bnspec run mutant:ID</code> shows how one of them fails.</p>
${table(
  'Chapters of the mutants',
  ['chapter', 'mutants', 'seen', 'about'],
  chapters.map(([name, members]) => [
    link(`${chapterFile('mutants', name)}.html`, chapterWords('mutants', name).title),
    members.length,
    members.filter(made).length,
    chapterWords('mutants', name).says,
  ]),
)}
<h2 id="unseen">What no law can find</h2>
<p>What the protocol cannot ask, and what no honest bound can refuse.</p>
${lines(suite.unseen.map(({ name, why }) => html`<strong>${name}</strong>: ${why}`))}`;
}

function described(wrong: Wrong, suite: Suite): Markup {
  const { id, says, op, wrongAt, dtypes, profile, seen } = wrong;
  const around = suite.networkMutants.find((one) => one.id === id) ?? null;
  const shows = 'shows' in wrong && wrong.shows !== undefined ? linked(places.law(wrong.shows), wrong.shows) : null;
  return entry(
    anchorOf(places.mutant(id)),
    html`<code>${id}</code>`,
    html`<p class="says">${says}</p>
${'edits' in wrong ? difference(wrong, suite.spec) : around && aroundDifference(around, suite.spec)}
${facts({
  Edits: 'edits' in wrong ? edited(wrong, suite) : null,
  'Asked of': html`<code>${op}</code>`,
  'Wrong from': wrongAt === null ? 'nowhere: it is right' : html`<code>${wrongAt}</code>, in ${dtypes.join(' ')}`,
  Profile: linked(places.profile(profile), profile),
  'Shown by': shows,
  Seen: seen.length === 0 ? null : seenAt(seen),
})}`,
  );
}

/** The formulas that it edits: each in the first chapter of its operation that has it. */
function edited({ edits, op }: Mutant, { spec, chapters }: Suite): Markup {
  const names = [...new Set(edits.map(({ formula }) => formula))];
  return joined(
    names.map((name) => {
      const title = titleOf(spec.chapters[op].find((chapter) => Object.hasOwn(chapter, name))!, chapters)!;
      return linked(places.formula(title, name), `${title}.${name}`);
    }),
  );
}
