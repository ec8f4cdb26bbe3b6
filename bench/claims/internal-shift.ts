import type { Demonstration } from './claim.js';
import { stream, waves } from './data.js';
import { Network } from './network.js';
import { lines, type Series } from './plot.js';
import { batches, type Data, descent, learn, tested } from './train.js';
import { count, deviation, figure, mean, median, spread, times } from './words.js';

interface Options {
  readonly width: number;
  readonly samples: number;
  readonly steps: number;
  readonly every: number;
  readonly rate: number;
  readonly seeds: number;
}

/** What enters one layer's sigmoids over the training: by unit, the mean, deviation and quantiles of all samples. */
interface Course {
  readonly units: readonly (readonly { mean: number; deviation: number; quantiles: readonly number[] }[])[];
  readonly loss: number;
  /** How far mean and variance were, at most, from what the formula says of them. */
  readonly off: number;
}

const watched = 2;
const shares = [0.15, 0.5, 0.85];

function looked(network: Network, data: Data) {
  network.forward(data.x, data.n, 'batch');
  const values = network.entering(watched);
  const width = values.length / data.n;
  const units = times(width, (j) => {
    const own = times(data.n, (i) => values[i * width + j]);
    const sorted = own.toSorted((a, b) => a - b);
    const quantiles = shares.map((share) => sorted[Math.floor(share * (data.n - 1))]);
    return { mean: mean(own), deviation: deviation(own), quantiles };
  });
  const [{ normed }, { norm }] = [network.passes[watched], network.layers[watched]];
  const off = units.map((unit, j) => {
    if (!normed || !norm) return 0;
    const variance = (norm.gamma[j] ** 2 * normed.sigma2[j]) / (normed.sigma2[j] + norm.epsilon);
    return Math.max(Math.abs(unit.mean - norm.beta[j]), Math.abs(unit.deviation ** 2 - variance));
  });
  return { units, off: Math.max(...off) };
}

export function course(o: Options, normed: boolean, seed: number, earlierAlone: boolean): Course {
  const data = waves({ n: o.samples, inputs: 8, rule: stream(seed, 1), from: stream(seed, 2) });
  const sizes = [8, o.width, o.width, o.width, 1];
  const network = new Network({ sizes, norm: normed, activation: 'sigmoid', loss: 'logistic' }, stream(seed, 3));
  const moving = network.parameters.filter(({ name }) => !earlierAlone || Number(/\d+/.exec(name)![0]) < watched);
  const [step, from] = [descent(o.rate), batches(data, 32, stream(seed, 4))];
  const all = [looked(network, data)];
  for (let done = 1; done <= o.steps; done += 1) {
    learn(network, from.next().value as Data);
    step(moving);
    if (done % o.every === 0) all.push(looked(network, data));
  }
  const { loss } = tested(network, data, 'batch');
  return { units: all.map(({ units }) => units), loss, off: Math.max(...all.map(({ off }) => off)) };
}

/** The farthest that a unit's mean went from where it began, in deviations of the beginning: the middle of all units. */
export const wandering = ({ units }: Course): number =>
  median(
    units[0].map((start, j) => Math.max(...units.map((now) => Math.abs(now[j].mean - start.mean))) / start.deviation),
  );

/** The factor by which a unit's deviation changed at most. */
const stretching = ({ units }: Course): number =>
  median(
    units[0].map((start, j) =>
      Math.max(...units.map((now) => Math.max(now[j].deviation / start.deviation, start.deviation / now[j].deviation))),
    ),
  );

/** The farthest that a quantile went, likewise: what is left of the shape. */
const reshaping = ({ units }: Course): number =>
  median(
    units[0].map(
      (start, j) =>
        Math.max(...units.flatMap((now) => shares.map((_, q) => Math.abs(now[j].quantiles[q] - start.quantiles[q])))) /
        start.deviation,
    ),
  );

export const internalShift: Demonstration<Options> = {
  id: 'internal-shift',
  title: 'Normalization keeps the distribution of a hidden layer’s input in place',
  claim:
    'As earlier weights move, the distribution of a hidden layer’s input shifts under it; normalization holds its mean and variance to what beta and gamma say.',
  source: 'arXiv 1502.03167, sections 2 and 4.1, figure 1',
  theorems: [],
  laws: ['forward.zero-mean', 'forward.unit-variance', 'forward.gamma-alone'],
  full: { width: 16, samples: 512, steps: 1200, every: 30, rate: 0.5, seeds: 5 },
  small: { width: 6, samples: 64, steps: 20, every: 10, rate: 0.5, seeds: 2 },
  setup: ({ width, samples, steps, rate, seeds }) =>
    `three hidden layers of ${width} sigmoids, ${samples} samples, ${steps} steps of gradient descent by batches of 32 at rate ${rate}, ${seeds} seeds; what enters the sigmoids of the third layer, over all samples, while all weights move, and while only those of the first two layers do. Wandering is how far a unit’s mean goes from where it began, in its first deviations, in the middle of all units.`,
  measure(options, seed) {
    const all = (normed: boolean, earlierAlone: boolean): Course[] =>
      times(options.seeds, (s) => course(options, normed, seed + s, earlierAlone));
    const [plain, normed] = [all(false, false), all(true, false)];
    const [plainAlone, normedAlone] = [all(false, true), all(true, true)];
    const off = Math.max(...[...normed, ...normedAlone].map((one) => one.off));
    const drawn = (one: Course): Series[] =>
      shares.map((share, q) => ({
        says: `${100 * share} % of the samples lie below`,
        points: one.units.map((now, i) => [i * options.every, now[0].quantiles[q]] as const),
        colour: q,
      }));
    const plot = (file: string, title: string, one: Course) =>
      lines(
        { file, title, says: `The mean wanders ${figure(wandering(one))} deviations in the middle of all units.` },
        [{ label: 'steps' }, { label: 'input of one sigmoid' }],
        drawn(one),
      );
    const mine = (of: (one: Course) => number, courses: Course[]): string => spread(courses.map(of));
    const calmer = times(options.seeds, (s) => wandering(normed[s]) < wandering(plain[s]));
    return {
      held: [...calmer, ...times(options.seeds, (s) => wandering(normedAlone[s]) < wandering(plainAlone[s]))],
      seen: `With all weights moving a unit’s mean wanders ${mine(wandering, normed)} deviations with normalization and ${mine(wandering, plain)} without, less with it in ${count(calmer)}; what is left is what beta learns. With only earlier weights moving it wanders ${mine(wandering, normedAlone)} with it and ${mine(wandering, plainAlone)} without. The shape is not held: quantiles still go ${mine(reshaping, normedAlone)} deviations with it (${mine(reshaping, plainAlone)} without).`,
      figures: [
        {
          says: 'Farthest that mean and variance were from beta and gamma² V / (V + epsilon), whatever the weights',
          value: figure(off),
        },
        { says: 'Factor by which the deviation changes, with normalization', value: mine(stretching, normed) },
        { says: 'Factor by which the deviation changes, without', value: mine(stretching, plain) },
        { says: 'Loss at the end, with normalization', value: spread(normed.map(({ loss }) => loss)) },
        { says: 'Loss at the end, without', value: spread(plain.map(({ loss }) => loss)) },
      ],
      plots: [
        plot('internal-shift-without.svg', 'Input of one hidden sigmoid, without normalization', plain[0]),
        plot('internal-shift-with.svg', 'Input of one hidden sigmoid, with normalization', normed[0]),
      ],
    };
  },
};
