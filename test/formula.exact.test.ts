import { describe, expect, it } from 'vitest';
import type { Column } from '../src/exact/column.js';
import { column, equal, integer, ratio, sqrt } from '../src/exact/column.js';
import { arity, type Fn } from '../src/formula/ast.js';
import { bind, evaluate } from '../src/formula/evaluate.js';
import { exacts } from '../src/formula/exact.js';
import { type Floats, floats } from '../src/formula/float.js';
import { FormulaError, parse } from '../src/formula/parse.js';
import { perChannel } from '../src/formula/shape.js';
import { suite } from '../src/suite.js';
import { type Random, random } from './exact.random.js';

const exactly = (text: string, scope: Record<string, Column> = {}, m = 3): Column =>
  evaluate(
    parse(text),
    exacts(m),
    bind([], exacts(m), (name) => scope[name]),
  );

describe('exact columns', () => {
  const x = column([0.1, -3, 7]);

  it.each<[string, Column]>([
    ['1 / 3 + 1 / 6', ratio(1n, 2n)],
    ['(x - x) / m', column([0, 0, 0])],
    ['x^2 / x', x],
    ['x^(-2) * x', exactlyReciprocal()],
    ['sum(x) - sum(x - 1)', integer(3n)],
    ['sum(1)', integer(3n)],
    ['sum(4)', integer(12n)],
    ['sqrt(2)^2', integer(2n)],
    ['sqrt(9 / 4)', ratio(3n, 2n)],
    ['1 / (sqrt(2) - 1) - sqrt(2)', integer(1n)],
    ['sqrt(8)', sqrt(integer(8n))],
    ['max(1 / 3, 1 / 2)', ratio(1n, 2n)],
    ['min(sqrt(2), 3 / 2)', sqrt(integer(2n))],
    ['1 / 3 < 1 / 2 ? 5 : 6', integer(5n)],
    ['1 / 3 == 2 / 6 ? 5 : 6', integer(5n)],
    ['sqrt(2) * sqrt(2) != 2 ? 5 : 6', integer(6n)],
    ['(1 <= 1) + (1 >= 2) + (2 > 1)', integer(2n)],
  ])('%s', (text, value) => {
    expect(equal(exactly(text, { x }), value)).toBe(true);
  });

  function exactlyReciprocal(): Column {
    return exactly('1 / x', { x });
  }

  it('know m, and the sums of a batch of one and of none', () => {
    expect(equal(exactly('sum(x) / m', { x: column([5]) }, 1), integer(5n))).toBe(true);
    expect(equal(exactly('sum(x)', { x: column([]) }, 0), integer(0n))).toBe(true);
  });

  it.each<[string, ErrorConstructor | typeof FormulaError, string]>([
    ['x < 1 ? 0 : 1', FormulaError, 'only single numbers are compared exactly'],
    ['max(x, 0)', FormulaError, 'only single numbers are compared exactly'],
    ['2^(1 / 2)', FormulaError, 'an exponent must be one integer'],
    ['2^x', FormulaError, 'an exponent must be one integer'],
    ['N', FormulaError, 'nothing runs over'],
    ['C * S', FormulaError, 'nothing runs over'],
    ['1 / (sum(x) - sum(x))', RangeError, 'division by zero'],
    ['sqrt(0 - 1)', RangeError, 'square root of a negative number'],
    ['sqrt(2) + sqrt(3)', RangeError, 'needs two square roots'],
  ])('%s is refused', (text, kind, message) => {
    expect(() => exactly(text, { x })).toThrow(kind);
    expect(() => exactly(text, { x })).toThrow(message);
  });

  const without: Fn[] = [
    'floor',
    'sign',
    'abs',
    'peak',
    'both',
    'either',
    'same',
    'isnan',
    'nonfinite',
    'refused',
    'pure',
    'right',
  ];
  it.each([...without, 'neighbour', 'byPosition', 'reread'] as Fn[])('%s has no exact meaning', (fn) => {
    const args = Array.from({ length: arity[fn] }, () => integer(1n));
    expect(() => exacts(3).apply(fn, args, perChannel)).toThrow(new FormulaError(`${fn} has no exact meaning`));
  });
});

/** Small whole numbers whose mean is whole, and parameters with which every operation of float64 is exact. */
function dyadic(from: Random): Record<string, number[]> {
  const m = 2 ** from.whole(1, 3);
  const list = (): number[] => Array.from({ length: m }, () => from.whole(-9, 9));
  const x = list();
  x[0]! -= x.reduce((a, b) => a + b) % m;
  const mean = x.reduce((a, b) => a + b) / m;
  const variance = x.reduce((a, b) => a + (b - mean) ** 2, 0) / m;
  const epsilon = 4 ** Math.ceil(Math.log2(variance + 1)) - variance;
  const running_var = 4 ** from.whole(6, 8) - epsilon;
  const one = { gamma: from.whole(-5, 5), beta: from.whole(-5, 5), running_mean: from.whole(-5, 5), alpha: 1 / 4 };
  const single = Object.entries({ ...one, epsilon, running_var, divisor: m / 2 }).map(([name, value]) => [
    name,
    [value],
  ]);
  const weights = { vx: list(), vgamma: [from.whole(-5, 5)], vbeta: [from.whole(-5, 5)] };
  return { x, dy: list(), ...Object.fromEntries(single), ...weights };
}

describe('where float64 is exact', () => {
  it.each(['train', 'infer', 'grad', 'infer_grad', 'grad_grad'] as const)(
    'every formula of %s is the same in both',
    (op) => {
      const from = random(21);
      const chapters = suite.spec.chapters[op];
      for (let round = 0; round < 50; round++) {
        const scope: Record<string, number[]> = { ...dyadic(from), momentum: [3], count: [1] };
        const m = scope.x!.length;
        const exact = bind(chapters, exacts(m), (name) => (scope[name] ? column(scope[name]) : undefined));
        const near = bind<Floats>(chapters, floats([m, 1, 1]), (name) => {
          const values = scope[name];
          return values && { shape: [values.length, 1, 1], data: Float64Array.from(values) };
        });
        for (const name of chapters.flatMap((chapter) => Object.keys(chapter))) {
          const { data } = near(name, perChannel);
          expect(equal(exact(name, perChannel), column(data)), `${name} of ${JSON.stringify(scope)}`).toBe(true);
        }
      }
    },
  );
});
