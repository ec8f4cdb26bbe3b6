import { describe, expect, it } from 'vitest';
import type { Chapter } from '../src/formula/chapter.js';
import { enclosures } from '../src/formula/enclose.js';
import { point, points, type Ranges } from '../src/formula/interval.js';
import { FormulaError, parse } from '../src/formula/parse.js';
import type { Shape } from '../src/formula/shape.js';

describe('shapes and names', () => {
  const x = points(
    [2, 2, 3],
    Float64Array.from({ length: 12 }, (_, i) => i),
  );
  const row = points([2, 1, 1], Float64Array.of(10, 20));
  const enclosed = (text: string, chapters: readonly Chapter[] = []): Ranges =>
    enclosures(chapters, [2, 2, 3], (name) => ({ x, row, c: point(3) })[name])(parse(text));

  it.each<[string, Shape]>([
    ['x + c', [2, 2, 3]],
    ['row + c', [2, 2, 1]],
    ['sum(x)', [1, 2, 1]],
    ['c * 2', [1, 2, 1]],
    ['row * sum(x)', [2, 2, 1]],
    ['x + row', [2, 2, 3]],
  ])('%s has the shape %j', (text, shape) => {
    expect(enclosed(text).shape).toEqual(shape);
  });

  it('a sum runs over the batch also where its argument is constant', () => {
    expect(Math.round(enclosed('sum(1)').lo[1]!)).toBe(6);
    expect(Math.round(enclosed('sum(c)').hi[0]!)).toBe(18);
    expect(Math.round(enclosed('sum(row)').hi[0]!)).toBe(90);
    expect(enclosed('peak(row)').hi[1]).toBe(20);
  });

  it('more elements than a block holds are all counted', () => {
    const long = points(
      [5, 1, 1000],
      Float64Array.from({ length: 5000 }, (_, i) => (i === 4999 ? -7 : 1)),
    );
    const of = (text: string): Ranges => enclosures([], [5, 1, 1000], () => long)(parse(text));
    expect(of('sum(x)').lo[0]).toBeLessThanOrEqual(4992);
    expect(Math.round(of('sum(x)').hi[0]!)).toBe(4992);
    expect(of('peak(x)').hi[0]).toBe(7);
    expect([...of('x - 1').hi.slice(-2)].map(Math.round)).toEqual([0, -8]);
  });

  it('names that nobody defines and circles are refused', () => {
    const chapter = (a: string, b: string): Chapter => ({ a: { is: a, says: '' }, b: { is: b, says: '' } });
    expect(() => enclosed('x + q')).toThrow(new FormulaError("nothing defines 'q'"));
    expect(() => enclosed('a', [chapter('b + 1', 'x * a')])).toThrow(
      new FormulaError("'a' is defined by itself: a -> b -> a"),
    );
    expect(() => enclosed('same(x, x)')).toThrow(FormulaError);
  });
});
