import type { Demonstration } from './claim.js';
import { stream, waves } from './data.js';
import { Network } from './network.js';
import { among, lines } from './plot.js';
import { learn } from './train.js';
import { figure, mean, norm, percent, spread, times } from './words.js';

interface Options {
  readonly depths: readonly number[];
  readonly width: number;
  readonly samples: number;
  readonly seeds: number;
  /** What large initial weights are multiplied by. */
  readonly large: number;
}

/** The first layer's gradient of a fresh network, and how many inputs of its sigmoids lie beyond 4, where the slope is small. */
function fresh(options: Options, depth: number, normed: boolean, seed: number, scale = 1) {
  const { width, samples } = options;
  const data = waves({ n: samples, inputs: 8, rule: stream(seed, 1), from: stream(seed, 2) });
  const sizes = [8, ...times(depth, () => width), 1];
  const network = new Network(
    { sizes, norm: normed, activation: 'sigmoid', loss: 'logistic', scale },
    stream(seed, 3 + depth),
  );
  learn(network, data, 'batch');
  const saturated = mean(network.entering(depth - 1).map((z) => (Math.abs(z) > 4 ? 1 : 0)));
  return { gradient: norm(network.parameter('w0').slope), saturated };
}

export const vanishing: Demonstration<Options> = {
  id: 'vanishing-gradient',
  title: 'Normalization keeps the gradient of a deep sigmoid network from vanishing',
  claim:
    'Sigmoids saturate and gradients vanish with depth; normalized inputs stay out of the saturated region, so that the gradient reaches the first layers.',
  source: 'arXiv 1502.03167, sections 2 and 3.2',
  theorems: [],
  laws: ['forward.unit-variance', 'forward.scale', 'backward.scale'],
  full: { depths: [2, 4, 6, 8, 10, 12, 14, 16, 18, 20], width: 32, samples: 128, seeds: 9, large: 8 },
  small: { depths: [2, 6], width: 8, samples: 32, seeds: 2, large: 8 },
  setup: ({ depths, width, samples, seeds, large }) =>
    `fresh networks of ${depths[0]} to ${depths.at(-1)} hidden layers of ${width} sigmoids, one batch of ${samples} samples, logistic loss, ${seeds} seeds; the norm of the gradient of the first layer's weights. Kept from vanishing would be at least a tenth of it left at the greatest depth, more than without normalization. Saturated: inputs beyond 4, with initial weights ${large} times the usual.`,
  measure(options, seed) {
    const { depths, seeds, large } = options;
    const deepest = depths.at(-1)!;
    const each = (depth: number, normed: boolean): number[] =>
      times(seeds, (s) => fresh(options, depth, normed, seed + s).gradient);
    const [plain, normed] = [false, true].map((on) => depths.map((depth) => each(depth, on)));
    const left = (all: number[][]): number[] => times(seeds, (s) => all.at(-1)![s] / all[0][s]);
    const layer = (all: number[][]): number[] => left(all).map((share) => share ** (1 / (deepest - depths[0])));
    const saturated = (on: boolean): number[] =>
      times(seeds, (s) => fresh(options, deepest, on, seed + s, large).saturated);
    const [without, withIt] = [plain, normed].map((all) => left(all));
    const says = `The norm falls by ${spread(layer(plain))} a layer without normalization and by ${spread(layer(normed))} with it.`;
    return {
      held: times(seeds, (s) => withIt[s] >= 0.1 && withIt[s] > without[s]),
      seen: `From ${depths[0]} to ${deepest} hidden layers the first layer keeps ${spread(withIt)} of its gradient's norm with normalization and ${spread(without)} without: a factor of ${spread(layer(normed))} and ${spread(layer(plain))} per layer. With initial weights ${large} times as large ${spread(saturated(true), percent)} of the last sigmoids' inputs lie beyond 4 with it, ${spread(saturated(false), percent)} without.`,
      figures: [
        { says: 'Factor per layer, without normalization', value: spread(layer(plain), (v) => figure(v, 3)) },
        { says: 'Factor per layer, with it', value: spread(layer(normed), (v) => figure(v, 3)) },
      ],
      plots: [
        lines(
          { file: 'vanishing-gradient.svg', title: 'The gradient of the first layer against depth', says },
          [{ label: 'hidden layers' }, { label: 'norm of the gradient', log: true }],
          [among('without normalization', depths, plain), among('with normalization', depths, normed)],
        ),
      ],
    };
  },
};
