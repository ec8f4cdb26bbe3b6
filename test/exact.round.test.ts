import { expect, test } from 'vitest';
import { add, type Column, column, divide, integer, multiply, ratio, sqrt, subtract } from '../src/exact/column.js';
import { type Format, formats } from '../src/exact/format.js';
import { enclose, type Mode, round } from '../src/exact/round.js';

const names = Object.keys(formats) as Format[];
const everyMode: readonly Mode[] = ['down', 'nearest', 'up'];

function all(a: Column, format: Format): number[] {
  return everyMode.map((mode) => round(a, 0, format, mode));
}

/** n 2^e */
function dyadic(n: bigint, e: number): Column {
  return ratio(n << BigInt(Math.max(e, 0)), 1n << BigInt(Math.max(-e, 0)));
}

const whisper = dyadic(1n, -2000);

test.each(names)('ties in %s go to the even neighbour, and anything beside a tie decides', (format) => {
  const { p } = formats[format];
  const ulp = 2 ** (1 - p);
  const low = add(integer(1n), dyadic(1n, -p));
  const high = add(low, dyadic(1n, 1 - p));
  expect(all(low, format)).toEqual([1, 1, 1 + ulp]);
  expect(all(high, format)).toEqual([1 + ulp, 1 + 2 * ulp, 1 + 2 * ulp]);
  expect(round(add(low, whisper), 0, format)).toBe(1 + ulp);
  expect(round(subtract(high, whisper), 0, format)).toBe(1 + ulp);
  // The root of a^2 + 1 is a to twice as many bits as a has.
  const a = 1n << 100n;
  const irrational = multiply(whisper, subtract(sqrt(integer(a * a + 1n)), integer(a)));
  expect(round(add(low, irrational), 0, format)).toBe(1 + ulp);
  expect(round(subtract(high, irrational), 0, format)).toBe(1 + ulp);
});

test.each(names)('subnormals of %s are rounded once, on the grid that is left', (format) => {
  const { tiny, emin, p } = formats[format];
  const e = emin - p + 1;
  expect(all(dyadic(1n, e - 1), format)).toEqual([0, 0, tiny]);
  expect(all(dyadic(3n, e - 1), format)).toEqual([tiny, 2 * tiny, 2 * tiny]);
  expect(all(dyadic(-1n, e - 1), format)).toEqual([-tiny, -0, -0]);
  expect(all(add(dyadic(1n, e - 1), whisper), format)).toEqual([0, tiny, tiny]);
  expect(all(whisper, format)).toEqual([0, 0, tiny]);
  // Rounding to p bits first would make a tie of it and lose the sign of the rest.
  const trap = add(dyadic(3n, e - 1), dyadic(-1n, e - 1 - p));
  expect(round(trap, 0, format)).toBe(tiny);
});

test.each(names)('%s overflows from half a step beyond the largest value on, and only as the mode allows', (format) => {
  const { max, p, emax } = formats[format];
  const threshold = dyadic((1n << BigInt(p + 1)) - 1n, emax - p);
  expect(all(threshold, format)).toEqual([max, Infinity, Infinity]);
  expect(all(subtract(threshold, whisper), format)).toEqual([max, max, Infinity]);
  expect(all(dyadic(1n, emax + 1), format)).toEqual([max, Infinity, Infinity]);
  expect(all(dyadic(-1n, 5000), format)).toEqual([-Infinity, -Infinity, -max]);
  expect(all(column([max]), format)).toEqual([max, max, max]);
});

test('zero is +0 in every mode, also where two roots cancel', () => {
  const root = sqrt(integer(3n));
  const byHand = [
    { p: [6n], q: [-2n], w: 9n, r: 5n },
    { p: [0n], q: [-2n], w: 0n, r: 5n },
  ];
  for (const zero of [integer(0n), subtract(root, root), ...byHand]) {
    for (const format of names) expect(all(zero, format)).toEqual([0, 0, 0]);
    expect(enclose(zero, 0)).toEqual([0, 0]);
  }
});

test('nothing is lost when nearly all digits cancel', () => {
  // a - sqrt(a^2 - 1) = 1 / (a + sqrt(a^2 - 1)), about 1 / 2a
  const a = 1n << 600n;
  const difference = subtract(integer(a), sqrt(integer(a * a - 1n)));
  expect(all(difference, 'f64')).toEqual([2 ** -601, 2 ** -601, 2 ** -601 * (1 + 2 ** -52)]);
  expect(round(multiply(difference, integer(-1n)), 0, 'f32')).toBe(-0);
});

test('roots and quotients are those of the processor, which IEEE 754 demands to be right', () => {
  const numbers = Array.from({ length: 3000 }, (_, i) => (i + 1) * 2 ** -1074 * 2 ** (i % 900));
  expect(numbers.map((x) => round(sqrt(column([x])), 0, 'f64'))).toEqual(numbers.map(Math.sqrt));
  const wholes = numbers.map((_, i) => i + 1);
  expect(wholes.map((n) => round(divide(integer(1n), integer(BigInt(n))), 0, 'f64'))).toEqual(wholes.map((n) => 1 / n));
});

test('a perfect square under a root by hand still finds its ties and its grid points', () => {
  // (1 + 2^-25 sqrt(4)): a tie of f32
  expect(all({ p: [1n << 25n], q: [1n], w: 4n, r: 1n << 25n }, 'f32')).toEqual([1, 1, 1 + 2 ** -23]);
  expect(all({ p: [5n], q: [-1n], w: 9n, r: 2n }, 'f16')).toEqual([1, 1, 1]);
});

test('an enclosure is tight: one step wide, or none for a double', () => {
  expect(enclose(ratio(1n, 3n), 0)).toEqual([0.3333333333333333, 0.33333333333333337]);
  expect(enclose(column([-0.1]), 0)).toEqual([-0.1, -0.1]);
  expect(enclose(dyadic(1n, 2000), 0)).toEqual([Number.MAX_VALUE, Infinity]);
});

test('each value of a column is rounded for itself', () => {
  const a = add(column([0, 1, -3]), sqrt(integer(2n)));
  expect([0, 1, 2].map((i) => round(a, i, 'f64'))).toEqual([Math.SQRT2, 2.414213562373095, -1.5857864376269049]);
});
