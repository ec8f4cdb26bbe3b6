import type { Random } from '../../test/exact.random.js';
import type { Demonstration } from './claim.js';
import { stream } from './data.js';
import { Network } from './network.js';
import { among, lines } from './plot.js';
import { settle } from './settle.js';
import { batches, type Data, descent, tested, train } from './train.js';
import { count, percent, spread, times } from './words.js';

interface Options {
  readonly width: number;
  readonly samples: number;
  readonly steps: number;
  readonly rate: number;
  readonly shifts: readonly number[];
  readonly seeds: number;
}

/**
 * Points of a square of side 2 that is so far to the right; one rule for all: above the wave or below. The wave is longer
 * than the way, so that no shifted square looks like the first.
 */
function square(n: number, shift: number, from: Random): Data {
  const [x, t] = [new Float64Array(2 * n), new Float64Array(n)];
  for (let i = 0; i < n; i += 1) {
    const [across, up] = [shift + 2 * from.unit() - 1, 2 * from.unit() - 1];
    x.set([across, up], 2 * i);
    t[i] = up > 0.7 * Math.sin(1.9 * across) ? 1 : 0;
  }
  return { x, t, n };
}

/** The share of right labels by the shift: without normalization, with it, and with statistics taken anew where it is tested. */
function rightly(o: Options, seed: number): readonly [number[], number[], number[]] {
  const here = square(o.samples, 0, stream(seed, 1));
  const there = o.shifts.map((shift, i) => square(1000, shift, stream(seed, 10 + i)));
  const trained = (norm: boolean): Network => {
    const plan = { sizes: [2, o.width, o.width, 1], norm, activation: 'tanh', loss: 'logistic' } as const;
    const network = new Network(plan, stream(seed, 2));
    train(network, batches(here, 32, stream(seed, 3)), descent(o.rate), o.steps);
    return network;
  };
  const [plain, normed] = [trained(false), trained(true)];
  settle(normed, here);
  const right = (network: Network): number[] => there.map((data) => tested(network, data, 'test').right);
  const [without, withIt] = [right(plain), right(normed)];
  const anew = there.map((data) => {
    settle(normed, data);
    return tested(normed, data, 'test').right;
  });
  return [without, withIt, anew];
}

export const covariateShift: Demonstration<Options> = {
  id: 'covariate-shift',
  title: 'Normalization makes a network robust to a shift of its inputs',
  claim:
    'What was learned on one region of the input may be wrong on another, though one rule labels both: covariate shift. Normalization is introduced as what lessens such shifts inside a network, and easily taken for a cure of this one.',
  source: 'A. Ng, Deep Learning Specialization, course 2, "Why does batch norm work?"; the term: H. Shimodaira (2000)',
  theorems: [],
  laws: ['inference.affine-in-x', 'inference.sample-independence'],
  full: { width: 16, samples: 512, steps: 2500, rate: 0.3, shifts: times(9, (i) => i / 4), seeds: 7 },
  small: { width: 4, samples: 64, steps: 10, rate: 0.3, shifts: [0, 2], seeds: 2 },
  setup: ({ width, samples, steps, rate, shifts, seeds }) =>
    `points of the plane, labelled by whether they lie above one wave; two hidden layers of ${width} tanh units, ${samples} training samples of one square, ${steps} steps at rate ${rate} by batches of 32, ${seeds} seeds; tested on fresh points of squares up to ${shifts.at(-1)} to the right (its side is 2), with the statistics of the training data, and with those of the new square. Seen if the normalized network loses at least a tenth less on the farthest square than the other.`,
  measure(o, seed) {
    const all = times(o.seeds, (s) => rightly(o, seed + s));
    const [without, withIt, anew] = [0, 1, 2].map((k) => o.shifts.map((_, i) => all.map((one) => one[k][i])));
    const lost = (right: number[][]): number[] => right[0].map((start, s) => start - right.at(-1)![s]);
    const [worse, worseWith, worseAnew] = [without, withIt, anew].map(lost);
    const better = worse.map((loss, s) => worseWith[s] < 0.9 * loss);
    const says = `At no shift ${spread(withIt[0], percent)} of the labels are right with normalization and ${spread(without[0], percent)} without; ${o.shifts.at(-1)} away ${spread(withIt.at(-1)!, percent)} and ${spread(without.at(-1)!, percent)}.`;
    return {
      held: better,
      seen: `${says} Normalization loses a tenth less in ${count(better)}. With statistics of the new square ${spread(anew.at(-1)!, percent)} are right there: less lost than by those of the training data in ${count(worseAnew.map((loss, s) => loss < worseWith[s]))}.`,
      figures: [
        { says: 'Share of labels lost to the farthest square, without normalization', value: spread(worse, percent) },
        { says: 'With it', value: spread(worseWith, percent) },
        { says: 'With it, and statistics of the new square', value: spread(worseAnew, percent) },
      ],
      plots: [
        lines(
          { file: 'covariate-shift.svg', title: 'Right labels against the shift of the test data', says },
          [{ label: 'shift of the test square' }, { label: 'share of right labels', to: 1 }],
          [
            among('without normalization', o.shifts, without),
            among('with normalization', o.shifts, withIt),
            { ...among('statistics taken anew', o.shifts, anew), as: 'strokes' },
          ],
        ),
      ],
    };
  },
};
