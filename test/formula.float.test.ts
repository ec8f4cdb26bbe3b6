import { describe, expect, it } from 'vitest';
import type { Fn } from '../src/formula/ast.js';
import { bind, evaluate } from '../src/formula/evaluate.js';
import { type Floats, floats, tabulate } from '../src/formula/float.js';
import { FormulaError, parse } from '../src/formula/parse.js';
import { perChannel, type Shape } from '../src/formula/shape.js';
import { suite } from '../src/suite.js';
import { exactly, noise, reference } from './builtin.reference.js';

const batch: Shape = [2, 3, 4];
const elements = (seed: number): Floats => ({ shape: batch, data: Float64Array.from(noise(24, seed)) });
const perC = (...data: number[]): Floats => ({ shape: [1, 3, 1], data: Float64Array.from(data) });
const scope: Record<string, Floats> = {
  x: elements(1),
  dy: elements(2),
  gamma: perC(2, -3, 0.5),
  beta: perC(1, 0, -1),
};

function value(text: string, given: Record<string, Floats> = scope): Floats {
  const lookup = bind<Floats>([], floats(batch), (name) => given[name]);
  return evaluate(parse(text), floats(batch), lookup);
}
const numbers = (text: string): number[] => [...value(text).data];
const [x, dy] = [[...scope.x!.data], [...scope.dy!.data]];
const channel = (i: number): number => Math.floor(i / 4) % 3;

describe('each function', () => {
  it.each<[string, (a: number, b: number) => number]>([
    ['x + dy', (a, b) => a + b],
    ['x - dy', (a, b) => a - b],
    ['x * dy', (a, b) => a * b],
    ['x / dy', (a, b) => a / b],
    ['-x', (a) => -a],
    ['abs(x)', Math.abs],
    ['sign(x)', Math.sign],
    ['sqrt(x)', Math.sqrt],
    ['floor(8 * x)', (a) => Math.floor(8 * a)],
    ['x^3', (a) => a ** 3],
    ['min(x, dy)', Math.min],
    ['max(x, dy)', Math.max],
    ['x == x', () => 1],
    ['x == dy', () => 0],
    ['x != dy', () => 1],
    ['x < dy', (a, b) => Number(a < b)],
    ['x <= dy', (a, b) => Number(a <= b)],
    ['x > dy', (a, b) => Number(a > b)],
    ['x >= dy', (a, b) => Number(a >= b)],
    ['x < 0 and dy < 0', (a, b) => Number(a < 0 && b < 0)],
    ['x < 0 or dy < 0', (a, b) => Number(a < 0 || b < 0)],
    ['x < dy ? 2 * x : -dy', (a, b) => (a < b ? 2 * a : -b)],
  ])('%s is what float64 makes of it', (text, of) => {
    expect(numbers(`${text}`)).toEqual(x.map((a, i) => of(a, dy[i]!)));
  });

  it('stretches one per channel over its elements', () => {
    expect(numbers('gamma * x + beta')).toEqual(
      x.map((v, i) => [2, -3, 0.5][channel(i)]! * v + [1, 0, -1][channel(i)]!),
    );
  });

  it.each<Fn>(['same', 'isnan', 'nonfinite', 'refused', 'pure', 'right'])(
    '%s asks about bits, which formulas do not have',
    (fn) => {
      expect(() => floats(batch).apply(fn, [scope.x!, scope.x!], perChannel)).toThrow(FormulaError);
    },
  );
});

describe('reductions', () => {
  const sums = (of: (i: number) => number): number[] =>
    [0, 1, 2].map((c) => x.reduce((total, _, i) => (channel(i) === c ? total + of(i) : total), 0));

  it('sum runs over a channel, also where the summand does not vary', () => {
    expect(numbers('sum(x * dy)')).toEqual(sums((i) => x[i]! * dy[i]!));
    expect(numbers('sum(1)')).toEqual([8]);
    expect(numbers('sum(gamma)')).toEqual([16, -24, 4]);
    expect(value('sum(x)').shape).toEqual([1, 3, 1]);
  });

  it('peak is the largest magnitude', () => {
    const largest = (values: readonly number[]): number[] =>
      [0, 1, 2].map((c) => Math.max(...values.filter((_, i) => channel(i) === c).map(Math.abs)));
    expect(numbers('peak(x)')).toEqual(largest(x));
    expect(numbers('peak(-x - 5)')).toEqual(largest(x.map((v) => v + 5)));
  });

  it('every formula of the specification is what a plain loop computes', () => {
    const given: Record<string, Floats> = { ...scope, epsilon: floats(batch).integer(3), m: floats(batch).integer(8) };
    const lookup = (name: 'backward' | 'running') =>
      bind([suite.chapters[name]!, suite.chapters.forward!], floats(batch), (symbol) => given[symbol]);
    const [train, grad] = [lookup('running'), lookup('backward')];
    for (const c of [0, 1, 2]) {
      const own = (values: readonly number[]): number[] => values.filter((_, i) => channel(i) === c);
      const parameters = { gamma: scope.gamma!.data[c]!, beta: scope.beta!.data[c]!, epsilon: 3 };
      const right = reference({ x: own(x), dy: own(dy), ...parameters }, exactly);
      expect(train('mu', perChannel).data[c]).toBe(right.mean);
      expect(train('sigma2', perChannel).data[c]).toBe(right.variance);
      expect(train('inv_std', perChannel).data[c]).toBe(right.r);
      expect(grad('dbeta', perChannel).data[c]).toBe(right.dbeta);
    }
  });
});

describe('tensors read in a wrong order', () => {
  const at = (n: number, c: number, s: number): number => x[(n * 3 + c) * 4 + s]!;
  it.each<[string, (n: number, c: number, s: number) => number]>([
    ['neighbour(x)', (n, c, s) => at(n, (c + 2) % 3, s)],
    ['neighbour(gamma + 0 * x)', (_n, c) => [2, -3, 0.5][(c + 2) % 3]!],
    ['byPosition(gamma)', (_n, _c, s) => [2, -3, 0.5][s % 3]!],
    ['reread(x)', (n, c, s) => x[(n * 4 + s) * 3 + c]!],
  ])('%s', (text, of) => {
    expect(numbers(text)).toEqual([...tabulate(batch, of)]);
  });
});
