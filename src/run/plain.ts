/**
 * Plain data as JSON text from which just the same data comes back: numbers to the bit, maps, bytes. What JSON has no
 * word for stands under a key of its own.
 */
export const written = (value: unknown): string => JSON.stringify(packed(value));

/** Reads what `written` wrote. Throws SyntaxError. */
export const readBack = (text: string): unknown => unpacked(JSON.parse(text));

/** The key that says of an object what it stands for. */
const mark = '~';

const numbers: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
  '-0': -0,
};

function packed(value: unknown): unknown {
  if (typeof value === 'number') {
    if (Number.isFinite(value) && !Object.is(value, -0)) return value;
    return { [mark]: Object.is(value, -0) ? '-0' : String(value) };
  }
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return { [mark]: 'bigint', of: String(value) };
  if (Array.isArray(value)) return value.map(packed);
  if (value instanceof Map) return { [mark]: 'map', of: [...value].map(packed) };
  if (value instanceof Uint8Array) return { [mark]: 'bytes', of: bufferOf(value).toString('base64') };
  if (value instanceof Float64Array)
    return {
      [mark]: 'f64',
      of: bufferOf(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)).toString('base64'),
    };
  if (typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype || mark in value)
    throw new TypeError(`a journal has no words for ${Object.prototype.toString.call(value)}`);
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) => (one === undefined ? [] : [[key, packed(one)]])),
  );
}

const bufferOf = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

function unpacked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unpacked);
  if (typeof value !== 'object' || value === null) return value;
  const { [mark]: kind, of } = value as { [mark]?: string; of?: unknown };
  if (kind === undefined) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, unpacked(one)]));
  if (Object.hasOwn(numbers, kind)) return numbers[kind];
  if (kind === 'bigint') return BigInt(of as string);
  if (kind === 'map') return new Map((of as unknown[]).map(unpacked) as [unknown, unknown][]);
  if (kind !== 'bytes' && kind !== 'f64') throw new SyntaxError(`no value is called ${kind}`);
  const bytes = Uint8Array.from(Buffer.from(of as string, 'base64'));
  return kind === 'bytes' ? bytes : new Float64Array(bytes.buffer);
}
