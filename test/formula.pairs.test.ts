import { describe, expect, it } from 'vitest';
import type { Ranges } from '../src/formula/interval.js';
import { random } from './exact.random.js';
import { rangeOf, several } from './formula.ranges.js';

const tiny = Number.MIN_VALUE;

describe('two ranges at a time', () => {
  const from = random(7);
  const value = (): number =>
    from.pick([0, 1, -1, tiny, -tiny, from.double(), -from.double(), from.unit(), -from.unit()]);
  const range = (): [number, number] => {
    const [a, b] = [value(), value()];
    return [Math.min(a, b), Math.max(a, b)];
  };
  const texts = ['a + b', 'a - b', 'a * b'];

  it('are what each is beside one that is looked at alone: empty, infinite, or undefined', () => {
    const odd: [number, number][] = [
      [Infinity, -Infinity],
      [-Infinity, Infinity],
      [0, Infinity],
    ];
    const ranges = Array.from({ length: 400 }, () => [range(), range()] as const);
    const of = (text: string, pairs: readonly (readonly [[number, number], [number, number]])[]): Ranges => {
      const ends = (k: 0 | 1): Ranges =>
        several(
          pairs.map((pair) => pair[k][0]),
          pairs.map((pair) => pair[k][1]),
        );
      return rangeOf(text, { a: ends(0), b: ends(1) });
    };
    for (const text of texts) {
      const together = of(text, ranges);
      for (const beside of odd) {
        const apart = of(
          text,
          ranges.flatMap((pair) => [pair, [beside, beside] as const]),
        );
        for (const end of ['lo', 'hi'] as const)
          expect(
            [...apart[end]].filter((_, i) => i % 2 === 0),
            `${text} ${beside}`,
          ).toEqual([...together[end]]);
      }
    }
  });

  it('an infinite factor of zero leaves nothing known, in both of a pair', () => {
    const product = (a: readonly [number, number], b: readonly [number, number]): Ranges =>
      rangeOf('a * b', { a: several([a[0], a[0]], [a[1], a[1]]), b: several([b[0], b[0]], [b[1], b[1]]) });
    for (const { lo, hi } of [product([0, 0], [1, Infinity]), product([-1, 0], [-Infinity, 1])])
      expect([...lo, ...hi]).toEqual([-Infinity, -Infinity, Infinity, Infinity]);
  });
});
