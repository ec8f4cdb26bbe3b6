import { batches, ordered, type Population } from './batches.js';
import { channels, every, parts } from './images.js';
import { chance, masks } from './masks.js';
import { averaged, epochs, type Keeping, sequences, updates } from './sequences.js';
import type { Spec } from './subject.js';
import type { Draw, Over, Theorem } from './theorem.js';

const momenta = [chance(1, 10), chance(2, 3)] as const;
const start = { mean: -5, variance: 9 };
/** Ways to keep running statistics, the divisor of the running variance m - 1 unless said. */
const keepings = (theorem: Theorem, divisor: Keeping['divisor'] = 'm - 1'): Keeping[] =>
  (theorem.updates ?? []).flatMap((update) => momenta.map((momentum) => ({ update, momentum, start, divisor })));

type Small = readonly (readonly [Population, readonly number[]])[];
const populations: Small = [
  [
    [1, 4],
    [2, 3],
  ],
  [
    [-3, 0, 8],
    [2, 3],
  ],
  [[0.25, 0.5, -7, 12], [2]],
];
const pairs = (of: Small) => of.flatMap(([population, sizes]) => sizes.map((m) => [population, m] as const));

const settings: Readonly<Record<Over, (theorem: Theorem, spec: Spec) => Draw[]>> = {
  batches: (_, spec) => pairs(populations).map(([of, m]) => batches(of, m, [...ordered(of, m, true)], spec)),
  'batches without replacement': (_, spec) =>
    pairs(populations)
      .filter(([of, m]) => m <= of.length)
      .map(([of, m]) => batches(of, m, [...ordered(of, m, false)], spec)),
  masks: () => [[3], [1, -2], [0.5, 4, -1, 0]].flatMap((x) => momenta.map((p) => masks(x, p))),
  'masks of zeros': () => momenta.map((p) => masks([0, 0, 0], p)),
  updates: (theorem, spec) =>
    keepings(theorem).flatMap((keeping) =>
      [1, 2, 4].flatMap((n) => Array.from({ length: n }, (_, i) => updates(n, i + 1, keeping, spec))),
    ),
  sequences: (theorem, spec) =>
    keepings(theorem).flatMap((keeping) => [
      inRow([1, 4], 2, 1, true, keeping, spec),
      inRow([1, 4], 2, 2, true, keeping, spec),
      inRow([2, 3, 10], 2, 1, true, keeping, spec),
    ]),
  'whole batches': (theorem, spec) =>
    keepings(theorem, 'm').flatMap((keeping) => [
      inRow([1, 4], 2, 2, false, keeping, spec),
      inRow([2, 3, 10], 3, 1, false, keeping, spec),
    ]),
  epochs: (theorem, spec) =>
    keepings(theorem).map((keeping) => averaged([1, 4, 6, 11], 2, 2, () => epochs([1, 4, 6, 11], 2), keeping, spec)),
  'images of a batch': (_, spec) =>
    every([0, 5], 4).map((pixels) => parts([pixels.slice(0, 2), pixels.slice(2)], spec)),
  'batches of images': (_, spec) =>
    [
      [
        [1, 1],
        [4, 6],
      ],
      [
        [0, 3],
        [2, 2],
        [7, 6],
      ],
    ].flatMap((images) => [1, 2, 3].map((N) => channels(images, N, spec))),
  'batches of free pixels': (_, spec) => [channels(every([1, 4], 2), 2, spec), channels(every([0, 1, 5], 2), 2, spec)],
};

function inRow(of: Population, m: number, n: number, replacement: boolean, keeping: Keeping, spec: Spec): Draw {
  const drawn = [...ordered(of, m, replacement)];
  return averaged(of, m, n, () => sequences(drawn, n), keeping, spec);
}

/** Small settings in which a theorem is proved, each enumerated once however often it is asked. */
export const draws = (theorem: Theorem, spec: Spec): Draw[] => settings[theorem.over](theorem, spec).map(kept);

/** The same, enumerated at most once. */
export function kept(draw: Draw): Draw {
  let all: ReturnType<Draw['outcomes']> | undefined;
  return { ...draw, outcomes: () => (all ??= [...draw.outcomes()]) };
}
