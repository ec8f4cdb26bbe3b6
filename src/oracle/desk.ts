import type { Format } from '../exact/format.js';
import type { Elements, Extents } from './batch.js';
import type { Engine } from './engine.js';
import type { Place } from './extent.js';
import { bytesOf, lanes } from './kernel.js';
import type { Stand } from './slabs.js';
import { gather } from './walk.js';

/** Elements of a channel that are worked on at once: they and what is made of them stay in the nearest cache. */
export const pieceSize = 4096;

/** How the engine's memory is shared out: one channel of x and of dy, one piece of what is made of them. */
export interface Desk {
  readonly engine: Engine;
  readonly m: number;
  readonly x: Place;
  /** Empty unless there is a dy. */
  readonly g: Place;
  readonly to: number;
  /** The piece in 16 bits, or a channel on its way in. */
  readonly halves: number;
  readonly out: number;
  /** A piece of x and one of dy, for elements that are picked out. */
  readonly picked: readonly [x: number, g: number];
}

export function desk(engine: Engine, { N, S }: Extents, format: Format, dy: boolean): Desk {
  const m = N * S;
  const held = format === 'f64' ? 'f64' : 'f32';
  const channel = Math.ceil(m / 64 + 1) * 64 * bytesOf[held];
  const [out, to, halves] = [0, 4 * pieceSize, 12 * pieceSize];
  const picked = halves + Math.max(channel, 2 * pieceSize);
  const first = picked + 8 * pieceSize;
  engine.reserve(first + (dy ? 2 : 1) * channel);
  return {
    engine,
    m,
    out,
    to,
    halves,
    picked: [picked, picked + 4 * pieceSize],
    x: { at: first, m, held },
    g: { at: first + channel, m: dy ? m : 0, held },
  };
}

/** Brings a channel of the tensor into the memory, with zeros behind it. */
export function load(
  { engine, halves, out }: Desk,
  format: Format,
  data: Elements,
  { extents, channel }: Stand,
  { at, m }: Place,
): void {
  const { f32, f64, u16 } = engine.views;
  if (format === 'f64') gather(data, extents, channel, f64, at / 8);
  else if (format === 'f32') gather(data, extents, channel, f32, at / 4);
  else {
    gather(data, extents, channel, u16, halves / 2);
    const run = format === 'f16' ? engine.run.fromHalf : engine.run.fromBrain;
    run(Math.ceil(m / lanes), halves, at, out);
  }
  const [all, first] = format === 'f64' ? [f64, at / 8 + m] : [f32, at / 4 + m];
  for (let i = first; i < first + lanes; i++) all[i] = 0;
}

/** Where a finished piece lies, and as what. */
export function held(desk: Desk, format: Format): { readonly from: Elements; readonly at: number } {
  const { f32, f64, u16 } = desk.engine.views;
  if (format === 'f64') return { from: f64, at: desk.to / 8 };
  return format === 'f32' ? { from: f32, at: desk.to / 4 } : { from: u16, at: desk.halves / 2 };
}
