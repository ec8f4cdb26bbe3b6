import type { Counterexample, Diagnosis, LawResult, Report } from '../run/report.js';
import { tiers } from '../run/report.js';
import { counted } from './figures.js';
import type { Typeset } from './html-formula.js';
import { formula } from './html-formula.js';
import { gauge } from './html-gauge.js';
import { html, type Markup } from './markup.js';

/** What the target does instead, law by law what fails or breaks, and what keeps one that conforms from the next tier. */
export function findings(report: Report, typeset: Typeset): Markup | null {
  const bad = (status: LawResult['status']) => report.laws.filter((law) => law.status === status);
  const parts = [
    ...report.diagnosis.map(cause),
    ...folded(bad('fails').map((law, i) => refuted(law, typeset, i))),
    ...folded(bad('breaks').map((law) => broken(law, typeset))),
    ...next(report, typeset),
  ];
  return parts.length === 0 ? null : html`${parts}`;
}

function cause({ kind, id, op, explains, of, passing, says }: Diagnosis): Markup {
  const name = { mutant: id, profile: `dialect ${id}`, tier: `tier ${id}`, unknown: `unknown, in ${op}` }[kind];
  const weight =
    kind === 'unknown'
      ? `${counted(of, 'answer')} wrong, ${passing} right`
      : `explains ${explains} of ${of} wrong answers of ${op}, contradicts none of ${passing} right ones`;
  const more = kind === 'mutant' ? html`<pre>bnspec explain ${id}</pre>` : null;
  return html`<article class="finding cause"><h3>Cause: <code>${name}</code></h3><p>${says}</p><p>${weight}</p>${more}</article>`;
}

/** So many laws are told at once; the others are folded. */
const told = 5;

const folded = (all: readonly Markup[]): Markup[] =>
  all.length <= told
    ? [...all]
    : [
        ...all.slice(0, told),
        html`<details class="more"><summary>${all.length - told} more</summary>${all.slice(told)}</details>`,
      ];

const refuted = (law: LawResult, typeset: Typeset, i: number): Markup =>
  html`<article class="finding fails"><h3><span class="status fails">fails</span> ${named(law)}</h3>
<p>${law.title}</p>${formula(law.law, typeset)}${law.counterexample ? example(law.counterexample, `fails-${i}`) : null}</article>`;

function broken(law: LawResult, typeset: Typeset): Markup {
  const [reason = '', ...words] = (law.message ?? '').split('\n');
  const said = words.length === 0 ? null : html`<pre>${words.map((line) => html`${line}\n`)}</pre>`;
  return html`<article class="finding breaks"><h3><span class="status breaks">breaks</span> ${named(law)}</h3>
<p>${law.title}</p>${formula(law.law, typeset)}<p>${reason}</p>${said}${law.counterexample ? given(law.counterexample) : null}</article>`;
}

const named = ({ id }: LawResult): Markup => html`<a href="#${id}"><code>${id}</code></a>`;

/** Both sides, what was allowed, where, and the case. */
export const example = (shown: Counterexample, id: string): Markup => html`<div class="sides">
<dl class="facts"><div><dt>left</dt><dd>${shown.lhs}</dd></div><div><dt>right</dt><dd>${shown.rhs}</dd></div>
<div><dt>allowed</dt><dd>${shown.bound} (${shown.tier})</dd></div><div><dt>at</dt><dd>${shown.where}</dd></div></dl>
${gauge(shown, id)}</div>${given(shown)}`;

function given(shown: Counterexample): Markup {
  const again = shown.replay ?? `seed ${shown.seed}, path ${shown.path}`;
  return html`<p class="label">The smallest case found</p><pre>${shown.given.map((line) => html`${line}\n`)}</pre>
<p class="label">Ask it again</p><pre>${again}</pre>`;
}

/** What kept the run from the next better tier, by the first law that did. */
function next(report: Report, typeset: Typeset): Markup[] {
  const better = tiers[tiers.indexOf(report.grade as (typeof tiers)[number]) - 1];
  const laws = report.laws.filter((law) => law.status === 'holds' && law.grade === report.grade && law.heldBack);
  const [first] = laws;
  if (better === undefined || first === undefined) return [];
  const by = laws.length === 1 ? html`one law` : html`${counted(laws.length, 'law')}, the first of them below`;
  return [
    html`<details class="finding next"><summary>What keeps it from <strong>${better}</strong>: ${by}</summary>
<p>${named(first)}: ${first.title}</p>${formula(first.law, typeset)}${example(first.heldBack!, 'next')}</details>`,
  ];
}
