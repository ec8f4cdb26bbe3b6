import { theorems } from '../../spec/theorems.js';
import type { Claim } from '../docs/claims.js';
import { counted, kinds } from '../docs/theorems.js';
import { html, type Markup } from '../report/markup.js';
import type { Theorem } from '../run/theorem.js';
import type { Suite } from '../suite.js';
import { entry, facts, lines, linked, type Page } from './page.js';
import { anchorOf, places } from './places.js';
import { display, row } from './typeset.js';

/** What is true of everything that can be drawn. */
export const theoremPage = (claims: readonly Claim[] | null, { spec }: Pick<Suite, 'spec'>): Page => ({
  file: 'theorems',
  title: 'Theorems',
  body: html`<p class="lead">What batches say of the population they are drawn from, running averages of their batches, and masks of what they leave out.</p>
<p>Each is true exactly, or not at all: the left side is averaged over everything that can be drawn, in exact arithmetic, by the formulas of the specification. What it is taken for fails. <code>npm run theorems</code> does so for larger settings too.</p>
${Object.entries<Theorem>(theorems).map(([id, theorem]) => described(id, theorem, claims ?? [], spec))}`,
});

function described(id: string, theorem: Theorem, claims: readonly Claim[], spec: Suite['spec']): Markup {
  const { says, average, is, more, not, over, source } = theorem;
  const here = (): string => places.theorem(id);
  const relation = more ? '>' : '=';
  const expectation = `<mi mathvariant="normal">E</mi><mrow><mo fence="true">[</mo>${row(average, here)}<mo fence="true">]</mo></mrow>`;
  const math = `${expectation}<mo>${more ? '&gt;' : '='}</mo>${row(is, here)}`;
  const { proved, settings, outcomes, wrong } = counted(theorem, spec);
  return entry(
    anchorOf(here()),
    html`<code>${id}</code>`,
    html`<p class="says">${says}</p>
${display(math, `E[${average}] ${relation} ${is}`)}
<p class="executed"><code>E[${average}] ${relation} ${is}</code></p>
${facts({
  Drawn: html`${over}: ${kinds[over].replaceAll('`', '')}`,
  Proved: `in ${proved} of ${settings} settings, ${outcomes} outcomes enumerated`,
  'Taken for': html`<code>${not}</code>, which fails in ${wrong} of them`,
  Source: source,
  Claims: lines(
    claims.filter((claim) => claim.theorems.includes(id)).map((claim) => linked(places.claim(claim.id), claim.id)),
  ),
})}`,
  );
}
