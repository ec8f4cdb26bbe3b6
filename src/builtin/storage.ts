import { decode, encode } from '../exact/bits.js';
import type { Format } from '../exact/format.js';
import { roundTo } from '../exact/grid.js';
import type { Array_ } from '../target/kernel.js';

/** Values to compute with. */
export type Reals = Float64Array | Float32Array;

/** The array's values, exactly. Never to be written to: they may be the caller's own. */
export function load({ dtype, data }: Array_): Reals {
  if (data instanceof Float64Array || data instanceof Float32Array) return data;
  if (dtype === 'f16' || dtype === 'bf16') {
    return decode(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), dtype);
  }
  throw new Error(`real numbers are needed, got ${dtype}`);
}

/** One value as `format` holds it. */
export const narrow = roundTo;

/** Zeros, in which values on their way to `format` keep the precision they have. */
export function blank(length: number, format: Format): Reals {
  return format === 'f32' ? new Float32Array(length) : new Float64Array(length);
}

/** Values as they are handed out. */
export type Stored = Reals | Uint16Array;

/** The values in `format`: one rounding each for f16 and bf16, none where the accumulation format is stored. */
export function store(values: Reals, format: Format): Stored {
  if (format === 'f64' || format === 'f32') return values;
  return new Uint16Array(encode(values, format).slice().buffer);
}
