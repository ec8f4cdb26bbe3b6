import { encode } from '../src/exact/bits.js';
import type { Format } from '../src/exact/format.js';
import type { Elements, Tensor } from '../src/oracle/batch.js';
import { type Random, random } from './exact.random.js';
import { families as common, near } from './oracle.data.js';
import type { Channel } from './oracle.mpfr.js';

/** A channel and its families, hard for a fast oracle above all. */
export interface Drawn extends Channel {
  readonly family: string;
  readonly format: Format;
}

type Family = (from: Random, m: number, format: Format) => number[];
const own: Readonly<Record<string, Family>> = {
  /** Three of every four elements are 1 unit below, the others 3 above: the mean and s are whole, thirds and sevenths not. */
  ties: (from, m) => Array.from({ length: m }, (_, i) => (i % 4 === 3 ? 3 : -1) + from.pick([0, 0, 0, 8])),
  thirds: (from, m) => Array.from({ length: m }, (_, i) => [1, 1, 4][i % 3]! * 2 ** from.pick([0, 0, 0, 3])),
  'one large': (from, m, format) =>
    Array.from({ length: m }, (_, i) =>
      near((from.unit() - 0.5) * (i === 0 ? 2 ** (format === 'f16' ? 15 : 60) : 1), format),
    ),
};
export const families: Readonly<Record<string, Family>> = { ...common, ...own };

const sizes = [1, 2, 3, 4, 7, 8, 9, 12, 64, 100, 515, 1100];

/** Channels of every family, in turn. */
export function* drawn(seed: number, count: number, format: Format): Generator<Drawn> {
  const from = random(seed);
  const names = Object.keys(families);
  for (let i = 0; i < count; i++) {
    const family = names[i % names.length]!;
    const m = from.pick(sizes);
    const x = families[family]!(from, m, format);
    const dy = from.pick([
      () => x.slice(),
      () => families[from.pick(names)]!(from, m, format),
      () => families[from.pick(names)]!(from, m, format),
    ])();
    const parameter = (nice: readonly number[]): number =>
      from.unit() < 0.5 ? from.pick(nice) : Math.fround((from.unit() - 0.5) * 2 ** from.whole(-20, 20));
    yield {
      ...{ family, format, x, dy, alpha: from.pick([0.1, 0.25, 1]), divisor: m > 1 ? m - 1 : m },
      epsilon: from.pick([0, 1e-12, 1e-5, Math.fround(1e-5), 2 ** -10, 1, 3]),
      gamma: parameter([0, 1, -1, 1 + 2 ** -8, 3, 1.5, 21]),
      beta: parameter([0, -0, 1, 1e4, 2 ** -9, 0.5, 2 ** 24 - 1]),
      running_mean: parameter([0, 1, -1, 0.5, x[0]!]),
      running_var: Math.abs(parameter([1, 3, 4])) + 2 ** -30,
    };
  }
}

/** The channels as one tensor, each of the same size: m samples. */
export function tensor(
  columns: readonly (readonly number[])[],
  format: Format,
  layout: Tensor['layout'] = 'channels_first',
  S = 1,
): Tensor {
  const [C, m] = [columns.length, columns[0]!.length];
  const all = new Array<number>(C * m);
  for (const [c, column] of columns.entries())
    for (const [i, value] of column.entries())
      all[layout === 'channels_last' ? i * C + c : (Math.floor(i / S) * C + c) * S + (i % S)] = value;
  const shape = layout === 'channels_last' ? [m / S, S, C] : [m / S, C, S];
  return { format, shape, layout, data: stored(all, format) };
}

export function stored(values: readonly number[], format: Format): Elements {
  const { buffer } = encode(values, format);
  const bytes = buffer as ArrayBuffer;
  return format === 'f64'
    ? new Float64Array(bytes)
    : format === 'f32'
      ? new Float32Array(bytes)
      : new Uint16Array(bytes);
}
