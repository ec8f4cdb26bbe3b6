import type { Grid } from './exact.mpfr.js';
import type { Random } from './exact.random.js';

const scratch = new DataView(new ArrayBuffer(8));

/** Values from bits, written down here again so that the check owes nothing to src/. */
export const decoded: Readonly<Record<Grid, (bits: number) => number>> = {
  f64: (bits) => bits,
  f32: (bits) => {
    scratch.setUint32(0, bits);
    return scratch.getFloat32(0);
  },
  bf16: (bits) => decoded.f32(bits * 2 ** 16),
  f16: (bits) => {
    const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
    const size = exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25);
    const value = exponent === 31 ? (fraction === 0 ? Infinity : Number.NaN) : size;
    return bits >> 15 === 0 ? value : -value;
  },
};

const bitsOf16: Record<'f16' | 'bf16', Map<number, number>> = { f16: new Map(), bf16: new Map() };
for (const format of ['f16', 'bf16'] as const)
  for (let bits = 0; bits < 2 ** 16; bits++) bitsOf16[format].set(decoded[format](bits), bits);

/** A list of values of the format in the arrays that kernels get. */
export function stored(values: readonly number[], format: Grid): Float64Array | Float32Array | Uint16Array {
  if (format === 'f64') return Float64Array.from(values);
  return format === 'f32' ? Float32Array.from(values) : Uint16Array.from(values, (v) => bitsOf16[format].get(v)!);
}

/** Any finite value of the format, over its bit patterns. */
function pattern(from: Random, format: Grid): number {
  const value =
    format === 'f64' ? from.double() : decoded[format](from.whole(0, format === 'f32' ? 2 ** 32 - 1 : 2 ** 16 - 1));
  return Number.isFinite(value) ? value : pattern(from, format);
}

const limits = { f64: [53, -1074], f32: [24, -149], f16: [11, -24], bf16: [8, -133] } as const;

/** A value of the format near v: its last bits are cut. */
export function near(v: number, format: Grid): number {
  const [p, least] = limits[format];
  if (v === 0) return 0;
  const step = 2 ** Math.max(Math.floor(Math.log2(Math.abs(v))) - p + 1, least);
  const cut = Math.trunc(v / step) * step;
  return format === 'f16' ? Math.max(-65504, Math.min(65504, cut)) : cut;
}

const normal = (from: Random): number => 2 * (from.unit() + from.unit() + from.unit() - 1.5);

/** Inputs in which rounding, cancellation and the ends of a format show: lists of m values. */
export const families: Readonly<Record<string, (from: Random, m: number, format: Grid) => number[]>> = {
  normal: (from, m, format) => list(m, () => near(normal(from), format)),
  offset: (from, m, format) => {
    const mean = from.pick([-1, 1]) * 2 ** (from.unit() * (format === 'f16' ? 14 : 22));
    return list(m, () => near(mean + normal(from), format));
  },
  constant: (from, m, format) => new Array<number>(m).fill(pattern(from, format === 'f64' ? 'f32' : format)),
  'almost constant': (from, m, format) => {
    const value = near(from.pick([1, -3, 1000.5, 2 ** -14]), format);
    const step = Math.abs(value) * 2 ** -limits[format][0];
    return list(m, (i) => (i === 0 ? near(value + 2 * step, format) : value));
  },
  subnormal: (from, m, format) => list(m, () => from.whole(-40, 40) * 2 ** limits[format][1]),
  'plus minus one': (from, m) => list(m, () => from.pick([-1, 1])),
  integers: (from, m) => list(m, () => from.whole(0, 255)),
  rectified: (from, m, format) => list(m, () => near(Math.max(0, normal(from)), format)),
  'spread 2^30': (from, m, format) =>
    list(m, () => near(normal(from) * 2 ** from.whole(-30, format === 'f16' ? 14 : 30), format)),
  'bit patterns': (from, m, format) => list(m, () => pattern(from, format)),
};

const list = (m: number, value: (i: number) => number): number[] => Array.from({ length: m }, (_, i) => value(i));
