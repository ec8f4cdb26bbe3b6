import type { Elements, Extents } from './batch.js';

/** Channels that lie side by side are brought together so many at a time: what one cache line holds of f32. */
const width = 16;

/** Elements that the caches hold anyway. */
const small = 2 ** 18;
/** Channels of a slab are set this much apart, lest their elements fall upon the same places of the cache. */
const apart = 24;

/** Where one channel is read from and written to. */
export interface Stand {
  readonly inputs: readonly Elements[];
  readonly output: Elements;
  readonly extents: Extents;
  /** Its number there. */
  readonly channel: number;
}

/**
 * Calls `step` for every channel. Where its runs are short, as in channels last, each line of memory holds many channels
 * and would be fetched for each of them: then they are copied to slabs first, channel by channel.
 */
export function standing(
  extents: Extents,
  inputs: readonly Elements[],
  output: Elements,
  step: (c: number, stand: Stand) => void,
): void {
  const { N, C, S } = extents;
  if (S >= width || C === 1 || N * C * S < small) {
    for (let c = 0; c < C; c++) step(c, { inputs, output, extents, channel: c });
    return;
  }
  const size = N * S + apart;
  const slabs = inputs.map((from) => alike(from, width * size));
  const to = alike(output, width * size);
  for (let first = 0; first < C; first += width) {
    const count = Math.min(width, C - first);
    for (const [i, from] of inputs.entries()) move(from, slabs[i]!, extents, first, count, true);
    const slab: Extents = { N: 1, C: count, S: size };
    for (let channel = 0; channel < count; channel++)
      step(first + channel, { inputs: slabs, output: to, extents: slab, channel });
    if (output.length > 0) move(output, to, extents, first, count, false);
  }
}

const alike = (of: Elements, length: number): Elements =>
  new (of.constructor as new (length: number) => Elements)(length);

type Move = (tensor: Elements, slab: Elements, extents: Extents, first: number, count: number, inward: boolean) => void;

/** Made anew for every kind of array: a loop that has met several is many times as slow. */
const loop = (): Move =>
  new Function(
    'tensor, slab, { N, C, S }, first, count, inward',
    `const m = N * S + ${apart}, run = count * S;
    for (let n = 0; n < N; n++) {
      let at = (n * C + first) * S, k = n * S, s = 0;
      if (inward) for (const end = at + run; at < end; at++) { slab[k + s] = tensor[at]; if (++s === S) { s = 0; k += m; } }
      else for (const end = at + run; at < end; at++) { tensor[at] = slab[k + s]; if (++s === S) { s = 0; k += m; } }
    }`,
  ) as Move;
const loops: Readonly<Record<number, Move>> = { 2: loop(), 4: loop(), 8: loop() };

const move: Move = (tensor, slab, extents, first, count, inward) =>
  loops[tensor.BYTES_PER_ELEMENT]!(tensor, slab, extents, first, count, inward);
