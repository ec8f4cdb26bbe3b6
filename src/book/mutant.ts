import { diff } from '../docs/mutants.js';
import type { Chapter } from '../formula/chapter.js';
import { edit } from '../formula/edit.js';
import { html, type Markup } from '../report/markup.js';
import type { Mutant } from '../run/mutant.js';
import type { NetworkMutant } from '../run/network-kernel.js';
import type { Spec } from '../run/subject.js';
import { type Content, joined, link } from './page.js';

/** The bug as the diff, the line before and the line after. */
export const difference = (mutant: Mutant, spec: Spec): Markup => shown(diff(mutant, spec).split('\n'));

const shown = (lines: readonly string[]): Markup =>
  html`<pre class="diff"><code>${lines.map((line) => (line.startsWith('-') ? html`<del>${line}</del>` : html`<ins>${line}</ins>`))}</code></pre>`;

/** The chapter that an edit of a network meets: one around normalization, or that of an operation. */
export function chapterEdited(
  { chapter, formula }: NetworkMutant['edits'][number],
  { network, chapters }: Spec,
): Chapter {
  if (chapter in chapters)
    return chapters[chapter as keyof typeof chapters].find((one) => Object.hasOwn(one, formula))!;
  return (network.chapters as Readonly<Record<string, Chapter>>)[chapter]!;
}

/** The bug of a network as the diff. */
export const aroundDifference = ({ edits }: NetworkMutant, spec: Spec): Markup =>
  shown(
    edits.flatMap((one) => {
      const { is } = chapterEdited(one, spec)[one.formula]!;
      return [`- ${one.formula} = ${is}`, `+ ${one.formula} = ${edit(is, one.from, one.to)}`];
    }),
  );

/** Where a mistake was seen; a report on GitHub is a link. */
export const seenAt = (seen: readonly string[]): Markup => joined(seen.map(report));

function report(text: string): Content {
  const [, repository, number] = /^([\w.-]+\/[\w.-]+)#(\d+)$/.exec(text) ?? [];
  return repository === undefined ? text : link(`https://github.com/${repository}/issues/${number}`, text);
}
