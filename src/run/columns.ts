import { decode, encode } from '../exact/bits.js';
import type { Format } from '../exact/format.js';
import { type Shape, size } from '../formula/shape.js';
import type { Layout } from '../wire/protocol.js';

/** A tensor of data on the wire, written and read by channels: no other copy of it is made. */
export interface Columns {
  readonly bytes: Uint8Array;
  /** Writes one channel: its values in the order of samples, positions, each rounded once. */
  put(c: number, values: Float64Array): void;
  /** The values of the channels from `from` to before `to`, in the order of samples, channels, positions. */
  get(from: number, to: number): Float64Array;
}

const arrays = { f64: Float64Array, f32: Float32Array, f16: Uint16Array, bf16: Uint16Array };
type Bits = Float64Array | Float32Array | Uint16Array;

/** The channels of `shape` in a layout, in the given bytes or in fresh ones. */
export function columns(format: Format, layout: Layout, shape: Shape, bytes?: Uint8Array): Columns {
  const [N, C, S] = shape;
  const all = bytes ? view(bytes, format) : new arrays[format](size(shape));
  const first = layout === 'channels_first';
  return {
    bytes: bytes ?? view8(all),
    put(c, values) {
      const own = view(encode(values, format), format);
      for (let n = 0; n < N; n += 1)
        if (first) all.set(own.subarray(n * S, (n + 1) * S), (n * C + c) * S);
        else for (let s = 0; s < S; s += 1) all[(n * S + s) * C + c] = own[n * S + s]!;
    },
    get(from, to) {
      const own = new arrays[format](N * (to - from) * S);
      for (let n = 0, at = 0; n < N; n += 1)
        if (first) {
          own.set(all.subarray((n * C + from) * S, (n * C + to) * S), at);
          at += (to - from) * S;
        } else
          for (let c = from; c < to; c += 1)
            for (let s = 0; s < S; s += 1, at += 1) own[at] = all[(n * S + s) * C + c]!;
      return decode(view8(own), format);
    },
  };
}

const view8 = ({ buffer, byteOffset, byteLength }: Bits): Uint8Array => new Uint8Array(buffer, byteOffset, byteLength);

/** The same memory as elements; a copy only where it does not lie as they must. */
function view(bytes: Uint8Array, format: Format): Bits {
  const size = arrays[format].BYTES_PER_ELEMENT;
  const { buffer, byteOffset, length } = bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes);
  return new arrays[format](buffer as ArrayBuffer, byteOffset, length / size);
}
