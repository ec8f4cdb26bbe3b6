import type { Demonstration } from './claim.js';
import type { Plan } from './network.js';
import { lines } from './plot.js';
import { steps, type Task } from './speed.js';
import { count, figure, geometric, median, spread, times } from './words.js';

interface Options extends Task {
  readonly width: number;
  readonly layers: number;
  readonly rates: readonly number[];
  readonly seeds: number;
}

/** Steps of the paper's baseline over those of its normalized network, which takes thirty times the rate. */
const published = 14;

type Kind = 'relu' | 'sigmoid';

/** Steps to the loss by rate and seed. */
function swept(o: Options, norm: boolean, activation: Kind, seed: number): number[][] {
  const sizes = [8, ...times(o.layers, () => o.width), 1];
  const plan: Plan = { sizes, norm, activation, loss: 'logistic' };
  return o.rates.map((rate) => times(o.seeds, (s) => steps(plan, o, rate, seed + s)));
}

const largest = (all: number[][], rates: readonly number[], s: number): number =>
  Math.max(0, ...rates.filter((_, i) => Number.isFinite(all[i][s])));

const fewest = (all: number[][], s: number): number => Math.min(...all.map((row) => row[s]));

export const learningRate: Demonstration<Options> = {
  id: 'learning-rate',
  title: 'Normalization allows larger learning rates and takes fewer steps to the same loss',
  claim: `With normalization much larger learning rates still converge; the paper reports that its network takes ${published} times fewer steps to the same accuracy.`,
  source: 'arXiv 1502.03167, sections 3.3 and 4.2 (Inception on ImageNet)',
  theorems: [],
  laws: ['forward.scale', 'backward.scale', 'backward.orthogonal'],
  full: {
    ...{ width: 12, layers: 3, samples: 256, batch: 32, target: 0.4, steps: 1500, seeds: 3 },
    rates: geometric(1 / 16, 64, 11),
  },
  small: {
    ...{ width: 4, layers: 1, samples: 64, batch: 16, target: 0.6, steps: 60, seeds: 1 },
    rates: geometric(1 / 16, 4, 4),
  },
  setup: ({ width, layers, samples, batch, target, steps, rates, seeds }) =>
    `${layers} hidden layers of ${width} relu or sigmoid units, ${samples} samples by batches of ${batch}, plain gradient descent at ${rates.length} rates from ${figure(rates[0])} to ${rates.at(-1)}, ${seeds} seeds; steps until the loss falls to ${target} (of ${figure(Math.log(2))} by guessing), ${steps} at most. Each is compared at its own best rate.`,
  measure(o, seed) {
    const kinds = (['relu', 'sigmoid'] as const).map((kind) => {
      const [plain, normed] = [false, true].map((on) => swept(o, on, kind, seed));
      const each = (of: (all: number[][], s: number) => number) =>
        [plain, normed].map((all) => times(o.seeds, (s) => of(all, s)));
      const rates = each((all, s) => largest(all, o.rates, s));
      const least = each(fewest);
      const ratio = least[0].map((without, s) => without / least[1][s]);
      return { kind, plain, normed, rates, least, ratio };
    });
    const held = kinds.flatMap(({ rates, least }) =>
      times(o.seeds, (s) => rates[1][s] > rates[0][s] && least[1][s] < least[0][s]),
    );
    const sentence = ({ kind, rates, least, ratio }: (typeof kinds)[number]): string =>
      `With ${kind} units the largest rate that converges is ${spread(rates[1])} with normalization and ${spread(rates[0])} without; the fewest steps are ${spread(least[1])} and ${spread(least[0])}, ${spread(ratio)} times fewer with it.`;
    const plots = kinds.map(({ kind, plain, normed }) => {
      const line = (says: string, all: number[][]) => ({
        says,
        points: o.rates.map((rate, i) => [rate, median(all[i])] as const).filter(([, y]) => Number.isFinite(y)),
      });
      return lines(
        {
          file: `learning-rate-${kind}.svg`,
          title: `Steps to the loss against the learning rate, ${kind} units`,
          says: 'The middle of the seeds; no point where most of them never reach it.',
        },
        [
          { label: 'learning rate', log: true, from: o.rates[0], to: o.rates.at(-1)! },
          { label: 'steps to the loss', log: true },
        ],
        [line('without normalization', plain), line('with normalization', normed)],
      );
    });
    const ratios = kinds.flatMap(({ ratio }) => ratio);
    const asPublished = ratios.map((ratio) => ratio >= published);
    return {
      held,
      seen: `${kinds.map(sentence).join(' ')} A factor of ${published} or more is seen in ${count(asPublished, 'networks')}.`,
      figures: kinds.map(({ kind, rates }) => ({
        says: `Largest rate with normalization over the largest without, ${kind}`,
        value: spread(rates[1].map((rate, s) => rate / rates[0][s])),
      })),
      plots,
    };
  },
};
