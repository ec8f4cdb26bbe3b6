import { type Column, column, multiply, sum as sumOf } from '../exact/column.js';
import { exponent } from '../exact/float.js';
import { Bins } from './bins.js';
import type { Engine } from './engine.js';
import { type Extent, elementsOf, type Place } from './extent.js';
import { lanes } from './kernel.js';
import { Long } from './long.js';

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
  readonly segment: number;
  /** Bits from the top of the largest element down to the grid. */
  readonly bits: number;
  /** Exponents that it can do. */
  readonly least: number;
  readonly most: number;
  /** The grids of the sums that the kernels keep, those of g first; G and X are the exponents above all g and x. */
  grids(X: number, G: number): readonly number[];
  /** How many of them are sums of g. */
  readonly own: number;
  run(engine: Engine, blocks: number, x: number, g: number, X: number, G: number, out: number): void;
  /** Whether the kernel met an element that is not on the grid. */
  off(engine: Engine, out: number): boolean;
}

/**
 * f32 in segments of 2^9. Where |g| < 2^G, every g is 0 or a multiple of 2^s, s = G - 44, which its bits tell, and x
 * likewise, no addition rounds, in whatever order and lanes:
 * - a sum of g stays below 2^9 2^G = 2^(s+53), on the grid of 2^s;
 * - of p = g x, exact in f64, q is p rounded to the grid of 2^h, h = G + X - 43; a sum of q stays below 2^(h+53);
 * - p - q is exact, at most 2^(h-1), on the grid of both s together, so its sum stays below 2^53 times that.
 */
const single: Scheme = {
  ...{ segment: 2 ** 9, bits: 44, least: -148, most: 128, own: 1 },
  grids: (X, G) => [G - 44, X + G - 43, X + G - 88],
  run({ run }, blocks, x, g, X, G, out) {
    const D = 1.5 * 2 ** (X + G + 9);
    if (x === g) run.squares(blocks, x, D, floor(X), out);
    else run.products(blocks, x, g, D, floor(X), floor(G), out);
  },
  off({ views: { i32 } }, out) {
    const at = out / 4 + 24;
    return (i32[at]! | i32[at + 1]! | i32[at + 2]! | i32[at + 3]!) !== 0;
  },
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
  ...{ segment: 2 ** 8, bits: 66, least: -450, most: 450, own: 3 },
  grids: (X, G) => [G - 22, G - 44, G - 66, ...[2, 3, 4, 5, 6].map((n) => X + G - 22 * n)],
  run({ run }, blocks, x, g, X, G, out) {
    // To add and take away 1.5 2^(e+52) rounds to the grid of 2^e.
    const [a, b] = [1.5 * 2 ** (X + 30), 1.5 * 2 ** (G + 30)];
    if (x === g) run.squares64(blocks, x, a, a / 2 ** 22, a / 2 ** 44, out);
    else run.products64(blocks, x, g, a, a / 2 ** 22, a / 2 ** 44, b, b / 2 ** 22, b / 2 ** 44, out);
  },
  off({ views: { f64 } }, out) {
    const at = out / 8 + 32;
    return f64[at] !== 0 || f64[at + 1] !== 0 || f64[at + 2] !== 0 || f64[at + 3] !== 0;
  },
};

/** The sums of g and of g x; `out` is where kernels leave theirs. For squares both places are the same one. */
export function summed(engine: Engine, x: Place, ofX: Extent, g: Place, ofG: Extent, out: number): Sums {
  const none = { ...ofG, sum: [], products: [], far: null, slow: 0 };
  if (!ofX.finite || !ofG.finite)
    return { ...none, finite: ofG.finite, far: ofG.finite ? inIntegers(engine, g, g) : null };
  const scheme = x.held === 'f32' ? single : double;
  const [X, G] = [above(ofX, scheme), above(ofG, scheme)];
  if (X > scheme.most || G > scheme.most) return { ...none, far: inIntegers(engine, x, g) };
  const totals = scheme.grids(X, G).map((grid) => new Long(grid));
  const { f64 } = engine.views;
  const size = bytes[x.held];
  let [bins, slow]: [Bins | null, number] = [null, 0];
  for (let start = 0; start < x.m; start += scheme.segment) {
    const count = Math.min(scheme.segment, x.m - start);
    const run = (): void =>
      scheme.run(engine, Math.ceil(count / lanes), x.at + size * start, g.at + size * start, X, G, out);
    run();
    if (scheme.off(engine, out)) {
      slow++;
      bins ??= new Bins();
      const part = { at: size * start, m: count };
      aside(engine, bins, moved(x, part), moved(g, part), 2 ** (scheme.bits - X), 2 ** (scheme.bits - G), run);
    }
    for (let k = 0, i = out / 8; k < totals.length; k++, i += 4)
      totals[k]!.add(f64[i]! + f64[i + 1]! + (f64[i + 2]! + f64[i + 3]!));
  }
  bins?.flush();
  if (bins?.far) return { ...none, far: inIntegers(engine, x, g), slow };
  const parts = (longs: readonly Long[]): number[] =>
    longs.flatMap(({ high, low }) => [high, low]).filter((v) => v !== 0);
  return {
    ...none,
    sum: [...parts(totals.slice(0, scheme.own)), ...(bins?.sum ?? [])],
    products: [...parts(totals.slice(scheme.own)), ...(bins?.products ?? [])],
    slow,
  };
}

const bytes = { f32: 4, f64: 8 } as const;
const moved = (place: Place, { at, m }: Pick<Place, 'at' | 'm'>): Place => ({ ...place, at: place.at + at, m });

/** Sums what is not on the grid in bins, and the rest once more as if those were zero. */
function aside(engine: Engine, bins: Bins, x: Place, g: Place, unitsX: number, unitsG: number, run: () => void): void {
  const [xs, gs] = [elementsOf(engine, x), elementsOf(engine, g)];
  const taken: [i: number, x: number, g: number][] = [];
  for (let i = 0; i < x.m; i++) {
    const [v, w] = [xs[i]!, gs[i]!];
    if (Number.isInteger(v * unitsX) && Number.isInteger(w * unitsG)) continue;
    bins.add(v, w);
    taken.push([i, v, w]);
    xs[i] = 0;
    gs[i] = 0;
  }
  run();
  for (const [i, v, w] of taken) {
    xs[i] = v;
    gs[i] = w;
  }
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
