import { expect, test } from 'vitest';
import { print, sameTree } from '../src/formula/ast.js';
import { parse } from '../src/formula/parse.js';
import { random } from './exact.random.js';
import { everyFn, tree } from './formula.random.js';
import { texts } from './formula.texts.js';

test('a printed tree parses to itself, for every text of the suite', () => {
  expect(texts.length).toBeGreaterThan(120);
  for (const text of texts) expect(parse(print(parse(text))), text).toEqual(parse(text));
});

test('and for random trees of every function', () => {
  const from = random(11);
  for (let i = 0; i < 3000; i++) {
    const node = tree(from, from.whole(1, 4), ['x', 'mu', 'sigma2'], everyFn);
    const text = print(node);
    expect(parse(text), text).toEqual(node);
    expect(sameTree(parse(text), node)).toBe(true);
  }
});

test.each([
  ['(a + b) + c', 'a + b + c'],
  ['a + (b + c)', 'a + (b + c)'],
  ['a - (b - c)', 'a - (b - c)'],
  ['(a * b) / c', 'a * b / c'],
  ['a * (b / c)', 'a * (b / c)'],
  ['(a^b)^c', '(a^b)^c'],
  ['a^(b^c)', 'a^b^c'],
  ['(-a)^2', '(-a)^2'],
  ['-(a^2)', '-a^2'],
  ['-(a + b)', '-(a + b)'],
  ['(a ? b : c) + 1', '(a ? b : c) + 1'],
  ['sum((x - mu)^2)/(m)', 'sum((x - mu)^2) / m'],
])('%s prints as %s, with the parentheses it needs and no others', (text, printed) => {
  expect(print(parse(text))).toBe(printed);
});

test('trees differ by function, argument, name, number and kind', () => {
  const different = ['a', 'b', '1', '2', 'a + b', 'b + a', 'a - b', 'abs(a)', 'sqrt(a)', 'a + 1'];
  for (const s of different)
    for (const t of different) expect(sameTree(parse(s), parse(t)), `${s} and ${t}`).toBe(s === t);
});
