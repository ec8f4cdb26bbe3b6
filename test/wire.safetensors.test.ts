import { describe, expect, test } from 'vitest';
import { WireError } from '../src/wire/error.js';
import { read, write } from '../src/wire/safetensors.js';
import { values } from '../src/wire/tensor.js';
import { blob, headerOf } from './fixtures/blob.js';

/** A blob with any header text. */
function framed(header: string | Uint8Array, body = 0): Uint8Array {
  const text = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const bytes = new Uint8Array(8 + text.length + body);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

describe('writing', () => {
  test('the strict subset: 8-aligned body, falling element size then name, no holes', () => {
    const bytes = write(blob);
    const { header, length } = headerOf(bytes);
    expect(length % 8).toBe(0);
    expect(header.startsWith('{"__metadata__":{')).toBe(true);
    const entries = Object.entries(JSON.parse(header) as Record<string, { data_offsets: [number, number] }>).slice(1);
    expect([...header.matchAll(/"(\w+)":\{"dtype":"(\w+)"/g)].map(([, name, dtype]) => `${name} ${dtype}`)).toEqual([
      'count I64',
      'epsilon F64',
      'x F32',
      '__proto__ F16',
      'bits BF16',
      'empty F16',
    ]);
    const ends = entries.filter(([name]) => name !== '__proto__').map(([, { data_offsets }]) => data_offsets[1]);
    expect(bytes.length).toBe(8 + length + Math.max(...ends));
  });

  test('what is written is read, bit for bit', () => {
    const { metadata, tensors } = read(write(blob));
    expect({ ...metadata }).toEqual(blob.metadata);
    expect([...tensors].sort()).toEqual([...blob.tensors].sort());
    expect(write({ metadata, tensors })).toEqual(write(blob));
  });

  test('tensors do not share memory with the bytes they were read from', () => {
    const bytes = write(blob);
    const { tensors } = read(bytes);
    bytes.fill(0);
    expect(values(tensors.get('epsilon')!)).toEqual(new Float64Array([1e-5]));
  });
});

/** The entry of a tensor, as JSON. */
const entry = (dtype: unknown, shape: unknown, offsets: unknown) =>
  JSON.stringify({ dtype, shape, data_offsets: offsets });
const f32 = (shape: string, begin: unknown, end: unknown) =>
  `{"x":{"dtype":"F32","shape":${shape},"data_offsets":[${begin},${end}]}}`;

describe('reading', () => {
  test.each([
    ['nothing', new Uint8Array(0), /^0 bytes are no whole blob: no header/],
    ['seven bytes', new Uint8Array(7), /^7 bytes are no whole blob/],
    [
      'a text',
      new TextEncoder().encode('Traceback (most recent'),
      /^header length .* the bytes are "Traceback \(most recent"/,
    ],
    ['a truncated body', write(blob).subarray(0, -5), /5 bytes short$/],
    ['a byte too many', new Uint8Array([...write(blob), 0]), /^there are bytes after the blob$/],
    ['two blobs', new Uint8Array([...write(blob), ...write(blob)]), /^there are bytes after the blob$/],
    ['an empty header', framed(''), /^header length 0 is below 2/],
    ['a list', framed('[]'), /^a header begins with "\{"/],
    ['a space before', framed(' {}'), /^a header begins with "\{"/],
    ['a byte order mark', framed('\ufeff{}'), /^a header begins with "\{"/],
    ['bytes that are no UTF-8', framed(new Uint8Array([0x7b, 0xc3, 0x28, 0x7d])), /^header: not UTF-8$/],
    ['a surrogate in UTF-8', framed(new Uint8Array([0x7b, 0x22, 0xed, 0xa0, 0x80])), /^header: not UTF-8$/],
    ['an open object', framed('{"a":1'), /^header: "," or "}" expected at character 6, found the end$/],
    ['a missing comma', framed('{"a":1 "b":2}'), /^header: "," or "}" expected at character 7, found "\\"b\\":2}"$/],
    ['a trailing comma', framed('{"__metadata__":{},}'), /^header: a name expected at character 19/],
    ['words after', framed('{} {}'), /^header: the end expected at character 3/],
    ['a number with a sign', framed('{"a":+1}'), /^header: a value expected at character 5/],
    ['an octal number', framed('{"a":01}'), /^header: "," or "}" expected at character 6/],
    ['NaN', framed('{"a":NaN}'), /^header: a value expected/],
    ['a line feed in a string', framed('{"a\n":1}'), /^header: a visible character expected at character 3/],
    ['a bad escape', framed('{"a\\x":1}'), /^header: "a\\x" is no string$/],
    ['an open string', framed('{"a'), /^header: a closing quote expected/],
    ['depth', framed(`{"x":${'['.repeat(500_000)}`), /^header: nested deeper than 16/],
    ['a name twice', framed('{"x":1,"x":2}'), /^header: the name "x" stands twice$/],
    ['a name twice, escaped', framed('{"x":1,"\\u0078":2}'), /^header: the name "x" stands twice$/],
    ['a metadata key twice', framed('{"__metadata__":{"id":"1","id":"2"}}'), /^header: the name "id" stands twice$/],
    ['metadata of numbers', framed('{"__metadata__":{"id":1}}'), /^header: __metadata__\.id must be a string$/],
    ['a metadata list', framed('{"__metadata__":[]}'), /^header: __metadata__ must be an object$/],
    ['a tensor that is none', framed('{"x":[]}'), /^tensor "x": an object is expected$/],
    ['no dtype', framed('{"x":{}}'), /^tensor "x": unknown dtype none$/],
    ['a lower-case dtype', framed(`{"x":${entry('f32', [1], [0, 4])}}`, 4), /^tensor "x": unknown dtype "f32"$/],
    [
      'a dtype of Object.prototype',
      framed(`{"x":${entry('constructor', [1], [0, 4])}}`, 4),
      /unknown dtype "constructor"$/,
    ],
    ['no shape', framed(`{"x":${entry('F32', null, [0, 4])}}`, 4), /^tensor "x": shape must be a list$/],
    ['a rank of 65', framed(`{"x":${entry('F32', Array(65).fill(1), [0, 4])}}`, 4), /^tensor "x": rank 65 is over 64$/],
    ['three offsets', framed(`{"x":${entry('F32', [1], [0, 4, 8])}}`, 8), /^tensor "x": data_offsets must be a pair$/],
    ['a negative extent', framed(f32('[-1]', 0, 4), 4), /^tensor "x": extent -1 is not a whole number$/],
    ['a fraction', framed(f32('[1]', 0, '4.0'), 4), /^tensor "x": offset 4\.0 is not a whole number$/],
    ['an exponent', framed(f32('[1]', 0, '4e0'), 4), /^tensor "x": offset 4e0 is not a whole number$/],
    ['a string offset', framed(f32('[1]', 0, '"4"'), 4), /^tensor "x": offset "4" is not a whole number$/],
    ['a null offset', framed(f32('[1]', 'null', 4), 4), /^tensor "x": offset null is not a whole number$/],
    [
      '2^53 + 1',
      framed(f32('[1]', '9007199254740993', '9007199254740997')),
      /ends at byte 9007199254740997, over the limit/,
    ],
    ['a million digits', framed(f32('[1]', 0, '9'.repeat(1_000_000))), /offset of 1000000 digits is beyond 2\^64$/],
    [
      'an overflowing product',
      framed(f32('[8589934592,8589934592]', 0, 0)),
      /needs 295147905179352825856 bytes, data_offsets give 0$/,
    ],
    [
      'a product that wraps to the size',
      framed(f32('[4294967296,4294967296,1]', 0, 0)),
      /needs 73786976294838206464 bytes/,
    ],
    ['offsets in the wrong order', framed(f32('[1]', 4, 0), 4), /^tensor "x": ends at 0, before it begins at 4$/],
    [
      'a size mismatch',
      framed(f32('[2,3]', 0, 20), 20),
      /^tensor "x": F32 \[2,3\] needs 24 bytes, data_offsets give 20$/,
    ],
    [
      'an overlap',
      framed(`{"a":${entry('F32', [2], [0, 8])},"b":${entry('F32', [1], [4, 8])}}`, 8),
      /^tensor "b": begins at 4 and overlaps the tensor before it, which ends at 8$/,
    ],
    ['a hole at the start', framed(f32('[1]', 4, 8), 8), /^tensor "x": begins at 4 and leaves a hole: .* ends at 0$/],
  ])('%s', (_, bytes, message) => {
    expect(() => read(bytes)).toThrow(WireError);
    expect(() => read(bytes)).toThrow(message);
  });

  test('accepts what is valid though we never write it so', () => {
    const odd = `{"b":{"data_offsets":[3,7],"dtype":"F32","shape":[1],"note":{"a":[1,true]}},\t"a":${entry('U8', [3], [0, 3])}} \n`;
    const { metadata, tensors, foreign } = read(framed(odd, 7));
    expect(Object.keys(metadata)).toEqual([]);
    expect([...tensors.keys()]).toEqual(['b']);
    expect(foreign?.get('a')).toMatchObject({ dtype: 'U8', shape: [3] });
  });

  test('names of Object.prototype are names like any other', () => {
    const { metadata, tensors } = read(framed('{"__metadata__":{"__proto__":"p","constructor":"c"}}'));
    expect(tensors.size).toBe(0);
    expect(Object.entries(metadata)).toEqual([
      ['__proto__', 'p'],
      ['constructor', 'c'],
    ]);
  });

  test('limits are the reader’s own', () => {
    expect(() => read(write(blob), { header: 64, body: 1024 })).toThrow(/^header length \d+ is over the limit of 64/);
    expect(() => read(write(blob), { header: 4096, body: 40 })).toThrow(/over the limit of 40 \(--max-reply\)$/);
  });
});
