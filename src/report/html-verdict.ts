import type { Report } from '../run/report.js';
import { chaptersOf } from './chapters.js';
import { count, seconds } from './figures.js';
import { html, type Markup, table } from './markup.js';

const words = { conforms: 'Conforms', fails: 'Does not conform', incomplete: 'Nothing may be concluded' } as const;

/** The verdict in words, the grade, and what was judged under which terms. */
export function verdict(report: Report): Markup {
  const { verdict: said, grade, required, exit, incompleteBecause } = report;
  const reached =
    said === 'conforms' ? html`<p class="grade">Grade <strong>${grade}</strong>, required ${required}</p>` : null;
  const why =
    incompleteBecause === undefined ? null : incompleteBecause.split('\n').map((line) => html`<p>${line}</p>`);
  return html`<div class="verdict ${said}"><p class="word">${words[said] ?? said}</p>${reached}<p>exit ${exit.code}: ${exit.says}</p>${why}</div>
<dl class="facts">${facts(report).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function facts(report: Report): [name: string, value: string][] {
  const { card } = report.target;
  const sum = (key: 'cases' | 'elements'): string => count(report.laws.reduce((all, law) => all + law[key], 0));
  return [
    ['Name', [card.name, card.version].filter((word) => word).join(' ')],
    ['Profile', `${report.profile}${report.profileInferred === null ? '' : ' (inferred)'}`],
    ['Formats', report.dtypes.join(' ')],
    ['Layouts', report.layouts.join(' ')],
    ['Judged', report.judged.join(' ') || 'nothing'],
    ['Refused', report.refused.join(' ') || 'nothing'],
    ['Laws', count(report.laws.length)],
    ['Cases', sum('cases')],
    ['Elements', sum('elements')],
    ['Effort', `${report.effort}, seed ${report.seed}${report.shard === '1/1' ? '' : `, shard ${report.shard}`}`],
    ['Took', seconds(report.durationMs)],
  ];
}

/** The chapters, each summed up as on the terminal. */
export const chapters = (report: Report): Markup =>
  table(
    'Chapters of laws',
    ['chapter', 'laws', 'cases', 'outcome', 'remarks'],
    chaptersOf(report).map(({ name, laws, cases, word, remarks }) => [
      html`<a href="#chapter-${name}">${name}</a>`,
      ...[laws, cases].map((text) => text.trim().replace(/ [a-z]+$/, '')),
      html`<span class="status ${word.toLowerCase()}">${word.toLowerCase()}</span>`,
      remarks.join(', '),
    ]),
  );
