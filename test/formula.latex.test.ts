import { describe, expect, it } from 'vitest';
import { symbols } from '../spec/symbols.js';
import { latex } from '../src/formula/latex.js';
import { parse } from '../src/formula/parse.js';
import { random } from './exact.random.js';
import { leftward, read } from './formula.latex.reader.js';
import { everyFn, tree } from './formula.random.js';
import { texts } from './formula.texts.js';

const pairs: Readonly<Record<string, string>> = {
  '{': '}',
  '\\left(': '\\right)',
  '\\left|': '\\right|',
  '\\left\\lfloor': '\\right\\rfloor',
  '\\begin{cases}': '\\end{cases}',
};

/** The first token that closes nothing, or the last that nothing closes; null if all is balanced. */
function unbalanced(text: string): string | null {
  const open: string[] = [];
  for (const [token] of text.matchAll(/\\(?:left|right)(?:\\\w+|.)|\\(?:begin|end)\{\w+\}|[{}]/g)) {
    if (Object.hasOwn(pairs, token)) open.push(token);
    else if (pairs[open.pop() ?? ''] !== token) return token;
  }
  return open.at(-1) ?? null;
}

describe('LaTeX reads back as the formula', () => {
  const same = (text: string): void => {
    const written = latex(text, symbols);
    expect(unbalanced(written), written).toBe(null);
    expect(written).not.toMatch(/\^\{[^{}]*\}\^|\^\d\^|'\^/);
    expect(read(written, symbols), written).toEqual(leftward(parse(text)));
  };

  it('for every text of the suite', () => {
    expect(texts.length).toBeGreaterThan(120);
    for (const text of texts) same(text);
  });

  it('for random trees of every function', () => {
    const from = random(5);
    const names = [
      'x',
      'mu',
      'sigma2',
      'inv_std',
      'next_mean',
      'dgamma',
      'h',
      'E_dx',
      'eta',
      'A1',
      'E_r2',
      'sums_fit',
      'r_most',
    ];
    for (let i = 0; i < 3000; i++) {
      const node = tree(from, from.whole(1, 5), names, everyFn);
      const written = latex(node, symbols);
      expect(unbalanced(written), written).toBe(null);
      expect(read(written, symbols), written).toEqual(leftward(node));
    }
  });

  it('and the reader sees a missing parenthesis', () => {
    expect(read('x - \\mu \\, s', symbols)).not.toEqual(leftward(parse('(x - mu) * s')));
    expect(read('\\sum x \\, s', symbols)).not.toEqual(leftward(parse('sum(x) * s')));
    expect(() => read('\\left(x - \\mu \\, s', symbols)).toThrow('\\right) expected');
    expect(unbalanced('\\left(x\\right| + y')).toBe('\\right|');
    expect(unbalanced('\\frac{x}{y')).toBe('{');
  });
});

it.each([
  ['h', 'h'],
  ['A1', 'A_{1}'],
  ['E_r', 'E_{r}'],
  ['E_next_mean', 'E_{\\mathit{next\\_mean}}'],
  ['eta_saved', '\\eta_{\\mathit{saved}}'],
  ['Omega', '\\Omega'],
  ['sums_fit', '\\mathit{sums\\_fit}'],
  ['running_mean', 'R_\\mu'],
])('the name %s', (name, written) => {
  expect(latex(name, symbols)).toBe(written);
});

describe('parentheses', () => {
  it.each([
    ['(x - mu)^2', '\\left(x - \\mu\\right)^{2}'],
    ['sum(x)^2', '\\left(\\sum x\\right)^{2}'],
    ['sum(x) * y', '\\left(\\sum x\\right) \\, y'],
    ['y * sum(x)', 'y \\, \\sum x'],
    ['sum(x - mu)', '\\sum \\left(x - \\mu\\right)'],
    ['sum(x) - mu', '\\sum x - \\mu'],
    ['m * peak(dy) * beta', 'm \\, \\left(\\max \\left|\\bar{y}\\right|\\right) \\, \\beta'],
    ['(x / s)^2', '\\left(\\frac{x}{s}\\right)^{2}'],
    ['sigma2^2', '\\left(\\sigma^2\\right)^{2}'],
    ['next_mean^2', "\\left(R'_\\mu\\right)^{2}"],
    ['running_mean^2', 'R_\\mu^{2}'],
    ['x - (y - m)', 'x - \\left(y - m\\right)'],
    ['x - (y + m)', 'x - \\left(y + m\\right)'],
    ['x + (y - m)', 'x + y - m'],
    ['x - -y', 'x - \\left(-y\\right)'],
    ['x * -y', 'x \\, \\left(-y\\right)'],
    ['-(x + y)', '-\\left(x + y\\right)'],
    ['-x^2', '-x^{2}'],
    ['(-x)^2', '\\left(-x\\right)^{2}'],
    ['x^(-2)', 'x^{-2}'],
    ['x * 2^45 * 3', 'x \\cdot 2^{45} \\cdot 3'],
    [
      '(x > 0 ? x : y) + 1',
      '\\left(\\begin{cases} x & \\text{if } x > 0 \\\\ y & \\text{otherwise} \\end{cases}\\right) + 1',
    ],
    ['(x < y) == (y > x)', '\\left(x < y\\right) = \\left(y > x\\right)'],
    ['(x == 1 or y == 1) and m > 1', '\\left(x = 1 \\text{ or } y = 1\\right) \\text{ and } m > 1'],
    [
      'x == y ? 0 : x < y ? 1 : 2',
      '\\begin{cases} 0 & \\text{if } x = y \\\\ 1 & \\text{if } x < y \\\\ 2 & \\text{otherwise} \\end{cases}',
    ],
    ['floor(x / 2)', '\\left\\lfloor \\frac{x}{2} \\right\\rfloor'],
    ['same(x, y_plus)', '\\operatorname{same}\\left(x, y_{\\mathit{plus}}\\right)'],
  ])('%s', (text, written) => {
    expect(latex(text, symbols)).toBe(written);
  });
});
