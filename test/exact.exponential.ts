import { add, type Column, multiply, power, ratio, sign, subtract } from '../src/exact/column.js';

const terms = 90;

/** Rationals around e to a rational of magnitude 8 at most: its series, and twice the first term left out. */
export function exponential(x: Column): { readonly lo: Column; readonly hi: Column } {
  let [sum, term] = [ratio(1n, 1n), ratio(1n, 1n)];
  for (let i = 1n; i <= terms; i += 1n) {
    term = multiply(multiply(term, x), ratio(1n, i));
    sum = add(sum, term);
  }
  const size = sign(x, 0) < 0 ? multiply(x, ratio(-1n, 1n)) : x;
  const left = multiply(power(size, terms + 1), ratio(2n, factorial(BigInt(terms + 1))));
  return { lo: subtract(sum, left), hi: add(sum, left) };
}

const factorial = (n: bigint): bigint => (n <= 1n ? 1n : n * factorial(n - 1n));
