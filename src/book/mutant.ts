import { diff } from '../docs/mutants.js';
import { html, type Markup } from '../report/markup.js';
import type { Mutant } from '../run/mutant.js';
import type { Spec } from '../run/subject.js';
import { type Content, joined, link } from './page.js';

/** The bug as the diff, the line before and the line after. */
export const difference = (mutant: Mutant, spec: Spec): Markup =>
  html`<pre class="diff"><code>${diff(mutant, spec)
    .split('\n')
    .map((line) => (line.startsWith('-') ? html`<del>${line}</del>` : html`<ins>${line}</ins>`))}</code></pre>`;

/** Where a mistake was seen; a report on GitHub is a link. */
export const seenAt = (seen: readonly string[]): Markup => joined(seen.map(report));

function report(text: string): Content {
  const [, repository, number] = /^([\w.-]+\/[\w.-]+)#(\d+)$/.exec(text) ?? [];
  return repository === undefined ? text : link(`https://github.com/${repository}/issues/${number}`, text);
}
