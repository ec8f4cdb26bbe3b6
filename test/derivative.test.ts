import { describe, expect, it } from 'vitest';
import type { Column } from '../src/exact/column.js';
import * as columns from '../src/exact/column.js';
import { type Dual, dual } from '../src/exact/dual.js';
import type { Chapter } from '../src/formula/chapter.js';
import { dualColumns } from '../src/formula/dual.js';
import { edit } from '../src/formula/edit.js';
import { bind, evaluate } from '../src/formula/evaluate.js';
import { exacts } from '../src/formula/exact.js';
import { FormulaError, parse } from '../src/formula/parse.js';
import { perChannel } from '../src/formula/shape.js';
import { suite } from '../src/suite.js';
import { figure, published } from './evidence.js';
import { random } from './exact.random.js';
import { type Case, rational, weighted } from './spec.case.js';

const { train, infer, grad, infer_grad, grad_grad } = suite.spec.chapters;

const output = 'sum(dy * y)';
const weightedGradients = 'sum(vx * dx) + vgamma * dgamma + vbeta * dbeta';
const gradients = ['dx', 'dgamma', 'dbeta'] as const;
const seconds = ['g_x', 'g_gamma', 'g_dy'] as const;

/** A gradient by name: of what, by which input. */
const derived = {
  ...{ dx: [output, 'x'], dgamma: [output, 'gamma'], dbeta: [output, 'beta'] },
  ...{ g_x: [weightedGradients, 'x'], g_gamma: [weightedGradients, 'gamma'], g_dy: [weightedGradients, 'dy'] },
} as const;
type Gradient = keyof typeof derived;

/** One column that is 1 at place i, or one number. */
const unit = (length: number, i: number): Column => columns.column(Array.from({ length }, (_, k) => Number(k === i)));

/** The exact derivative of a text by every entry of an input, on the formulas that it reads as they stand. */
function differentiated(text: string, read: readonly Chapter[], { m, given }: Case, input: string): Column[] {
  const { length } = given[input]!.p;
  return Array.from({ length }, (_, i) => {
    const lookup = bind<Dual>(read, dualColumns(m), (name) => {
      const value = given[name];
      return value && dual(value, name === input ? unit(length, i) : undefined);
    });
    return evaluate(parse(text), dualColumns(m), lookup).t;
  });
}

/** How many entries of a gradient's text differ from the derivative of what it is the gradient of. */
function wrong(by: readonly Chapter[], of: readonly Chapter[], drawn: Case, gradient: Gradient): number {
  const text = bind(by, exacts(drawn.m), (name) => drawn.given[name])(gradient, perChannel);
  const [whole, input] = derived[gradient];
  const right = differentiated(whole, of, drawn, input);
  return right.filter((value, i) => columns.compare(text, text.p.length === 1 ? 0 : i, value, 0) !== 0).length;
}

/** The chapters with one edit of one formula. */
const mistaken = (chapters: readonly Chapter[], formula: string, place: string, by: string): Chapter[] =>
  chapters.map((chapter) =>
    Object.hasOwn(chapter, formula)
      ? { ...chapter, [formula]: { ...chapter[formula]!, is: edit(chapter[formula]!.is, place, by) } }
      : chapter,
  );

describe('backward is the derivative of forward, exactly', () => {
  it.each([
    ['training', grad, train],
    ['inference', infer_grad, infer],
  ] as const)('in %s', (mode, backward, forward) => {
    const from = random(mode.length);
    let [cases, entries, bad, constant, roots] = [0, 0, 0, 0, 0];
    for (; cases < 1000; cases++) {
      const drawn = rational(from);
      const { x, gamma, beta } = drawn.given;
      for (const gradient of gradients) bad += wrong(backward, forward, drawn, gradient);
      entries += x!.p.length + gamma!.p.length + beta!.p.length;
      if (x!.p.every((p) => p === x!.p[0])) constant += 1;
      if (bind(backward, exacts(drawn.m), (name) => drawn.given[name])('s', perChannel).q) roots += 1;
    }
    expect(bad).toBe(0);
    published(`${mode}: ${cases} random rational cases, ${figure(entries)} derivatives, ${bad} differ`);
    expect(Math.min(constant, roots, cases - roots)).toBeGreaterThan(50);
  });

  it('and the second order is that of the first', () => {
    const from = random(2);
    let [cases, entries, bad, constant, roots] = [0, 0, 0, 0, 0];
    for (; cases < 400; cases++) {
      const drawn = weighted(from, rational(from));
      const { x } = drawn.given;
      for (const gradient of seconds) bad += wrong(grad_grad, grad, drawn, gradient);
      entries += 2 * x!.p.length + 1;
      if (x!.p.every((p) => p === x!.p[0])) constant += 1;
      if (bind(grad, exacts(drawn.m), (name) => drawn.given[name])('s', perChannel).q) roots += 1;
    }
    expect(bad).toBe(0);
    published(`second order: ${cases} random rational cases, ${figure(entries)} derivatives, ${bad} differ`);
    expect(Math.min(constant, roots, cases - roots)).toBeGreaterThan(30);
  });

  it.each<[Gradient, string, string]>([
    ['g_x', 'vgamma / s * p_dy', '0'],
    ['g_x', 'p_vx * sum(dy * xhat) / m', 'vx * sum(dy * xhat) / m'],
    ['g_x', 'xhat * sum(vx * p_dy) / m', '0'],
    ['g_gamma', 'p_dy', 'dy'],
    ['g_dy', 'vbeta', '0'],
    ['g_dy', 'vgamma * xhat', 'vgamma * x'],
  ])('and sees a mistake in %s: %s -> %s', (gradient, place, by) => {
    const from = random(1);
    const seen = Array.from({ length: 40 }, () =>
      wrong(mistaken(grad_grad, gradient, place, by), grad, weighted(from, rational(from)), gradient),
    );
    expect(seen.filter((bad) => bad > 0).length).toBeGreaterThan(10);
  });

  it.each<[Gradient, string, string]>([
    ['dx', 'sum(dy) / m', '0'],
    ['dx', 'xhat * sum(dy * xhat) / m', '0'],
    ['dx', 'xhat * sum(dy * xhat) / m', 'xhat * sum(dy * xhat) / (m - 1)'],
    ['dx', 'gamma / s', '1 / s'],
    ['dgamma', 'xhat', 'x'],
    ['dbeta', 'dy', 'dy * gamma'],
  ])('and sees a mistake in %s: %s -> %s', (gradient, place, by) => {
    const from = random(1);
    const seen = Array.from({ length: 40 }, () =>
      wrong(mistaken(grad, gradient, place, by), train, rational(from), gradient),
    );
    expect(seen.filter((bad) => bad > 0).length).toBeGreaterThan(10);
  });
});

describe('formulas on dual numbers', () => {
  const n = (v: number): Column => columns.column([v]);
  const scope: Record<string, Dual> = {
    x: dual(columns.column([3, -1, 5]), columns.column([1, 2, 0])),
    c: dual(n(4), n(3)),
  };
  const of = (text: string): Dual =>
    evaluate(
      parse(text),
      dualColumns(3),
      bind([], dualColumns(3), (name) => scope[name]),
    );

  it.each<[string, number[], number[]]>([
    ['x^2', [9, 1, 25], [6, -4, 0]],
    ['1 / c', [1 / 4], [-3 / 16]],
    ['c^(-2)', [1 / 16], [-6 / 64]],
    ['sqrt(c)', [2], [3 / 4]],
    ['abs(x)', [3, 1, 5], [1, -2, 0]],
    ['max(x, 0)', [3, 0, 5], [1, 0, 0]],
    ['min(c, 7)', [4], [3]],
    ['sum(x * c)', [28], [3 * 7 + 4 * 3]],
    ['sum(c)', [12], [9]],
    ['sum(x) / m', [7 / 3], [1]],
    ['c > 3 ? c^2 : 0', [16], [24]],
    ['(c > 3) + (c == 4)', [2], [0]],
    ['-c', [-4], [-3]],
  ])('%s', (text, value, slope) => {
    const { v, t } = of(text);
    const [wanted, moving] = [value, slope].map((numbers) => fractionsOf(numbers));
    expect([columns.equal(v, wanted!), columns.equal(t, moving!)]).toEqual([true, true]);
  });

  /** Over 192 = 3 * 64, which all values above are whole multiples of 1 / 192 of. */
  const fractionsOf = (values: number[]): Column =>
    columns.divide(columns.column(values.map((value) => Math.round(192 * value))), columns.integer(192n));

  it('have no derivative at a kink, and none of what has no exact meaning', () => {
    expect(() => of('abs(c - 4)')).toThrow('no derivative at the kink');
    expect(() => of('sqrt(c - 4)')).toThrow('division by zero');
    expect(() => of('2^c')).toThrow('an exponent must be one integer that stands still');
    expect(() => of('floor(c)')).toThrow(new FormulaError('floor has no exact derivative'));
    expect(() => of('N')).toThrow(FormulaError);
  });
});
