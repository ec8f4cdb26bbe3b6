import type { Report } from '../run/report.js';
import { brief, count } from './figures.js';
import { html, type Markup, table } from './markup.js';

/** What the silence of the run is worth, and how accurate the target is beside textbook kernels. */
export function worth({ power, panel }: Report): Markup | null {
  const silence =
    power.of === 0
      ? null
      : html`<p>Of the published mistakes that this target could make, the cases of this run refute
<strong>${count(power.killed)} of ${count(power.of)}</strong>.</p>`;
  const unseen =
    power.survivors.length === 0
      ? null
      : html`<p>Unseen: ${power.survivors.map((id, i) => html`${i > 0 ? ', ' : null}<code>${id}</code>`)}</p>`;
  const beside =
    panel === null
      ? null
      : html`<p>Accuracy: <strong>${panel.says}</strong>${panel.ratio === null ? null : html`; its largest error is ${brief(panel.ratio)} times that of a stable textbook kernel`}.
Measured on samples, never proved.</p>`;
  return silence === null && beside === null ? null : html`${silence}${unseen}${beside}`;
}

export const warnings = ({ warnings: all }: Report): Markup | null =>
  all.length === 0 ? null : html`<ul class="reasons">${all.map((text) => html`<li>${text}</li>`)}</ul>`;

/** What the target said of itself, and where it ran. */
export function environment({ target, environment: where, bnspec }: Report): Markup {
  const own = Object.entries(target.card);
  return html`<p>bnspec ${bnspec}, Node ${where.node}, ${where.platform}</p>
${
  own.length === 0
    ? null
    : table(
        'The card: what the target says of itself',
        ['key', 'value'],
        own.map(([key, value]) => [key, html`${value}`]),
      )
}`;
}
