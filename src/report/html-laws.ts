import type { LawResult, Report, Status } from '../run/report.js';
import { brief, count } from './figures.js';
import { formula, type Typeset } from './html-formula.js';
import { html, type Markup } from './markup.js';

const statuses: readonly Status[] = ['breaks', 'fails', 'vacuous', 'refuses', 'holds'];
const chapterOf = ({ id }: LawResult): string => id.split('.')[0]!;

/** Every law with what became of it. The controls above it are of use to the script alone, and are shown by it. */
export function laws(report: Report, typeset: Typeset): Markup {
  const all = report.laws;
  const chapters = [...new Set(all.map(chapterOf))];
  const having = statuses.filter((status) => all.some((law) => law.status === status));
  const head = ['law', 'status', 'grade', 'cases', 'budget', 'ulps'];
  return html`<form id="filters" hidden><label>Text <input type="search" id="filter-text" autocomplete="off"></label>
${choice('status', having)}${choice('chapter', chapters)}<output for="filter-text filter-status filter-chapter" id="shown" aria-live="polite"></output></form>
<table class="laws" id="laws-table" role="table"><caption>${count(all.length)} laws, in the order in which they were judged</caption>
<thead role="rowgroup"><tr role="row">${head.map((name) => html`<th scope="col" role="columnheader">${name}</th>`)}</tr></thead>
${chapters.map(
  (chapter) =>
    html`<tbody role="rowgroup" id="chapter-${chapter}">${all.filter((law) => chapterOf(law) === chapter).map((law) => row(law, typeset))}</tbody>\n`,
)}</table>`;
}

const choice = (name: string, values: readonly string[]): Markup =>
  html`<label>${name === 'status' ? 'Status' : 'Chapter'} <select id="filter-${name}"><option value="">all</option>${values.map(
    (value) => html`<option>${value}</option>`,
  )}</select></label>`;

function row(law: LawResult, typeset: Typeset): Markup {
  const { id, status, worst } = law;
  const figures = [count(law.cases), worst ? brief(worst.budget) : '', worst ? brief(worst.ulps) : ''];
  return html`<tr role="row" id="${id}" data-status="${status}" data-chapter="${chapterOf(law)}"><th scope="row" role="rowheader">${told(law, typeset)}</th>
<td role="cell"><span class="status ${status}">${status}</span></td><td role="cell">${law.grade === 'none' ? '' : law.grade}</td>
${figures.map((text, i) => html`<td role="cell" class="number" data-says="${['cases', 'budget', 'ulps'][i]!}">${text}</td>`)}</tr>\n`;
}

function told(law: LawResult, typeset: Typeset): Markup {
  const { elements, notCheckable, worst, message } = law;
  const facts = [
    ...(elements > 0 ? [`${count(elements)} elements compared`, `${count(notCheckable)} without an honest bound`] : []),
    ...(worst ? [`largest error in ${worst.output}`] : []),
    ...(law.oracle ? [`${count(law.oracle.elements)} rounded by the oracle`] : []),
  ];
  const words = (message ?? '').split('\n').filter((line) => line !== '');
  return html`<details><summary><code>${law.id}</code> <span>${law.title}</span></summary>${formula(law.law, typeset)}
<p>${facts.join(' · ')}</p>${words.map((line) => html`<p>${line}</p>`)}</details>`;
}

/** Laws that were not judged, grouped by why. */
export function unjudged({ laws: all }: Report): Markup | null {
  const none = all.filter(({ status }) => status === 'refuses' || status === 'vacuous');
  if (none.length === 0) return null;
  const reasons = [...new Set(none.map((law) => `${law.status} ${law.message ?? ''}`))];
  return html`<ul class="reasons">${reasons.map((reason) => {
    const group = none.filter((law) => `${law.status} ${law.message ?? ''}` === reason);
    const ids = group.map(({ id }, i) => html`${i > 0 ? ', ' : null}<a href="#${id}"><code>${id}</code></a>`);
    return html`<li><span class="status ${group[0]!.status}">${group[0]!.status}</span> ${group[0]!.message ?? ''}: ${ids}</li>`;
  })}</ul>`;
}
