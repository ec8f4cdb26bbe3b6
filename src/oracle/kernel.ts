/** How an element is held: f32, f64, or 32 bits that stand for themselves; a `u16` is widened to those bits when read. */
export type Held = 'f32' | 'f64' | 'i32' | 'u16';

/** A variable may also be held as 64 bits, none or all of them set. */
export type Kept = 'f32' | 'f64' | 'i32' | 'm64';

/**
 * A loop over blocks of four elements, written once and compiled twice: to WebAssembly SIMD and to JavaScript.
 * The text has one statement a line, read for one element: `name = expression`, where assigning the name of a stream
 * stores into it, or `miss condition`, which lists the block. f32 becomes f64 wherever the two meet, exactly; nothing
 * becomes narrower unless the text says f32(...).
 */
export interface Kernel {
  /** Arrays that are walked side by side, by the names the text knows their current element by. */
  readonly over: Readonly<Record<string, Held>>;
  /** Numbers given with the call. */
  readonly given: Readonly<Record<string, 'f64' | 'i32'>>;
  /** Variables that live through the loop, with their first values; every lane keeps its own until the loop is over. */
  readonly keeps?: Keeps;
  readonly does: string;
  /** Where the loop is cut into segments: `keeps` begin anew in each, and afterwards `does` adds them to these. */
  readonly segment?: Segment;
}

type Keeps = Readonly<Record<string, { readonly as: Kept; readonly from: number }>>;

/** In its text `miss` lists the segment, and leaves out the rest. */
export interface Segment {
  readonly blocks: number;
  readonly keeps: Keeps;
  readonly does: string;
}

/** What is left when the loop is over. */
export const results = ({ keeps = {}, segment }: Kernel): Keeps => segment?.keeps ?? keeps;

/** Elements in a block: four lanes of f32, two times two lanes of f64. */
export const lanes = 4;
export const bytesOf: Readonly<Record<Held | Kept, number>> = { f32: 4, f64: 8, i32: 4, u16: 2, m64: 8 };

/**
 * A compiled kernel: `(blocks, addresses of the streams, numbers given, out)`. What it keeps is written from address
 * `out` on, 32 bytes for each, lane by lane; then the numbers of the blocks or segments missed, as i32, whose count is
 * returned.
 */
export type Run = (...args: number[]) => number;
