import { type Column, column, multiply, sum as sumOf } from '../exact/column.js';
import { exponent } from '../exact/float.js';
import { Bins } from './bins.js';
import type { Engine } from './engine.js';
import { type Extent, elementsOf, type Place } from './extent.js';
import { middle, segments } from './fold.js';
import { lanes } from './kernel.js';

/** Exact sums over one channel. */
export interface Sums extends Extent {
  /** Doubles that add up to the sum, without any error; empty where `far` has it, or where not all is finite. */
  readonly sum: readonly number[];
  /** Of squares, or of products with x; likewise. */
  readonly products: readonly number[];
  /** The sums in integers, where doubles do not reach. */
  readonly far: { readonly sum: Column; readonly products: Column } | null;
  /** Segments in which some element was not on the grid of the channel. */
  readonly slow: number;
}

/** The way a format is summed: the elements of a segment, the grid they must lie on, and the kernels for it. */
interface Scheme {
  readonly bytes: number;
  readonly segment: number;
  /** Exponents that it can do. */
  readonly least: number;
  readonly most: number;
  /** The grids of the sums that the kernels keep, those of g first; G and X are the exponents above all g and x. */
  grids(X: number, G: number): number[];
  /** How many of them are sums of g. */
  readonly own: number;
  /** Lists the segments missed, and returns how many. */
  run(
    engine: Engine,
    blocks: number,
    x: number,
    g: number,
    X: number,
    G: number,
    middles: number[],
    out: number,
  ): number;
  /** Whether an element is on the grid, as the kernels tell. */
  on(v: number, X: number): boolean;
}

/**
 * f32 in segments of 2^9. Where |g| < 2^G, every g is 0 or a multiple of 2^s, s = G - 44, which its bits tell, and x
 * likewise, no addition rounds, in whatever order and lanes:
 * - a sum of g stays below 2^9 2^G = 2^(s+53), on the grid of 2^s;
 * - of p = g x, exact in f64, q is p rounded to the grid of 2^h, h = G + X - 43; a sum of q stays below 2^(h+53);
 * - p - q is exact, at most 2^(h-1), on the grid of both s together, so its sum stays below 2^53 times that.
 */
const single: Scheme = {
  ...{ bytes: 4, segment: segments.f32, least: -148, most: 128, own: 1 },
  grids: (X, G) => [G - 44, X + G - 43, X + G - 88],
  run({ run }, blocks, x, g, X, G, middles, out) {
    const D = 1.5 * 2 ** (X + G + 9);
    const [a, b, c] = middles as [number, number, number];
    if (x === g) return run.squares(blocks, x, D, floor(X), a, b, c, out);
    return run.products(blocks, x, g, D, floor(X), floor(G), a, b, c, out);
  },
  on: (v, X) => v === 0 || X - 44 <= -149 || Math.abs(v) >= 2 ** (X - 21),
};

/**
 * The limit of the kernels' test: the bits of 2^(s+23), the least f32 that is a multiple of 2^s for its exponent alone,
 * with 2^31 - 1 added, as 32 bits with a sign. All f32 are multiples of 2^-149.
 */
function floor(X: number): number {
  const s = X - 44;
  return (s <= -149 ? 0 : (s + 23 + 127) * 2 ** 23 - 1) - 2 ** 31;
}

/**
 * f64 in segments of 2^8. Each element is cut into three pieces of 22 bits, so the products of pieces have 44 at most;
 * two of them and the square of a middle piece, all on one grid, stay below 2^44.4, and 2^8 of those below 2^53.
 */
const double: Scheme = {
  ...{ bytes: 8, segment: segments.f64, least: -450, most: 450, own: 3 },
  grids: (X, G) => [G - 22, G - 44, G - 66, ...[2, 3, 4, 5, 6].map((n) => X + G - 22 * n)],
  run({ run }, blocks, x, g, X, G, middles, out) {
    // To add and take away 1.5 2^(e+52) rounds to the grid of 2^e.
    const [a, b] = [1.5 * 2 ** (X + 30), 1.5 * 2 ** (G + 30)];
    if (x === g) return run.squares64(blocks, x, a, a / 2 ** 22, a / 2 ** 44, ...middles, out);
    return run.products64(blocks, x, g, a, a / 2 ** 22, a / 2 ** 44, b, b / 2 ** 22, b / 2 ** 44, ...middles, out);
  },
  on: (v, X) => Number.isInteger(v * 2 ** (66 - X)),
};

/** Segments in one call of a kernel, whose list of those missed must fit on the desk. */
const stretch = 512;

/** The sums of g and of g x; `out` is where kernels leave theirs. For squares both places are the same one. */
export function summed(engine: Engine, x: Place, ofX: Extent, g: Place, ofG: Extent, out: number): Sums {
  const none = { ...ofG, sum: [], products: [], far: null, slow: 0 };
  if (!ofG.finite) return none;
  if (!ofX.finite) return { ...none, far: inIntegers(engine, g, g) };
  const scheme = x.held === 'f32' ? single : double;
  const [X, G] = [above(ofX, scheme), above(ofG, scheme)];
  if (X > scheme.most || G > scheme.most) return { ...none, far: inIntegers(engine, x, g) };
  const grids = scheme.grids(X, G);
  const middles = grids.map(middle);
  const found: Parts = { sum: [], products: [] };
  const { bytes, segment, own } = scheme;
  const step = segment * stretch;
  let [bins, slow]: [Bins | null, number] = [null, 0];
  for (let start = 0; start < x.m; start += step) {
    const run = (first: number, count: number): number =>
      scheme.run(engine, Math.ceil(count / lanes), x.at + bytes * first, g.at + bytes * first, X, G, middles, out);
    const missed = run(start, Math.min(step, x.m - start));
    collect(engine, out, grids.length, own, found);
    if (missed === 0) continue;
    const list = engine.views.i32.slice(out / 4 + 16 * grids.length, out / 4 + 16 * grids.length + missed);
    bins ??= new Bins();
    for (const number of list) {
      const first = start + number * segment;
      const part = { at: bytes * first, m: Math.min(segment, x.m - first) };
      const on = (v: number, w: number): boolean => scheme.on(v, X) && scheme.on(w, G);
      aside(engine, bins, moved(x, part), moved(g, part), on, () => run(first, part.m));
      collect(engine, out, grids.length, own, found);
    }
    slow += missed;
  }
  bins?.flush();
  if (bins?.far) return { ...none, far: inIntegers(engine, x, g), slow };
  if (bins) return { ...none, sum: [...found.sum, ...bins.sum], products: [...found.products, ...bins.products], slow };
  return { ...none, ...found, slow };
}

interface Parts {
  readonly sum: number[];
  readonly products: number[];
}

/** Adds what a kernel left to the lists, the lanes together: 2^24 segments of each leave room for that. */
function collect({ views: { f64 } }: Engine, out: number, sums: number, own: number, { sum, products }: Parts): void {
  for (let k = 0, i = out / 8; k < 2 * sums; k++, i += 4) {
    const all = f64[i]! + f64[i + 1]! + (f64[i + 2]! + f64[i + 3]!);
    if (all !== 0) (k < 2 * own ? sum : products).push(all);
  }
}

const moved = (place: Place, { at, m }: Pick<Place, 'at' | 'm'>): Place => ({ ...place, at: place.at + at, m });

/** Sums what is not on the grid in bins, and the rest once more as if those were zero. */
function aside(
  engine: Engine,
  bins: Bins,
  x: Place,
  g: Place,
  on: (v: number, w: number) => boolean,
  run: () => void,
): void {
  const [xs, gs] = [elementsOf(engine, x), elementsOf(engine, g)];
  const [before, beforeG] = [xs.slice(), gs.slice()];
  for (let i = 0; i < x.m; i++) {
    if (on(xs[i]!, gs[i]!)) continue;
    bins.add(xs[i]!, gs[i]!);
    xs[i] = 0;
    gs[i] = 0;
  }
  run();
  xs.set(before);
  gs.set(beforeG);
}

function inIntegers(engine: Engine, x: Place, g: Place): NonNullable<Sums['far']> {
  const [a, b] = [column(elementsOf(engine, x)), column(elementsOf(engine, g))];
  return { sum: sumOf(b), products: sumOf(multiply(a, b)) };
}

/** The least exponent whose power is above every magnitude, or as small a one as the scheme can do. */
function above({ least, most }: Extent, scheme: Scheme): number {
  const size = Math.max(-least, most);
  return Math.max(size === 0 ? scheme.least : exponent(size) + 1, scheme.least);
}
