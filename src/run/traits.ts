import { formats } from '../exact/format.js';
import { channel } from './accuracy.js';
import { elements, type Layer, positions } from './layer.js';

/** A channel of a layer. */
export interface Place {
  readonly layer: Layer;
  readonly c: number;
}

/** What a channel, or a network, may have that others have not. */
export interface Trait<T = Place> {
  readonly says: string;
  has(one: T): boolean;
}

export const sizes: Readonly<Record<string, (place: Place) => number>> = {
  'the number of channels': ({ layer }) => layer.C,
  'the number of samples': ({ layer }) => layer.N,
  'the number of positions': ({ layer }) => positions(layer),
  'm, the elements per channel,': ({ layer }) => elements(layer),
  'the size of the tensor': ({ layer }) => layer.x.length,
  'the index of the channel': ({ c }) => c,
  'the magnitude of gamma': ({ layer, c }) => Math.abs(layer.gamma?.[c] ?? 1),
  'the magnitude of beta': ({ layer, c }) => Math.abs(layer.beta?.[c] ?? 0),
  epsilon: ({ layer }) => layer.epsilon,
  'the running variance': ({ layer, c }) => layer.running_var?.[c] ?? Number.NaN,
  'the magnitude of the running mean': ({ layer, c }) => Math.abs(layer.running_mean?.[c] ?? Number.NaN),
  'the largest magnitude of x': (place) => moments(place).peak,
  'the largest magnitude of dy': ({ layer, c }) => peak(channel(layer, layer.dy, c)),
  'mean over deviation': (place) => Math.abs(moments(place).mean) / moments(place).sigma,
  'variance over epsilon': (place) => moments(place).sigma ** 2 / place.layer.epsilon,
};

const widths = [2, 4, 8, 16, 32] as const;
const counts = {
  'the number of channels': ({ layer }: Place) => layer.C,
  'the number of samples': ({ layer }: Place) => layer.N,
  'the number of positions': ({ layer }: Place) => positions(layer),
  'm, the elements per channel,': ({ layer }: Place) => elements(layer),
};

export const kinds: readonly Trait[] = [
  { says: 'the layout is channels_last', has: ({ layer }) => layer.layout === 'channels_last' },
  { says: 'the layout is channels_first', has: ({ layer }) => layer.layout === 'channels_first' },
  ...Object.keys(formats).map(
    (name): Trait => ({ says: `the dtype is ${name}`, has: ({ layer }) => layer.dtype === name }),
  ),
  ...[2, 3, 4, 5].map(
    (rank): Trait => ({ says: `the rank is ${rank}`, has: ({ layer }) => layer.spatial.length + 2 === rank }),
  ),
  { says: 'gamma is absent', has: ({ layer }) => layer.gamma === null },
  { says: 'beta is absent', has: ({ layer }) => layer.beta === null },
  { says: 'the running statistics are absent', has: ({ layer }) => layer.running_mean === null },
  { says: 'gamma is negative', has: ({ layer, c }) => (layer.gamma?.[c] ?? 1) < 0 },
  { says: 'gamma is 0', has: ({ layer, c }) => layer.gamma?.[c] === 0 },
  { says: 'beta is 0', has: ({ layer, c }) => layer.beta?.[c] === 0 },
  { says: 'the channel is constant', has: (place) => moments(place).sigma === 0 },
  { says: 'some input is not finite', has: ({ layer }) => !layer.x.every(Number.isFinite) },
  ...Object.entries(counts).flatMap(([what, of]) =>
    widths.map(
      (width): Trait => ({ says: `${what} is no multiple of ${width}`, has: (place) => of(place) % width !== 0 }),
    ),
  ),
  ...Object.entries(counts).flatMap(([what, of]) =>
    widths.map(
      (width): Trait => ({ says: `${what} is a multiple of ${width}`, has: (place) => of(place) % width === 0 }),
    ),
  ),
];

const peak = (values: Float64Array): number => values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);

const known = new WeakMap<object, Map<number, { mean: number; sigma: number; peak: number }>>();

export function moments({ layer, c }: Place): { mean: number; sigma: number; peak: number } {
  let byChannel = known.get(layer);
  if (!byChannel) known.set(layer, (byChannel = new Map()));
  let found = byChannel.get(c);
  if (!found) {
    const values = channel(layer, layer.x, c);
    const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
    const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
    byChannel.set(c, (found = { mean, sigma: Math.sqrt(variance), peak: peak(values) }));
  }
  return found;
}
