import { fraction } from 'mathjs';
import { describe, expect, test } from 'vitest';
import {
  add,
  at,
  type Column,
  column,
  compare,
  divide,
  equal,
  integer,
  multiply,
  negate,
  power,
  ratio,
  sign,
  sqrt,
  subtract,
  sum,
} from '../src/exact/column.js';
import { abs, greatest, least, max, min } from '../src/exact/order.js';
import { type Random, random } from './exact.random.js';

const zero = integer(0n);
const one = integer(1n);
const two = integer(2n);

/** (p + q sqrt(w)) / r of random integers, `n` of them. */
function drawn(from: Random, n: number, w: bigint): Column {
  const list = () => Array.from({ length: n }, () => from.signed(70));
  return { p: list(), q: w === 0n ? null : list(), w, r: from.bits(from.whole(1, 70)) };
}

/** Value i in units of 2^-500, off by less than 2^-300: a second opinion that uses integers only. */
function fixed(a: Column, i: number): bigint {
  const radicand = a.w << 1000n;
  let root = 1n << BigInt(Math.ceil(radicand.toString(2).length / 2));
  while (root * root > radicand) root = (root + radicand / root) >> 1n;
  return ((a.p[i]! << 500n) + (a.q ? a.q[i]! * root : 0n)) / a.r;
}

function near(a: bigint, b: bigint): boolean {
  const d = a - b;
  return d < 1n << 200n && -d < 1n << 200n;
}

describe('a column of doubles', () => {
  test('holds them exactly, where fraction(number) searches a fraction nearby', () => {
    expect(fraction(2 ** -30).n).toBe(0n);
    expect(column([2 ** -30])).toMatchObject({ p: [1n], r: 1n << 30n });
    expect(fraction(Math.fround(0.1)).d).toBe(10n);
    expect(column([Math.fround(0.1)])).toMatchObject({ p: [13421773n], r: 1n << 27n });
    expect(column([0.1])).toMatchObject({ p: [3602879701896397n], r: 1n << 55n });
  });

  test('holds any pattern of bits, subnormal, huge and side by side', () => {
    const from = random(1);
    for (let round = 0; round < 300; round++) {
      const values = Array.from({ length: from.whole(1, 6) }, () => (from.unit() < 0.1 ? 0 : from.double()));
      const { p, r } = column(values);
      const view = new DataView(new ArrayBuffer(8));
      values.forEach((value, i) => {
        view.setFloat64(0, value);
        const bits = view.getBigUint64(0);
        const biased = (bits >> 52n) & 0x7ffn;
        const mantissa = (bits & ((1n << 52n) - 1n)) | (biased === 0n ? 0n : 1n << 52n);
        const signed = bits >> 63n === 1n ? -mantissa : mantissa;
        // p / r = signed 2^(biased - 1075)
        const e = biased === 0n ? 1n : biased;
        expect(p[i]! << 1075n).toBe((signed * r) << e);
      });
    }
  });

  test('keeps the extremes, and one denominator no finer than they need', () => {
    expect(column([Number.MAX_VALUE, Number.MIN_VALUE]).r).toBe(1n << 1074n);
    expect(column([Number.MAX_VALUE]).p).toEqual([(1n << 1024n) - (1n << 971n)]);
    expect(column([3, 0.25, -0, 6])).toEqual({ p: [12n, 1n, 0n, 24n], q: null, w: 0n, r: 4n });
    expect(column([])).toEqual({ p: [], q: null, w: 0n, r: 1n });
  });

  test.each([NaN, Infinity, -Infinity])('refuses %s', (x) => {
    expect(() => column([1, x])).toThrow(new RangeError(`no exact value: ${x} at 1`));
  });
});

describe('arithmetic', () => {
  test.each([0n, 2n, 3n * 2n ** 81n, 10n ** 30n + 57n])('agrees with fixed point to 300 bits, root of %s', (w) => {
    const from = random(Number(w % 1000n) + 3);
    for (let i = 0; i < 200; i++) {
      const [a, b] = [drawn(from, 3, w), drawn(from, from.pick([1, 3]), from.pick([0n, w]))];
      const j = b.p.length === 1 ? 0 : 2;
      const [x, y] = [fixed(a, 2), fixed(b, j)];
      expect(near(fixed(add(a, b), 2), x + y)).toBe(true);
      expect(near(fixed(subtract(a, b), 2), x - y)).toBe(true);
      expect(near(fixed(multiply(a, b), 2), (x * y) >> 500n)).toBe(true);
      expect(near(fixed(sum(a), 0), fixed(a, 0) + fixed(a, 1) + x)).toBe(true);
      expect(compare(a, 2, b, j)).toBe(x > y ? 1 : x < y ? -1 : 0);
    }
  });

  test('division undoes multiplication, by one value or value by value', () => {
    const from = random(8);
    for (let i = 0; i < 300; i++) {
      const w = from.pick([0n, 5n, 12n]);
      const a = drawn(from, 4, w);
      const b = drawn(from, from.pick([1, 4]), from.pick([0n, w]));
      if (b.p.some((_, i) => sign(b, i) === 0)) continue;
      expect(equal(multiply(divide(a, b), b), a)).toBe(true);
      expect(equal(divide(multiply(a, b), b), a)).toBe(true);
    }
  });

  test('divisors that come and go leave no trace in the denominator', () => {
    let mean = zero;
    for (let n = 1n; n <= 300n; n++) {
      mean = add(multiply(mean, ratio(n - 1n, n)), divide(integer(n % 7n), integer(n)));
    }
    expect(mean).toEqual(ratio(903n, 300n));
    const s = sqrt(ratio(7n, 12n));
    expect(multiply(divide(column([3]), s), divide(integer(7n), s))).toEqual(integer(36n));
  });

  test('powers multiply', () => {
    const a = add(column([1, -2, 0]), sqrt(two));
    expect(power(a, 5)).toEqual(multiply(a, multiply(a, multiply(a, multiply(a, a)))));
    expect(power(a, 0)).toEqual(column([1, 1, 1]));
    expect(power(negate(a), 1)).toEqual(negate(a));
    expect(() => power(a, -1)).toThrow('the exponent must be a whole number >= 0, got -1');
    expect(() => power(a, 0.5)).toThrow(RangeError);
  });

  test('one value goes with many, other lengths must agree', () => {
    expect(add(one, column([1, 2]))).toEqual(column([2, 3]));
    expect(sum(multiply(column([1, 2, 3]), two))).toEqual(integer(12n));
    expect(sum(column([]))).toEqual(zero);
    expect(add(column([]), sqrt(two)).p).toEqual([]);
    expect(() => add(column([1, 2]), column([1, 2, 3]))).toThrow(new RangeError('lengths 2 and 3 do not go together'));
  });

  test.each([zero, column([1, 0]), subtract(sqrt(two), sqrt(two))])('refuses to divide by zero', (b) => {
    expect(() => divide(column([1, 2]), b)).toThrow(new RangeError('division by zero'));
    expect(() => ratio(1n, 0n)).toThrow(new RangeError('division by zero'));
  });

  test('a ratio is in lowest terms with a positive denominator', () => {
    expect(ratio(6n, -4n)).toEqual({ p: [-3n], q: null, w: 0n, r: 2n });
    expect(ratio(0n, -4n)).toEqual(zero);
    expect(divide(column([1, 2]), column([-4, 8]))).toEqual({ p: [-1n, 1n], q: null, w: 0n, r: 4n });
    expect(divide(one, subtract(one, sqrt(two)))).toEqual({ p: [-1n], q: [-1n], w: 2n, r: 1n });
  });
});

describe('square roots', () => {
  test('of a perfect square, or of a ratio of two after cancelling, are rational', () => {
    expect(sqrt(ratio(9n, 16n))).toEqual(ratio(3n, 4n));
    expect(sqrt(ratio(18n, 50n))).toEqual(ratio(3n, 5n));
    expect(sqrt({ p: [18n], q: null, w: 0n, r: 50n })).toEqual(ratio(3n, 5n));
    expect(sqrt(zero)).toEqual(zero);
    const from = random(4);
    for (let i = 0; i < 200; i++) {
      const a = ratio(from.bits(from.whole(1, 300)), from.bits(from.whole(1, 300)));
      expect(sqrt(multiply(a, a))).toEqual(a);
    }
  });

  test('of anything else square back, and are no rationals', () => {
    const from = random(6);
    for (let i = 0; i < 200; i++) {
      const n = from.bits(from.whole(1, 400));
      const a = ratio(n * n + 1n, from.bits(from.whole(1, 200)) ** 2n);
      expect(sqrt(a).q).not.toBeNull();
      expect(multiply(sqrt(a), sqrt(a))).toEqual(a);
    }
    expect(sqrt(ratio(1n, 2n)).q).not.toBeNull();
  });

  test('with a rational factor between them combine', () => {
    expect(add(sqrt(two), sqrt(integer(18n)))).toEqual(multiply(integer(4n), sqrt(two)));
    expect(subtract(sqrt(integer(12n)), multiply(two, sqrt(integer(3n))))).toEqual(zero);
    expect(multiply(sqrt(integer(5n)), sqrt(integer(45n)))).toEqual(integer(15n));
    expect(divide(sqrt(integer(75n)), sqrt(integer(3n)))).toEqual(integer(5n));
    expect(add(sqrt(ratio(2n, 9n)), sqrt(ratio(1n, 2n)))).toEqual(multiply(ratio(5n, 6n), sqrt(two)));
  });

  test.each([add, subtract, multiply, divide, max])('without one are refused', (operation) => {
    expect(() => operation(sqrt(two), sqrt(integer(3n)))).toThrow(new RangeError('needs two square roots'));
  });

  test('are taken of one rational that is not negative', () => {
    expect(() => sqrt(integer(-1n))).toThrow('square root of a negative number');
    expect(() => sqrt(column([1, 2]))).toThrow('one square root at a time, got 2 values');
    expect(() => sqrt(add(one, sqrt(two)))).toThrow('needs a square root of a square root');
    expect(sqrt(power(sqrt(two), 4))).toEqual(two);
  });
});

describe('order', () => {
  test('is exact next to a tie, within one root and between two', () => {
    const n = 10n ** 60n;
    const root = sqrt(integer(n * n + 1n));
    expect(compare(root, 0, integer(n), 0)).toBe(1);
    expect(compare(integer(-n), 0, negate(root), 0)).toBe(1);
    // sqrt(n^2 + 1) - n falls as n grows
    const next = subtract(sqrt(integer((n + 1n) ** 2n + 1n)), integer(n + 1n));
    expect(compare(subtract(root, integer(n)), 0, next, 0)).toBe(1);
    expect(compare(next, 0, subtract(root, integer(n)), 0)).toBe(-1);
    expect(compare(sqrt(integer(8n)), 0, multiply(two, sqrt(two)), 0)).toBe(0);
    expect(compare(add(one, sqrt(two)), 0, sqrt(integer(6n)), 0)).toBe(-1);
  });

  test('between two roots agrees with fixed point', () => {
    const from = random(12);
    for (let i = 0; i < 500; i++) {
      const [a, b] = [drawn(from, 1, from.pick([2n, 3n])), drawn(from, 1, from.pick([5n, 12n]))];
      const d = fixed(a, 0) - fixed(b, 0);
      expect(compare(a, 0, b, 0)).toBe(d > 0n ? 1 : d < 0n ? -1 : 0);
    }
  });

  test('equal means each value, whatever the terms', () => {
    expect(equal({ p: [2n, 4n], q: null, w: 0n, r: 6n }, { p: [1n, 2n], q: null, w: 0n, r: 3n })).toBe(true);
    expect(equal(column([1, 1]), one)).toBe(true);
    expect(equal(column([1, 1, 2]), one)).toBe(false);
    expect(() => equal(column([1, 2]), column([1, 2, 3]))).toThrow(RangeError);
  });

  test('gives absolute values, extremes and single values', () => {
    const a = subtract(column([1, 2, -3]), sqrt(two));
    expect(abs(a)).toEqual({ p: [-1n, 2n, 3n], q: [1n, -1n, 1n], w: 2n, r: 1n });
    expect(max(a, zero)).toEqual({ p: [0n, 2n, 0n], q: [0n, -1n, 0n], w: 2n, r: 1n });
    expect(min(a, column([9, 0, 9]))).toEqual({ p: [1n, 0n, -3n], q: [-1n, 0n, -1n], w: 2n, r: 1n });
    expect(greatest(a)).toEqual(at(a, 1));
    expect(least(a)).toEqual(subtract(integer(-3n), sqrt(two)));
    expect(at(column([4, 6, 0.5]), 1)).toEqual(integer(6n));
    expect(() => least(column([]))).toThrow('an empty column has no extremes');
  });
});
