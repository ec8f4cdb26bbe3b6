import type { LawResult, Status } from '../run/report.js';
import { html, type Markup } from './markup.js';
import { differs, type Shelf } from './site.js';

/** What became of a law, told without colour. */
const signs: Readonly<Record<Status, string>> = { holds: '✓', fails: '✗', breaks: '!', vacuous: '?', refuses: '–' };

/** Implementations down, laws across, chapter by chapter. The controls are shown by the script, which alone uses them. */
export function grid(shelves: readonly Shelf[]): Markup {
  const shown = shelves.filter(({ current }) => current !== null);
  const ids = [...new Set(shown.flatMap(({ current }) => current!.report.laws.map(({ id }) => id)))];
  const chapterOf = (id: string): string => id.slice(0, id.indexOf('.'));
  const chapters = [...new Set(ids.map(chapterOf))];
  const ordered = chapters.flatMap((chapter) => ids.filter((id) => chapterOf(id) === chapter));
  const legend = Object.entries(signs).map(([status, sign]) => html`<li class="${status}">${sign} ${status}</li>`);
  return html`<ul class="legend">${legend}<li>blank: not asked</li></ul>
<form id="filters" hidden><label>Implementation <input type="search" id="filter-name" autocomplete="off"></label>
<label>Chapter <select id="filter-chapter"><option value="">all</option>${chapters.map((name) => html`<option>${name}</option>`)}</select></label>
<label class="check"><input type="checkbox" id="filter-differing"> only laws on which they differ</label>
<output for="filter-name filter-chapter filter-differing" id="shown" aria-live="polite"></output></form>
<div class="scroll" role="group" aria-label="Laws by implementation" tabindex="0"><table class="grid" id="grid"><caption>Every mark leads to the law in the report of the implementation</caption>
<thead><tr><th rowspan="2" scope="col">implementation</th>${chapters.map(
    (name) =>
      html`<th scope="colgroup" data-chapter="${name}" colspan="${ordered.filter((id) => chapterOf(id) === name).length}">${name}</th>`,
  )}</tr>
<tr>${ordered.map((id) => html`<th scope="col" data-chapter="${chapterOf(id)}" title="${id}"><span>${id.slice(id.indexOf('.') + 1)}</span></th>`)}</tr></thead>
<tbody>${shown.map((shelf) => row(shelf, ordered))}</tbody></table></div>`;
}

function row({ row: { name }, current }: Shelf, ids: readonly string[]): Markup {
  const { report, href } = current!;
  const laws = new Map(report.laws.map((law) => [law.id, law]));
  const why = differs(report);
  return html`<tr><th scope="row"><a href="${href}">${name}</a></th>${ids.map((id) => cell(laws.get(id), href, why))}</tr>\n`;
}

function cell(law: LawResult | undefined, href: string, why: string): Markup {
  if (!law) return html`<td></td>`;
  const { id, status } = law;
  const bad = status === 'fails' || status === 'breaks';
  const title = bad && why !== '' ? html` title="${`${status}; differs as ${why}`}"` : null;
  return html`<td class="${status}"><a href="${href}#${id}" aria-label="${status}"${title}>${signs[status] ?? status}</a></td>`;
}
