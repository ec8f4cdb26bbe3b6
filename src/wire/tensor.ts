import { decode, encode } from '../exact/bits.js';
import type { Format } from '../exact/format.js';

export type Dtype = Format | 'i64';

/** Bits of a named dtype: little endian, C order. */
export interface Tensor {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

export const bytesOf: Readonly<Record<Dtype, number>> = { f64: 8, f32: 4, f16: 2, bf16: 2, i64: 8 };

/** Number of elements; 1 for the empty shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, extent) => size * extent, 1);
}

/** `values`, each rounded once to `dtype`. Throws RangeError if their number is not the shape's, or one is no integer. */
export function tensor(dtype: Dtype, shape: readonly number[], values: ArrayLike<number>): Tensor {
  const size = sizeOf(shape);
  if (values.length !== size) throw new RangeError(`shape [${shape}] holds ${size} elements, got ${values.length}`);
  return { dtype, shape: [...shape], data: dtype === 'i64' ? integers(values) : encode(values, dtype) };
}

/** The exact values. Throws RangeError where an i64 is beyond the integers that a number holds. */
export function values({ dtype, data }: Tensor): Float64Array {
  if (dtype !== 'i64') return decode(data, dtype);
  return Float64Array.from({ length: data.length / bytesOf.i64 }, (_, i) => {
    const n = view(data).getBigInt64(i * bytesOf.i64, true);
    if (!Number.isSafeInteger(Number(n))) throw new RangeError(`${n} is beyond 2^53`);
    return Number(n);
  });
}

/** The value of a one-element tensor of any rank, such as epsilon. */
export function scalar(one: Tensor): number {
  if (sizeOf(one.shape) !== 1) throw new RangeError(`one element is needed, got shape [${one.shape}]`);
  return values(one)[0];
}

const view = (data: Uint8Array) => new DataView(data.buffer, data.byteOffset, data.byteLength);

function integers(values: ArrayLike<number>): Uint8Array {
  const data = new Uint8Array(values.length * bytesOf.i64);
  for (let i = 0; i < values.length; i++) view(data).setBigInt64(i * bytesOf.i64, BigInt(values[i]), true);
  return data;
}
