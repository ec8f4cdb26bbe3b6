import { type Column, column, multiply, sum as sumOf } from '../exact/column.js';
import { exponent, scale } from '../exact/float.js';
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
  /** How many sums the kernels keep, and how many of them, the first, are of g. */
  readonly kept: number;
  readonly own: number;
  /** The numbers that the kernels take; G and X are the exponents above all g and x. */
  given(X: number, G: number): Given;
  squares(engine: Engine, blocks: number, x: number, given: readonly number[], out: number): number;
  products(engine: Engine, blocks: number, x: number, g: number, given: readonly number[], out: number): number;
  /** Lists the elements of x and g that are not on the grid, as the kernels tell; returns how many. */
  astray(x: Values, g: Values, X: number, G: number, list: Int32Array): number;
}

interface Given {
  readonly squares: readonly number[];
  readonly products: readonly number[];
}

/**
 * f32 in segments of 2^9. Where |g| < 2^G, every g is 0 or a multiple of 2^s, s = G - 44, which its bits tell, and x
 * likewise, no addition rounds, in whatever order and lanes:
 * - a sum of g stays below 2^9 2^G = 2^(s+53), on the grid of 2^s;
 * - of p = g x, exact in f64, q is p rounded to the grid of 2^h, h = G + X - 43; a sum of q stays below 2^(h+53);
 * - p - q is exact, at most 2^(h-1), on the grid of both s together, so its sum stays below 2^53 times that.
 */
const single: Scheme = {
  ...{ bytes: 4, segment: segments.f32, least: -148, most: 128, kept: 3, own: 1 },
  // Written out: to spread a list costs as much as the sums of a small channel.
  squares: ({ run }, blocks, x, [a, b, c, d, e], out) => run.squares(blocks, x, a!, b!, c!, d!, e!, out),
  products: ({ run }, blocks, x, g, [a, b, c, d, e, f], out) => run.products(blocks, x, g, a!, b!, c!, d!, e!, f!, out),
  given: known((X, G) => {
    const D = scale(1.5, X + G + 9);
    const middles = [G - 44, X + G - 43, X + G - 88].map(middle);
    return { squares: [D, floor(X), ...middles], products: [D, floor(X), floor(G), ...middles] };
  }),
  astray(x, g, X, G, list) {
    const [xs, gs] = [bitsOf(x), bitsOf(g)];
    const [limitX, limitG] = [limit(X), limit(G)];
    let count = 0;
    for (let i = 0; i < xs.length; i++) {
      const v = xs[i]! & 0x7fffffff;
      const w = gs[i]! & 0x7fffffff;
      // The sign of both is set where 0 < bits < limit. Whether it is so is anybody's guess: cheaper to count than to jump.
      list[count] = i;
      count += (((v - limitX) & -v) | ((w - limitG) & -w)) >>> 31;
    }
    return count;
  },
};

const bitsOf = ({ buffer, byteOffset, length }: Values): Int32Array => new Int32Array(buffer, byteOffset, length);

/** The bits of 2^(s+23), s = X - 44: the least f32 that is a multiple of 2^s for its exponent alone. All are of 2^-149. */
const limit = (X: number): number => (X - 44 <= -149 ? 0 : (X - 21 + 127) * 2 ** 23);
/** As the kernels take it: with 2^31 - 1 added, as 32 bits with a sign. */
const floor = (X: number): number => Math.max(limit(X) - 1, 0) - 2 ** 31;

/**
 * f64 in segments of 2^8. Each element is cut into three pieces of 22 bits, so the products of pieces have 44 at most;
 * two of them and the square of a middle piece, all on one grid, stay below 2^44.4, and 2^8 of those below 2^53.
 */
const double: Scheme = {
  ...{ bytes: 8, segment: segments.f64, least: -450, most: 450, kept: 8, own: 3 },
  squares: ({ run }, blocks, x, given, out) => run.squares64(blocks, x, ...given, out),
  products: ({ run }, blocks, x, g, given, out) => run.products64(blocks, x, g, ...given, out),
  given: known((X, G) => {
    // To add and take away 1.5 2^(e+52) rounds to the grid of 2^e.
    const cuts = (top: number): number[] => [30, 8, -14].map((e) => scale(1.5, top + e));
    const middles = [...[22, 44, 66].map((e) => G - e), ...[2, 3, 4, 5, 6].map((n) => X + G - 22 * n)].map(middle);
    return { squares: [...cuts(X), ...middles], products: [...cuts(X), ...cuts(G), ...middles] };
  }),
  astray(x, g, X, G, list) {
    const [a, b] = [scale(1, X - 66), scale(1, G - 66)];
    const on = (v: number, step: number): boolean => v === 0 || (Math.abs(v) >= step && Number.isInteger(v / step));
    let count = 0;
    for (let i = 0; i < x.length; i++) if (!on(x[i]!, a) || !on(g[i]!, b)) list[count++] = i;
    return count;
  },
};

/** The same for the same exponents, which one channel after the other has. */
function known(make: (X: number, G: number) => Given): (X: number, G: number) => Given {
  const all = new Map<number, Given>();
  return (X, G) => {
    const key = 4096 * X + G;
    let given = all.get(key);
    if (!given) all.set(key, (given = make(X, G)));
    return given;
  };
}

/** Segments in one call of a kernel, whose list of those missed must fit on the desk. */
const stretch = 512;

/** The sums of g and of g x; `out` is where kernels leave theirs. For squares both places are the same one. */
export function summed(engine: Engine, x: Place, ofX: Extent, g: Place, ofG: Extent, out: number): Sums {
  if (!ofG.finite) return held(ofG, [], [], null, 0);
  if (!ofX.finite) return held(ofG, [], [], inIntegers(engine, g, g), 0);
  const scheme = x.held === 'f32' ? single : double;
  const [X, G] = [above(ofX, scheme), above(ofG, scheme)];
  if (X > scheme.most || G > scheme.most) return held(ofG, [], [], inIntegers(engine, x, g), 0);
  const given = scheme.given(X, G);
  const [sum, products]: [number[], number[]] = [[], []];
  const { bytes, segment, kept } = scheme;
  const run = (first: number, count: number): number => {
    const blocks = Math.ceil(count / lanes);
    const [atX, atG] = [x.at + bytes * first, g.at + bytes * first];
    const missed =
      x === g
        ? scheme.squares(engine, blocks, atX, given.squares, out)
        : scheme.products(engine, blocks, atX, atG, given.products, out);
    collect(engine, out, scheme, sum, products);
    return missed;
  };
  let [bins, slow]: [Bins | null, number] = [null, 0];
  for (let start = 0; start < x.m; start += segment * stretch) {
    const missed = run(start, Math.min(segment * stretch, x.m - start));
    if (missed === 0) continue;
    slow += missed;
    bins ??= new Bins();
    for (const number of engine.views.i32.slice(out / 4 + 16 * kept, out / 4 + 16 * kept + missed)) {
      const first = start + number * segment;
      const part = { at: bytes * first, m: Math.min(segment, x.m - first) };
      const [xs, gs] = [elementsOf(engine, moved(x, part)), elementsOf(engine, moved(g, part))];
      const astray = list.subarray(0, scheme.astray(xs, gs, X, G, list));
      aside(bins, xs, gs, astray, () => run(first, part.m));
    }
  }
  bins?.flush();
  if (bins?.far) return held(ofG, [], [], inIntegers(engine, x, g), slow);
  return bins
    ? held(ofG, [...sum, ...bins.sum], [...products, ...bins.products], null, slow)
    : held(ofG, sum, products, null, 0);
}

function held(
  { m, least, most, finite, beyond }: Extent,
  sum: number[],
  products: number[],
  far: Sums['far'],
  slow: number,
): Sums {
  return { m, least, most, finite, beyond, sum, products, far, slow };
}

/** Adds what a kernel left to the lists, the lanes together: 2^24 segments of each leave room for that. */
function collect(
  { views: { f64 } }: Engine,
  out: number,
  { kept, own }: Scheme,
  sum: number[],
  products: number[],
): void {
  for (let k = 0, i = out / 8; k < 2 * kept; k++, i += 4) {
    const all = f64[i]! + f64[i + 1]! + (f64[i + 2]! + f64[i + 3]!);
    if (all === 0) continue;
    if (k < 2 * own) sum.push(all);
    else products.push(all);
  }
}

const moved = (place: Place, { at, m }: Pick<Place, 'at' | 'm'>): Place => ({ ...place, at: place.at + at, m });

/** Sums the elements listed in bins, and the rest once more as if those were zero. */
function aside(bins: Bins, x: Values, g: Values, list: Int32Array, run: () => number): void {
  const [before, beforeG] = [x.slice(), g.slice()];
  if (before instanceof Float32Array && beforeG instanceof Float32Array) bins.addSingles(before, beforeG, list);
  else for (const i of list) bins.add(before[i]!, beforeG[i]!);
  for (let k = 0; k < list.length; k++) {
    const i = list[k]!;
    x[i] = 0;
    g[i] = 0;
  }
  if (run() !== 0) throw new Error('a segment without elements off the grid was missed');
  x.set(before);
  g.set(beforeG);
}

type Values = Float32Array | Float64Array;
const list = new Int32Array(segments.f32);

function inIntegers(engine: Engine, x: Place, g: Place): NonNullable<Sums['far']> {
  const [a, b] = [column(elementsOf(engine, x)), column(elementsOf(engine, g))];
  return { sum: sumOf(b), products: sumOf(multiply(a, b)) };
}

/** The least exponent whose power is above every magnitude, or as small a one as the scheme can do. */
function above({ least, most }: Extent, scheme: Scheme): number {
  const size = Math.max(-least, most);
  return Math.max(size === 0 ? scheme.least : exponent(size) + 1, scheme.least);
}
