import { theorems } from '../../spec/theorems.js';
import type { Claim } from '../docs/claims.js';
import { html, type Markup } from '../report/markup.js';
import type { Suite } from '../suite.js';
import { inline } from './markdown.js';
import { type Content, entry, facts, joined, lines, linked, type Page } from './page.js';
import { anchorOf, places } from './places.js';
import type { Sources } from './sources.js';

const verdicts = {
  yes: 'The experiment agrees',
  no: 'The experiment disagrees',
  partly: 'The experiment agrees in part',
} as const;

/** What a course says of batch normalization, beside what was seen and what is proved. */
export const claimPage = (suite: Suite, { claims, plots }: Sources): Page => ({
  file: 'claims',
  title: 'Claims of the course',
  body:
    claims === null || claims.length === 0
      ? html`<p class="lead">No claims have been tried yet: there is no <code>docs/claims/claims.json</code>.</p>`
      : html`<p class="lead">${claims.length} claims about batch normalization, each with an experiment and what is proved of it.</p>
<ul class="entries long">${claims.map(({ id, title }) => html`<li>${linked(places.claim(id), id)} ${title}</li>`)}</ul>
${claims.map((claim) => described(claim, suite, plots))}`,
});

function described(claim: Claim, suite: Suite, plots: Sources['plots']): Markup {
  const { id, title, agrees, figures } = claim;
  return entry(
    anchorOf(places.claim(id)),
    title,
    html`<p class="standing ${agrees}">${verdicts[agrees]}</p><p class="says">${inline(claim.claim)}</p>
${claim.plots.map((plot) => pictured(plot, plots))}
${facts({
  Setup: inline(claim.setup),
  Seen: inline(claim.seen),
  Figures: lines(figures.map(({ says, value }) => html`${inline(says)}: <b class="figure">${value}</b>`)),
  Theorems: joined(claim.theorems.map((theorem) => known(theorem, Object.keys(theorems), places.theorem))),
  Laws: joined(
    claim.laws.map((law) =>
      known(
        law,
        suite.laws.map((one) => one.id),
        places.law,
      ),
    ),
  ),
  Source: inline(claim.source),
})}`,
  );
}

/** A theorem or law by its id; one that is not there is named without a link. */
const known = (id: string, all: readonly string[], place: (id: string) => string): Content =>
  all.includes(id) ? linked(place(id), id) : html`<code>${id}</code>`;

function pictured({ file, title, says }: Claim['plots'][number], plots: Sources['plots']): Markup {
  if (!plots.has(file)) throw new Error(`docs/claims/claims.json names the plot ${file}, which is not in docs/claims`);
  return html`<figure><img src="claims/${file}" alt="${title}: ${says}"><figcaption><b>${title}.</b> ${says}</figcaption></figure>`;
}
