import type { Format } from '../exact/format.js';
import type { Elements, Extents, Tensor } from './batch.js';
import type { Engine } from './engine.js';
import { lanes } from './kernel.js';
import type { Place } from './sums.js';
import { gather } from './walk.js';

/** Elements of a channel that are worked on at once: they and what is made of them stay in the nearest cache. */
export const pieceSize = 4096;

/** How the engine's memory is shared out: one channel of x and of dy, one piece of what is made of them. */
export interface Desk {
  readonly engine: Engine;
  readonly m: number;
  readonly x: Place;
  readonly g: Place;
  readonly to: number;
  /** The piece in 16 bits, or a channel on its way in. */
  readonly halves: number;
  readonly out: number;
}

/** `g` is empty unless there is a dy. */
export function desk(engine: Engine, { N, S }: Extents, dy = false): Desk {
  const m = N * S;
  const channel = Math.ceil(m / 64 + 1) * 256;
  const [out, to, halves] = [0, 4 * pieceSize, 8 * pieceSize];
  const first = halves + Math.max(channel, 4 * pieceSize);
  engine.reserve(first + (dy ? 2 : 1) * channel);
  return { engine, m, out, to, halves, x: { at: first, m }, g: { at: first + channel, m: dy ? m : 0 } };
}

/** Brings channel c of the tensor into the memory as f32, with zeros behind it. */
export function load(desk: Desk, tensor: Tensor, extents: Extents, c: number, { at, m }: Place): void {
  const { engine, halves } = desk;
  const { f32, u16 } = engine.views;
  if (tensor.format === 'f32') gather(tensor.data, extents, c, f32, at / 4);
  else {
    gather(tensor.data, extents, c, u16, halves / 2);
    const run = tensor.format === 'f16' ? engine.run.fromHalf : engine.run.fromBrain;
    run(Math.ceil(m / lanes), halves, at, desk.out);
  }
  f32.fill(0, at / 4 + m, at / 4 + m + lanes);
}

/** Where a finished piece lies, and as what. */
export function held(desk: Desk, format: Format): { readonly from: Elements; readonly at: number } {
  const { f32, u16 } = desk.engine.views;
  return format === 'f32' ? { from: f32, at: desk.to / 4 } : { from: u16, at: desk.halves / 2 };
}
