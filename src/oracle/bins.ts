import { exponent, scale } from '../exact/float.js';

/** 2^27 + 1: what splits a double into halves of 26 bits (Veltkamp). */
const splitter = 2 ** 27 + 1;
/** Terms that a bin takes without rounding: each has 36 bits at most from the grid of its bin on, out of 53. */
const room = 2 ** 17;
/** Exponents are biased by so much. */
const bias = 1023;

/**
 * To add and take away one of these rounds to 78 bits below the bin of a product. What the product leaves out is below
 * 2^-53 of it, but may be much smaller: only a cut at a fixed place leaves it as few bits.
 */
const cuts = Float64Array.from({ length: 512 }, (_, bin) => scale(1.5, 8 * bin - 2 * bias - 78 + 52));

/**
 * Exact sums of doubles and of their products whatever their exponents: a double for every eight exponents, to which
 * halves of 26 bits are added, each addition exact.
 */
export class Bins {
  readonly #high = new Float64Array(256);
  readonly #low = new Float64Array(256);
  /** Upper and lower halves of products, and of what they leave out. */
  readonly #a = new Float64Array(512);
  readonly #b = new Float64Array(512);
  readonly #c = new Float64Array(512);
  readonly #d = new Float64Array(512);
  #count = 0;
  /** Doubles whose sum is that of all terms, once `flush` was called. */
  readonly sum: number[] = [];
  readonly products: number[] = [];
  /** Whether a product was too small to be held with its error: then the sums are not these. */
  far = false;

  /** Adds g to the one sum and g x to the other. Neither is beyond 2^450. */
  add(x: number, g: number): void {
    if (g === 0) return;
    if (++this.#count > room) this.flush();
    const e = exponent(g) + bias;
    const f = exponent(x) + bias;
    const gHigh = upper(g);
    const xHigh = upper(x);
    this.#high[e >> 3]! += gHigh;
    this.#low[e >> 3]! += g - gHigh;
    const p = x * g;
    // The bits of the product reach 106 below its first, the last one is at 2^-1074.
    if (x !== 0 && e + f < 2 * bias - 960) this.far = true;
    const gLow = g - gHigh;
    const xLow = x - xHigh;
    const rest = gHigh * xHigh - p + gHigh * xLow + gLow * xHigh + gLow * xLow;
    const bin = (e + f) >> 3;
    const pHigh = upper(p);
    this.#a[bin]! += pHigh;
    this.#b[bin]! += p - pHigh;
    if (rest === 0) return;
    const restHigh = rest + cuts[bin]! - cuts[bin]!;
    this.#c[bin]! += restHigh;
    this.#d[bin]! += rest - restHigh;
  }

  /** The same for elements listed of f32, whose 24 bits need no halves and whose products leave nothing out. */
  addSingles(x: Float32Array, g: Float32Array, list: Int32Array): void {
    if ((this.#count += list.length) > room) this.flush();
    const xBits = new Int32Array(x.buffer, x.byteOffset, x.length);
    const gBits = new Int32Array(g.buffer, g.byteOffset, g.length);
    const [sums, highs, lows] = [this.#high, this.#a, this.#b];
    for (let k = 0; k < list.length; k++) {
      const i = list[k]!;
      const ofG = (gBits[i]! >>> 23) & 255;
      const ofX = (xBits[i]! >>> 23) & 255;
      if (ofG === 0 || ofX === 0) {
        // Zero, or a subnormal, whose leading bit is not where others have it.
        this.add(x[i]!, g[i]!);
        continue;
      }
      const e = ofG - 127 + bias;
      const f = ofX - 127 + bias;
      const v = g[i]!;
      const p = v * x[i]!;
      const high = upper(p);
      const bin = (e + f) >> 3;
      sums[e >> 3]! += v;
      highs[bin]! += high;
      lows[bin]! += p - high;
    }
  }

  /** Empties the bins into the lists. */
  flush(): void {
    const emptied = (bins: Float64Array): number[] => {
      const held: number[] = [];
      for (let i = 0; i < bins.length; i++) if (bins[i] !== 0) held.push(bins[i]!);
      bins.fill(0);
      return held;
    };
    this.sum.push(...[this.#high, this.#low].flatMap(emptied));
    this.products.push(...[this.#a, this.#b, this.#c, this.#d].flatMap(emptied));
    this.#count = 0;
  }
}

function upper(v: number): number {
  const t = v * splitter;
  return t - (t - v);
}
