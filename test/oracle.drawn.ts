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
  ties: (from, m) => Array.from({ length: m }, (_, i) => (i % 4 === 3 ? 3 : -1) + from.pick([0, 0, 0, 8])),
  thirds: (from, m) => Array.from({ length: m }, (_, i) => [1, 1, 4][i % 3]! * 2 ** from.pick([0, 0, 0, 3])),
  'one large': (from, m, format) =>
    Array.from({ length: m }, (_, i) =>
      near((from.unit() - 0.5) * (i === 0 ? 2 ** (format === 'f16' ? 15 : 60) : 1), format),
    ),
  'far apart': (from, m, format) =>
    Array.from(
      { length: m },
      () => near(from.unit() - 0.5, format) * (format === 'f64' ? 2 ** from.pick([300, 0, -200, -900]) : 1),
    ),
};
export const families: Readonly<Record<string, Family>> = { ...common, ...own };

const sizes = [1, 2, 3, 4, 7, 8, 9, 12, 64, 100, 515, 1100];

/** Channels of every family in turn, or of those named. */
export function* drawn(seed: number, count: number, format: Format, names: readonly string[] = all): Generator<Drawn> {
  const from = random(seed);
  for (let i = 0; i < count; i++) {
    const family = names[i % names.length]!;
    const make = family === 'fifths' ? fifths : family === 'beside a midpoint' ? beside : channel;
    yield make(from, format, family);
  }
}

const all = [...Object.keys(families), 'fifths', 'beside a midpoint'];

function channel(from: Random, format: Format, family: string): Drawn {
  const m = from.pick(sizes);
  const x = families[family]!(from, m, format);
  const other = (): number[] => families[from.pick(Object.keys(families))]!(from, m, format);
  const dy = from.pick([() => x.slice(), other, other])();
  const parameter = (nice: readonly number[]): number =>
    from.unit() < 0.5 ? from.pick(nice) : Math.fround((from.unit() - 0.5) * 2 ** from.whole(-20, 20));
  return {
    ...{ family, format, x, dy, alpha: from.pick([0.1, 0.25, 1]), divisor: m > 1 ? m - 1 : m },
    epsilon: from.pick([0, 1e-12, 1e-5, Math.fround(1e-5), 2 ** -10, 1, 3]),
    gamma: parameter([0, 1, -1, 1 + 2 ** -8, 3, 1.5, 21]),
    beta: parameter([0, -0, 1, 1e4, 2 ** -9, 0.5, 2 ** 24 - 1]),
    running_mean: parameter([0, 1, -1, 0.5, x[0]!]),
    running_var: Math.abs(parameter([1, 3, 4])) + 2 ** -30,
  };
}

const digits = { f64: 53, f32: 24, f16: 11, bf16: 8 } as const;

/**
 * Every fifth element lies `step` above the others, so xhat is 2 there and -1/2 elsewhere, and y is a number of few bits
 * though the mean and 1 / s are none; where the step is 5 n, s is 2 n, and n in inference, so dx is one as well, for a
 * dy of multiples of n that cancel in pairs. Many outputs lie exactly between two values of the format.
 */
function fifths(from: Random, format: Format): Drawn {
  const bits = digits[format];
  const odd = (length: number): number => 2 * Number(from.bits(Math.max(length - 1, 1))) + 1;
  const length = from.whole(2, Math.max(2, bits >> 2));
  const [n, m, scale] = [odd(length), 5 * from.pick([1, 3, 8, 41]), 2 ** from.whole(-3, 1)];
  const offset = from.pick([0, 0, odd(3)]);
  const step = from.pick([5 * n, odd(bits - 5)]);
  const x = Array.from({ length: m }, (_, i) => (offset + (i % 5 === 4 ? step : 0)) * scale);
  const dy: number[] = [];
  for (let i = 0; i < m; i += 5) {
    const [p, q] = [0, 0].map(() => n * odd(bits - length) * 2 ** (1 - bits)) as [number, number];
    dy.push(p, -p, q, -q, 5 * from.whole(-3, 3));
  }
  const unit = scale * from.pick([1, 0.5]);
  const gamma = odd(from.pick([length + 1, format === 'f64' ? 53 : 24])) * unit * from.pick([1, -1]);
  const beta = odd(format === 'f64' ? 53 : 24) * unit * from.pick([1, 4]);
  const running = { running_mean: x[0]!, running_var: (n * scale) ** 2 };
  return { family: 'fifths', format, x, dy, gamma, beta, epsilon: 0, alpha: 0.25, divisor: m - 1, ...running };
}

/** beta lies between two values of the format, normal or subnormal, and xhat moves y by next to nothing. */
function beside(from: Random, format: Format): Drawn {
  const bits = digits[format];
  const midpoint = (2 * Number(from.bits(bits)) + 1) * 2 ** (format === 'f16' ? from.pick([-25, -25, -17, -9]) : -9);
  const few = (from.whole(0, 3) * 2 + 1) * 2 ** (format === 'f16' ? -25 : -9);
  const gamma = from.pick([1, -1]) * 2 ** -70;
  return { ...channel(from, format, 'normal'), family: 'beside a midpoint', gamma, beta: from.pick([midpoint, few]) };
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
