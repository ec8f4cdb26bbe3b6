import { describe, expect, test } from 'vitest';
import { WireError } from '../src/wire/error.js';
import { framing } from '../src/wire/frame.js';
import { parse } from '../src/wire/json.js';
import { assemble, read, write } from '../src/wire/safetensors.js';
import { sizeOf, tensor, values } from '../src/wire/tensor.js';
import { blob, headerOf } from './fixtures/blob.js';

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
  const words = '0 -1 1e3 4.5 99999999999999999999 "x" [ { } : , null \\u " __proto__ \ufeff'.split(' ');
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
  const small = { metadata: { id: '1' }, tensors: new Map([...blob.tensors].slice(0, 4)) };
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
