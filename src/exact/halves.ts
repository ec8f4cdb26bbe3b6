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

/** Most values are of the format already; the others are rounded, once. */
export function encodeHalves(values: ArrayLike<number>, format: Half): Uint16Array {
  const singles = new Float32Array(values);
  const words = new Uint32Array(singles.buffer);
  const bits = new Uint16Array(values.length);
  const bf16 = format === 'bf16';
  for (let i = 0; i < bits.length; i++) {
    const v = values[i]!;
    const word = words[i]!;
    const size = word & 0x7fffffff;
    if (bf16) bits[i] = singles[i] === v && (word & 0xffff) === 0 ? word >>> 16 : rounded(v, format);
    // From 2^-14 on and below 2^16: the same fraction, 13 places lower and with another bias.
    else if (size >= 0x38800000 && size < 0x47800000 && (word & 0x1fff) === 0 && singles[i] === v)
      bits[i] = ((word >>> 16) & 0x8000) | ((size - bias) >>> 13);
    else bits[i] = rounded(v, format);
  }
  return bits;
}

const single = new Float32Array(1);
const itsBits = new Uint32Array(single.buffer);

/** The bits of any number. */
function rounded(v: number, format: Half): number {
  if (Number.isNaN(v)) return format === 'bf16' ? 0x7fc0 : 0x7e00;
  single[0] = roundTo(v, format);
  return format === 'bf16' ? itsBits[0]! >>> 16 : halfBits(itsBits[0]!);
}

/** From the bits of a single that is a half. */
function halfBits(word: number): number {
  const sign = (word >>> 16) & 0x8000;
  const size = word & 0x7fffffff;
  const biased = size >>> 23;
  if (biased === 0xff) return sign | 0x7c00;
  if (biased >= 127 - 14) return sign | ((size - bias) >>> 13);
  return biased < 127 - 24 ? sign : sign | (((size & 0x7fffff) | 0x800000) >>> (126 - biased));
}
