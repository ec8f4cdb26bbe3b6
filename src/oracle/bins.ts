/**
 * Exact sums of f32 and of their products whatever their exponents: one double for every eight exponents. A term of
 * 26 bits at most, 9 exponents wide, leaves room for 2^17 of them in the 53 bits of a double, each addition exact.
 */
export class Bins {
  readonly #sums = new Float64Array(32);
  readonly #highs = new Float64Array(64);
  readonly #lows = new Float64Array(64);
  #count = 0;
  /** Doubles whose sum is that of all terms so far but those still in the bins. */
  readonly sum: number[] = [];
  readonly products: number[] = [];

  /** Adds elements of g to the one sum, their products with those of x to the other. The bits are those of the same values. */
  add(x: Float32Array, xBits: Int32Array, g: Float32Array, gBits: Int32Array): void {
    if ((this.#count += x.length) > 2 ** 17) this.flush();
    const [sums, highs, lows] = [this.#sums, this.#highs, this.#lows];
    for (let i = 0; i < x.length; i++) {
      const v = g[i]!;
      const e = (gBits[i]! >>> 23) & 255;
      sums[e >> 3]! += v;
      // Both halves of the product are exact (Veltkamp): it has 48 bits, the upper half keeps 26.
      const p = x[i]! * v;
      const t = p * (2 ** 27 + 1);
      const high = t - (t - p);
      const bin = (e + ((xBits[i]! >>> 23) & 255)) >> 3;
      highs[bin]! += high;
      lows[bin]! += p - high;
    }
  }

  /** Empties the bins into the lists. */
  flush(): void {
    const held = (bins: Float64Array): number[] => [...bins].filter((bin) => bin !== 0);
    this.sum.push(...held(this.#sums));
    this.products.push(...held(this.#highs), ...held(this.#lows));
    for (const bins of [this.#sums, this.#highs, this.#lows]) bins.fill(0);
    this.#count = 0;
  }
}
