import { expect, test } from 'vitest';
import * as c from '../src/exact/column.js';
import {
  abs,
  add,
  type Dual,
  divide,
  dual,
  max,
  min,
  multiply,
  negate,
  power,
  sqrt,
  subtract,
  sum,
} from '../src/exact/dual.js';
import { random } from './exact.random.js';

const n = (value: number) => c.column([value]);
const constant = (value: number) => dual(n(value));
const x = dual(c.column([3, -1.5, 0.25]), c.column([1, 2, -4]));

function expectSame(a: Dual, v: c.Column, t: c.Column) {
  expect([c.equal(a.v, v), c.equal(a.t, t)]).toEqual([true, true]);
}

test('sums and differences move together, a constant stands still', () => {
  expectSame(subtract(add(x, x), negate(x)), c.multiply(n(3), x.v), c.multiply(n(3), x.t));
  expectSame(add(x, constant(7)), c.add(x.v, n(7)), x.t);
  expectSame(sum(multiply(x, constant(2))), n(3.5), n(-2));
  expectSame(sum(dual(x.v, n(5))), n(1.75), n(15));
});

test('rational expressions have the derivatives of the textbook', () => {
  // (x^3 - 2x) / (x^2 + 1): ((3x^2 - 2)(x^2 + 1) - (x^3 - 2x) 2x) / (x^2 + 1)^2
  const below = add(power(x, 2), constant(1));
  const f = divide(subtract(power(x, 3), multiply(constant(2), x)), below);
  const square = c.power(x.v, 2);
  const first = c.multiply(c.subtract(c.multiply(n(3), square), n(2)), below.v);
  const second = c.multiply(c.subtract(c.power(x.v, 3), c.multiply(n(2), x.v)), c.multiply(n(2), x.v));
  const slope = c.divide(c.subtract(first, second), c.power(below.v, 2));
  expectSame(f, c.divide(c.subtract(c.power(x.v, 3), c.multiply(n(2), x.v)), below.v), c.multiply(slope, x.t));
  expectSame(power(x, 0), c.column([1, 1, 1]), n(0));
  expectSame(power(x, 1), x.v, x.t);
});

test('the root of a moving u moves by du / 2 sqrt(u), rational or not', () => {
  const u = sum(power(x, 2));
  expectSame(u, n(11.3125), n(-2));
  expectSame(sqrt(u), c.sqrt(u.v), c.divide(n(-1), c.sqrt(u.v)));
  expectSame(sqrt(dual(n(2.25), n(6))), n(1.5), n(2));
  expect(() => sqrt(dual(n(0), n(1)))).toThrow(new RangeError('division by zero'));
});

test('the normalized input moves as derived by hand, on random doubles', () => {
  const from = random(3);
  for (let round = 0; round < 50; round++) {
    const m = from.whole(2, 6);
    const list = () => c.column(Array.from({ length: m }, () => (from.unit() - 0.5) * 2 ** from.whole(-3, 3)));
    const [v, t] = [list(), list()];
    const size = n(m);
    const moving = dual(v, t);
    const centred = subtract(moving, divide(sum(moving), dual(size)));
    const s = sqrt(add(divide(sum(power(centred, 2)), dual(size)), constant(2 ** -10)));
    const xhat = divide(centred, s);
    // t' = (t - mean(t) - xhat mean(t xhat)) / s
    const mean = (a: c.Column) => c.divide(c.sum(a), size);
    const along = c.multiply(xhat.v, mean(c.multiply(t, xhat.v)));
    expectSame(xhat, c.divide(centred.v, s.v), c.divide(c.subtract(c.subtract(t, mean(t)), along), s.v));
  }
});

test('absolute values and extremes follow the branch taken, and refuse the kink', () => {
  expectSame(abs(x), c.column([3, 1.5, 0.25]), c.column([1, -2, -4]));
  expectSame(max(x, constant(0)), c.column([3, 0, 0.25]), c.column([1, 0, -4]));
  expectSame(min(x, constant(0)), c.column([0, -1.5, 0]), c.column([0, 2, 0]));
  expectSame(abs(constant(0)), n(0), n(0));
  expectSame(max(x, x), x.v, x.t);
  expect(() => abs(dual(c.column([1, 0]), n(1)))).toThrow(new RangeError('no derivative at the kink, value 1'));
});
