import type { Chapter } from '../formula/chapter.js';
import { edited, type Mutant, type WrongKernel } from '../run/mutant.js';
import type { Spec } from '../run/subject.js';
import type { Suite } from '../suite.js';
import { byChapter, code, heading, list, names, page, table } from './markdown.js';

/** docs/mutants.md: wrong mathematics, and the decoys that only look wrong. */
export const mutants = ({ mutants: all, kernels, unseen, spec }: Suite): string => {
  const wrong = all.filter(({ wrongAt }) => wrongAt !== null);
  const decoys = all.filter(({ wrongAt }) => wrongAt === null);
  const networks = kernels.filter(({ diff }) => diff).length;
  return page('The mutants', '`mutants/`', [
    `${wrong.length + kernels.length} wrong kernels: ${wrong.length + networks} are the specification with an edit or two, ${kernels.length - networks} are wrong as no edit of a formula can say. And ${decoys.length} decoys, whose edits change no value. The suite is tested by them: every mutant must be refuted, every decoy must conform. \`bnspec run mutant:ID\` shows how one of them fails. [What no law can find](#unseen) ends the page.`,
    ...chapters(wrong, (mutant) => described(mutant, [code(diff(mutant, spec), 'diff')])),
    ...chapters(kernels, ({ diff, ...kernel }) => described(kernel, diff ? [code(diff.join('\n'), 'diff')] : [])),
    heading(2, 'decoys', 'Decoys'),
    ...byChapter(decoys).flatMap(([, members]) =>
      members.flatMap((mutant) => described(mutant, [code(diff(mutant, spec), 'diff')])),
    ),
    heading(2, 'unseen', 'Unseen'),
    'What the protocol cannot ask, and what no honest bound can refuse.',
    list(unseen.map(({ name, why }) => `**${name}**: ${why}`)),
  ]);
};

/** Each chapter as a table, and then its entries one by one. */
const chapters = <T extends Mutant | WrongKernel>(all: readonly T[], entry: (one: T) => string[]): string[] =>
  byChapter(all).flatMap(([chapter, members]) => [
    heading(2, chapter, chapter),
    table(
      ['mutant', 'does'],
      members.map(({ id, says }) => [`[${id}](#${id})`, says]),
    ),
    ...members.flatMap(entry),
  ]);

function described(mutant: Mutant | WrongKernel, shown: readonly string[]): string[] {
  const { id, says, op, wrongAt, dtypes, profile, seen } = mutant;
  const facts = [
    wrongAt === null
      ? 'right everywhere'
      : `wrong from \`${wrongAt}\` on, in ${names(dtypes)}, asked of \`${op}\`, profile \`${profile}\``,
    ...(seen.length === 0 ? [] : [`seen: ${seen.join(', ')}`]),
  ];
  return [heading(3, id), says, ...shown, list(facts)];
}

/** Each edited formula before and after. */
export function diff(mutant: Mutant, spec: Spec): string {
  const formulas = ({ chapters }: Spec): Chapter => Object.assign({}, ...chapters[mutant.op].toReversed());
  const [right, wrong] = [formulas(spec), formulas(edited(spec, mutant))];
  const names = new Set(mutant.edits.map(({ formula }) => formula));
  return [...names].flatMap((name) => [`- ${written(name, right)}`, `+ ${written(name, wrong)}`]).join('\n');
}

const written = (name: string, formulas: Chapter): string => {
  const { is, over } = formulas[name];
  return `${name} = ${is}${over ? `   over ${over.join(', ')}` : ''}`;
};
