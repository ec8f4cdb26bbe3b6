import { sampling } from '../run/identity.js';
import { proofOf, strength, testedBy } from '../run/proof.js';
import type { Identity, Property } from '../run/property.js';
import type { Suite } from '../suite.js';
import { byChapter, formula, heading, list, names, page, table } from './markdown.js';

/** docs/laws.md: what a right kernel keeps. */
export const laws = (suite: Suite): string => {
  const all = suite.laws;
  return page('The laws', '`properties/`', [
    `${all.length} laws. Each is a text that is executed as it is printed: its names are what the target answered, what was drawn, and the [formulas of the specification](spec.md). Both sides stand for ranges, of what an answer may be off by ([bounds](bounds.md)) and of its rounding to storage; the law holds where the ranges meet.`,
    `A law that is an identity of the specification is proved of it, up to chance: in every run of the tests it is tried, in exact arithmetic, at k = ${sampling.points} points for each m that is named, drawn independently, every coordinate from a set S of ${size} whole numbers. An identity of degree D that is false passes with probability (D/|S|)^k at most (Schwartz and Zippel); \`src/formula/degree.ts\` derives D. What a kernel answers beside the layer drawn is read as the formulas of other data, which are named. All other laws, on bits, on order, on more than the formulas say, are tested: so many cases of the rounded specification hold them.`,
    ...byChapter(all).flatMap(([chapter, members]) => [
      heading(2, chapter, chapter),
      table(
        ['law', 'says'],
        members.map(({ id, title }) => [`[${id}](#${id})`, title]),
      ),
      ...members.flatMap((law) => described(law, suite)),
    ]),
  ]);
};

const size = `2^${sampling.bits}`;

const described = (law: Property, suite: Suite): string[] => [
  heading(3, law.id),
  `${law.title}.`,
  ...texts(law),
  list(facts(law, suite)),
];

/** What is asked, how the law stands, where it comes from; a line of Markdown each. */
export function facts(law: Property, suite: Suite): string[] {
  const { needs, binds, source, stays } = law;
  return [
    `asks ${names(needs.ops)}${demands(needs)}; answered or drawn: ${names(binds)}`,
    ...(law.few ? ['directed: its own cases first, few drawn ones after them'] : []),
    ...(law.mayBeVacuous ? ['holds where no honest bound exists'] : []),
    standing(law, suite),
    `source: ${source}`,
    ...(stays === undefined ? [] : [`stays although no mutant needs it: ${stays}`]),
  ];
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

/** Whether the law is proved of the specification, and how surely; or how often it was tried. */
function standing(law: Property, suite: Suite): string {
  const proof = proofOf(law, suite);
  if (proof) {
    const { degree: D, sizes } = proof;
    const bound = `(D/|S|)^k = (${D} / ${size})^${sampling.points} <= 2^-${strength(proof)}`;
    const numbers = `D = ${D}, |S| = ${size}, k = ${sampling.points}, m = ${sizes.join(' ')}`;
    return `proved up to ${bound}: ${numbers}${meaning(suite.identities[law.id])}`;
  }
  const tested = testedBy(law, suite);
  return tested === null
    ? 'tested, not proved: in no dialect'
    : `tested, not proved: in ${tested.cases} cases of the specification (profile \`${tested.profile}\`, seed 1)`;
}

const batches = {
  twice: 'every element stands twice',
  rotated: 'the elements go round by one',
  swapped: 'the first two elements change places',
} as const;

/** What data the identity is about, and what its answers are. */
function meaning(identity: Identity | undefined): string {
  const { about = {}, answers = {}, free = {} } = identity ?? {};
  const equals = (all: Readonly<Record<string, string>>): string =>
    Object.entries(all)
      .map(([name, text]) => `\`${name} = ${text}\``)
      .join(', ');
  const signs = Object.keys(free).filter((name) => free[name] === 'one sign');
  const parts = [
    ...Object.entries(answers).map(([name, { is, of, with: other = {}, batch }]) => {
      const asked = [equals(other), batch && batches[batch]].filter(Boolean).join(' and ');
      return `\`${name}\` is \`${is}\`${of ? ` of \`${of}\`` : ''}${asked === '' ? '' : ` where ${asked}`}`;
    }),
    ...(Object.keys(about).length > 0 ? [`about ${equals(about)}`] : []),
    ...signs.map((name) => `for \`${name}\` above and below 0`),
  ];
  return parts.length === 0 ? '' : `; ${parts.join('; ')}`;
}

/** What a target must have besides the operations. */
function demands({ saved, running, update, counted, layouts, optional, untracked, large }: Property['needs']): string {
  const all = [
    saved && `the saved \`${saved}\``,
    running && 'running statistics in training',
    update && `an average of the kind ${update.map((kind) => `\`${kind}\``).join(' or ')}`,
    counted && 'an average that counts its batches',
    layouts && 'both layouts',
    optional && 'gamma and beta optional',
    untracked && 'layers without running statistics',
    large && '`--effort thorough`',
  ].filter(Boolean);
  return all.length === 0 ? '' : `, needs ${all.join(' and ')}`;
}
