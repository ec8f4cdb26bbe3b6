import { exponent } from '../exact/float.js';

/** 2^27 + 1: what splits a double into halves of 26 bits (Veltkamp). */
const splitter = 2 ** 27 + 1;
/** Terms that a bin takes without rounding: 26 bits of a term and 9 exponents of its bin leave so much of 53 bits. */
const room = 2 ** 17;

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
    const e = exponent(g) + 1023;
    const f = exponent(x) + 1023;
    const gHigh = upper(g);
    const xHigh = upper(x);
    this.#high[e >> 3]! += gHigh;
    this.#low[e >> 3]! += g - gHigh;
    const p = x * g;
    // The bits of the product reach 106 below its first, the last one is at 2^-1074.
    if (x !== 0 && e + f < 2 * 1023 - 960) this.far = true;
    const gLow = g - gHigh;
    const xLow = x - xHigh;
    const rest = gHigh * xHigh - p + gHigh * xLow + gLow * xHigh + gLow * xLow;
    const bin = (e + f) >> 3;
    const pHigh = upper(p);
    this.#a[bin]! += pHigh;
    this.#b[bin]! += p - pHigh;
    if (rest === 0) return;
    const restHigh = upper(rest);
    this.#c[bin]! += restHigh;
    this.#d[bin]! += rest - restHigh;
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
