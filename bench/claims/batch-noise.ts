import { grouped } from '../../src/run/batches.js';
import { figure as middle, noise } from '../../src/run/noise.js';
import { suite } from '../../src/suite.js';
import { randn } from '../data.js';
import type { Demonstration } from './claim.js';
import { stream } from './data.js';
import { lines } from './plot.js';
import { count, deviation, figure, percent, spread, times } from './words.js';

interface Options {
  readonly sizes: readonly number[];
  readonly draws: number;
  /** Values of the sample whose normalization is watched, in deviations. */
  readonly places: readonly number[];
  readonly beside: number;
  readonly seeds: number;
}

/** Of a population of -1 and 1; larger than usual, so that batches of equal values, which are rare, do not rule the sum. */
export const epsilon = 1 / 4;

/** Spread of (x - mu_B) / s_B over batches that are drawn one by one; `within`: the sample is a member of each, as in training. */
export function spreads(
  draw: () => number,
  xs: readonly number[],
  m: number,
  draws: number,
  eps: number,
  within: boolean,
) {
  const all = xs.map(() => new Float64Array(draws));
  const means = new Float64Array(draws);
  const batch = new Float64Array(m);
  for (let d = 0; d < draws; d += 1) {
    for (let i = 0; i < m; i += 1) batch[i] = draw();
    for (const [k, x] of xs.entries()) {
      if (within) batch[0] = x;
      let sum = 0;
      for (let i = 0; i < m; i += 1) sum += batch[i];
      const mu = sum / m;
      let squares = 0;
      for (let i = 0; i < m; i += 1) squares += (batch[i] - mu) ** 2;
      all[k][d] = (x - mu) / Math.sqrt(squares / m + eps);
      means[d] = mu;
    }
  }
  return { spreads: all.map(deviation), means: deviation(means) };
}

/** The same exactly, for the sample 1: offset and slope are uncorrelated, since the population mirrors itself. */
export function exactly(m: number): number {
  const { slope, offset } = noise([-1, 1], grouped([-1, 1], m, true), epsilon, suite.spec);
  return Math.sqrt(middle(slope) + middle(offset));
}

export const batchNoise: Demonstration<Options> = {
  id: 'batch-noise',
  title: 'Normalization by a batch adds noise, the less the larger the batch',
  claim:
    'Mean and variance of a batch are noisy, so a sample is normalized a little differently in every batch: noise that multiplies and adds, where dropout only multiplies. Larger batches have less of it.',
  source: 'A. Ng, Deep Learning Specialization, course 2, "Why does batch norm work?"; arXiv 1502.03167, section 3.4',
  theorems: ['spread-of-means', 'spread-of-variances', 'variance-is-biased'],
  laws: ['inference.sample-independence'],
  full: {
    sizes: times(9, (i) => 2 ** (i + 1)),
    ...{ draws: 4000, places: times(13, (i) => i / 2 - 3), beside: 16, seeds: 3 },
  },
  small: { sizes: [2, 8], draws: 2000, places: [0, 1], beside: 8, seeds: 2 },
  setup: ({ sizes, draws, beside, seeds }) =>
    `one sample’s normalized value over ${draws} random batches of ${sizes[0]} to ${sizes.at(-1)}, ${seeds} seeds: of −1 and 1 with epsilon ${figure(epsilon)}, beside the exact spread over all batches (\`src/run/noise.ts\`), and of normal numbers with epsilon 10⁻⁵ and the sample in the batch, as in training; and the spread against the sample’s own value, by batches of ${beside}, beside dropout of one half.`,
  measure(o, seed) {
    const exact = o.sizes.map(exactly);
    const seeds = times(o.seeds, (s) => {
      const [coin, normal] = [stream(seed + s, 1), randn(stream(seed + s, 2))];
      const toss = (): number => (coin.unit() < 0.5 ? -1 : 1);
      const tossed = o.sizes.map((m) => spreads(toss, [1], m, o.draws, epsilon, false).spreads[0]);
      const drawn = o.sizes.map((m) => spreads(normal, [1], m, o.draws, 1e-5, true).spreads[0]);
      const means = o.sizes.map((m) => spreads(normal, [0], m, o.draws, 1e-5, false).means * Math.sqrt(m));
      const placed = spreads(normal, o.places, o.beside, o.draws, 1e-5, true).spreads;
      const dropped = o.places.map((x) => deviation(times(o.draws, () => (coin.unit() < 0.5 ? 0 : 2 * x))));
      return { tossed, drawn, means, placed, dropped };
    });
    const zero = o.places.indexOf(0);
    const falls = seeds.map(({ drawn }) => drawn.every((v, i) => i === 0 || i === 1 || v < drawn[i - 1]));
    const adds = seeds.map(({ placed, dropped }) => placed[zero] > 0 && dropped[zero] === 0);
    const off = Math.max(...seeds.flatMap(({ tossed }) => tossed.map((v, i) => Math.abs(v / exact[i] - 1))));
    const ends = [1, o.sizes.length - 1].map((i) => seeds.map(({ drawn }) => drawn[i]));
    const [{ drawn, tossed, placed, dropped }] = seeds;
    const line = (says: string, xs: readonly number[], ys: readonly number[]) => ({
      says,
      points: xs.map((x, i) => [x, ys[i]] as const),
    });
    return {
      held: [...falls, ...adds],
      seen: `One deviation above the mean a sample’s normalized value spreads by ${spread(ends[0])} in batches of ${o.sizes[1]} and by ${spread(ends[1])} in batches of ${o.sizes.at(-1)}, falling all the way from ${o.sizes[1]} up in ${count(falls)} (in batches of 2 it can be little but −1 and 1). Of −1 and 1 it is the exact value to within ${percent(off)}. At the mean, batches of ${o.beside} still spread it by ${spread(seeds.map((one) => one.placed[zero]))} where dropout does nothing: it adds, in ${count(adds)}.`,
      figures: [
        {
          says: 'Spread of means of batches times the root of m, in deviations (1 by `spread-of-means`)',
          value: spread(
            seeds.flatMap(({ means }) => means),
            (v) => figure(v, 3),
          ),
        },
        ...[0, o.sizes.length - 1].map((i) => ({
          says: `Exact spread of −1 and 1 at m = ${o.sizes[i]}`,
          value: figure(exact[i], 4),
        })),
      ],
      plots: [
        lines(
          {
            file: 'batch-noise.svg',
            title: 'Noise of a normalized value against the batch',
            says: `From ${figure(ends[0][0])} at ${o.sizes[1]} to ${figure(ends[1][0])} at ${o.sizes.at(-1)}.`,
          },
          [
            { label: 'samples in the batch', log: true },
            { label: 'spread', log: true },
          ],
          [
            { ...line('−1 and 1, batches drawn', o.sizes, tossed), as: 'points' },
            { ...line('−1 and 1, exactly', o.sizes, exact), colour: 0 },
            { ...line('normal, in the batch', o.sizes, drawn), colour: 1 },
            {
              ...line(
                '1 / √m',
                o.sizes,
                o.sizes.map((m) => 1 / Math.sqrt(m)),
              ),
              colour: 4,
              as: 'strokes',
            },
          ],
        ),
        lines(
          {
            file: 'batch-noise-dropout.svg',
            title: 'Noise against the value: a batch and dropout',
            says: `At 0 a batch of ${o.beside} spreads by ${figure(placed[zero])}, dropout by ${figure(dropped[zero])}.`,
          },
          [{ label: 'value of the sample, in deviations' }, { label: 'spread', from: 0 }],
          [line(`batch of ${o.beside}`, o.places, placed), line('dropout of one half', o.places, dropped)],
        ),
      ],
    };
  },
};
