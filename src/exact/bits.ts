import { type Format, formats } from './format.js';
import { nextDown, nextUp } from './grid.js';
import { decodeHalves, encodeHalves } from './halves.js';

/** The engine converts these as a whole, many times faster than value by value; its bytes must lie as on the wire. */
const arrays = { f64: Float64Array, f32: Float32Array };
if (new Uint8Array(Uint16Array.of(1).buffer)[0] !== 1) throw new Error('bnspec needs a little-endian machine');

/**
 * The values of little-endian bytes, exactly. Any alignment; NaN, infinities and the sign of zero are kept.
 * Throws RangeError when the bytes do not hold a whole number of values.
 */
export function decode(bytes: Uint8Array, format: Format): Float64Array {
  const size = formats[format].bytes;
  if (bytes.length % size !== 0) {
    throw new RangeError(`${bytes.length} bytes are no whole number of ${format} values of ${size} bytes`);
  }
  const { buffer, byteOffset, length } = (
    bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes)
  ) as Uint8Array<ArrayBuffer>;
  return format === 'f64' || format === 'f32'
    ? new Float64Array(new arrays[format](buffer, byteOffset, length / size))
    : decodeHalves(new Uint16Array(buffer, byteOffset, length / size), format);
}

/** Little-endian bytes of the values, each rounded once, to nearest, ties to even. Every NaN becomes the one quiet NaN. */
export function encode(values: ArrayLike<number>, format: Format): Uint8Array {
  const { buffer } =
    format === 'f64' || format === 'f32' ? quieted(new arrays[format](values)) : encodeHalves(values, format);
  return new Uint8Array(buffer);
}

/** An engine may pass on the bits of any NaN, a signalling one too; here all become one. */
function quieted<A extends Float64Array | Float32Array>(values: A): A {
  if (values.includes(NaN)) for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) values[i] = NaN;
  return values;
}

/** Whether all values are finite: three searches by the engine are quicker than a loop of ours. */
export const finite = (values: Float64Array): boolean =>
  !values.includes(NaN) && !values.includes(Infinity) && !values.includes(-Infinity);

/** Both neighbours of every value of the format: they are neighbours as bits too. NaN has none but itself. */
export function neighbours(values: Float64Array, format: Format): { below: Float64Array; above: Float64Array } {
  const bytes = encode(values, format);
  const [below, above] = [beside(bytes.slice(), values, format, -1), beside(bytes, values, format, 1)];
  for (let i = 0; i < values.length; i++) {
    const v = values[i]!;
    if (v !== 0 && Number.isFinite(v)) continue;
    below[i] = nextDown(v, format);
    above[i] = nextUp(v, format);
  }
  return { below, above };
}

/** One step down (-1) or up of every value that is finite and not zero, taken on the bits, which are overwritten. */
function beside(bytes: Uint8Array, values: Float64Array, format: Format, way: -1 | 1): Float64Array {
  const { buffer } = bytes as Uint8Array<ArrayBuffer>;
  if (format === 'f64') {
    const words = new Uint32Array(buffer);
    for (let i = 0; i < values.length; i++) {
      const by = values[i]! > 0 ? way : -way;
      const low = words[2 * i]! + by;
      words[2 * i] = low;
      if (low < 0 || low === 2 ** 32) words[2 * i + 1]! += by;
    }
  } else {
    const bits = format === 'f32' ? new Int32Array(buffer) : new Int16Array(buffer);
    for (let i = 0; i < values.length; i++) bits[i]! += values[i]! > 0 ? way : -way;
  }
  return decode(bytes, format);
}
