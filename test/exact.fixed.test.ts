import { describe, expect, test } from 'vitest';
import { add, type Column, compare, divide, multiply, ratio, sqrt, subtract } from '../src/exact/column.js';
import { type Between, type Fixed, fixed } from '../src/exact/fixed.js';
import { exponential } from './exact.exponential.js';
import { type Random, random } from './exact.random.js';

/** A pair of numbers of the grid, and a rational that lies between them, often an end. */
function around(from: Random, bits: number, positive = false): { between: Between; inside: Column } {
  const lo = positive ? 1n + from.bits(from.whole(0, bits + 3)) : from.signed(bits + 3);
  const width = from.pick([0n, 1n, from.bits(from.whole(0, bits))]);
  const [parts, of] = [1n << 20n, BigInt(from.pick([0, 2 ** 20, from.whole(0, 2 ** 20)]))];
  return { between: { lo, hi: lo + width }, inside: ratio(lo * parts + width * of, parts << BigInt(bits)) };
}

const encloses = ({ lo, hi }: Between, value: Column, bits: number): boolean =>
  compare(ratio(lo, 1n << BigInt(bits)), 0, value, 0) <= 0 && compare(value, 0, ratio(hi, 1n << BigInt(bits)), 0) <= 0;

/** The operations whose results do not enclose what comes of numbers inside their operands. */
function misses(arithmetic: Fixed, times = 120): string[] {
  const { bits } = arithmetic;
  const from = random(bits);
  const wrong = new Set<string>();
  for (let i = 0; i < times; i += 1) {
    const [a, b, c] = [around(from, bits), around(from, bits), around(from, bits, true)];
    const [x, y, z] = [a.between, b.between, c.between];
    const results: Record<string, readonly [Between, Column]> = {
      add: [arithmetic.add(x, y), add(a.inside, b.inside)],
      subtract: [arithmetic.subtract(x, y), subtract(a.inside, b.inside)],
      multiply: [arithmetic.multiply(x, y), multiply(a.inside, b.inside)],
      divide: [arithmetic.divide(x, z), divide(a.inside, c.inside)],
      'divide by a negative one': [
        arithmetic.divide(x, { lo: -z.hi, hi: -z.lo }),
        divide(a.inside, multiply(c.inside, ratio(-1n, 1n))),
      ],
      sqrt: [arithmetic.sqrt(z), sqrt(c.inside)],
    };
    for (const [name, [result, value]] of Object.entries(results)) if (!encloses(result, value, bits)) wrong.add(name);
    if (i % 20 > 0) continue;
    const { lo, hi } = exponential(a.inside);
    const e = arithmetic.exp(x);
    if (!encloses(e, lo, bits) || !encloses(e, hi, bits)) wrong.add('exp');
  }
  return [...wrong];
}

describe('numbers between two others', () => {
  test.each([8, 64, 131])('with %i bits every operation encloses the exact result', (bits) => {
    expect(misses(fixed(bits))).toEqual([]);
  });

  const right = fixed(64);
  test.each<[keyof Fixed, Partial<Fixed>]>([
    ['multiply', { multiply: (a, b) => ({ ...right.multiply(a, b), hi: (a.hi * b.hi) >> 64n }) }],
    ['divide', { divide: (a, b) => ({ ...right.divide(a, b), lo: right.divide(a, b).lo + 1n }) }],
    ['sqrt', { sqrt: (a) => ({ ...right.sqrt(a), hi: right.sqrt(a).lo }) }],
    ['exp', { exp: (a) => ({ ...right.exp(a), lo: right.exp(a).hi }) }],
    ['add', { add: (a, b) => ({ lo: a.lo + b.lo, hi: a.hi + b.lo }) }],
  ])('an end of %s that is rounded inward is caught', (name, fault) => {
    expect(misses({ ...right, ...fault })).toContain(name);
  });

  test('a double is itself where the grid is fine enough, and else between its neighbours on the grid', () => {
    const from = random(5);
    for (let i = 0; i < 200; i += 1) {
      const value = from.double();
      const of = fixed(1074).double(value);
      expect(of.lo).toBe(of.hi);
      const coarse = fixed(10).double(value);
      expect(coarse.lo << 1064n <= of.lo && of.hi <= coarse.hi << 1064n && coarse.hi - coarse.lo <= 1n).toBe(true);
    }
    expect(fixed(3).double(-0.3)).toEqual({ lo: -3n, hi: -2n });
  });
});

describe('with more bits', () => {
  const half = fixed(60);
  const whole = fixed(120);
  const finer = ({ lo, hi }: Between): Between => ({ lo: lo << 60n, hi: hi << 60n });

  test('every result lies within that with fewer, and is as much narrower', () => {
    const from = random(9);
    for (let i = 0; i < 100; i += 1) {
      const [a, b] = [0, 1].map(() => half.double(1 + from.unit())) as [Between, Between];
      for (const name of ['multiply', 'divide', 'sqrt', 'exp'] as const) {
        const [wide, narrow] = [half, whole].map((one, k) => {
          const [x, y] = k === 0 ? [a, b] : [finer(a), finer(b)];
          return name === 'sqrt' || name === 'exp' ? one[name](x) : one[name](x, y);
        }) as [Between, Between];
        expect(finer(wide).lo <= narrow.lo && narrow.hi <= finer(wide).hi).toBe(true);
        expect(narrow.hi - narrow.lo <= 1n << 12n).toBe(true);
      }
    }
  });

  test.each([
    ['1', 1n, '2.7182818284590452353602874713526624977572470936999595749669676277240766303535475945713821785251664274'],
    [
      '-1',
      -1n,
      '0.3678794411714423215955237701614608674458111310317678345078368016974614957448998033571472743459196437',
    ],
    [
      '10',
      10n,
      '22026.4657948067165169579006452842443663535126185567810742354263552252028185707925751991209681645258954',
    ],
  ])('e to the power %s has its published digits', (_name, exponent, digits) => {
    const { lo, hi } = fixed(420).exp({ lo: exponent << 420n, hi: exponent << 420n });
    const [whole, decimals] = digits.split('.') as [string, string];
    const unit = 10n ** BigInt(decimals.length);
    const truncated = BigInt(whole + decimals);
    expect((lo * unit) >> 420n === truncated || (hi * unit) >> 420n === truncated).toBe(true);
    expect(hi - lo < 1n << 40n).toBe(true);
  });

  test('an exponential times that of the opposite is 1', () => {
    const from = random(4);
    for (let i = 0; i < 50; i += 1) {
      const a = whole.double(8 * (from.unit() - 0.5));
      const { lo, hi } = whole.multiply(whole.exp(a), whole.exp({ lo: -a.hi, hi: -a.lo }));
      expect(lo <= 1n << 120n && 1n << 120n <= hi && hi - lo < 1n << 20n).toBe(true);
    }
  });

  test('what is far below zero has next to no exponential', () => {
    expect(half.exp(half.integer(-(2n ** 21n)))).toEqual({ lo: 0n, hi: 1n });
  });
});

test('what has no meaning is said', () => {
  const { double, divide: by, sqrt: root, exp, integer } = fixed(16);
  expect(() => double(Number.NaN)).toThrow(new RangeError('no number between others: NaN'));
  expect(() => by(integer(1n), { lo: -1n, hi: 1n })).toThrow(new RangeError('division by what may be zero'));
  expect(() => root(integer(-1n))).toThrow(new RangeError('square root of a negative number'));
  expect(() => exp(integer(2000n))).toThrow(new RangeError('an exponential beyond all use'));
  expect(root({ lo: -1n, hi: 4n << 16n }).lo).toBe(0n);
});
