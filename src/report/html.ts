import type { Report } from '../run/report.js';
import { accuracy } from './html-accuracy.js';
import { findings } from './html-findings.js';
import type { Typeset } from './html-formula.js';
import { laws, unjudged } from './html-laws.js';
import { page } from './html-page.js';
import { filtering } from './html-script.js';
import { style } from './html-style.js';
import { chapters, verdict } from './html-verdict.js';
import { environment, warnings, worth } from './html-worth.js';
import { type Markup, html as markup } from './markup.js';

/** Where the page stands among others. */
export interface Among {
  readonly href: string;
  readonly says: string;
}

/**
 * The report as one page that needs nothing else: no network, and no script, which only filters and sorts. Words carry the
 * meaning, colour repeats it; every picture has its numbers beside it. Whatever a target wrote is text in it.
 */
export function html(report: Report, typeset: Typeset, among: Among | null = null): string {
  const parts: readonly (readonly [id: string, title: string, inner: Markup | null])[] = [
    ['findings', 'Findings', findings(report, typeset)],
    ['chapters', 'Chapters', chapters(report)],
    ['warnings', 'Warnings', warnings(report)],
    ['accuracy', 'Accuracy', report.figures && report.figures.outputs.length > 0 ? accuracy(report.figures) : null],
    ['worth', 'What this is worth', worth(report)],
    ['laws', 'Laws', report.laws.length > 0 ? laws(report, typeset) : null],
    ['unjudged', 'Not judged', unjudged(report)],
    ['environment', 'Environment', environment(report)],
  ];
  const shown = parts.filter(([, , inner]) => inner !== null);
  const links = shown.map(([id, title]) => markup`<li><a href="#${id}">${title}</a></li>`);
  const sections = shown.map(
    ([id, title, inner]) =>
      markup`<section id="${id}" aria-labelledby="${id}-h"><h2 id="${id}-h">${title}</h2>${inner}</section>\n`,
  );
  const back = among && markup`<p><a href="${among.href}">${among.says}</a></p>`;
  return page({
    title: `${report.target.id} · ${report.verdict} · bnspec`,
    script: filtering,
    style,
    header: markup`${back}<p class="kind">bnspec ${report.bnspec} · report</p><h1>${report.target.id}</h1>${verdict(report)}`,
    nav: markup`<ul>${links}</ul>`,
    main: markup`${sections}`,
  });
}
