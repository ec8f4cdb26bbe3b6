import { theorems } from '../../spec/theorems.js';
import { html, type Markup } from '../report/markup.js';
import type { Theorem } from '../run/theorem.js';
import { entry, facts, lines, linked, type Page } from './page.js';
import { anchorOf, places } from './places.js';
import type { Claim } from './sources.js';
import { display, row } from './typeset.js';

/** What is true of all batches of a population. */
export const theoremPage = (claims: readonly Claim[] | null): Page => ({
  file: 'theorems',
  title: 'Theorems on batches',
  body: html`<p class="lead">What the statistics of a batch say of the population it is drawn from.</p>
<p>Each is true exactly, or not at all: <code>npm run theorems</code> averages the left side over every batch that can be drawn, in exact arithmetic.
Here <code>mu_B</code> and <code>sigma2_B</code> are the batch's own mean and variance, <code>mu</code>, <code>sigma2</code> and <code>mu4</code> those of the population and its fourth central moment,
<code>m</code> the size of the batch and <code>N</code> that of the population.</p>
${Object.entries<Theorem>(theorems).map(([id, theorem]) => described(id, theorem, claims ?? []))}`,
});

function described(id: string, { says, average, is, replacement, source }: Theorem, claims: readonly Claim[]): Markup {
  const here = (): string => places.theorem(id);
  const expectation = `<mi mathvariant="normal">E</mi><mrow><mo fence="true">[</mo>${row(average, here)}<mo fence="true">]</mo></mrow>`;
  const math = `${expectation}<mo>=</mo>${row(is, here)}`;
  return entry(
    anchorOf(here()),
    html`<code>${id}</code>`,
    html`<p class="says">${says}</p>
${display(math, `E[${average}] = ${is}`)}
<p class="executed"><code>E[${average}] = ${is}</code></p>
${facts({
  Drawn: replacement ? 'with replacement' : 'without replacement',
  Source: source,
  Claims: lines(
    claims.filter((claim) => claim.theorems.includes(id)).map((claim) => linked(places.claim(claim.id), claim.id)),
  ),
})}`,
  );
}
