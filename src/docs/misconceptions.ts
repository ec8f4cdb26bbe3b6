import { misconceptions as all } from '../../spec/misconceptions.js';
import { column } from '../exact/column.js';
import { spellAll } from '../exact/spell.js';
import { symbols } from '../formula/ast.js';
import { parse } from '../formula/parse.js';
import type { Op } from '../run/layer.js';
import { type Counterexample, type Misconception, search, valued } from '../run/misconception.js';
import { isVariable, ladders } from '../run/smallest.js';
import type { Suite } from '../suite.js';
import { code, heading, list, page, table } from './markdown.js';

/** docs/misconceptions.md: what is taught and is not so, each with the smallest batch that shows it. */
export const misconceptions = (suite: Suite): string => {
  const entries = Object.entries<Misconception>(all);
  return page('Misconceptions', '`spec/misconceptions.ts`', [
    `${entries.length} statements of teaching texts that are wrong. Each takes one text for another; the smallest case on which they differ, in exact arithmetic, refutes it. Cases are tried in the order of their size: the fewest elements first, then the smallest sum of the places that their numbers have in the lists below, so that no smaller case of these differs. Channels stand side by side, with | between them; the divisor of the running variance is m. \`npm run theorems\` searches again.`,
    table(
      ['number', 'one of'],
      Object.entries(ladders).map(([name, { each, values }]) => [
        `\`${name}\`${each ? ', each element' : ''}`,
        values.map((value) => spellAll(column([value]))).join(', '),
      ]),
    ),
    table(
      ['said', 'is so instead'],
      entries.map(([id, { claims, says }]) => [`[${claims}](#${id})`, says]),
    ),
    ...entries.flatMap(([id, one]) => described(id, one, suite)),
  ]);
};

function described(id: string, one: Misconception, suite: Suite): string[] {
  const { claims, says, right, wrong, is, mutants, seen } = one;
  const { found, before } = search(one, suite.spec);
  return [
    heading(2, id, `"${claims}"`),
    says,
    code([`- ${right} = ${wrong}`, ...(is === undefined ? [] : [`+ ${right} = ${is}`])].join('\n'), 'diff'),
    ...(found ? [code(shown(one, found, suite))] : []),
    list([
      `the smallest case that shows it; ${before} are smaller and do not`,
      ...conditions(one).map((condition) => `said where ${condition}`),
      `formulas: ${formulas(one, suite).join(', ')}`,
      `mutants that do it: ${mutants.map((mutant) => `[${mutant}](mutants.md#${mutant})`).join(', ')}`,
      `seen: ${seen.join(', ')}`,
    ]),
  ];
}

/** A counterexample in lines: the numbers, what is asked, what is so, what is said to be. */
export function shown(one: Misconception, found: Counterexample, { spec }: Pick<Suite, 'spec'>): string {
  const { right, wrong, answers = {}, shows = [] } = one;
  const given = Object.entries(found.given).map(([name, channels]) => {
    const texts = channels.map((values) => spellAll(column(values)));
    if (found.m === 1 && isVariable(name) && ladders[name].each)
      return `${name} = ${texts.map((text) => `[${text}]`).join(' | ')}`;
    return `${name} = ${texts.join(' | ')}`;
  });
  const where = Object.entries(answers).map(([name, { is, of, with: put = {} }]) => {
    const replaced = Object.entries(put).map(([of, by]) => `${of} = ${by}`);
    return `${name} is ${is}${of === undefined ? '' : ` of ${of}`} with ${replaced.join(', ')}`;
  });
  const value = (channels: Counterexample['wrong']): string =>
    channels === null ? 'no value' : channels.map(spellAll).join(' | ');
  const said = value(found.wrong);
  return [
    given.join('   '),
    ...where,
    ...shows.map((text) => `${text} = ${value(valued(text, one, spec, found))}`),
    `${right} = ${value(found.right)}`,
    `said: ${wrong}${said === wrong ? '' : ` = ${said}`}`,
  ].join('\n');
}

const conditions = ({ where, about = {} }: Misconception): string[] => [
  ...Object.entries(about).map(([name, text]) => `\`${name} = ${text}\``),
  ...(where === undefined ? [] : [`\`${where}\``]),
];

/** Links to the formulas that the right text names, in the operation that it asks. */
function formulas({ of, right, answers = {} }: Misconception, { chapters, spec }: Suite): string[] {
  const named = symbols(parse(right)).flatMap((name): [Op, string][] => {
    const answer = answers[name];
    return answer ? symbols(parse(answer.is)).map((part) => [answer.of ?? of, part]) : [[of, name]];
  });
  const links = named.flatMap(([op, name]) => {
    const formulas = spec.chapters[op].find((candidate) => Object.hasOwn(candidate, name));
    const chapter = Object.keys(chapters).find((key) => chapters[key] === formulas);
    return chapter === undefined ? [] : [`[${chapter}.${name}](spec.md#${chapter}.${name})`];
  });
  return [...new Set(links)];
}
