import type { Demonstration } from './claim.js';
import { stream, waves } from './data.js';
import { Network } from './network.js';
import { moments, type Norm, norm, remember } from './norm.js';
import { lines } from './plot.js';
import { settle } from './settle.js';
import { batches, type Data, descent, rows, tested, train } from './train.js';
import { count, figure, geometric, mean, median, percent, spread, times } from './words.js';

interface Options {
  readonly width: number;
  readonly samples: number;
  readonly batch: number;
  readonly steps: number;
  readonly every: number;
  readonly rate: number;
  /** Weights of the new batch. */
  readonly alphas: readonly number[];
  /** Batches that go into the statistics of a network that stands still. */
  readonly frozen: number;
  readonly seeds: number;
}

const taught = (o: Options, seed: number) => ({
  data: waves({ n: o.samples, inputs: 8, rule: stream(seed, 1), from: stream(seed, 2) }),
  fresh: waves({ n: 1000, inputs: 8, rule: stream(seed, 1), from: stream(seed, 5) }),
});

type Tested = ReturnType<typeof tested>;

interface Look {
  readonly step: number;
  readonly running: Tested;
  readonly whole: Tested;
}

/** Training: after every so many steps, how many labels are right, and the loss, by running statistics and by those of all data. */
function moving(o: Options, alpha: number, seed: number) {
  const { data, fresh } = taught(o, seed);
  const plan = { sizes: [8, o.width, o.width, 1], norm: true, activation: 'relu', loss: 'logistic', alpha } as const;
  const network = new Network(plan, stream(seed, 3));
  const course: Look[] = [];
  train(network, batches(data, o.batch, stream(seed, 4)), descent(o.rate), o.steps, (step) => {
    if (step % o.every !== 0) return false;
    const running = tested(network, fresh, 'test');
    const back = settle(network, data);
    course.push({ step, running, whole: tested(network, fresh, 'test') });
    back();
    return false;
  });
  return { network, data, course };
}

/** The mean squared error of the running mean in deviations, over the second layer's units, batch by batch, the weights standing still. */
function standing(o: Options, { network, data }: { network: Network; data: Data }, alpha: number, seed: number) {
  const units = o.width;
  network.forward(data.x, data.n, 'batch');
  const z = network.passes[1].z.slice();
  const all = moments(z, data.n, units);
  const [layer, from]: [Norm, ReturnType<typeof stream>] = [norm(units, { alpha }), stream(seed, 6)];
  const whole = { x: z, t: data.t, n: data.n };
  const start = mean(all.mu.map((mu, j) => mu ** 2 / all.sigma2[j]));
  const errors = times(o.frozen, () => {
    const drawn = rows(
      whole,
      times(o.batch, () => from.whole(0, data.n - 1)),
    );
    remember(layer, moments(drawn.x, o.batch, units), o.batch);
    return mean(all.mu.map((mu, j) => (layer.running_mean[j] - mu) ** 2 / all.sigma2[j]));
  });
  return { errors, start };
}

/** What it is on average over all batches: what is left of the start, and the spread of the means. */
export const expected = (alpha: number, k: number, m: number, start: number): number =>
  (1 - alpha) ** (2 * k) * start + ((alpha / (2 - alpha)) * (1 - (1 - alpha) ** (2 * k))) / m;

export const runningAverages: Demonstration<Options> = {
  id: 'running-averages',
  title: 'Running averages do at test time what statistics of the whole training set would',
  claim:
    'At test time mean and variance are those of the whole training set, or in practice exponentially weighted averages over the batches, which estimate them well.',
  source:
    'arXiv 1502.03167, algorithm 2 and section 3.1; A. Ng, Deep Learning Specialization, course 2, "Batch norm at test time"',
  theorems: ['mean-is-unbiased', 'spread-of-means', 'variance-is-biased'],
  laws: ['running.closed-form', 'running.forgetting', 'running.unbiased', 'running.spread', 'limit.population'],
  full: {
    ...{ width: 16, samples: 512, batch: 32, steps: 500, every: 10, rate: 0.4 },
    ...{ alphas: [0.5, 0.1, 0.01], frozen: 1000, seeds: 5 },
  },
  small: { width: 4, samples: 64, batch: 8, steps: 20, every: 10, rate: 0.1, alphas: [0.5, 0.1], frozen: 50, seeds: 2 },
  setup: ({ width, samples, batch, steps, every, rate, alphas, frozen, seeds }) =>
    `two hidden layers of ${width} relu units, ${samples} samples, ${steps} steps at rate ${rate} by batches of ${batch}, ${seeds} seeds; every ${every} steps the right labels among 1000 fresh samples by running averages that give the new batch the weight ${alphas.join(', ')}, and by statistics of all training data. Then ${frozen} random batches with the weights standing still: how far the second layer’s running means are from the means of all data, in deviations. Seen if the averages cost at most one label in a hundred, at the first look and at the last, for each weight.`,
  measure(o, seed) {
    const all = o.alphas.map((alpha) => times(o.seeds, (s) => moving(o, alpha, seed + s)));
    const lost = (a: number, at: number): number[] =>
      all[a].map(({ course }) => course.at(at)!.whole.right - course.at(at)!.running.right);
    const still = o.alphas.map((alpha, a) => times(o.seeds, (s) => standing(o, all[a][s], alpha, seed + s)));
    const shown = [...new Set(geometric(1, o.frozen, 24).map(Math.round))];
    const rms = (a: number, k: number): number => Math.sqrt(mean(still[a].map(({ errors }) => errors[k - 1])));
    const right = (a: number, k: number): number =>
      Math.sqrt(mean(still[a].map(({ start }) => expected(o.alphas[a], k, o.batch, start))));
    const off = o.alphas.map((_, a) => median(shown.map((k) => Math.abs(rms(a, k) / right(a, k) - 1))));
    const held = o.alphas.flatMap((_, a) =>
      [lost(a, 0), lost(a, -1)].flatMap((one) => one.map((loss) => loss <= 0.01)),
    );
    const says = o.alphas.map(
      (alpha, a) =>
        `weight ${alpha}: ${spread(lost(a, 0), percent)} after ${o.every} steps, ${spread(lost(a, -1), percent)} after ${o.steps}`,
    );
    const excess = (a: number, i: number): number =>
      median(all[a].map(({ course }) => course[i].running.loss - course[i].whole.loss));
    const worst = (a: number): number => Math.max(...looks.map((_, i) => excess(a, i)));
    const looks = all[0][0].course.map(({ step }) => step);
    return {
      held,
      seen: `Right labels lost by running averages, against statistics of all training data: ${says.join('; ')}. At most one in a hundred is lost in ${count(held, 'looks')}. At its worst look a weight costs, in the middle of the seeds, a loss of ${o.alphas.map((alpha, a) => `${figure(worst(a))} (weight ${alpha})`).join(', ')}: a small weight remembers weights of the network that are gone. With the weights standing still the error falls from what is left of the start to the noise of the last batches: for weights ${o.alphas.join(', ')} it ends at ${o.alphas.map((_, a) => figure(rms(a, o.frozen))).join(', ')} deviations, by the formula ${o.alphas.map((_, a) => figure(right(a, o.frozen))).join(', ')}.`,
      figures: o.alphas.map((alpha, a) => ({
        says: `Error of the running mean against its formula, weight ${alpha}: off, in the middle of the course`,
        value: percent(off[a]),
      })),
      plots: [
        lines(
          {
            file: 'running-averages.svg',
            title: 'Error of running means against batches seen',
            says: 'Points are measured, lines are the formula: what is left of the start, and the noise of the batches.',
          },
          [
            { label: 'batches seen', log: true },
            { label: 'error, in deviations', log: true },
          ],
          o.alphas.flatMap((alpha, colour) => [
            {
              says: `weight ${alpha}`,
              colour,
              as: 'points' as const,
              points: shown.map((k) => [k, rms(colour, k)] as const),
            },
            { says: `weight ${alpha}, formula`, colour, points: shown.map((k) => [k, right(colour, k)] as const) },
          ]),
        ),
        lines(
          {
            file: 'running-averages-test.svg',
            title: 'Loss on fresh data that running averages cost',
            says: `${says.join('; ')} (lost against all training data).`,
          },
          [{ label: 'steps' }, { label: 'loss above that of all data' }],
          o.alphas.map((alpha, a) => ({
            says: `weight ${alpha}`,
            points: looks.map((step, i) => [step, excess(a, i)] as const),
          })),
        ),
      ],
    };
  },
};
