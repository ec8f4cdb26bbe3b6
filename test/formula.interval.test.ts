import { describe, expect, it } from 'vitest';
import { type Column, column, compare } from '../src/exact/column.js';
import { nextDown, nextUp } from '../src/exact/grid.js';
import { evaluate } from '../src/formula/evaluate.js';
import { down, point, points, type Ranges, stretch, up } from '../src/formula/interval.js';
import { parse } from '../src/formula/parse.js';
import { type Random, random } from './exact.random.js';
import { pointwise } from './formula.point.js';
import { rangeOf, several, single } from './formula.ranges.js';

const { MAX_VALUE: max, MIN_VALUE: tiny } = Number;

describe('outward rounding', () => {
  it('goes at least to the neighbour, and not much further', () => {
    const from = random(2);
    const values = [0, -0, tiny, -tiny, 1, -1, 2 ** -1022, 2 ** -1021, max, -max, 2 ** 1000];
    for (let i = 0; i < 20_000; i++) values.push(from.double());
    for (const v of values) {
      expect(down(v)).toBeLessThanOrEqual(nextDown(v, 'f64'));
      expect(up(v)).toBeGreaterThanOrEqual(nextUp(v, 'f64'));
      expect(down(v)).toBeGreaterThanOrEqual(nextDown(nextDown(v, 'f64'), 'f64'));
      expect(up(v)).toBeLessThanOrEqual(nextUp(nextUp(v, 'f64'), 'f64'));
    }
  });

  it('takes an overflow for what it is: something beyond the largest number', () => {
    expect([down(Infinity), up(Infinity)]).toEqual([max, Infinity]);
    expect([down(-Infinity), up(-Infinity)]).toEqual([-Infinity, -max]);
    expect(single('a * b', [1e200, 1e200], [1e200, 1e200])).toEqual([max, Infinity]);
    expect(single('a * b', [-1e200, -1e200], [1e200, 1e200])).toEqual([-Infinity, -max]);
    expect(single('a + b', [max, max], [max, max])).toEqual([max, Infinity]);
  });

  it('takes an underflow for what it is: something around zero', () => {
    expect(single('a * b', [tiny, tiny], [0.25, 0.25])).toEqual([0, tiny]);
    expect(single('a * b', [-tiny, -tiny], [0.25, 0.25])).toEqual([-tiny, tiny]);
    expect(single('a^2', [-tiny, tiny], [0, 0])).toEqual([0, tiny]);
    expect(single('a / b', [-tiny, -tiny], [4, 4])).toEqual([-tiny, tiny]);
  });
});

describe('empty ranges', () => {
  const nothing: [number, number] = [Infinity, -Infinity];
  it('make every result empty, but for a branch that is not taken', () => {
    for (const text of ['a + b', 'a * b', 'a / b', 'abs(b)', 'max(a, b)', 'b^2'])
      expect(single(text, [1, 2], nothing), text).toEqual(nothing);
    expect(single('a > 0 ? a : b', [1, 2], nothing)).toEqual([1, 2]);
    expect(single('a > 0 ? b : a', [1, 2], nothing)).toEqual(nothing);
  });
});

it('of NaN nothing is known', () => {
  const { lo, hi } = points([3, 1, 1], Float64Array.of(1, Number.NaN, 2));
  expect([[...lo], [...hi]]).toEqual([
    [1, -Infinity, 2],
    [1, Infinity, 2],
  ]);
});

describe('zeros', () => {
  it.each<[string, readonly [number, number], readonly [number, number], readonly [number, number]]>([
    ['a - b', [1, 1], [1, 1], [0, 0]],
    ['a + b', [0, 0], [0, 0], [0, 0]],
    ['a * b', [0, 0], [3, 4], [0, 0]],
    ['a * b', [0, 0.5], [0, tiny], [0, tiny]],
    ['a^2', [0, 0], [0, 0], [0, 0]],
  ])('%s of exact zeros is exact: %j, %j', (text, a, b, expected) => {
    expect(single(text, a, b).map((end) => end + 0)).toEqual(expected);
  });
});

describe('what is not known', () => {
  const unknown = [-Infinity, Infinity];
  it.each<[string, readonly [number, number], readonly [number, number]]>([
    ['a * b', [0, 0], [1, Infinity]],
    ['a * b', [0, 1], [-Infinity, Infinity]],
    ['a / b', [1, 1], [0, 0]],
    ['a / b', [1, 1], [-1, 1]],
    ['a / b', [1, 1], [0, 2]],
    ['a / b', [1, Infinity], [1, Infinity]],
    ['a - b', [1, Infinity], [1, Infinity]],
    ['sqrt(a)', [-2, -1], [0, 0]],
    ['a^(-2)', [-1, 1], [0, 0]],
    ['1 / a + b', [-1, 1], [1, 2]],
  ])('%s of %j and %j is', (text, a, b) => {
    expect(single(text, a, b)).toEqual(unknown);
  });

  it('leaves comparisons open and hulls both branches', () => {
    expect(single('a < b', [0, 2], [1, 3])).toEqual([0, 1]);
    expect(single('a == b', [1, 1], [1, 2])).toEqual([0, 1]);
    expect(single('a < b ? 10 : -10', [0, 2], [1, 3])).toEqual([-10, 10]);
    expect(single('a < b ? 10 : -10', [0, 1], [2, 3])).toEqual([10, 10]);
    expect(single('a < b ? 10 : -10', [3, 4], [2, 3])).toEqual([-10, -10]);
  });

  it('is not: a square is never negative, a root neither', () => {
    expect(single('a^2', [-3, 2])[0]).toBe(0);
    expect(single('abs(a)', [-3, 2])).toEqual([0, 3]);
    expect(single('sqrt(a)', [-1, 4])[0]).toBe(0);
  });
});

describe('what is empty stays empty', () => {
  const empty: readonly [number, number] = [Infinity, -Infinity];
  it.each([
    'a + b',
    'a * b',
    'b / a',
    '-a',
    'abs(a)',
    'a^2',
    'sqrt(a)',
    'max(a, b)',
    'a < b',
    'sum(a)',
    'peak(a)',
    'b - sum(a)',
  ])('%s', (text) => {
    const [lo, hi] = single(text, empty, [1, 2]);
    expect(lo).toBeGreaterThan(hi);
  });

  it('where it is, and through sums in its channel only', () => {
    const a = {
      shape: [2, 2, 1] as const,
      lo: Float64Array.of(1, 2, Infinity, 4),
      hi: Float64Array.of(1, 2, -Infinity, 4),
    };
    const isEmpty = ({ lo, hi }: Ranges): boolean[] => [...lo].map((l, i) => l > hi[i]!);
    expect(isEmpty(rangeOf('a + 1', { a }))).toEqual([false, false, true, false]);
    expect(isEmpty(rangeOf('sum(a)', { a }))).toEqual([true, false]);
    expect(isEmpty(rangeOf('a - sum(a)', { a }))).toEqual([true, false, true, false]);
  });
});

/** An end of a range: any bit pattern, an infinity now and then, small whole numbers, zeros. */
function end(from: Random): number {
  const kind = from.unit();
  if (kind < 0.35) return from.double();
  if (kind < 0.75) return from.whole(-4, 4) * 2 ** from.whole(-2, 2);
  return from.pick([0, -0, tiny, -tiny, max, -max, 2 ** -1022, 1 / 3, Infinity, -Infinity]);
}

const within = (at: number, lo: number, hi: number): number => Math.max(lo, Math.min(hi, at));

/** A range and a number inside it. */
function drawn(from: Random): { lo: number; hi: number; at: number } {
  const [a, b] = [end(from), from.unit() < 0.3 ? Number.NaN : end(from)];
  const [lo, hi] = Number.isNaN(b) ? [a, a] : [Math.min(a, b), Math.max(a, b)];
  const at = within(from.pick([lo, hi, lo / 2 + hi / 2, from.double()]), lo, hi);
  return Number.isFinite(at) ? { lo, hi, at } : drawn(from);
}

const isInside = (value: Column, lo: number, hi: number): boolean =>
  (lo === -Infinity || compare(column([lo]), 0, value, 0) <= 0) &&
  (hi === Infinity || compare(value, 0, column([hi]), 0) <= 0);

describe('every step contains every exact value', () => {
  const count = 1500;
  it.each([
    ...['a + b', 'a - b', 'a * b', 'a / b', '-a', 'abs(a)', 'sign(a)', 'floor(a)', 'sqrt(a)', 'min(a, b)', 'max(a, b)'],
    ...['a^0', 'a^1', 'a^2', 'a^3', 'a^(-1)', 'a^(-2)', 'a == b', 'a < b', 'a <= b', 'a > b', 'a >= b'],
    ...['a < b and b < 1', 'a < b or b < 1', 'a < b ? a : b', 'peak(a)', 'sum(a)'],
  ])('%s', (text) => {
    const from = random(text.length);
    const [a, b] = [0, 1].map(() => Array.from({ length: count }, () => drawn(from))) as ReturnType<typeof drawn>[][];
    // One channel each, so that sums and peaks are of one number.
    const ranges = (of: ReturnType<typeof drawn>[]): Ranges => ({
      ...several(
        of.map(({ lo }) => lo),
        of.map(({ hi }) => hi),
      ),
      shape: [1, count, 1],
    });
    const { lo, hi } = rangeOf(text, { a: ranges(a!), b: ranges(b!) });
    let checked = 0;
    a!.forEach(({ at }, i) => {
      const scope: Record<string, Column> = { a: column([at]), b: column([b![i]!.at]) };
      let value: Column;
      try {
        value = evaluate(parse(text), pointwise(1), (name) => scope[name]!);
      } catch (cause) {
        if (cause instanceof RangeError) return; // undefined there
        throw cause;
      }
      checked += 1;
      const of = `${text} at ${at}, ${b![i]!.at} of [${a![i]!.lo}, ${a![i]!.hi}], [${b![i]!.lo}, ${b![i]!.hi}]`;
      expect(isInside(value, lo[i]!, hi[i]!), `${of} in [${lo[i]}, ${hi[i]}]`).toBe(true);
    });
    expect(checked).toBeGreaterThan(count / 4);
  });
});

it('ranges stretch as arrays do', () => {
  const { lo, hi, shape } = stretch(
    { shape: [1, 2, 1], lo: Float64Array.of(1, 3), hi: Float64Array.of(2, 4) },
    [2, 2, 1],
  );
  expect([[...lo], [...hi], shape]).toEqual([
    [1, 3, 1, 3],
    [2, 4, 2, 4],
    [2, 2, 1],
  ]);
  expect([...stretch(point(5), [1, 1, 3]).hi]).toEqual([5, 5, 5]);
  expect(points([1, 2, 1], Float64Array.of(1, 2)).hi).toEqual(Float64Array.of(1, 2));
});
