/** A sum of up to 2^26 integers below 2^53 in steps of 2^grid, exact in two doubles. */
export class Long {
  readonly #middle: number;
  high = 0;
  low = 0;

  constructor(grid: number) {
    // To add and take away 1.5 2^(e+52) rounds to the grid of 2^e: here the lower 27 bits are split off.
    this.#middle = 1.5 * 2 ** (grid + 79);
  }

  add(value: number): void {
    const top = value + this.#middle - this.#middle;
    this.high += top;
    this.low += value - top;
  }
}
