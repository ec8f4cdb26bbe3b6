import { symbols as glossary } from '../../spec/symbols.js';
import { symbols } from '../formula/ast.js';
import type { Chapter } from '../formula/chapter.js';
import { parse } from '../formula/parse.js';
import type { Suite } from '../suite.js';
import { byChapter, formula, heading, names, page, table } from './markdown.js';

/** docs/spec.md: the mathematics. */
export const spec = ({ spec: { chapters }, chapters: all, laws }: Suite): string =>
  page('The specification', '`spec/`', [
    'Sums run over the elements of one channel unless a formula says otherwise. Nothing here is rounded.',
    table(
      ['operation', 'computes'],
      Object.entries(chapters).map(([op, read]) => [`\`${op}\``, names(read.map((chapter) => nameOf(chapter, all)))]),
    ),
    heading(2, 'symbols', 'Names'),
    table(
      ['name', 'printed', 'is', 'shape', 'given by'],
      Object.entries(glossary).map(([name, { latex, says, shape, owner }]) => [
        ...[`\`${name}\``, `$${latex}$`, says, shape === '1' ? 'a number' : `\`${shape}\``, `the ${owner}`],
      ]),
    ),
    ...Object.entries(all).flatMap(([name, chapter]) =>
      described(name, chapter, (symbol) => {
        const naming = laws.filter((law) => chapters[law.of].includes(chapter) && namedBy(law).includes(symbol));
        return byChapter(naming)
          .flatMap(([, members]) => members.map(({ id }) => `[${id}](laws.md#${id})`))
          .join(', ');
      }),
    ),
  ]);

/** docs/bounds.md: what a right implementation may be off by. */
export const bounds = ({ bounds: all, spec: { allowance } }: Suite): string =>
  page('The bounds', '`spec/bounds.ts`', [
    'What each output may be off by, before it is rounded to storage. What the given names mean and why the bounds hold: [acceptance.md](acceptance.md).',
    table(
      ['output', 'held to'],
      Object.entries(allowance).map(([output, bound]) => [`\`${output}\``, `\`${bound}\``]),
    ),
    ...Object.entries(all).flatMap(([name, chapter]) => described(name, chapter)),
  ]);

function described(name: string, chapter: Chapter, readers: (symbol: string) => string = () => ''): string[] {
  return [
    heading(2, name, name),
    ...Object.entries(chapter).flatMap(([symbol, { is, says, over, source }]) => [
      heading(3, `${name}.${symbol}`, `\`${symbol}\``),
      [says, over && `Sums over ${names(over)}.`, source && `Source: ${source}.`].filter(Boolean).join(' '),
      formula(is, symbol),
      ...[readers(symbol)].filter((laws) => laws !== '').map((laws) => `Named by ${laws}.`),
    ]),
  ];
}

const nameOf = (chapter: Chapter, all: Suite['chapters']): string =>
  Object.entries(all).find(([, candidate]) => candidate === chapter)?.[0] ?? '';

/** What a law answers for or reads by name. */
export const namedBy = ({ binds, law, where }: Suite['laws'][number]): readonly string[] => {
  const texts = [...(typeof law === 'string' ? [law] : Object.values(law)), ...Object.values(where ?? {})];
  return [...binds, ...texts.flatMap((text) => (text === null ? [] : symbols(parse(text))))];
};
