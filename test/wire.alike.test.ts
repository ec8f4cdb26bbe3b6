import { describe, expect, test } from 'vitest';
import { framing } from '../src/wire/frame.js';
import { assemble, type Blob, write } from '../src/wire/safetensors.js';
import { tensor } from '../src/wire/tensor.js';

/** A blob with this header and a body of eight bytes. */
function framed(header: string): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + 8).fill(1);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

/** What is read last of these, one after the other from one stream. */
function last(...headers: string[]): unknown {
  const frames = framing();
  let read: unknown = null;
  for (const header of headers) {
    try {
      const [frame] = frames.push(framed(header));
      const { metadata, tensors, foreign } = assemble(frame!);
      read = { metadata: Object.entries(metadata), tensors: [...tensors], foreign: foreign && [...foreign] };
    } catch (error) {
      read = (error as Error).message;
    }
  }
  return read;
}

const x = '"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}';
const usual = `{"__metadata__":{"op":"train","id":"17","status":"ok"},${x}}   `;

describe('a header like the one before it', () => {
  test.each([
    usual.replace('17', '4'),
    usual.replace('17', ''),
    usual.replace('17', 'yesterday'),
    usual.replace('17', 'ü'),
    usual.replace('17', '\\u0041'),
    usual.replace('17', '4"'),
    usual.replace('17', '4","id":"5'),
    usual.replace('17', '4","more":"5'),
    usual.replace('17', 'a'.repeat(100)),
    usual.trimEnd(),
    `${usual} x`,
    `${usual}\n`,
    `${usual}\0`,
    usual.replace('ok', 'error'),
    usual.replace('[2]', '[1,2]'),
  ])('is read as it is by itself: %j', (header) => {
    expect(last(usual, header)).toEqual(last(header));
    expect(last(usual, usual, header, usual)).toEqual(last(usual));
  });

  test('is read as by itself whatever byte is another', () => {
    for (let at = 0; at < usual.length; at++) {
      for (const mark of ['"', '\\', ' ', '{', '}', ',', '8', 'a', '\u0001']) {
        const header = usual.slice(0, at) + mark + usual.slice(at + 1);
        expect([header, last(usual, header)]).toEqual([header, last(header)]);
        // What was remembered of that one is no snare for the usual one either.
        expect(last(header, usual)).toEqual(typeof last(header) === 'string' ? expect.anything() : last(usual));
      }
    }
  });

  test.each([
    `{"__metadata__":{"a":"\\",\\"id\\":\\"1","id":"2"},${x}}`,
    `{"__metadata__":{"a":",","id" :"2"},"x":{"id":"2","dtype":"F32","shape":[2],"data_offsets":[0,8]}}`,
    `{"__metadata__":{"a":"}","id":"2"},${x}}`,
    `{"__metadata__":{"\\u0069d":"2"},${x}}`,
    `{"__metadata__":{"__proto__":"p","id":"2"},${x}}`,
    `{${x},"__metadata__":{"id":"2"}}`,
  ])('is told by its own id, wherever a name like that stands: %s', (header) => {
    for (const other of [header.replaceAll('"2"', '"3"'), header.replace('"1"', '"4"'), header.replace('\\"1', '\\"5')])
      expect(last(header, other)).toEqual(last(other));
  });

  test('shares its kind with those that differ in id and data alone', () => {
    const blob = (id: string, op: string, value: number): Blob => ({
      metadata: { op, id },
      tensors: new Map([['x', tensor('f32', [2], [value, 1])]]),
    });
    const sent = [blob('1', 'train', 1), blob('200', 'train', 2), blob('3', 'grad', 1)].map(write);
    const [one, two, three] = framing()
      .push(Buffer.concat(sent))
      .map((frame) => assemble(frame));
    expect(one!.kind).toEqual({}); // what it is known by: itself
    expect(two!.kind).toBe(one!.kind);
    expect(three!.kind).not.toBe(one!.kind);
    expect(two!.metadata.id).toBe('200');
  });
});
