import { describe, expect, test } from 'vitest';
import { WireError } from '../src/wire/error.js';
import { framing } from '../src/wire/frame.js';
import { parse } from '../src/wire/json.js';
import { assemble, type Blob, read, write } from '../src/wire/safetensors.js';
import { sizeOf, tensor, values } from '../src/wire/tensor.js';

const blob: Blob = {
  metadata: { bnspec: '1', op: 'train', id: 'größe "7"\n' },
  tensors: new Map([
    ['count', tensor('i64', [1], [12])],
    ['bits', tensor('bf16', [3], [1, -2.5, Number.NaN])],
    ['x', tensor('f32', [2, 1, 3], [0, -0, 1e-45, 3.4e38, Infinity, 5])],
    ['epsilon', tensor('f64', [1], [1e-5])],
    ['empty', tensor('f16', [0, 4], [])],
    ['__proto__', tensor('f16', [], [0.5])],
  ]),
};

/** A blob with any header text. */
function framed(header: string | Uint8Array, body = 0): Uint8Array {
  const text = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const bytes = new Uint8Array(8 + text.length + body);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

function headerOf(bytes: Uint8Array): { header: string; length: number } {
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  return { header: new TextDecoder().decode(bytes.subarray(8, 8 + length)), length };
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

/** A small generator: the same cases on every machine. */
function dice(seed: number): (sides: number) => number {
  let state = seed >>> 0;
  return (sides) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

/** One to three random edits: flipped, dropped, doubled and inserted bytes, and numerals and names of the header replaced. */
function mutate(bytes: Uint8Array, roll: (sides: number) => number, mended = true): Uint8Array {
  const words = [
    '0',
    '-1',
    '1e3',
    '4.5',
    '99999999999999999999',
    '"x"',
    '[',
    '{',
    '}',
    ':',
    ',',
    'null',
    '\\u',
    '"',
    '__proto__',
    '\ufeff',
  ];
  let list = [...bytes];
  for (let edits = 1 + roll(3); edits > 0; edits--) {
    const at = roll(2) ? roll(list.length) : roll(Math.min(list.length, 200));
    const edit = roll(5);
    if (edit === 0) list[at] ^= 1 << roll(8);
    else if (edit === 1) list.splice(at, 1 + roll(8));
    else if (edit === 2) list.splice(at, 0, ...list.slice(at, at + 1 + roll(16)));
    else if (edit === 3) list.splice(at, roll(4), ...new TextEncoder().encode(words[roll(words.length)]));
    else list = list.slice(0, at);
    if (list.length < 9) return new Uint8Array(list);
    // Most edits of the header would only be seen as a wrong length: mend it half of the time.
    if (mended && roll(2)) {
      const end = list.lastIndexOf(0x7d) + 1;
      list.splice(0, 8, ...new Uint8Array(new BigUint64Array([BigInt(Math.max(end - 8, 0))]).buffer));
    }
  }
  return new Uint8Array(list);
}

describe('fuzz', () => {
  const roll = dice(1);
  const small: Blob = { metadata: { id: '1' }, tensors: new Map([...blob.tensors].slice(0, 4)) };
  const seeds = [write(blob), write(small), write({ metadata: {}, tensors: new Map() })];

  test('10 000 mutated blobs: a blob that is what it says, or a WireError', () => {
    const seen = { read: 0, refused: new Set<string>() };
    for (let n = 0; n < 10_000; n++) {
      try {
        const { tensors } = read(mutate(seeds[n % seeds.length], roll));
        seen.read++;
        for (const { shape, data, dtype } of tensors.values()) {
          expect(data.length).toBe(sizeOf(shape) * { f64: 8, i64: 8, f32: 4, f16: 2, bf16: 2 }[dtype]);
        }
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
        seen.refused.add(error.message.replace(/".*"|\d+/g, '#').slice(0, 40));
      }
    }
    // The generator reaches the reader's depths: many kinds of refusal, and some edits that harm nothing.
    expect(seen.refused.size).toBeGreaterThan(25);
    expect(seen.read).toBeGreaterThan(30);
  });

  test('5 000 mutated headers: the same texts are JSON for us and for JSON.parse, but for names that stand twice', () => {
    const header = new TextEncoder().encode(headerOf(write(blob)).header);
    const refusal = (read: () => unknown) => {
      try {
        read();
        return null;
      } catch (error) {
        return (error as Error).message;
      }
    };
    const verdicts = { both: 0, neither: 0, twice: 0 };
    for (let n = 0; n < 5_000; n++) {
      const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(mutate(header, roll, false));
      const [ours, theirs] = [refusal(() => parse(text)), refusal(() => JSON.parse(text))];
      if (ours?.endsWith('stands twice')) verdicts.twice++;
      else {
        expect([text, ours === null]).toEqual([text, theirs === null]);
        verdicts[ours === null ? 'both' : 'neither']++;
      }
    }
    expect(Object.values(verdicts).every((count) => count > 5)).toBe(true);
  });

  test('a stream cut anywhere gives the same blobs', () => {
    for (let n = 0; n < 300; n++) {
      const sent = Array.from({ length: 1 + roll(4) }, () => seeds[roll(seeds.length)]);
      const stream = new Uint8Array(Buffer.concat(sent));
      const frames = framing();
      const got: Uint8Array[] = [];
      for (let at = 0; at < stream.length; ) {
        const next = at + 1 + roll(roll(2) ? 9 : 700);
        got.push(...frames.push(stream.subarray(at, next)).map((frame) => write(assemble(frame))));
        at = next;
      }
      expect(got).toEqual(sent);
      expect(frames.unfinished).toBeNull();
    }
  });

  test('a blob is not touched by the next one', () => {
    const frames = framing();
    const one = (value: number) => write({ metadata: {}, tensors: new Map([['x', tensor('f64', [1], [value])]]) });
    const [first] = frames.push(one(7));
    frames.push(one(9));
    expect(values(assemble(first).tensors.get('x')!)).toEqual(new Float64Array([7]));
  });

  test('how much is missing is known as soon as the header is there', () => {
    const bytes = write(blob);
    const frames = framing();
    frames.push(bytes.subarray(0, 7));
    expect(frames.unfinished).toMatchObject({ have: 7, need: null });
    frames.push(bytes.subarray(7, -3));
    expect(frames.unfinished).toMatchObject({ have: bytes.length - 3, need: bytes.length });
    expect(frames.push(bytes.subarray(-3))).toHaveLength(1);
  });
});
