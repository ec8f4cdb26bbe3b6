import type { Layout } from '../wire/protocol.js';
import type { Reals } from './storage.js';

/** Where a channel's elements lie: (o, c, i) of outer x count x inner stands at (o*count + c)*inner + i. */
export interface Channels {
  readonly count: number;
  readonly outer: number;
  readonly inner: number;
  /** Elements per channel. */
  readonly m: number;
}

const product = (extents: readonly number[]) => extents.reduce((a, b) => a * b, 1);

/**
 * Reads the layout off a shape of rank 2 to 5: (N, C, ...) or (N, ..., C). In both, a channel's elements come in the
 * order of sample, then position, so that equal data give equal sums.
 */
export function channelsOf(shape: readonly number[], layout: Layout): Channels {
  if (shape.length < 2 || shape.length > 5) throw new Error(`x has rank ${shape.length}; ranks 2 to 5 are served`);
  const axis = layout === 'channels_first' ? 1 : shape.length - 1;
  const outer = product(shape.slice(0, axis));
  const inner = product(shape.slice(axis + 1));
  return { count: shape[axis], outer, inner, m: outer * inner };
}

/** Copies one channel of `all` into a column of m values. */
export function gather(all: Reals, channel: number, at: Channels, column: Float64Array): void {
  const { count, outer, inner } = at;
  for (let o = 0, k = 0; o < outer; o++) {
    const start = (o * count + channel) * inner;
    for (let i = 0; i < inner; i++) column[k++] = all[start + i];
  }
}

/** Puts a column of m values where `gather` takes it from. */
export function scatter(column: Float64Array, all: Reals, channel: number, at: Channels): void {
  const { count, outer, inner } = at;
  for (let o = 0, k = 0; o < outer; o++) {
    const start = (o * count + channel) * inner;
    for (let i = 0; i < inner; i++) all[start + i] = column[k++];
  }
}
