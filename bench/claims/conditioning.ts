import { randn } from '../data.js';
import type { Demonstration } from './claim.js';
import { stream } from './data.js';
import { condition, gram } from './eigen.js';
import { moments } from './norm.js';
import { among, lines } from './plot.js';
import { count, figure, geometric, median, spread, times } from './words.js';

interface Options {
  readonly samples: number;
  readonly inputs: number;
  /** Deviations of the inputs, from the least to the most, and how many deviations their means are off. */
  readonly widths: readonly [number, number];
  readonly offset: number;
  readonly shared: number;
  readonly steps: number;
  readonly target: number;
  readonly seeds: number;
}

const kinds = ['raw', 'centred', 'normalized'] as const;
type Kind = (typeof kinds)[number];

/** Inputs of unlike widths and means; a share of each is common to all of them. */
function drawn(o: Options, shared: number, seed: number): Float64Array {
  const draw = randn(stream(seed, 5));
  const widths = geometric(o.widths[0], o.widths[1], o.inputs);
  const means = widths.map((width) => o.offset * width * draw());
  const x = new Float64Array(o.samples * o.inputs);
  for (let i = 0; i < o.samples; i += 1) {
    const common = draw();
    for (let j = 0; j < o.inputs; j += 1)
      x[i * o.inputs + j] = means[j] + widths[j] * (Math.sqrt(1 - shared) * draw() + Math.sqrt(shared) * common);
  }
  return x;
}

function prepared(x: Float64Array, kind: Kind, { samples, inputs }: Options): Float64Array {
  const { mu, sigma2 } = moments(x, samples, inputs);
  return x.map((v, i) => {
    const j = i % inputs;
    return kind === 'raw' ? v : (v - mu[j]) / (kind === 'normalized' ? Math.sqrt(sigma2[j]) : 1);
  });
}

/** The loss above its least, as a share of the first, after each step at the best rate for the eigenvalues that there are. */
function descended(eigenvalues: Float64Array, start: Float64Array, steps: number): number[] {
  const rate = 2 / (Math.max(...eigenvalues) + Math.min(...eigenvalues));
  const loss = (k: number): number =>
    eigenvalues.reduce((sum, l, i) => sum + l * (start[i] * (1 - rate * l) ** k) ** 2, 0);
  return times(steps + 1, (k) => loss(k) / loss(0));
}

/** Where the plot ends. */
const floor = 0.001;

export const conditioning: Demonstration<Options> = {
  id: 'input-scaling',
  title: 'Normalized inputs make a better conditioned problem, and gradient descent faster',
  claim:
    'Inputs of unlike means and widths make the loss a narrow valley; centred and scaled to one width, it is rounder, and gradient descent takes fewer steps.',
  source:
    'Y. LeCun et al., Efficient BackProp (1998), section 4.3; A. Ng, Deep Learning Specialization, course 2, "Normalizing inputs"',
  theorems: [],
  laws: ['forward.zero-mean', 'forward.unit-variance'],
  full: {
    ...{ samples: 512, inputs: 8, widths: [0.25, 4], offset: 1, shared: 0.9 },
    steps: 2 ** 15,
    target: 0.01,
    seeds: 9,
  },
  small: { ...{ samples: 64, inputs: 3, widths: [0.5, 2], offset: 1, shared: 0.9 }, steps: 64, target: 0.1, seeds: 2 },
  setup: ({ samples, inputs, widths, offset, shared, target, seeds }) =>
    `linear regression on ${samples} samples of ${inputs} inputs and a bias, deviations from ${widths[0]} to ${widths[1]}, means about ${offset} of them off, ${seeds} seeds; the condition number of the Hessian of the squared error (the Gram matrix over the samples), and steps of full gradient descent, from weights that are wrong by as much along each eigenvector, at the best rate, until ${figure(target)} of the loss above its least is left. Once with inputs drawn apart, once with a share of ${shared} of their variance in common.`,
  measure(o, seed) {
    const look = (shared: number) =>
      kinds.map((kind) => {
        const each = times(o.seeds, (s) => {
          const x = prepared(drawn(o, shared, seed + s), kind, o);
          const { values, number } = condition(gram(x, o.samples, o.inputs));
          const course = descended(values, new Float64Array(values.length).fill(1), o.steps);
          const at = course.findIndex((loss) => loss <= o.target);
          return { number, course, steps: at < 0 ? Infinity : at };
        });
        return { kind, each, numbers: each.map((e) => e.number), steps: each.map((e) => e.steps) };
      });
    const [apart, common] = [look(0), look(o.shared)];
    const held = [apart, common].flatMap(([raw, , normalized]) =>
      times(o.seeds, (s) => normalized.numbers[s] < raw.numbers[s] && normalized.steps[s] < raw.steps[s]),
    );
    const of = (all: typeof apart, part: 'numbers' | 'steps'): string =>
      all.map((one) => `${spread(one[part])} ${one.kind}`).join(', ');
    const shown = [...new Set(geometric(1, o.steps, 60).map(Math.round))];
    return {
      held,
      seen: `Of inputs drawn apart the condition number is ${of(apart, 'numbers')}; steps: ${of(apart, 'steps')}. Where they have much in common: ${of(common, 'numbers')}; steps: ${of(common, 'steps')}. Normalized inputs are better conditioned and faster in ${count(held, 'problems')}; what the inputs have in common, scaling does not take away.`,
      figures: [apart, common].flatMap((all, i) => [
        {
          says: `Condition number raw over normalized, ${i === 0 ? 'drawn apart' : 'in common'}`,
          value: spread(all[0].numbers.map((n, s) => n / all[2].numbers[s])),
        },
      ]),
      plots: [
        lines(
          {
            file: 'input-scaling.svg',
            title: 'Loss of gradient descent by the inputs, drawn apart',
            says: `Steps to ${figure(o.target)}: ${of(apart, 'steps')}.`,
          },
          [
            { label: 'steps', log: true },
            { label: 'loss left', log: true, from: floor, to: 1 },
          ],
          apart.map(({ kind, each }) => {
            // to the first step below the floor, drawn on it
            const at = (k: number): number => median(each.map(({ course }) => course[k]));
            const until = shown.filter((_, i) => i === 0 || at(shown[i - 1]) > floor);
            return among(
              `${kind} (condition ${figure(median(each.map((e) => e.number)))})`,
              until,
              until.map((k) => each.map(({ course }) => Math.max(floor, course[k]))),
            );
          }),
        ),
      ],
    };
  },
};
