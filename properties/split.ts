import fc from 'fast-check';
import type { Layer } from '../src/run/layer.js';
import type { Terms } from '../src/run/property.js';
import { layers, type Wish } from './layer.js';
import { shared } from './shared.js';
import { count } from './transform.js';

/** Ways to part a batch, by number: a case keeps its way however it shrinks. */
export const ways = {
  /** One replica has all. */
  alone: 0,
  /** 3 and 7 of 10. */
  uneven: 1,
  halves: 2,
  thirds: 3,
  /** One sample each. */
  singles: 4,
  /** One sample, and all others. */
  oneFirst: 5,
  /** 0, 5 and 1 of 6. */
  emptyFirst: 6,
  /** Half, none, the rest, none. */
  emptyBetween: 7,
} as const;

/** How many samples each replica has. */
export function parts({ N }: Layer, way: number): number[] {
  const [half, third] = [Math.floor(N / 2), Math.floor(N / 3)];
  const few = Math.min(N, Math.max(2, Math.floor((3 * N) / 10)));
  const cuts: Readonly<Record<number, number[]>> = {
    [ways.uneven]: [few, N - few],
    [ways.halves]: [half, N - half],
    [ways.thirds]: [third, third, N - 2 * third],
    [ways.singles]: count(N).map(() => 1),
    [ways.oneFirst]: [1, N - 1],
    [ways.emptyFirst]: [0, N - 1, 1],
    [ways.emptyBetween]: [half, 0, N - half, 0],
  };
  return cuts[way] ?? [N];
}

/** A layer and a way to part it, one of these. */
export const splits =
  (wish: Wish, ...of: readonly number[]) =>
  (terms: Terms) =>
    fc.record({ layer: layers(terms, wish), way: fc.constantFrom(...of) });

/** One layer of a size for each of these ways, the same for a given target in every run. */
export const directed = (...cases: readonly (readonly [N: number, way: number])[]) =>
  shared((terms: Terms) =>
    cases.map(([N, way], seed) => {
      const layer = fc.sample(layers(terms, { size: [N, 3, 1], affine: true }), { seed, numRuns: 1 })[0]!;
      return { layer, way };
    }),
  );
