import { list } from './markdown.js';

/** Something measured: what it is, and what it came to. */
export interface Figure {
  readonly says: string;
  readonly value: string;
}

/** A claim made for batch normalization, and what was seen of it. */
export interface Claim {
  readonly id: string;
  /** The claim in a sentence. */
  readonly title: string;
  /** As it is taught. */
  readonly claim: string;
  readonly source: string;
  readonly setup: string;
  readonly seen: string;
  readonly agrees: 'yes' | 'no' | 'partly';
  /** What is proved of it: names in spec/theorems.ts, and laws. */
  readonly theorems: readonly string[];
  readonly laws: readonly string[];
  /** Files beside this one. */
  readonly plots: readonly { readonly file: string; readonly title: string; readonly says: string }[];
  readonly figures: readonly Figure[];
}

/** docs/claims/claims.json: all of them, as `npm run claims` measured them. */
export interface Claims {
  readonly schema: 'bnspec-claims/1';
  readonly command: string;
  readonly seed: number;
  readonly claims: readonly Claim[];
}

const verdicts = { yes: 'Seen here.', no: 'Not seen here.', partly: 'Seen in part.' } as const;

/** docs/claims.md: what is claimed, and what was measured. */
export const claims = ({ command, seed, claims: all }: Claims): string =>
  `${[
    '# Claims, measured',
    `What courses and papers say that batch normalization does, and what is seen of it on small networks and data that this repository makes itself, in float64. \`${command}\` measures it (seed ${seed}) and writes [the figures](claims/claims.json), the plots and this page; every sentence on what was seen is made of the figures, whichever way they fall. The same seed on the same Node writes the same bytes. These are observations: small networks, a few seeds. What is proved stands in [the laws](laws.md) and under \`npm run theorems\`.`,
    table(all),
    ...all.flatMap(section),
  ].join('\n\n')}\n`;

const table = (all: readonly Claim[]): string =>
  [
    '| claim | seen |',
    '| --- | --- |',
    ...all.map(({ id, title, agrees }) => `| [${title}](#${id}) | ${agrees} |`),
  ].join('\n');

function section({ id, title, claim, source, setup, seen, agrees, theorems, laws, plots, figures }: Claim): string[] {
  const proved = [
    ...theorems.map((name) => `\`${name}\` of \`npm run theorems\``),
    ...laws.map((law) => `[${law}](laws.md#${law})`),
  ];
  return [
    `## <a id="${id}"></a>${title}`,
    `*Taught:* ${claim} (${source})`,
    `*Measured:* ${setup}`,
    `**${verdicts[agrees]}** ${seen}`,
    ...plots.map(({ file, title, says }) => `![${title}. ${says}](claims/${file})`),
    list(figures.map(({ says, value }) => `${says}: ${value}`)),
    ...(proved.length === 0 ? [] : [`Proved beside it: ${proved.join(', ')}.`]),
  ];
}
