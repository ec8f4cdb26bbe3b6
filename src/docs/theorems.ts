import { theorems as all } from '../../spec/theorems.js';
import { draws } from '../run/draws.js';
import { type Over, prove, type Theorem, taken } from '../run/theorem.js';
import type { Suite } from '../suite.js';
import { code, heading, list, page, table } from './markdown.js';

/** What each kind of draw enumerates, and the names that its outcomes give to the texts. */
export const kinds: Readonly<Record<Over, string>> = {
  batches:
    'every batch of m in every order, members drawn twice among them; `mu_B sigma2_B` of the batch, `mu sigma2 mu4 N` of the population, `epsilon` 1/4',
  'batches without replacement': 'every batch of m in every order, no member drawn twice; the same names',
  masks: 'every mask of m elements, each kept with chance `p`; `kept` is 1 or 0 for each element of `x`',
  'masks of zeros': 'the same, where every element is 0',
  updates:
    'the updates of n batches, of which one is 1 and the others 0: the running mean is its `weight`, that of batch `k`; `first` and `last` are those of the first and the last batch, `start` that of the start, `total` of all',
  sequences:
    'every sequence of n batches of m, drawn with replacement; `next_mean next_var` after the last, from `running_mean running_var`, the divisor m - 1',
  'whole batches': 'every sequence of n batches that are the population, in every order; the same names, the divisor m',
  epochs: 'every order of a population that is cut into batches of m; the same names, the divisor m - 1',
  'images of a batch':
    'the N images of a batch, of S = P Q positions; `mu_I sigma2_I` of an image, `mu_B sigma2_B` of the channel; all batches of two images over two pixels',
  'batches of images':
    'every batch of N images of a few, drawn with replacement and whole; `mu_B sigma2_B` of the channel, `mu sigma2` of all pixels, `tau2` the variance of the means of the images, m = N S',
  'batches of free pixels':
    'every batch of N images out of all that the pixels make, so that no pixel knows of another; the same names',
};

/** docs/theorems.md: what batches say of their population, and averages of batches, proved over all that can be drawn. */
export const theorems = ({ spec }: Suite): string => {
  const entries = Object.entries<Theorem>(all);
  return page('Theorems', '`spec/theorems.ts`', [
    `${entries.length} statements on batches, noise, running averages and convolutions. Each is an average over everything that can be drawn in a setting; it is enumerated and averaged in exact arithmetic, by the formulas of [the specification](spec.md), and holds exactly in every setting. What it is taken for fails. The counts are those of the settings that the tests draw; \`npm run theorems\` draws larger ones too, in half a minute.`,
    table(['over', 'enumerates'], Object.entries(kinds)),
    ...entries.flatMap(([id, theorem]) => described(id, theorem, spec)),
  ]);
};

/** In how many settings a theorem holds and its wrong form fails, over so many outcomes. */
export function counted(theorem: Theorem, spec: Suite['spec']) {
  const drawn = draws(theorem, spec);
  const proofs = drawn.map((draw) => prove(theorem, draw));
  return {
    settings: drawn.length,
    proved: proofs.filter(({ holds }) => holds).length,
    outcomes: proofs.reduce((sum, proof) => sum + proof.outcomes, 0),
    wrong: drawn.filter((draw) => !prove(taken(theorem), draw).holds).length,
  };
}

function described(id: string, theorem: Theorem, spec: Suite['spec']): string[] {
  const { says, average, is, more, not, over, updates, source } = theorem;
  const { proved, outcomes, wrong, settings } = counted(theorem, spec);
  return [
    heading(2, id),
    says,
    code(`E[${average}] ${more ? '>' : '='} ${is}`),
    list([
      `over ${over}: holds in ${proved} of ${settings} settings, ${outcomes} outcomes enumerated`,
      `\`= ${not}\` fails in ${wrong} of them`,
      ...(updates
        ? [`averages by ${updates.map((update) => `[${update}](spec.md#averages.${update})`).join(', ')}`]
        : []),
      `source: ${source}`,
    ]),
  ];
}
