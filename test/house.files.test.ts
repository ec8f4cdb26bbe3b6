import { describe, expect, test } from 'vitest';
import { atTop, modules, sources } from './house.modules.js';
import { routinesOf } from './house.scan.js';
import { tokens } from './house.tokens.js';

const all = modules(sources);
const lengths = all.map(({ text }) => text.split('\n').length - 1).sort((a, b) => a - b);

describe('sizes', () => {
  test('no module is longer than 250 lines, half of them at most 100', () => {
    const long = all.filter(({ text }) => text.split('\n').length - 1 > 250);
    expect(long.map(({ path }) => path)).toEqual([]);
    expect(lengths[lengths.length >> 1]).toBeLessThanOrEqual(100);
  });

  test('every function fits a screen: 60 lines of its own', () => {
    const routines = all.flatMap(({ path, text }) => routinesOf(text).map((routine) => ({ path, ...routine })));
    expect(routines.length).toBeGreaterThan(all.length);
    expect(routines.filter(({ lines }) => lines > 60)).toEqual([]);
  });

  const functions: Record<string, number[]> = {
    'function f() {\n  a();\n}': [3],
    'const f = (a: A): B => {\n  return a;\n};': [3],
    'const f = (a) =>\n  a\n    .b()\n    .c();': [4],
    'class A extends B<C> {\n  f(): { a: D } {\n    g();\n  }\n}': [3],
    'const a = {\n  b: {\n    f() {},\n  },\n};': [1],
    'interface A {\n  f(): void;\n}': [],
    'function f() {\n  const g = () => {\n    b();\n    c();\n  };\n  g();\n}': [5, 4],
    'function f() {\n  if (a) {\n    b();\n    c();\n  }\n}': [6, 4],
    "function f() {\n  return '}';\n}\n// {": [3],
    'function f() {\n  return `${`{`} {`;\n}': [3],
  };
  test.each(Object.entries(functions))('counts %j', (text, expected) => {
    expect(routinesOf(text).map(({ lines }) => lines)).toEqual(expected);
  });
});

describe('manners', () => {
  const texts = [
    ...modules([...sources, 'test', 'targets', 'docs', '.ci', '.github'], '').filter(
      ({ path }) => !/\.pyc$|house\.files/.test(path),
    ),
    ...['.md', '.json', '.yml', '.npmrc'].flatMap(atTop),
  ];
  const found = (pattern: RegExp, of = texts): string[] =>
    of.flatMap(({ path, text }) => (text.match(pattern) ?? []).map((what) => `${path}: ${what}`));
  const unfinished = /\b(?:TODO|FIXME|XXX|HACK)\b/g;
  const somewhere = /(?<![\w.~$})-])\/(?:home|root|work|tmp|Users|mnt|opt)\/\w+/g;

  test('nothing is left for later', () => {
    expect(texts.length).toBeGreaterThan(all.length);
    expect(found(unfinished)).toEqual([]);
  });

  test('nothing names a place on the machine where it was written', () => {
    expect(found(somewhere)).toEqual([]);
  });

  test('both would be found', () => {
    const text = '// TODO: see /home/me/notes, not ./work/a nor src/work/b';
    expect(found(unfinished, [{ path: 'a.ts', text }])).toEqual(['a.ts: TODO']);
    expect(found(somewhere, [{ path: 'a.ts', text }])).toEqual(['a.ts: /home/me']);
  });

  /** Small numbers are tolerances by another name. Only the defaults of frameworks, which are facts, are any. */
  const small = (text: string): string[] =>
    tokens(text).flatMap(({ kind, text: word }, i, { [i - 2]: key }) =>
      kind === 'number' && Number(word) > 0 && Number(word) < 0.01 && key?.text !== 'epsilon' ? [word] : [],
    );

  test('no tolerance is written down', () => {
    expect(all.flatMap(({ path, text }) => small(text).map((word) => `${path}: ${word}`))).toEqual([]);
    expect(small('close(a, 1e-6); close(b, .001); const c = { epsilon: 1e-5 }; f(0, 0.5, 0x0);')).toEqual([
      '1e-6',
      '.001',
    ]);
  });
});
