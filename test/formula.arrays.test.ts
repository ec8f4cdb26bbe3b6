import { expect, test } from 'vitest';
import { arrays, type Numbers } from '../src/formula/arrays.js';
import { arity, type Fn } from '../src/formula/ast.js';
import { evaluate } from '../src/formula/evaluate.js';
import { type Floats, floats } from '../src/formula/float.js';
import { type Axis, type Shape, size } from '../src/formula/shape.js';
import { random } from './exact.random.js';
import { tree } from './formula.random.js';

const batch: Shape = [3, 2, 4];
const shapes: Readonly<Record<string, Shape>> = {
  ...{ a: batch, b: [1, 2, 1], c: [3, 1, 1], d: [1, 1, 4], e: [1, 1, 1], f: [3, 2, 1] },
};
/** Functions with a meaning in floating point; those that read tensors in a wrong order mean nothing of arrays of any numbers. */
const fns: readonly Fn[] = [
  ...(['add', 'subtract', 'multiply', 'divide', 'power', 'negate', 'abs', 'sign', 'sqrt', 'exp', 'floor'] as const),
  ...(['min', 'max', 'equal', 'unequal', 'less', 'lessEqual', 'greater', 'greaterEqual'] as const),
  ...(['both', 'either', 'choose', 'sum', 'peak'] as const),
];
const ways: readonly (readonly Axis[])[] = [['N', 'S'], ['N'], ['C'], ['S'], ['N', 'C', 'S'], ['C', 'S'], []];

const one = (value: number): Floats => ({ shape: [1, 1, 1], data: Float64Array.of(value) });
const numbers: Numbers<number> = {
  integer: (value) => value,
  rule:
    (fn) =>
    (...args) =>
      floats([1, 1, 1]).apply(fn, args.slice(0, arity[fn]).map(one), []).data[0]!,
};

/** Random formulas whose value over arrays is another than in the float algebra. */
function departures(over: readonly Axis[], of: Numbers<number> = numbers): number {
  const from = random(31 + ways.indexOf(over));
  const given = new Map(
    Object.entries(shapes).map(([name, shape]) => [
      name,
      { shape, data: Float64Array.from({ length: size(shape) }, () => from.whole(-40, 40) / 8) },
    ]),
  );
  let departs = 0;
  for (let i = 0; i < 150; i += 1) {
    const formula = tree(from, 4, Object.keys(shapes), fns);
    const own = evaluate(
      formula,
      arrays(batch, of),
      (name) => {
        const { shape, data } = given.get(name)!;
        return { shape, data: [...data] };
      },
      over,
    );
    const right = evaluate(formula, floats(batch), (name) => given.get(name)!, over);
    const alike =
      own.data.length === right.data.length &&
      own.data.every((v, k) => v === right.data[k] || (Number.isNaN(v) && Number.isNaN(right.data[k])));
    if (!alike || own.shape.join() !== right.shape.join()) departs += 1;
  }
  return departs;
}

test.each(ways.map((over) => [over.join(' ') || 'nothing', over] as const))(
  'arrays of any numbers mean what those of float64 do, with sums over %s',
  (_, over) => {
    expect(departures(over)).toBe(0);
  },
);

test('another sum would be seen', () => {
  const off: Numbers<number> = {
    ...numbers,
    rule:
      (fn) =>
      (...args) =>
        numbers.rule(fn)(...args) + (fn === 'add' ? 1 : 0),
  };
  expect(departures(ways[0]!, off)).toBeGreaterThan(20);
});
