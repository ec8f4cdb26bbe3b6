import { batches, grouped, ordered, type Population, type Weighed } from '../src/run/batches.js';
import { kept } from '../src/run/draws.js';
import { channels, every, parts } from '../src/run/images.js';
import { chance, masks } from '../src/run/masks.js';
import { averaged, epochs, type Keeping, sequences } from '../src/run/sequences.js';
import type { Spec } from '../src/run/subject.js';
import type { Draw, Over, Theorem } from '../src/run/theorem.js';

const sizes = [64, 128, 256, 512];
const large: readonly (readonly [Population, readonly number[]])[] = [
  [[0, 1], sizes],
  [[-1, -1, -1, 7], sizes],
  [[0, 1, 5], [64]],
];
const small: readonly (readonly [Population, readonly number[]])[] = [
  [[1, 4], [8]],
  [
    [-3, 0, 8],
    [4, 6],
  ],
  [
    [0.1, 0.25, -7, 12],
    [3, 5],
  ],
  [[5, 5, 5, 6, 1], [4]],
];
/** Populations that large batches are drawn from without replacement. */
const crowd = (few: Population): Population => few.flatMap((value) => Array<number>(300).fill(value));

type Drawing = (population: Population, m: number) => readonly [Population, Weighed[]];
const each = (of: typeof large, spec: Spec, draw: Drawing): Draw[] =>
  of.flatMap(([few, all]) =>
    all.map((m) => {
      const [population, drawn] = draw(few, m);
      return batches(population, m, drawn, spec);
    }),
  );

const keepings = ({ updates = [] }: Theorem): Keeping[] =>
  updates.map((update) => ({ update, momentum: chance(1, 10), start: { mean: 3, variance: 1 }, divisor: 'm - 1' }));

/** Larger settings than those that the tests and the page draw: some seconds each. */
const settings: Partial<Record<Over, (theorem: Theorem, spec: Spec) => Draw[]>> = {
  batches: (_, spec) => [
    ...each(small, spec, (few, m) => [few, [...ordered(few, m, true)]]),
    ...each(large, spec, (few, m) => [few, [...grouped(few, m, true)]]),
  ],
  'batches without replacement': (_, spec) =>
    each(large, spec, (few, m) => {
      const population = crowd(few);
      return [population, [...grouped(population, m, false)]];
    }),
  masks: () => [masks([3, 1, 4, 1, 5, 9, -2, 0, 6, 5], chance(2, 3))],
  sequences: (theorem, spec) =>
    keepings(theorem).map((keeping) => {
      const drawn = [...ordered([1, 4], 2, true)];
      return averaged([1, 4], 2, 5, () => sequences(drawn, 5), keeping, spec);
    }),
  epochs: (theorem, spec) => {
    const population = [1, 4, 6, 11, 11, -2];
    return keepings(theorem).flatMap((keeping) =>
      [2, 3].map((m) => averaged(population, m, 6 / m, () => epochs(population, m), keeping, spec)),
    );
  },
  'images of a batch': (_, spec) =>
    every([0, 1, 5], 6).map((pixels) => parts([pixels.slice(0, 2), pixels.slice(2, 4), pixels.slice(4)], spec)),
  'batches of images': (_, spec) => [
    channels(
      [
        [1, 1, 2, 4],
        [0, 3, 3, 3],
        [5, 5, 6, 8],
      ],
      5,
      spec,
    ),
  ],
  'batches of free pixels': (_, spec) => [channels(every([0, 1], 4), 2, spec), channels(every([0, 1], 2), 4, spec)],
};

export const larger = (theorem: Theorem, spec: Spec): Draw[] =>
  (settings[theorem.over]?.(theorem, spec) ?? []).map(kept);
