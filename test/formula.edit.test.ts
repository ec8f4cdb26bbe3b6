import { expect, test } from 'vitest';
import { edit } from '../src/formula/edit.js';
import { FormulaError, parse } from '../src/formula/parse.js';

test('an edit replaces its one place, with the parentheses that the new part needs', () => {
  expect(edit('sum(x) / m', 'm', 'm - 1')).toBe('sum(x) / (m - 1)');
  expect(edit('sqrt(sigma2 + epsilon)', 'sqrt(sigma2 + epsilon)', 'sqrt(sigma2) + epsilon')).toBe(
    'sqrt(sigma2) + epsilon',
  );
  expect(edit('gamma * xhat + beta', 'gamma * xhat', 'xhat')).toBe('xhat + beta');
});

test('it matches the tree, so neither spaces nor parentheses matter', () => {
  expect(edit('sum((x - mu)^2) / m', '( x-mu )', 'x')).toBe('sum(x^2) / m');
  expect(parse(edit('a - (b - c)', 'b - c', 'b + c'))).toEqual(parse('a - (b + c)'));
});

test('it does not look into what it has put in', () => {
  expect(edit('x + 1', 'x', 'x * x')).toBe('x * x + 1');
});

test.each([
  ['sum(x) / m', 'y', 0],
  ['a + b + c', 'b + c', 0],
  ['sum(x) / m', 'm - 1', 0],
  ['sum((x - mu)^2) / m - mu', 'mu', 2],
  ['x * x * x', 'x', 3],
])('%s: %s stands %i times, and the message says so', (text, from, times) => {
  const message = `'${from}' stands ${times} times in '${text}'; an edit needs exactly one place`;
  expect(() => edit(text, from, '0')).toThrow(new FormulaError(message));
});

test('either part must be a formula', () => {
  expect(() => edit('x + 1', 'x +', 'y')).toThrow("'x +' does not parse");
  expect(() => edit('x + 1', 'x', 'log(x)')).toThrow('log, which the formula language does not have');
});
