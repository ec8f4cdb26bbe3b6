import type { Elements, Extents } from './batch.js';

/** Runs shorter than this are copied element by element: a view costs as much as that. */
const short = 48;

type Copy = (n: number, at: number, length: number) => void;

/** Calls `copy` for the runs that make up elements `start` to `start + count` of channel c. */
function runs({ C, S }: Extents, c: number, start: number, count: number, copy: Copy): void {
  let n = Math.floor(start / S);
  let s = start - n * S;
  for (let i = 0; i < count; n++, s = 0) {
    const length = Math.min(S - s, count - i);
    copy(i, (n * C + c) * S + s, length);
    i += length;
  }
}

/** Element i of channel c stands there. */
export function placeOf({ C, S }: Extents, c: number, i: number): number {
  const n = Math.floor(i / S);
  return (n * C + c) * S + (i - n * S);
}

/** Copies elements of a channel out of the tensor to `into`, from `at` on. */
export function gather(from: Elements, extents: Extents, c: number, into: Elements, at: number): void {
  const { N, C, S } = extents;
  if (S >= short) {
    runs(extents, c, 0, N * S, (i, place, length) => into.set(from.subarray(place, place + length), at + i));
    return;
  }
  for (let n = 0, to = at; n < N; n++) for (let s = 0, place = (n * C + c) * S; s < S; s++) into[to++] = from[place++]!;
}

/** Copies `count` elements into channel c of the tensor, from its element `start` on. */
export function scatter(
  from: Elements,
  at: number,
  into: Elements,
  extents: Extents,
  c: number,
  start: number,
  count: number,
): void {
  const { C, S } = extents;
  if (S >= short) {
    runs(extents, c, start, count, (i, place, length) => into.set(from.subarray(at + i, at + i + length), place));
    return;
  }
  let n = Math.floor(start / S);
  let s = start - n * S;
  for (let i = at; i < at + count; n++, s = 0)
    for (let place = (n * C + c) * S + s; s < S && i < at + count; s++) into[place++] = from[i++]!;
}
