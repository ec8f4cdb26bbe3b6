import { describe, expect, it } from 'vitest';
import { type Degree, degreeOf, degrees, drawn } from '../src/formula/degree.js';
import { bind, evaluate } from '../src/formula/evaluate.js';
import { parse } from '../src/formula/parse.js';
import { perChannel } from '../src/formula/shape.js';
import { suite } from '../src/suite.js';

const kinds: Readonly<Record<string, Degree>> = {
  ...{ x: drawn(true), dy: drawn(true), epsilon: drawn(false), gamma: drawn(false), a: drawn(false, true) },
};

function read(text: string, m: number): Degree[] {
  const algebra = degrees(m);
  const lookup = bind(suite.spec.chapters.grad, algebra, (name) => kinds[name]);
  const sides = text.split('==').map((side) => evaluate(parse(side), algebra, lookup, perChannel));
  return sides;
}

describe('the degree of a value', () => {
  it.each([
    ['7 + m', 0, 0, 0],
    ['x', 1, 0, 0],
    ['mu', 1, 0, 0],
    ['sigma2', 2, 0, 0],
    ['s', 1, 0, 1],
    ['xhat', 1, 1, 1],
    ['xhat^3', 3, 3, 1],
    ['(x + 1)^-2', 0, 2, 0],
    ['x / epsilon + gamma / (epsilon + 1)', 2, 2, 0],
    ['sqrt(epsilon / gamma)', 1, 1, 1],
    ['abs(a) * sign(a)', 1, 0, 0],
    // over 5 elements of denominators of their own
    ['sum(1 / x)', 4, 5, 0],
    ['sum(dy / epsilon)', 1, 1, 0],
    ['x^(m - 2)', 3, 0, 0],
  ])('%s: %i over %i, with %i roots', (text, over, under, roots) => {
    const [degree] = read(text, 5) as [Degree];
    expect([degree.over, degree.under, degree.roots.size]).toEqual([over, under, roots]);
  });

  it.each(['abs(x)', 'sign(gamma)', 'max(x, dy)', 'sqrt(s)', 'sum(sqrt(x^2 + epsilon))', 'x^gamma', 'x < dy'])(
    'does not exist: %s',
    (text) => {
      expect(() => read(text, 5)).toThrow();
    },
  );

  it.each([
    ['x == mu', 1],
    // (x - mu) / s == gamma: x - mu - gamma s, times its conjugate
    ['xhat == gamma', 4],
    // three roots that are no multiples of each other: eight conjugates
    ['sqrt(epsilon) + sqrt(gamma) == sqrt(a)', 4],
  ])('of the norm of %s is %i', (text, degree) => {
    const [left, right] = read(text, 5) as [Degree, Degree];
    expect(degreeOf(left, right)).toBe(degree);
  });
});
