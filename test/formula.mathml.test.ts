import { SaxesParser } from 'saxes';
import temml from 'temml';
import { describe, expect, it } from 'vitest';
import { symbols } from '../spec/symbols.js';
import { latex } from '../src/formula/latex.js';
import { mathml } from '../src/formula/mathml.js';
import { random } from './exact.random.js';
import { everyFn, tree } from './formula.random.js';
import { texts } from './formula.texts.js';

/** Signs that look the same. */
const alike: Readonly<Record<string, string>> = {
  '\u0305': '¯',
  '\u0304': '¯',
  '‾': '¯',
  ˆ: '^',
  '\u0302': '^',
  '˜': '~',
  '\u0303': '~',
  '-': '−',
  '∣': '|',
  '⋅': '·',
};

/** Every element that holds others, and every text, in order; without what is not seen. Throws where it is no XML. */
function told(xml: string): string[] {
  const found: string[] = [];
  const parser = new SaxesParser();
  const shown = ['mfrac', 'msqrt', 'msub', 'msup', 'msubsup', 'mover', 'mtr', 'mtd'];
  parser.on('opentag', ({ name }) => shown.includes(name) && found.push(name));
  parser.on('text', (text) => found.push(...text.normalize('NFKC').replace(/[\s\u2061\u2062\u200b\u202f\u00a0]/g, '')));
  parser.on('error', (error) => {
    throw error;
  });
  parser.write(xml).close();
  return found.map((token) => alike[token] ?? token);
}

/** The same formula by a library that reads LaTeX. */
const independent = (formula: Parameters<typeof latex>[0]): string =>
  temml.renderToString(latex(formula, symbols), { xml: true });

describe('MathML says what LaTeX says, by a library that reads it', () => {
  const same = (formula: Parameters<typeof latex>[0]): void => {
    expect(told(mathml(formula, symbols)), latex(formula, symbols)).toEqual(told(independent(formula)));
  };

  it('for every text of the suite', () => {
    expect(texts.length).toBeGreaterThan(120);
    for (const text of texts) same(text);
  });

  it('for random trees of every function', () => {
    const from = random(5);
    const names = ['x', 'mu', 'sigma2', 'inv_std', 'next_mean', 'dgamma', 'h', 'E_dx', 'A1', 'sums_fit', 'next_var'];
    for (let i = 0; i < 500; i += 1) same(tree(from, from.whole(1, 5), names, everyFn));
  });

  it('and a sign that is lost is seen', () => {
    expect(told(mathml('x - mu', symbols))).not.toEqual(told(independent('x + mu')));
    expect(told(mathml('sqrt(x) / s', symbols))).not.toEqual(told(independent('sqrt(x / s)')));
    expect(() => told('<math><mi>x</math>')).toThrow('unexpected close tag');
  });
});

it.each([
  ['y', '<mi>y</mi>'],
  ['next_mean', '<msubsup><mi>R</mi><mi>μ</mi><mo>′</mo></msubsup>'],
  ['sums_fit', '<mi class="word">sums_fit</mi>'],
  ['x < 2', '<mi>x</mi><mo>&lt;</mo><mn>2</mn>'],
  ['-x^2', '<mo>−</mo><msup><mi>x</mi><mn>2</mn></msup>'],
])('%s', (text, inner) => {
  expect(mathml(text, symbols)).toBe(`<math>${inner}</math>`);
});
