import { describe, expect, it } from 'vitest';
import { symbols as spec } from '../spec/symbols.js';
import { print, symbols } from '../src/formula/ast.js';
import { bind } from '../src/formula/evaluate.js';
import { exacts } from '../src/formula/exact.js';
import { FormulaError, parse } from '../src/formula/parse.js';
import { suite } from '../src/suite.js';
import { texts } from './formula.texts.js';

const number = (value: number) => ({ kind: 'number', value });
const name = (of: string) => ({ kind: 'symbol', name: of });
const call = (fn: string, ...args: object[]) => ({ kind: 'call', fn, args });

describe('the grammar', () => {
  it('reads operators by the usual precedence', () => {
    expect(parse('a + b * c')).toEqual(call('add', name('a'), call('multiply', name('b'), name('c'))));
    expect(parse('a - b - c')).toEqual(call('subtract', call('subtract', name('a'), name('b')), name('c')));
    expect(parse('a / b * c')).toEqual(call('multiply', call('divide', name('a'), name('b')), name('c')));
    expect(parse('-a^2')).toEqual(call('negate', call('power', name('a'), number(2))));
    expect(parse('a^b^c')).toEqual(call('power', name('a'), call('power', name('b'), name('c'))));
    expect(parse('a < b and c == d')).toEqual(
      call('both', call('less', name('a'), name('b')), call('equal', name('c'), name('d'))),
    );
    expect(parse('a ? b : c ? d : f')).toEqual(
      call('choose', name('a'), name('b'), call('choose', name('c'), name('d'), name('f'))),
    );
    expect(parse('((a))')).toEqual(name('a'));
  });

  it('reads every text of the suite', () => {
    expect(texts.length).toBeGreaterThan(120);
    for (const text of texts) expect(symbols(parse(text)), text).toEqual(expect.any(Array));
  });
});

describe('what mathjs means by a name is never reached', () => {
  it.each(['m', 'gamma', 'e', 'pi', 'i', 'tau', 'sum', 'Infinity', 'epsilon'])(
    '%s is a name like any other',
    (symbol) => {
      const lookup = bind<unknown>([{ y: { is: `2 * ${symbol}`, says: '' } }], exacts(4) as never, () => undefined);
      // The metre, the number and the function are refused: nobody defined them. The size of the batch is no metre.
      if (symbol === 'm') expect(lookup('y', ['N', 'S'])).toMatchObject({ p: [8n], r: 1n });
      else expect(() => lookup('y', ['N', 'S'])).toThrow(FormulaError);
    },
  );

  it.each(['gamma(5)', 'log(x)', 'variance(x)', 'mean(x)', 'sqrt(x, 2)', 'max(a, b, c)', 'sum(x, y)', 'sum()'])(
    '%s is refused',
    (text) => {
      expect(() => parse(text)).toThrow(FormulaError);
    },
  );

  it('names the function it does not have, and the arity it wants', () => {
    expect(() => parse('1 + gamma(x)')).toThrow("'1 + gamma(x)' calls gamma, which the formula language does not have");
    expect(() => parse('max(a)')).toThrow("'max(a)': max takes 2 arguments, got 1");
  });

  it.each(['constructor(x)', 'toString(x)', '__proto__(x)'])('%s is no function of ours either', (text) => {
    expect(() => parse(text)).toThrow(FormulaError);
  });
});

describe('literals', () => {
  it.each([
    ['1e-5', 0.00001],
    ['0.1 * x', 0.1],
    ['x + 9007199254740993', 9007199254740992],
    ['2^0.5', 0.5],
  ])('%s is refused: no real enters as a decimal', (text, value) => {
    expect(() => parse(text)).toThrow(`'${text}': ${value} is not an integer; give it a name and pass it as a symbol`);
  });

  it('whole ones are exact', () => {
    expect(parse('9007199254740991')).toEqual(number(Number.MAX_SAFE_INTEGER));
    expect(parse('1e3')).toEqual(number(1000));
  });
});

describe('everything else of mathjs', () => {
  it.each(['a = 1', 'f(x) = x', 'a; b', '[1, 2]', 'x[1]', '"x"', 'x.y', '1:3', '{a: 1}', 'a < b < c', 'true'])(
    '%s is refused',
    (text) => {
      expect(() => parse(text)).toThrow(FormulaError);
    },
  );

  it.each(['x .* y', 'x .^ 2', 'x!', "x'", 'x % 2', '+x', 'not x', 'a xor b', 'x to y', '5 cm in m'])(
    '%s is refused',
    (text) => {
      expect(() => parse(text)).toThrow(FormulaError);
    },
  );

  it.each(['a +', '(a', 'a b)', '', 'a ? b', '\u03c3\u00b2'])(
    '%j does not parse, and the message quotes it',
    (text) => {
      expect(() => parse(text)).toThrow(FormulaError);
      expect(() => parse(text)).toThrow(`'${text}'`);
    },
  );
});

describe('free symbols', () => {
  it('are listed once, in order of appearance', () => {
    expect(symbols(parse('gamma * (x - mu) / s + beta * x'))).toEqual(['gamma', 'x', 'mu', 's', 'beta']);
    expect(print(parse('gamma*((x))'))).toBe('gamma * x');
  });

  it('of the specification are all declared', () => {
    const used = Object.values(suite.chapters).flatMap((chapter) =>
      Object.values(chapter).flatMap(({ is }) => symbols(parse(is))),
    );
    expect(used.length).toBeGreaterThan(40);
    expect(used.filter((symbol) => !Object.hasOwn(spec, symbol))).toEqual([]);
    const defined = Object.values(suite.chapters).flatMap((chapter) => Object.keys(chapter));
    expect(defined.filter((symbol) => !Object.hasOwn(spec, symbol))).toEqual([]);
  });
});
