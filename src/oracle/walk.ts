import type { Elements, Extents } from './batch.js';

/** Runs shorter than this are copied element by element: a view costs as much as that. */
const short = 40;

type Copy = (from: Elements, at: number, into: Elements, to: number, length: number, by: number, step: number) => void;

/** A loop of its own for every kind of array: one that has met several is many times as slow. */
const loop = (): Copy =>
  new Function(
    'from, at, into, to, length, by, step',
    'for (let i = 0; i < length; i++, at += by, to += step) into[to] = from[at];',
  ) as Copy;
const loops: Readonly<Record<number, Copy>> = { 2: loop(), 4: loop(), 8: loop() };

function copy(from: Elements, at: number, into: Elements, to: number, length: number): void {
  if (length < short) loops[from.BYTES_PER_ELEMENT]!(from, at, into, to, length, 1, 1);
  else into.set(from.subarray(at, at + length), to);
}

/** Element i of channel c stands there. */
export function placeOf({ C, S }: Extents, c: number, i: number): number {
  const n = Math.floor(i / S);
  return (n * C + c) * S + (i - n * S);
}

/** Copies the elements of a channel out of the tensor to `into`, from `at` on. */
export function gather(from: Elements, { N, C, S }: Extents, c: number, into: Elements, at: number): void {
  if (S === 1) loops[from.BYTES_PER_ELEMENT]!(from, c, into, at, N, C, 1);
  else for (let n = 0; n < N; n++) copy(from, (n * C + c) * S, into, at + n * S, S);
}

/** Copies `count` elements into channel c of the tensor, from its element `start` on. */
export function scatter(
  from: Elements,
  at: number,
  into: Elements,
  { C, S }: Extents,
  c: number,
  start: number,
  count: number,
): void {
  if (S === 1) {
    loops[from.BYTES_PER_ELEMENT]!(from, at, into, start * C + c, count, 1, C);
    return;
  }
  let n = Math.floor(start / S);
  let s = start - n * S;
  for (let i = 0; i < count; n++, s = 0) {
    const length = Math.min(S - s, count - i);
    copy(from, at + i, into, (n * C + c) * S + s, length);
    i += length;
  }
}
