import type { Report } from '../run/report.js';
import { brief, counted } from './figures.js';
import { page } from './html-page.js';
import { html, type Markup, table } from './markup.js';
import type { Matrix, MatrixRow } from './matrix.js';
import { choosing } from './site-script.js';
import { style } from './site-style.js';
import { grid } from './site-table.js';

/** A report of an implementation, and its page as the index links to it. */
export interface Filed {
  readonly version: string;
  readonly href: string;
  readonly report: Report;
}

/** An implementation: what the matrix says of it, and all that has been filed of it, the oldest version first. */
export interface Shelf {
  readonly row: MatrixRow;
  readonly filed: readonly Filed[];
  /** The report to be shown: of this matrix, or the newest that is there. */
  readonly current: Filed | null;
}

/** The index of a site: implementations beside laws, every cell a link to its evidence. `vectors`: where those lie, if they do. */
export function site(matrix: Matrix, shelves: readonly Shelf[], vectors: string | null): string {
  const parts: readonly (readonly [id: string, title: string, inner: Markup | null])[] = [
    ['implementations', 'Implementations', summary(shelves)],
    ['laws', 'Laws', grid(shelves)],
    ['versions', 'Versions', versions(shelves)],
    [
      'vectors',
      'Vectors',
      vectors === null ? null : html`<p><a href="${vectors}">Directed test vectors</a>, to download.</p>`,
    ],
  ];
  const shown = parts.filter(([, , inner]) => inner !== null);
  const judged = shelves.filter(({ current }) => current !== null);
  return page({
    title: 'Implementations of batch normalization beside its laws · bnspec',
    script: choosing,
    style,
    header: html`<p class="kind">bnspec ${matrix.bnspec} · matrix</p><h1>Implementations beside laws</h1>
<p>${counted(judged.length, 'implementation')}, each judged by the same laws. ${matrix.exit.says}.</p>`,
    nav: html`<ul>${shown.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}</ul>`,
    main: html`${shown.map(([id, title, inner]) => html`<section id="${id}" aria-labelledby="${id}-h"><h2 id="${id}-h">${title}</h2>${inner}</section>\n`)}`,
  });
}

const summary = (shelves: readonly Shelf[]): Markup =>
  table(
    'What each implementation comes to',
    ['implementation', 'version', 'outcome', 'differs as', 'accuracy', 'expected'],
    shelves.map(({ row, current }) => [
      named(row, current),
      html`<span class="status none">${current?.version ?? ''}</span>`,
      current
        ? outcome(current.report)
        : html`<span class="status none">${row.state === 'lost' ? 'lost' : 'not here'}</span>`,
      current ? differs(current.report) : (row.says ?? ''),
      current?.report.panel?.says ?? '',
      row.state === 'absent' ? 'not asked' : row.differs.length === 0 ? 'yes' : unexpected(row.differs),
    ]),
  );

const unexpected = (differs: readonly string[]): Markup =>
  html`<details><summary>no</summary>${differs.map((line) => html`<p>${line}</p>`)}</details>`;

const named = ({ name, is, link }: MatrixRow, current: Filed | null): Markup =>
  html`${current ? html`<a href="${current.href}"><code>${name}</code></a>` : html`<code>${name}</code>`}${is ? html` <span class="faint">${is}</span>` : null}${
    link?.match(/^https?:\/\//) ? html` <a href="${link}" rel="noreferrer">source</a>` : null
  }`;

function outcome({ verdict, grade }: Report): Markup {
  const word = verdict === 'conforms' ? grade : verdict;
  return html`<span class="status ${word}">${word}</span>`;
}

/** What it does instead, by its diagnosis; where that names nothing, how many laws it refutes. */
export function differs({ diagnosis, laws }: Report): string {
  const causes = diagnosis.map(({ kind, id, op, says }) =>
    kind === 'unknown' ? `unknown, in ${op}` : `${id}: ${says}`,
  );
  const bad = laws.filter(({ status }) => status === 'fails' || status === 'breaks').length;
  return causes.length > 0 ? [...new Set(causes)].join(' ') : bad > 0 ? counted(bad, 'law') : '';
}

/** How an implementation changed from version to version, where several are filed. */
function versions(shelves: readonly Shelf[]): Markup | null {
  const several = shelves.filter(({ filed }) => filed.length > 1);
  if (several.length === 0) return null;
  return html`${several.map(({ row, filed }) =>
    table(
      `Versions of ${row.name}`,
      ['version', 'outcome', 'no longer holds', 'holds again', 'largest budget', 'differs as'],
      filed.map((one, i) => [
        html`<a href="${one.href}">${one.version}</a>`,
        outcome(one.report),
        ...changes(filed[i - 1]?.report, one.report),
        brief(Math.max(0, ...one.report.laws.map(({ worst }) => worst?.budget ?? 0))),
        differs(one.report),
      ]),
    ),
  )}`;
}

function changes(before: Report | undefined, after: Report): readonly string[] {
  const held = ({ laws }: Report): Set<string> =>
    new Set(laws.flatMap(({ id, status }) => (status === 'holds' ? [id] : [])));
  if (!before) return ['', ''];
  const [old, now] = [held(before), held(after)];
  const only = (a: ReadonlySet<string>, b: ReadonlySet<string>): string => [...a].filter((id) => !b.has(id)).join(' ');
  return [only(old, now), only(now, old)];
}
