import { describe, expect, it } from 'vitest';
import { type Column, column, compare, integer, multiply, ratio } from '../src/exact/column.js';
import { type Between, fixed } from '../src/exact/fixed.js';
import type { Numbers } from '../src/formula/arrays.js';
import type { Fn } from '../src/formula/ast.js';
import { certified } from '../src/formula/certified.js';
import { exacts } from '../src/formula/exact.js';
import { perChannel } from '../src/formula/shape.js';
import { span, spans, unknown } from '../src/formula/spans.js';
import { exponential } from './exact.exponential.js';
import { type Random, random } from './exact.random.js';

/** What a function makes of its operands. */
const applied = <T>(numbers: Numbers<T>, fn: Fn, [a, b = a!, c = a!]: readonly T[]): T => numbers.rule(fn)(a!, b, c);

/** Numbers of which only two ends are known, and what they are. */
interface Kind<T> {
  readonly numbers: Numbers<T>;
  of(lo: number, hi: number): T;
  ends(value: T): readonly [Column, Column];
}

const bits = 100;
const grid = fixed(bits);
const certain: Kind<Between> = {
  numbers: certified(grid),
  of: (lo, hi) => ({ lo: grid.double(lo).lo, hi: grid.double(hi).hi }),
  ends: ({ lo, hi }) => [ratio(lo, 1n << 100n), ratio(hi, 1n << 100n)],
};
const beyond = 1e300;
const doubles: Kind<{ lo: number; hi: number }> = {
  numbers: spans,
  of: (lo, hi) => ({ lo, hi }),
  ends: ({ lo, hi }) => [column([Math.max(lo, -beyond)]), column([Math.min(hi, beyond)])],
};

const functions: Partial<Record<Fn, number>> = {
  ...{ add: 2, subtract: 2, multiply: 2, divide: 2, negate: 1, abs: 1, sqrt: 1, min: 2, max: 2, power: 2, exp: 1 },
  ...{ less: 2, lessEqual: 2, greater: 2, greaterEqual: 2, equal: 2, choose: 3 },
};

/** Two doubles in order, now and then one twice or 0, and one between them. */
function interval(from: Random, positive: boolean): { lo: number; hi: number; inside: number } {
  const value = (): number => (positive ? from.unit() + 1 / 64 : from.pick([0, 1, 1, 1]) * (6 * from.unit() - 3));
  const [a, b] = from.unit() < 0.5 ? [value()] : [value(), value()];
  const [lo, hi] = [Math.min(a!, b ?? a!), Math.max(a!, b ?? a!)];
  return { lo, hi, inside: from.pick([lo, hi, Math.min(hi, lo + (hi - lo) / 2)]) };
}

/** What numbers inside come to, exactly; two ends where no rational says it. */
function exactly(fn: Fn, args: readonly Column[]): readonly [Column, Column] {
  if (fn === 'exp') return Object.values(exponential(args[0]!)) as [Column, Column];
  const { apply } = exacts(1);
  const [a] = args as [Column];
  const value =
    fn === 'abs' ? apply('max', [a, multiply(a, integer(-1n))], perChannel) : apply(fn, [...args], perChannel);
  return [value, value];
}

/** The functions whose results leave out what comes of numbers inside their operands. */
function misses<T>({ numbers, of, ends }: Kind<T>, among = Object.keys(functions) as Fn[]): Fn[] {
  const from = random(17);
  const wrong = new Set<Fn>();
  for (const fn of among)
    for (let times = fn === 'exp' ? 15 : 60; times > 0; times -= 1) {
      const all = Array.from({ length: functions[fn]! }, (_, i) =>
        interval(from, fn === 'sqrt' || (fn === 'divide' && i === 1)),
      );
      const n = from.whole(0, 4);
      if (fn === 'power') all[1] = { lo: n, hi: n, inside: n };
      if (fn === 'equal' && from.unit() < 0.5) all[1] = all[0]!;
      const [lo, hi, inside] = from.pick([
        [0, 1, 0],
        [0, 1, 1],
        [0, 0, 0],
        [1, 1, 1],
      ] as const);
      if (fn === 'choose') all[0] = { lo, hi, inside };
      const result = applied(
        numbers,
        fn,
        all.map(({ lo, hi }) => of(lo, hi)),
      );
      const [least, most] = exactly(
        fn,
        all.map(({ inside }) => column([inside])),
      );
      const [below, above] = ends(result);
      if (compare(below, 0, least, 0) > 0 || compare(most, 0, above, 0) > 0) wrong.add(fn);
    }
  return [...wrong];
}

/** The same numbers, but that a function answers something else. */
const faulty = <T>(kind: Kind<T>, of: Fn, instead: (right: T, args: readonly T[]) => T): Kind<T> => ({
  ...kind,
  numbers: {
    ...kind.numbers,
    rule: (fn) => {
      const right = kind.numbers.rule(fn);
      return fn === of ? (...args) => instead(right(...args), args) : right;
    },
  },
});

describe('certified numbers and spans', () => {
  it('every function encloses what comes of numbers inside its operands', () => {
    expect(misses(certain)).toEqual([]);
    expect(misses(doubles)).toEqual([]);
  });

  it.each(Object.keys(functions) as Fn[])('%s that forgets one end is caught', (fn) => {
    const upper = faulty(certain, fn, ({ hi }) => ({ lo: hi, hi }));
    const lower = faulty(certain, fn, ({ lo }) => ({ lo, hi: lo }));
    expect([...misses(upper, [fn]), ...misses(lower, [fn])]).toContain(fn);
    const [up, down] = [faulty(doubles, fn, ({ hi }) => span(hi)), faulty(doubles, fn, ({ lo }) => span(lo))];
    expect([...misses(up, [fn]), ...misses(down, [fn])]).toContain(fn);
  });

  it('and an operation rounded to the nearest double, not outward, too', () => {
    const nearest = faulty(doubles, 'multiply', (right, [a, b]) =>
      a!.lo === a!.hi && b!.lo === b!.hi ? span(a!.lo * b!.lo) : right,
    );
    expect(misses(nearest)).toEqual(['multiply']);
  });

  it.each<[Fn, readonly number[], boolean]>([
    ['power', [2, 0.5], false],
    ['power', [2, -2], true],
  ])('%s of %j: exponents are integers', (fn, args, meant) => {
    for (const { numbers, of } of [certain, doubles] as unknown as Kind<never>[]) {
      const result = (): unknown =>
        applied(
          numbers,
          fn,
          args.map((value) => of(value, value)),
        );
      if (meant) expect(result).not.toThrow();
      else expect(result).toThrow('an exponent must be one integer');
    }
  });

  it('what has no meaning is said', () => {
    expect(() => applied(certain.numbers, 'floor', [grid.integer(1n)])).toThrow('floor has no certified meaning');
    expect(() => applied(spans, 'floor', [unknown])).toThrow('floor has no range');
  });
});

describe('what is not known', () => {
  it.each(['add', 'subtract', 'multiply', 'divide'] as const)('%s does not know either', (fn) => {
    expect(applied(spans, fn, [unknown, span(2)])).toEqual(unknown);
    if (fn !== 'divide') expect(applied(spans, fn, [span(2), unknown])).toEqual(unknown);
  });

  it('spreads to whatever may come of it', () => {
    expect(applied(spans, 'divide', [span(1), { lo: -1, hi: 1 }])).toEqual(unknown);
    expect(applied(spans, 'exp', [unknown])).toEqual({ lo: 0, hi: Infinity });
    expect(applied(spans, 'sqrt', [unknown])).toEqual({ lo: 0, hi: Infinity });
    expect(applied(spans, 'sqrt', [span(-1)])).toEqual(unknown);
    expect(applied(spans, 'less', [unknown, span(0)])).toEqual({ lo: 0, hi: 1 });
    expect(applied(spans, 'choose', [{ lo: 0, hi: 1 }, unknown, span(1)])).toEqual(unknown);
    expect(span(Number.NaN)).toEqual(unknown);
  });

  it('but nothing times anything is nothing', () => {
    expect(applied(spans, 'multiply', [span(0), unknown])).toEqual(span(0));
  });
});
