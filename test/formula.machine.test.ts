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

  it.each<[string, Shape]>([
    ['more channels than a register holds', [2, 1100, 2]],
    ['more channels than are worked on at once', [4, 40, 20_000]],
    ['a channel longer than all that', [3, 2, 400_000]],
  ])('%s: each channel is as by itself', (_, shape) => {
    const [N, C, S] = shape;
    const values = Float64Array.from({ length: N * C * S }, (_, i) => ((i * 7919) % 1009) / 7 - 50);
    const text = parse('(x - sum(x) / m) * peak(x) + b - N');
    const run = (x: Ranges, b: Ranges, samples: Ranges): Ranges =>
      enclosures([], x.shape, (name) => ({ x, b, m: point(N * S), N: samples })[name])(text);
    const samples = points(
      [N, 1, 1],
      Float64Array.from({ length: N }, (_, n) => n),
    );
    const bias = Float64Array.from({ length: C }, (_, c) => c / 3);
    const whole = run(points(shape, values), points([1, C, 1], bias), samples);
    for (const c of [0, 1, C >> 1, C - 1]) {
      const of = ({ lo }: Pick<Ranges, 'lo'>): Float64Array =>
        Float64Array.from({ length: N * S }, (_, i) => lo[(Math.floor(i / S) * C + c) * S + (i % S)]!);
      const alone = run(points([N, 1, S], of({ lo: values })), point(bias[c]!), samples);
      expect(Buffer.compare(Buffer.from(of(whole).buffer), Buffer.from(alone.lo.buffer)), `channel ${c}`).toBe(0);
      expect(alone.lo[0]).toBeLessThan(alone.hi[0]!);
    }
  });

  it('an exponent that is no integer is refused, and the next text is read as ever', () => {
    expect(() => enclosed('2^(c / 2)')).toThrow(new FormulaError('an exponent must be one integer'));
    expect(enclosed('2^c').lo[0]).toBeCloseTo(8);
  });

  it('what reads tensors in a wrong order has no ranges', () => {
    expect(() => enclosed('reread(x)')).toThrow(new FormulaError('reread has no meaning for ranges'));
  });
});
