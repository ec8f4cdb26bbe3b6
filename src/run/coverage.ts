import { elements, type Layer, positions } from './layer.js';
import type { Drawn } from './property.js';
import { moments, type Place } from './traits.js';

/** How often drawn cases have a feature, and how often two of them. */
export interface Coverage {
  readonly cases: number;
  /** Share of the cases that have each value of each feature. */
  readonly features: readonly { readonly feature: string; readonly value: string; readonly share: number }[];
  /** Share of the cases that have both values, of each two of different features. */
  readonly pairs: readonly { readonly a: string; readonly b: string; readonly share: number }[];
}

type Has = (place: Place) => boolean;
const ofLayer =
  (has: (layer: Layer) => boolean): Has =>
  ({ layer }) =>
    has(layer);
const oneOf = (values: readonly (string | number)[], of: (layer: Layer) => string | number): Record<string, Has> =>
  Object.fromEntries(values.map((value) => [String(value), ofLayer((layer) => of(layer) === value)]));
const ranges = (ends: readonly number[], of: (place: Place) => number): Record<string, Has> =>
  Object.fromEntries(
    ends.map((from, i) => {
      const to = ends[i + 1] ?? Infinity;
      const name = to === from + 1 ? String(from) : to === Infinity ? `${from} and more` : `${from} to ${to - 1}`;
      return [name, (place: Place) => of(place) >= from && of(place) < to];
    }),
  );

/** What is counted: of every feature the values that a case may have; one case may have several, in several channels. */
const features: Readonly<Record<string, Readonly<Record<string, Has>>>> = {
  dtype: oneOf(['f64', 'f32', 'f16', 'bf16'], ({ dtype }) => dtype),
  layout: oneOf(['channels_first', 'channels_last'], ({ layout }) => layout),
  rank: oneOf([2, 3, 4, 5], ({ spatial }) => spatial.length + 2),
  m: ranges([1, 2, 3, 16, 65, 257, 4097], ({ layer }) => elements(layer)),
  C: ranges([1, 2, 5, 33, 257], ({ layer }) => layer.C),
  N: ranges([1, 2, 8, 33], ({ layer }) => layer.N),
  S: ranges([1, 2, 8, 65], ({ layer }) => positions(layer)),
  gamma: {
    absent: ofLayer(({ gamma }) => gamma === null),
    negative: ({ layer, c }) => layer.gamma !== null && layer.gamma[c]! < 0,
    zero: ({ layer, c }) => layer.gamma?.[c] === 0,
    positive: ({ layer, c }) => layer.gamma !== null && layer.gamma[c]! > 0,
  },
  beta: {
    absent: ofLayer(({ beta }) => beta === null),
    zero: ({ layer, c }) => layer.beta?.[c] === 0,
    other: ({ layer, c }) => layer.beta !== null && layer.beta[c] !== 0,
  },
  statistics: {
    absent: ofLayer(({ running_mean }) => running_mean === null),
    there: ofLayer(({ running_mean }) => running_mean !== null),
  },
  epsilon: {
    '0': ofLayer(({ epsilon }) => epsilon === 0),
    'below 2^-17': ofLayer(({ epsilon }) => epsilon > 0 && epsilon < 2 ** -17),
    '2^-17 to 1': ofLayer(({ epsilon }) => epsilon >= 2 ** -17 && epsilon <= 1),
    'above the variance': (place) => place.layer.epsilon > moments(place).sigma ** 2,
  },
  data: {
    constant: (place) => moments(place).sigma === 0,
    'mean above 100 deviations': (place) => Math.abs(moments(place).mean) > 100 * moments(place).sigma,
  },
};

/** Counts features over cases. */
export function coverage(drawn: readonly Drawn[]): Coverage {
  const layers = drawn.map(({ layer }) => layer).filter(({ x }) => x.length > 0);
  const some = (layer: Layer, has: Has): boolean =>
    Array.from({ length: layer.C }, (_, c) => has({ layer, c })).includes(true);
  const seen = Object.entries(features).flatMap(([feature, values]) =>
    Object.entries(values).map(([value, has]) => ({ feature, value, flags: layers.map((layer) => some(layer, has)) })),
  );
  const pairs = seen.flatMap((a, i) =>
    seen.slice(i + 1).flatMap((b) => (a.feature === b.feature ? [] : [[a, b] as const])),
  );
  const shareOf = (flags: readonly boolean[]): number => flags.filter(Boolean).length / layers.length;
  const named = ({ feature, value }: (typeof seen)[number]): string => `${feature} ${value}`;
  return {
    cases: layers.length,
    features: seen.map(({ feature, value, flags }) => ({
      feature,
      value,
      share: shareOf(flags),
    })),
    pairs: pairs.map(([a, b]) => ({
      ...{ a: named(a), b: named(b) },
      share: shareOf(a.flags.map((flag, i) => flag && b.flags[i]!)),
    })),
  };
}
