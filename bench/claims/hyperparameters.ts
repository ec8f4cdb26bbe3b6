import type { Demonstration } from './claim.js';
import { heat } from './plot.js';
import { steps, type Task } from './speed.js';
import { count, figure, geometric, mean, percent, spread, times } from './words.js';

interface Options extends Task {
  readonly width: number;
  readonly rates: readonly number[];
  readonly scales: readonly number[];
  readonly seeds: number;
}

/** Whether a setting reaches the loss: by scale, rate and seed. */
const reached = (o: Options, norm: boolean, seed: number): boolean[][][] =>
  o.scales.map((scale) =>
    o.rates.map((rate) =>
      times(o.seeds, (s) => {
        const sizes = [8, o.width, o.width, o.width, 1];
        const plan = { sizes, norm, activation: 'relu', loss: 'logistic', scale } as const;
        return Number.isFinite(steps(plan, o, rate, seed + s));
      }),
    ),
  );

/** How many rates do, from the least to the most, as a factor; 1 where it is one or none. */
function range(row: readonly boolean[][], rates: readonly number[], s: number): number {
  const good = rates.filter((_, i) => row[i][s]);
  return good.length === 0 ? 1 : good.at(-1)! / good[0];
}

/** Powers of two. */
const fraction = (value: number): string => (value < 1 ? `1/${Math.round(1 / value)}` : String(Math.round(value)));

export const hyperparameters: Demonstration<Options> = {
  id: 'hyperparameters',
  title: 'Normalization widens the range of learning rates and initial weights that work',
  claim:
    'With normalization a much bigger range of hyperparameters works well; one may use higher learning rates and be less careful about initialization.',
  source:
    'arXiv 1502.03167, abstract; A. Ng, Deep Learning Specialization, course 2, "Normalizing activations in a network"',
  theorems: [],
  laws: ['forward.scale', 'backward.scale'],
  full: {
    ...{ width: 10, samples: 256, batch: 32, target: 0.4, steps: 300, seeds: 3 },
    ...{ rates: geometric(1 / 1024, 64, 9), scales: geometric(1 / 64, 64, 7) },
  },
  small: {
    ...{ width: 4, samples: 64, batch: 16, target: 0.6, steps: 30, seeds: 1 },
    ...{ rates: geometric(1 / 64, 1, 3), scales: geometric(1 / 4, 4, 3) },
  },
  setup: ({ width, samples, batch, target, steps, rates, scales, seeds }) =>
    `three hidden layers of ${width} relu units, ${samples} samples by batches of ${batch}, plain gradient descent, ${rates.length} learning rates from ${figure(rates[0])} to ${rates.at(-1)} times ${scales.length} scales of the initial weights from ${figure(scales[0])} to ${scales.at(-1)} times the usual, ${seeds} seeds; a setting works if the loss falls to ${target} (of ${figure(Math.log(2))} by guessing) within ${steps} steps.`,
  measure(o, seed) {
    const [plain, normed] = [false, true].map((on) => reached(o, on, seed));
    const share = (all: boolean[][][], s: number): number =>
      mean(all.flatMap((row) => row.map((cell) => (cell[s] ? 1 : 0))));
    const shares = [plain, normed].map((all) => times(o.seeds, (s) => share(all, s)));
    const usual = o.scales.length >> 1;
    const ranges = [plain, normed].map((all) => times(o.seeds, (s) => range(all[usual], o.rates, s)));
    const wider = times(o.seeds, (s) => shares[1][s] > shares[0][s]);
    const plot = (file: string, title: string, all: boolean[][][], k: number) =>
      heat(
        { file, title, says: `${spread(shares[k], percent)} of the settings reach the loss.` },
        ['learning rate', 'scale of initial weights'],
        [o.rates.map(fraction), o.scales.map(fraction)],
        all.map((row) => row.map((cell) => mean(cell.map(Number)))),
      );
    return {
      held: wider,
      seen: `${spread(shares[1], percent)} of the settings work with normalization, ${spread(shares[0], percent)} without: more with it in ${count(wider)}. At the usual scale the working learning rates span a factor of ${spread(ranges[1])} with it and ${spread(ranges[0])} without.`,
      figures: [
        {
          says: 'Share that works with it, over the share without',
          value: spread(shares[1].map((v, s) => v / shares[0][s])),
        },
      ],
      plots: [
        plot('hyperparameters-without.svg', 'Settings that work without normalization', plain, 0),
        plot('hyperparameters-with.svg', 'Settings that work with normalization', normed, 1),
      ],
    };
  },
};
