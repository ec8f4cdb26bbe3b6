import { exponent } from '../exact/float.js';
import { Bins } from './bins.js';
import type { Engine } from './engine.js';
import { lanes } from './kernel.js';

/** Exact sums over one channel: each list of doubles adds up to its sum, without any error. */
export interface Sums {
  /** Elements of the channel. */
  readonly m: number;
  /** Of what is finite. */
  readonly least: number;
  readonly most: number;
  /** False where the channel holds NaN or an infinity: then there are no sums. */
  readonly finite: boolean;
  readonly sum: readonly number[];
  /** Of squares, or of products with x. */
  readonly products: readonly number[];
  /** Segments whose elements lie on no common grid, summed bin by bin. */
  readonly slow: number;
}

/** What is known of a channel before it is summed. */
export type Extent = Pick<Sums, 'm' | 'least' | 'most' | 'finite'>;

/** Where an array of the channel lies in the engine's memory. Zeros follow it up to a whole block. */
export interface Place {
  readonly at: number;
  readonly m: number;
}

/** Least and greatest of the channel. */
export function extent(engine: Engine, { at, m }: Place, out: number): Extent {
  const { f32, i32 } = engine.views;
  const blocks = Math.floor(m / lanes);
  engine.run.range(blocks, at, out);
  let [least, most, nan] = [Infinity, -Infinity, 0];
  for (let lane = 0; lane < lanes; lane++) {
    least = Math.min(least, f32[out / 4 + lane]!);
    most = Math.max(most, f32[out / 4 + 8 + lane]!);
    nan |= i32[out / 4 + 16 + lane]!;
  }
  for (let i = at / 4 + blocks * lanes; i < at / 4 + m; i++) {
    [least, most] = [Math.min(least, f32[i]!), Math.max(most, f32[i]!)];
    if (Number.isNaN(f32[i])) nan = 1;
  }
  if (nan === 0 && most - least < Infinity) return { m, least, most, finite: true };
  const regular = f32.subarray(at / 4, at / 4 + m).filter(Number.isFinite);
  const reduced = (f: (a: number, b: number) => number, from: number) => regular.reduce((a, b) => f(a, b), from);
  return { m, least: reduced(Math.min, 0), most: reduced(Math.max, 0), finite: false };
}

/** Binary logarithm of the elements of a segment. */
const L = 9;

/**
 * Sums of g and of g x, in segments of 2^9 elements. Where |g| < 2^G, every g is 0 or a multiple of 2^s, s = G + 9 - 53,
 * which its bits tell, and x likewise, no addition rounds:
 * - a sum of g stays below 2^(s+53), on the grid of 2^s;
 * - of p = g x, exact in f64, q is p rounded to the grid of 2^h, h = G + X + 9 - 52; a sum of q stays below 2^(h+53);
 * - p - q is exact, at most 2^(h-1), on the grid of both s together; so its sum stays below that times 2^53.
 * The order does not matter, so neither do the lanes. Sums of segments are then split at 27 bits and added up likewise.
 */
export function summed(engine: Engine, x: Place, ofX: Extent, g: Place, ofG: Extent, out: number): Sums {
  const [X, G] = [above(ofX), above(ofG)];
  if (!ofX.finite || !ofG.finite) return { ...ofG, finite: false, sum: [], products: [], slow: 0 };
  const [sx, sg, h] = [X + L - 53, G + L - 53, X + G + L - 52];
  const [D, floorX, floorG] = [1.5 * 2 ** (X + G + L), floor(sx), floor(sg)];
  const totals = [sg, h, sx + sg].map((grid) => new Long(grid));
  const { f64, f32, i32 } = engine.views;
  let bins: Bins | null = null;
  let slow = 0;
  for (let start = 0; start < x.m; start += 2 ** L) {
    const count = Math.min(2 ** L, x.m - start);
    const blocks = Math.ceil(count / lanes);
    const [atX, atG] = [x.at + 4 * start, g.at + 4 * start];
    if (x === g) engine.run.squares(blocks, atX, D, floorX, out);
    else engine.run.products(blocks, atX, atG, D, floorX, floorG, out);
    const off = out / 4 + 24;
    if ((i32[off]! | i32[off + 1]! | i32[off + 2]! | i32[off + 3]!) !== 0) {
      slow++;
      bins ??= new Bins();
      const [i, j] = [atX / 4, atG / 4];
      bins.add(
        f32.subarray(i, i + count),
        i32.subarray(i, i + count),
        f32.subarray(j, j + count),
        i32.subarray(j, j + count),
      );
      continue;
    }
    for (let k = 0, i = out / 8; k < 3; k++, i += 4)
      totals[k]!.add(f64[i]! + f64[i + 1]! + (f64[i + 2]! + f64[i + 3]!));
  }
  bins?.flush();
  const [sum, high, low] = totals as [Long, Long, Long];
  return {
    ...ofG,
    sum: [sum.high, sum.low, ...(bins?.sum ?? [])],
    products: [high.high, low.high, high.low, low.low, ...(bins?.products ?? [])],
    slow,
  };
}

/** The least exponent whose power is above every magnitude. */
const above = ({ least, most }: Extent): number => {
  const size = Math.max(-least, most);
  return size === 0 ? -148 : Math.max(exponent(size), -149) + 1;
};

/**
 * The limit of the kernels' test: the bits of 2^(s+23), the least f32 that is a multiple of 2^s for its exponent alone,
 * with 2^31 - 1 added, as 32 bits with a sign. All f32 are multiples of 2^-149.
 */
const floor = (s: number): number => (s <= -149 ? 0 : (s + 23 + 127) * 2 ** 23 - 1) - 2 ** 31;

/** A sum of up to 2^26 integers below 2^53 in steps of 2^grid. */
class Long {
  readonly #middle: number;
  high = 0;
  low = 0;

  constructor(grid: number) {
    this.#middle = 1.5 * 2 ** (grid + 79);
  }

  add(value: number): void {
    const top = value + this.#middle - this.#middle;
    this.high += top;
    this.low += value - top;
  }
}
