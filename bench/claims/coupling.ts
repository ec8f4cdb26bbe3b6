import type { Demonstration } from './claim.js';
import { stream, waves } from './data.js';
import { Network } from './network.js';
import { among, lines } from './plot.js';
import { batches, descent, learn, train } from './train.js';
import { count, mean, norm, spread, times } from './words.js';

interface Options {
  readonly depth: number;
  readonly width: number;
  readonly samples: number;
  /** Steps before the one that is looked at. */
  readonly trained: number;
  /** The length of that step, as a share of the norm of the first layer's weights. */
  readonly share: number;
  readonly seeds: number;
}

/** What later layers see of a step in the first: how much their inputs and gradients change, as shares of their norms. */
interface Seen {
  readonly inputs: readonly number[];
  readonly slopes: readonly number[];
}

/** Down the gradient by a share of the weights' norm, or by the rate that trained; or along the weights. */
type Kind = 'gradient' | 'rate' | 'length';

const rate = 0.05;

export function moved(o: Options, normed: boolean, trained: number, kind: Kind, seed: number): Seen {
  const data = waves({ n: o.samples, inputs: 8, rule: stream(seed, 1), from: stream(seed, 2) });
  const sizes = [8, ...times(o.depth, () => o.width), 1];
  const network = new Network({ sizes, norm: normed, activation: 'relu', loss: 'logistic' }, stream(seed, 3));
  train(network, batches(data, 32, stream(seed, 4)), descent(rate), trained);
  const later = times(o.depth - 1, (i) => i + 1);
  const look = () => {
    learn(network, data, 'batch');
    return later.map((l) => ({
      input: network.entering(l).slice(),
      slope: network.parameter(`w${l}`).slope.slice(),
    }));
  };
  const before = look();
  const { value, slope } = network.parameter('w0');
  const length = kind === 'rate' ? rate : (o.share * norm(value)) / norm(slope);
  if (kind !== 'length') for (const [i, g] of slope.entries()) value[i] -= length * g;
  else for (const [i, w] of value.entries()) value[i] = w * (1 + o.share);
  const after = look();
  const change = (a: Float64Array, b: Float64Array): number => norm(a.map((v, i) => b[i] - v)) / norm(a);
  return {
    inputs: before.map(({ input }, i) => change(input, after[i].input)),
    slopes: before.map((one, i) => change(one.slope, after[i].slope)),
  };
}

export const coupling: Demonstration<Options> = {
  id: 'coupling',
  title: 'Normalization weakens the coupling between layers',
  claim:
    'With normalization a step in an earlier layer moves the inputs of later ones less, so that each layer learns a little more by itself.',
  source:
    'A. Ng, Deep Learning Specialization, course 2, "Why does batch norm work?"; I. Goodfellow et al., Deep Learning, section 8.7.1',
  theorems: [],
  laws: ['forward.scale', 'forward.shift', 'backward.scale'],
  full: { depth: 6, width: 24, samples: 256, trained: 300, share: 0.1, seeds: 7 },
  small: { depth: 3, width: 8, samples: 32, trained: 5, share: 0.1, seeds: 2 },
  setup: ({ depth, width, samples, trained, share, seeds }) =>
    `${depth} hidden layers of ${width} relu units, ${samples} samples, ${seeds} seeds, networks fresh and after ${trained} steps. The first layer’s weights take one step, ${share} of their norm long, down their gradient or along themselves (which makes them longer); how much the inputs of later activations and the gradients of later weights change, as shares of their norms, without any other step.`,
  measure(options, seed) {
    const { depth, seeds, trained } = options;
    const all = (normed: boolean, steps: number, kind: Kind): Seen[] =>
      times(seeds, (s) => moved(options, normed, steps, kind, seed + s));
    const courses = [0, trained].map((steps) => ({
      steps,
      plain: all(false, steps, 'gradient'),
      normed: all(true, steps, 'gradient'),
    }));
    const longer = [all(false, 0, 'length'), all(true, 0, 'length')];
    const rated = [all(false, trained, 'rate'), all(true, trained, 'rate')];
    const layers = times(depth - 1, (i) => i + 2);
    const overall = (part: keyof Seen, seen: Seen[]): number[] => seen.map((one) => mean(one[part]));
    const less = (part: keyof Seen, i: number): boolean[] => {
      const [a, b] = [overall(part, courses[i].normed), overall(part, courses[i].plain)];
      return a.map((value, s) => value < b[s]);
    };
    const says = (part: keyof Seen, i: number): string =>
      `${spread(overall(part, courses[i].normed))} with normalization and ${spread(overall(part, courses[i].plain))} without (less with it in ${count(less(part, i))})`;
    const plot = (part: keyof Seen, file: string, title: string, label: string) =>
      lines(
        { file, title, says: `On average over the layers: fresh ${says(part, 0)}; trained ${says(part, 1)}.` },
        [{ label: 'layer' }, { label, from: 0 }],
        courses.flatMap(({ steps, plain, normed }, i) =>
          [plain, normed].map((seen, k) => ({
            ...among(
              `${k === 0 ? 'without' : 'with'}, ${steps === 0 ? 'fresh' : `after ${steps} steps`}`,
              layers,
              layers.map((_, l) => seen.map((one) => one[part][l])),
            ),
            colour: k,
            as: i === 0 ? ('line' as const) : ('strokes' as const),
          })),
        ),
      );
    return {
      held: [0, 1].flatMap((i) => [...less('inputs', i), ...less('slopes', i)]),
      seen: `A step down the gradient changes later inputs by ${says('inputs', 0)} in fresh networks, and by ${says('inputs', 1)} after ${trained} steps; later gradients by ${says('slopes', 0)} and ${says('slopes', 1)}. A step that only makes the weights longer changes later inputs by ${spread(overall('inputs', longer[1]))} with it, which epsilon alone explains, and by ${spread(overall('inputs', longer[0]))} without.`,
      figures: [
        {
          says: `Change of later inputs by one step at rate ${rate}, after ${trained} steps, with normalization`,
          value: spread(overall('inputs', rated[1])),
        },
        { says: 'The same without', value: spread(overall('inputs', rated[0])) },
        {
          says: 'Change of later gradients by longer weights, with normalization',
          value: spread(overall('slopes', longer[1])),
        },
        { says: 'Change of later gradients by longer weights, without', value: spread(overall('slopes', longer[0])) },
      ],
      plots: [
        plot('inputs', 'coupling-inputs.svg', 'Change of later inputs by a step in the first layer', 'relative change'),
        plot('slopes', 'coupling-gradients.svg', 'Change of later gradients by that step', 'relative change'),
      ],
    };
  },
};
