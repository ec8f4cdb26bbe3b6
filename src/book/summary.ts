import { byChapter } from '../docs/markdown.js';
import { html, type Markup, table, trusted } from '../report/markup.js';
import { chapterWords } from './chapters.js';
import { english } from './english.js';
import { type Figures, figures } from './figures.js';
import type { Knowledge } from './knowledge.js';
import { korean } from './korean.js';
import { proved } from './laws.js';
import { widthOf } from './measure.js';
import { type Content, facts, link, type Page } from './page.js';
import { chapterFile } from './places.js';
import { row } from './typeset.js';
import { inChapter } from './whereabouts.js';

/** The words of the summary in one language. Figures come from outside: no words hold one of their own. */
export interface Language {
  readonly lang: string;
  readonly file: string;
  readonly title: string;
  readonly other: readonly [file: string, lang: string, says: string];
  /** What stands above each section, and in it. */
  readonly computes: readonly [heading: string, says: (f: Figures) => Content];
  readonly formulas: readonly [heading: string, caption: string, head: readonly string[]];
  readonly laws: readonly [heading: string, says: (f: Figures) => Content, caption: string, head: readonly string[]];
  readonly done: readonly [heading: string, parts: (f: Figures) => readonly (readonly [name: string, says: Content])[]];
  /** Left out where there are no claims. */
  readonly tried: readonly [name: string, says: (f: Figures) => Content];
  readonly judge: readonly [heading: string, says: (f: Figures) => Content, tiers: readonly Content[]];
  /** Chapters and sentences of the suite that have words in this language, by chapter and by formula; others stay English. */
  readonly chapters: Readonly<Record<string, string>>;
  readonly sentences: Readonly<Record<string, string>>;
}

export const summaryPages = (known: Knowledge): Page[] => [english, korean].map((words) => summary(words, known));

/** The commands by which a kernel is judged. */
const commands = [
  'npm ci && npm start',
  'npx bnspec init python',
  'npx bnspec run ./adapter.py',
  'npx bnspec explain forward.unit-variance',
  'npx bnspec replay',
];

function summary(words: Language, known: Knowledge): Page {
  const all = figures(known);
  const { computes, formulas, laws, done, judge } = words;
  const tried = (known.sources.claims ?? []).length === 0 ? [] : [[words.tried[0], words.tried[1](all)] as const];
  const [file, lang, other] = words.other;
  return {
    file: words.file,
    title: words.title,
    lang: words.lang,
    body: html`<div class="onepage"><p class="other"><a href="${file}.html" lang="${lang}" hreflang="${lang}">${other}</a></p>
<h2>${computes[0]}</h2><p>${computes[1](all)}</p>
<h2>${formulas[0]}</h2>${formulaTable(words, known)}
<h2>${laws[0]}</h2><p>${laws[1](all)}</p>${lawTable(words, known)}
<h2>${done[0]}</h2>${facts(Object.fromEntries([...done[1](all), ...tried]))}
<h2>${judge[0]}</h2><p>${judge[1](all)}</p><pre tabindex="0"><code>${commands.map((line) => html`${line}\n`)}</code></pre><ul>${judge[2].map((tier) => html`<li>${tier}</li>`)}</ul></div>`,
  };
}

/** Text of the suite in this language, or as it is. */
const said = (own: string | undefined, text: string, { lang }: Language): Content =>
  own ?? (lang === 'en' ? text : html`<span lang="en">${text}</span>`);

/** Each formula of normalization beside its sentence, chapter by chapter; those of networks have their own pages. */
function formulaTable(words: Language, { suite }: Knowledge): Markup {
  const [, caption, head] = words.formulas;
  const computed = Object.values(suite.spec.chapters).flat();
  const own = Object.entries(suite.chapters).filter(([, chapter]) => computed.includes(chapter));
  const chapters = own.map(([name, chapter]) => {
    const whereabouts = inChapter(chapter, suite);
    const title = said(words.chapters[name], chapterWords('spec', name).title, words);
    const rows = Object.entries(chapter).map(([symbol, { is, says }]) => {
      const math = `${row(symbol, whereabouts)}<mo>=</mo>${row(is, whereabouts)}`;
      const sentence = said(words.sentences[`${name}.${symbol}`], says, words);
      return html`<tr><td><span class="inline" style="--wide:${Math.ceil(widthOf(math))}">${trusted(`<math>${math}</math>`)}</span></td><td>${sentence}</td></tr>\n`;
    });
    return html`<tbody><tr><th colspan="2" scope="rowgroup">${link(`${chapterFile('spec', name)}.html`, title)}</th></tr>${rows}</tbody>`;
  });
  return html`<div class="scroll summary" role="group" aria-label="${caption}" tabindex="0"><table><caption>${caption}</caption>
<thead><tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>${chapters}</table></div>`;
}

const lawTable = (words: Language, known: Knowledge): Markup =>
  table(
    words.laws[2],
    words.laws[3],
    byChapter(known.suite.laws).map(([name, members]) => [
      link(`${chapterFile('laws', name)}.html`, said(words.chapters[name], chapterWords('laws', name).title, words)),
      html`<b class="figure">${members.length}</b>`,
      html`<b class="figure">${proved(members, known).count}</b>`,
    ]),
  );
