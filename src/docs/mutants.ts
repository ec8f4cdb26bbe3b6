import type { Chapter } from '../formula/chapter.js';
import { edited, type Mutant } from '../run/mutant.js';
import type { Spec } from '../run/subject.js';
import type { Suite } from '../suite.js';
import { byChapter, code, heading, list, names, page, table } from './markdown.js';

/** docs/mutants.md: wrong mathematics, and the decoys that only look wrong. */
export const mutants = ({ mutants: all, spec }: Suite): string => {
  const wrong = all.filter(({ wrongAt }) => wrongAt !== null);
  const decoys = all.filter(({ wrongAt }) => wrongAt === null);
  return page('The mutants', '`mutants/`', [
    `${wrong.length} wrong kernels, each the specification with an edit or two, and ${decoys.length} decoys, whose edits change no value. The suite is tested by them: every mutant must be refuted, every decoy must conform. \`bnspec run mutant:ID\` shows how one of them fails.`,
    ...byChapter(wrong).flatMap(([chapter, members]) => [
      heading(2, chapter, chapter),
      table(
        ['mutant', 'does'],
        members.map(({ id, says }) => [`[${id}](#${id})`, says]),
      ),
      ...members.flatMap((mutant) => described(mutant, spec)),
    ]),
    heading(2, 'decoys', 'Decoys'),
    ...byChapter(decoys).flatMap(([, members]) => members.flatMap((mutant) => described(mutant, spec))),
  ]);
};

function described(mutant: Mutant, spec: Spec): string[] {
  const { id, says, op, wrongAt, dtypes, profile, seen } = mutant;
  const facts = [
    wrongAt === null
      ? 'right everywhere'
      : `wrong from \`${wrongAt}\` on, in ${names(dtypes)}, asked of \`${op}\`, profile \`${profile}\``,
    ...(seen.length === 0 ? [] : [`seen: ${seen.join(', ')}`]),
  ];
  return [heading(3, id), says, code(diff(mutant, spec), 'diff'), list(facts)];
}

/** Each edited formula before and after. */
function diff(mutant: Mutant, spec: Spec): string {
  const formulas = ({ chapters }: Spec): Chapter => Object.assign({}, ...chapters[mutant.op].toReversed());
  const [right, wrong] = [formulas(spec), formulas(edited(spec, mutant))];
  const names = new Set(mutant.edits.map(({ formula }) => formula));
  return [...names].flatMap((name) => [`- ${written(name, right)}`, `+ ${written(name, wrong)}`]).join('\n');
}

const written = (name: string, formulas: Chapter): string => {
  const { is, over } = formulas[name];
  return `${name} = ${is}${over ? `   over ${over.join(', ')}` : ''}`;
};
