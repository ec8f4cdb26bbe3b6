import type { Demonstration } from './claim.js';
import { stream, waves } from './data.js';
import { Network } from './network.js';
import { among, lines } from './plot.js';
import { settle } from './settle.js';
import { batches, descent, tested, train } from './train.js';
import { count, percent, spread, times } from './words.js';

interface Options {
  readonly width: number;
  readonly samples: number;
  readonly wrong: number;
  readonly sizes: readonly number[];
  readonly epochs: number;
  readonly rate: number;
  readonly seeds: number;
}

type Kind = 'plain' | 'normed' | 'dropout';

/** Error on the training data and on fresh data by the same rule, of a network that is larger than its data. */
function errors(o: Options, kind: Kind, m: number, seed: number) {
  const some = { inputs: 8, wrong: o.wrong };
  const data = waves({ ...some, n: o.samples, rule: stream(seed, 1), from: stream(seed, 2) });
  const fresh = waves({ ...some, n: 2000, rule: stream(seed, 1), from: stream(seed, 5) });
  const network = new Network(
    {
      ...{ sizes: [8, o.width, o.width, 1], norm: kind === 'normed', activation: 'relu', loss: 'logistic' },
      dropout: kind === 'dropout' ? 0.5 : 0,
    },
    stream(seed, 3),
  );
  const steps = Math.floor(o.samples / m) * o.epochs;
  train(network, batches(data, m, stream(seed, 4)), descent(o.rate), steps);
  settle(network, data);
  const [known, unknown] = [data, fresh].map((which) => tested(network, which, 'test'));
  return { gap: known.right - unknown.right, test: 1 - unknown.right };
}

export const regularizing: Demonstration<Options> = {
  id: 'regularizing',
  title: 'The noise of small batches regularizes: the gap between training and test error shrinks',
  claim:
    'The noise that a batch adds has a slight regularizing effect, which larger batches reduce; with normalization dropout may be weakened or left out.',
  source:
    'arXiv 1502.03167, sections 3.4 and 4.2.1; A. Ng, Deep Learning Specialization, course 2, "Why does batch norm work?"',
  theorems: ['spread-of-means', 'spread-of-variances'],
  laws: [],
  full: { width: 24, samples: 128, wrong: 0.15, sizes: [4, 8, 16, 32, 64, 128], epochs: 120, rate: 0.1, seeds: 5 },
  small: { width: 8, samples: 16, wrong: 0.1, sizes: [4, 16], epochs: 2, rate: 0.1, seeds: 2 },
  setup: ({ width, samples, wrong, sizes, epochs, rate, seeds }) =>
    `two hidden layers of ${width} relu units, ${samples} training samples, ${percent(wrong)} of the labels turned round in training and test data, ${epochs} passes over them at rate ${rate} by batches of ${sizes.join(', ')}, ${seeds} seeds; plain, normalized, and with dropout of one half. The gap is the share of wrong labels on 2000 fresh samples less that on the training data; statistics at the end are those of all of the training data. Seen if the smallest batch has a smaller gap than the largest with normalization, and smaller than without it.`,
  measure(o, seed) {
    const kinds = ['plain', 'normed', 'dropout'] as const;
    const [plain, normed, dropout] = kinds.map((kind) =>
      o.sizes.map((m) => times(o.seeds, (s) => errors(o, kind, m, seed + s))),
    );
    const gaps = (all: typeof plain): number[][] => all.map((row) => row.map(({ gap }) => gap));
    const [without, withIt, dropped] = [plain, normed, dropout].map(gaps);
    const bySize = withIt[0].map((gap, s) => gap < withIt.at(-1)![s]);
    const byNorm = withIt[0].map((gap, s) => gap < without[0][s]);
    const test = (all: typeof plain): string =>
      spread(
        all[0].map((one) => one.test),
        percent,
      );
    const [least, most] = [o.sizes[0], o.sizes.at(-1)!];
    return {
      held: [...bySize, ...byNorm],
      seen: `With normalization the gap is ${spread(withIt[0], percent)} in batches of ${least} and ${spread(withIt.at(-1)!, percent)} in one of ${most}: smaller in small batches in ${count(bySize)}. Without it the gap is ${spread(without[0], percent)} and ${spread(without.at(-1)!, percent)}: larger than with it in batches of ${least} in ${count(byNorm)}. Dropout has ${spread(dropped[0], percent)} and ${spread(dropped.at(-1)!, percent)}. Passes are the same, so small batches take more steps, with and without normalization.`,
      figures: kinds.map((kind, k) => ({
        says: `Test error in batches of ${least}, ${{ plain: 'without normalization', normed: 'with it', dropout: 'with dropout' }[kind]}`,
        value: test([plain, normed, dropout][k]),
      })),
      plots: [
        lines(
          {
            file: 'regularizing.svg',
            title: 'Test error less training error against the batch',
            says: `Normalized, from ${spread(withIt[0], percent)} at ${least} to ${spread(withIt.at(-1)!, percent)} at ${most}.`,
          },
          [{ label: 'samples in the batch', log: true }, { label: 'gap' }],
          [
            among('without normalization', o.sizes, without),
            among('with normalization', o.sizes, withIt),
            among('dropout of one half', o.sizes, dropped),
          ],
        ),
      ],
    };
  },
};
