import type { Engine } from './engine.js';
import { bytesOf, lanes } from './kernel.js';

/** What is known of a channel before it is summed. */
export interface Extent {
  /** Elements of the channel. */
  readonly m: number;
  /** Of what is finite. */
  readonly least: number;
  readonly most: number;
  /** Whether everything is; where not, the sum of the others, an infinity or NaN. */
  readonly finite: boolean;
  readonly beyond: number;
}

/** Where an array of one channel lies in the engine's memory, and as what. Zeros follow it up to a whole block. */
export interface Place {
  readonly at: number;
  readonly m: number;
  readonly held: 'f32' | 'f64';
}

/** The elements at the place: a view of the memory as it is now. */
export function elementsOf({ views }: Engine, { at, m, held }: Place): Float32Array | Float64Array {
  return held === 'f32' ? views.f32.subarray(at / 4, at / 4 + m) : views.f64.subarray(at / 8, at / 8 + m);
}

/** Least and greatest element; `out` is where the kernel leaves them. */
export function extent(engine: Engine, place: Place, out: number): Extent {
  const { m, at, held } = place;
  const blocks = Math.floor(m / lanes);
  const ranged = held === 'f32' ? range : range64;
  let [least, most, odd] = blocks > 0 ? ranged(engine, blocks, at, out) : [Infinity, -Infinity, false];
  const { views } = engine;
  const all = held === 'f32' ? views.f32 : views.f64;
  for (let i = at / bytesOf[held] + blocks * lanes; i < at / bytesOf[held] + m; i++) {
    const v = all[i]!;
    if (v < least) least = v;
    if (most < v) most = v;
    odd ||= !Number.isFinite(v);
  }
  if (!odd && least !== -Infinity && most !== Infinity) return { m, least, most, finite: true, beyond: 0 };
  [least, most] = [0, 0];
  let beyond = 0;
  for (const v of elementsOf(engine, place)) {
    if (Number.isFinite(v)) [least, most] = [Math.min(least, v), Math.max(most, v)];
    else beyond += v;
  }
  return { m, least, most, finite: false, beyond };
}

type Found = [least: number, most: number, odd: boolean];

function range({ run, views: { f32, i32 } }: Engine, blocks: number, at: number, out: number): Found {
  run.range(blocks, at, out);
  const [a, b] = [out / 4, out / 4 + 8];
  i32[a] = inOrder(Math.min(i32[a]!, i32[a + 1]!, i32[a + 2]!, i32[a + 3]!));
  i32[b] = inOrder(Math.max(i32[b]!, i32[b + 1]!, i32[b + 2]!, i32[b + 3]!));
  const [least, most] = [f32[a]!, f32[b]!];
  return [least, most, Number.isNaN(least) || Number.isNaN(most)];
}

/** Bits of f32 as integers in the order of the numbers, and back. */
const inOrder = (bits: number): number => bits ^ ((bits >> 31) & 0x7fffffff);

function range64({ run, views: { f64 } }: Engine, blocks: number, at: number, out: number): Found {
  run.range64(blocks, at, out);
  const [a, b, c] = [out / 8, out / 8 + 4, out / 8 + 8];
  return [
    Math.min(f64[a]!, f64[a + 1]!, f64[a + 2]!, f64[a + 3]!),
    Math.max(f64[b]!, f64[b + 1]!, f64[b + 2]!, f64[b + 3]!),
    f64[c]! + f64[c + 1]! + f64[c + 2]! + f64[c + 3]! !== 0,
  ];
}
