import { describe, expect, it } from 'vitest';
import { symbols as spec } from '../spec/symbols.js';
import type { Chapter } from '../src/formula/chapter.js';
import { type Algebra, bind, evaluate } from '../src/formula/evaluate.js';
import { type Floats, floats } from '../src/formula/float.js';
import { FormulaError, parse } from '../src/formula/parse.js';
import { type Axis, perChannel, type Shape } from '../src/formula/shape.js';

const batch: Shape = [2, 3, 2];
const x: Floats = { shape: batch, data: Float64Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]) };
const given = (name: string): Floats | undefined => (name === 'x' ? x : undefined);
const chapter = (formulas: Record<string, string | { is: string; over: readonly Axis[] }>): Chapter =>
  Object.fromEntries(
    Object.entries(formulas).map(([name, is]) => [name, { says: '', ...(typeof is === 'string' ? { is } : is) }]),
  );
const valuesOf = (formulas: Parameters<typeof chapter>[0], name: string): number[] => [
  ...bind([chapter(formulas)], floats(batch), given)(name, perChannel).data,
];

describe('names', () => {
  it('that are given come first, then the sizes, then formulas, the first chapter before the others', () => {
    const chapters = [chapter({ x: '0', y: 'x + m', N: '7' }), chapter({ y: '0', z: 'N * C * S' })];
    const lookup = bind(chapters, floats(batch), given);
    expect([...lookup('y', perChannel).data]).toEqual([...x.data].map((v) => v + 4));
    expect([...lookup('z', perChannel).data]).toEqual([12]);
    const own = bind(chapters, floats(batch), (name) => (name === 'm' ? floats(batch).integer(100) : given(name)));
    expect([...own('y', perChannel).data]).toEqual([...x.data].map((v) => v + 100));
  });

  it.each(['nobody', 'constructor', 'toString'])('that nobody defines are refused: %s', (name) => {
    const lookup = bind([chapter({ y: `x + ${name}` })], floats(batch), given);
    expect(() => lookup('y', perChannel)).toThrow(new FormulaError(`nothing defines '${name}'`));
  });

  it('that define themselves are refused, with the circle', () => {
    const lookup = bind([chapter({ a: 'b + 1', b: 'x * c', c: 'sum(a)' })], floats(batch), given);
    expect(() => lookup('a', perChannel)).toThrow(new FormulaError("'a' is defined by itself: a -> b -> c -> a"));
    const itself = bind([chapter({ a: 'a' })], floats(batch), given);
    expect(() => itself('a', perChannel)).toThrow(new FormulaError("'a' is defined by itself: a -> a"));
  });

  it('are evaluated once', () => {
    const plain = floats(batch);
    let sums = 0;
    const counting: Algebra<Floats> = {
      ...plain,
      apply: (fn, args, over) => {
        if (fn === 'sum') sums += 1;
        return plain.apply(fn, args, over);
      },
    };
    const lookup = bind([chapter({ mu: 'sum(x) / m', y: '(x - mu) * mu + mu' })], counting, given);
    lookup('y', perChannel);
    lookup('y', perChannel);
    expect(sums).toBe(1);
  });
});

describe('what a formula runs over', () => {
  it('is a channel unless it says otherwise', () => {
    expect(valuesOf({ total: 'sum(x)', size: 'm' }, 'total')).toEqual([1 + 2 + 7 + 8, 3 + 4 + 9 + 10, 5 + 6 + 11 + 12]);
    expect(valuesOf({ size: 'sum(1)' }, 'size')).toEqual([4]);
    expect(valuesOf({ size: 'm' }, 'size')).toEqual([4]);
  });

  it.each<[readonly Axis[], number[], number]>([
    [['S'], [3, 7, 11, 15, 19, 23], 2],
    [['N'], [8, 10, 12, 14, 16, 18], 2],
    [['C', 'S'], [21, 57], 6],
    [['N', 'C', 'S'], [78], 12],
    [[], [...x.data], 1],
  ])('over %j it sums and counts', (over, sums, m) => {
    expect(valuesOf({ total: { is: 'sum(x)', over } }, 'total')).toEqual(sums);
    expect(valuesOf({ size: { is: 'm', over } }, 'size')).toEqual([m]);
  });

  it('is its own affair: a formula that it reads keeps its own', () => {
    const formulas = { wide: { is: 'sum(x) / m + 0 * narrow', over: ['N', 'C', 'S'] as const }, narrow: 'sum(x)' };
    expect(valuesOf(formulas, 'wide')).toEqual([6.5, 6.5, 6.5]);
    expect(valuesOf({ ...formulas, reads: 'sum(x) - 4 * wide' }, 'reads')).toEqual([18 - 26, 26 - 26, 34 - 26]);
  });

  it('is handed down to the names of a bare tree', () => {
    const lookup = bind([], floats(batch), given);
    expect([...evaluate(parse('sum(x) / m'), floats(batch), lookup, ['C', 'S']).data]).toEqual([3.5, 9.5]);
  });
});

it('the sizes are those the specification declares', () => {
  const lookup = bind([], floats(batch), given);
  const sizes = Object.fromEntries(['m', 'N', 'C', 'S'].map((name) => [name, lookup(name, perChannel).data[0]]));
  expect(sizes).toEqual({ m: 4, N: 2, C: 3, S: 2 });
  expect(Object.keys(spec)).toEqual(expect.arrayContaining(Object.keys(sizes)));
});
