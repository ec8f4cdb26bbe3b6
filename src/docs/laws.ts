import type { Property } from '../run/property.js';
import type { Suite } from '../suite.js';
import { byChapter, formula, heading, list, names, page, table } from './markdown.js';

/** docs/laws.md: what a right kernel keeps. */
export const laws = ({ laws: all }: Suite): string =>
  page('The laws', '`properties/`', [
    `${all.length} laws. Each is a text that is executed as it is printed: its names are what the target answered, what was drawn, and the [formulas of the specification](spec.md). Both sides stand for ranges, of what an answer may be off by ([bounds](bounds.md)) and of its rounding to storage; the law holds where the ranges meet.`,
    ...byChapter(all).flatMap(([chapter, members]) => [
      heading(2, chapter, chapter),
      table(
        ['law', 'says'],
        members.map(({ id, title }) => [`[${id}](#${id})`, title]),
      ),
      ...members.flatMap(described),
    ]),
  ]);

function described(law: Property): string[] {
  const { id, title, needs, binds, source, stays } = law;
  const facts = [
    `asks ${names(needs.ops)}${demands(needs)}; answered or drawn: ${names(binds)}`,
    ...(law.few ? ['directed: its own cases first, few drawn ones after them'] : []),
    ...(law.mayBeVacuous ? ['holds where no honest bound exists'] : []),
    `source: ${source}`,
    ...(stays === undefined ? [] : [`stays although no mutant needs it: ${stays}`]),
  ];
  return [heading(3, id), `${title}.`, ...texts(law), list(facts)];
}

function texts({ law, where }: Property): string[] {
  const said = typeof law === 'string' ? [[null, law] as const] : Object.entries(law);
  const main = said.flatMap(([m1, text]) => [
    ...(m1 === null
      ? []
      : [`Where training on one element per channel gives \`${m1}\`${text === null ? ' it says nothing.' : ':'}`]),
    ...(text === null ? [] : [formula(text)]),
  ]);
  const abbreviated = Object.entries(where ?? {}).map(([name, text]) => formula(text, name));
  return [...main, ...(abbreviated.length === 0 ? [] : ['where', ...abbreviated])];
}

/** What a target must have besides the operations. */
function demands({ saved, running, update, counted, layouts, optional, untracked }: Property['needs']): string {
  const all = [
    saved && `the saved \`${saved}\``,
    running && 'running statistics in training',
    update && `an average of the kind ${update.map((kind) => `\`${kind}\``).join(' or ')}`,
    counted && 'an average that counts its batches',
    layouts && 'both layouts',
    optional && 'gamma and beta optional',
    untracked && 'layers without running statistics',
  ].filter(Boolean);
  return all.length === 0 ? '' : `, needs ${all.join(' and ')}`;
}
