import { roundTo } from './grid.js';

/** The formats of 16 bits. Both are read and written through float32, which holds all their values. */
export type Half = 'f16' | 'bf16';

const bias = (127 - 15) << 23;

export function decodeHalves(bits: Uint16Array, format: Half): Float64Array {
  const singles = new Float32Array(bits.length);
  const words = new Uint32Array(singles.buffer);
  for (let i = 0; i < bits.length; i++) {
    const half = bits[i]!;
    if (format === 'bf16') words[i] = half << 16;
    else if ((half & 0x7c00) === 0x7c00) singles[i] = half & 0x3ff ? NaN : half & 0x8000 ? -Infinity : Infinity;
    else if ((half & 0x7c00) === 0) singles[i] = (half & 0x8000 ? -1 : 1) * (half & 0x3ff) * 2 ** -24;
    else words[i] = ((half & 0x8000) << 16) | (((half & 0x7fff) << 13) + bias);
  }
  return new Float64Array(singles);
}

export function encodeHalves(values: ArrayLike<number>, format: Half): Uint16Array {
  const singles = new Float32Array(values);
  const words = new Uint32Array(singles.buffer);
  const bits = new Uint16Array(values.length);
  const spare = format === 'bf16' ? 0xffff : 0x1fff;
  for (let i = 0; i < bits.length; i++) {
    const v = values[i]!;
    // Most are values of the format already; the others are rounded, once.
    if (singles[i] !== v || (words[i]! & spare) !== 0 || Math.abs(v) < 2 ** -14 || Math.abs(v) >= 2 ** 16)
      singles[i] = roundTo(v, format);
    bits[i] = Number.isNaN(v)
      ? format === 'bf16'
        ? 0x7fc0
        : 0x7e00
      : format === 'bf16'
        ? words[i]! >>> 16
        : halfBits(words[i]!);
  }
  return bits;
}

/** From the bits of a single that is a half: the same fraction, 13 places lower and with another bias. */
function halfBits(word: number): number {
  const sign = (word >>> 16) & 0x8000;
  const size = word & 0x7fffffff;
  const biased = size >>> 23;
  if (biased === 0xff) return sign | 0x7c00;
  if (biased >= 127 - 14) return sign | ((size - bias) >>> 13);
  return biased < 127 - 24 ? sign : sign | (((size & 0x7fffff) | 0x800000) >>> (126 - biased));
}
