import { exponent, scale } from './float.js';
import { type Format, formats } from './format.js';

/**
 * The values of little-endian bytes, exactly. Any alignment; NaN, infinities and the sign of zero are kept.
 * Throws RangeError when the bytes do not hold a whole number of values.
 */
export function decode(bytes: Uint8Array, format: Format): Float64Array {
  const size = formats[format].bytes;
  if (bytes.length % size !== 0) {
    throw new RangeError(`${bytes.length} bytes are no whole number of ${format} values of ${size} bytes`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = readers[format];
  const values = new Float64Array(bytes.length / size);
  for (let i = 0; i < values.length; i++) values[i] = read(view, i * size);
  return values;
}

/** Little-endian bytes of the values, each rounded once, to nearest, ties to even. Every NaN becomes the one quiet NaN. */
export function encode(values: ArrayLike<number>, format: Format): Uint8Array {
  const size = formats[format].bytes;
  const bytes = new Uint8Array(values.length * size);
  const view = new DataView(bytes.buffer);
  const write = writers[format];
  for (let i = 0; i < values.length; i++) write(view, i * size, roundTo(values[i]!, format));
  return bytes;
}

/** The nearest value of the format, ties to even; beyond the largest by half a step or more, infinity. */
export function roundTo(value: number, format: Format): number {
  if (format === 'f64' || value === 0 || !Number.isFinite(value)) return value;
  if (format === 'f32') return Math.fround(value);
  const { max } = formats[format];
  const quantum = quantumAt(value, format);
  // From 2^52 on doubles are the integers, so adding and taking away rounds to an integer, ties to even.
  const steps = Math.abs(scale(value, -quantum)) + 2 ** 52 - 2 ** 52;
  const size = scale(steps, quantum);
  const rounded = size > max ? Infinity : size;
  return value < 0 ? -rounded : rounded;
}

/** The least value of the format above `value`, which need not itself be one. Above the largest comes Infinity. */
export function nextUp(value: number, format: Format): number {
  const { p, emin, max, tiny } = formats[format];
  if (Number.isNaN(value)) return value;
  if (value >= max) return Infinity;
  if (value < -max) return -max;
  if (value === 0) return tiny;
  if (format === 'f32') return nextSingle(value);
  const quantum = quantumAt(value, format);
  if (value > 0) return scale(Math.floor(scale(value, -quantum)) + 1, quantum);
  const steps = scale(-value, -quantum);
  // Below a power of two the grid is twice as fine.
  const finer = steps === 2 ** (p - 1) && quantum > emin - p + 1;
  return finer ? -scale(2 * steps - 1, quantum - 1) : -scale(Math.ceil(steps) - 1, quantum);
}

const single = new Float32Array(1);
const pattern = new Int32Array(single.buffer);

/** Of singles, neighbours in value are neighbours in bits. */
function nextSingle(value: number): number {
  single[0] = value;
  if (single[0]! > value) return single[0]!;
  pattern[0]! += value > 0 ? 1 : -1;
  return single[0]!;
}

/** The greatest value of the format below `value`, which need not itself be one. Below the lowest comes -Infinity. */
export function nextDown(value: number, format: Format): number {
  return -nextUp(-value, format);
}

/** The exponent of the format's grid around a finite value other than zero. */
function quantumAt(value: number, format: Format): number {
  const { p, emin } = formats[format];
  return Math.max(exponent(value), emin) - p + 1;
}

type Read = (view: DataView, at: number) => number;
type Write = (view: DataView, at: number, value: number) => void;

const word = new DataView(new ArrayBuffer(4));

function singleOf(bits: number): number {
  word.setUint32(0, bits);
  return word.getFloat32(0);
}

function bitsOf(single: number): number {
  word.setFloat32(0, single);
  return word.getUint32(0);
}

function halfOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const biased = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (biased === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (biased === 0 ? scale(fraction, -24) : scale(0x400 + fraction, biased - 25));
}

/** From a value that is already a half. Its f32 bits hold the same fraction, 13 places higher and with another bias. */
function halfBits(half: number): number {
  const size = Math.abs(half);
  const sign = half < 0 || Object.is(half, -0) ? 0x8000 : 0;
  if (size < 2 ** formats.f16.emin) return sign | (size * 2 ** 24);
  if (size === Infinity) return sign | 0x7c00;
  return sign | ((bitsOf(size) >>> 13) - ((127 - 15) << 10));
}

const readers: Readonly<Record<Format, Read>> = {
  f64: (view, at) => view.getFloat64(at, true),
  f32: (view, at) => view.getFloat32(at, true),
  f16: (view, at) => halfOf(view.getUint16(at, true)),
  bf16: (view, at) => singleOf(view.getUint16(at, true) << 16),
};

// NaN is spelled out, because an engine may pass on the bits of any NaN, a signalling one too.
const writers: Readonly<Record<Format, Write>> = {
  f64: (view, at, value) =>
    Number.isNaN(value) ? view.setBigUint64(at, 0x7ff8000000000000n, true) : view.setFloat64(at, value, true),
  f32: (view, at, value) =>
    Number.isNaN(value) ? view.setUint32(at, 0x7fc00000, true) : view.setFloat32(at, value, true),
  f16: (view, at, value) => view.setUint16(at, Number.isNaN(value) ? 0x7e00 : halfBits(value), true),
  bf16: (view, at, value) => view.setUint16(at, Number.isNaN(value) ? 0x7fc0 : bitsOf(value) >>> 16, true),
};
