import { describe, expect, test } from 'vitest';
import { builtins } from '../src/builtin/catalogue.js';
import { explain } from '../src/cli/explain.js';
import { list } from '../src/cli/list.js';
import type { Screen } from '../src/cli/screen.js';
import { suite } from '../src/suite.js';

/** What a command prints on a screen of this width. */
async function printed(command: typeof explain, words: readonly string[], width = 80): Promise<string> {
  let text = '';
  const screen: Screen = {
    out: (more) => (text += more),
    err: () => {},
    data: () => {},
    tell: () => {},
    width,
    colour: false,
    live: false,
    drained: async () => {},
  };
  expect(await command({ words, settings: {}, command: null }, screen)).toBe(0);
  return text;
}

const ids = [
  ...suite.laws.map(({ id }) => id),
  ...[...suite.mutants, ...suite.kernels].map(({ id }) => id),
  ...Object.keys(suite.profiles),
  ...[...Object.values(suite.chapters), ...Object.values(suite.bounds)].flatMap((chapter) => Object.keys(chapter)),
];

describe('explain', () => {
  test('has something to say of every id there is, within the width', async () => {
    expect(ids.length).toBeGreaterThan(100);
    for (const id of ids) {
      const lines = (await printed(explain, [id], 60)).split('\n');
      expect({ id, labels: lines.filter((line) => /^[A-Z]/.test(line)).length >= 2 }).toEqual({ id, labels: true });
      expect({ id, long: lines.filter((line) => line.length > 60) }).toEqual({ id, long: [] });
    }
  });

  test('a law: title, text, what it asks and reads', async () => {
    const text = await printed(explain, ['forward.output']);
    const { title } = suite.laws.find(({ id }) => id === 'forward.output')!;
    expect(text).toMatch(/^LAW {6}forward\.output\n/);
    expect(text).toContain(`         ${title}\n`);
    expect(text).toContain('y == gamma * (x - mu) / s + beta');
    expect(text).toMatch(/^LATEX {4}y = \S+gamma/m);
    expect(text).toMatch(/^ASKS {5}asks train; binds y$/m);
    expect(text).toMatch(/^ {9}mu {12}the mean of the batch \(spec\)$/m);
    expect(text).toMatch(/^ {9}gamma {9}the scale; 1 where absent \(case\)$/m);
  });

  test('a formula: text, owners of its names, the laws that lead to it', async () => {
    const text = await printed(explain, ['forward.sigma2']);
    expect(text).toContain('sigma2 = sum((x - mu)^2) / m');
    expect(text).toMatch(/^LATEX {4}\\sigma\^2 = \\frac\{\\sum /m);
    expect(text).toMatch(/^READ BY {2}[\s\S]*forward\.output/m);
    expect(text).not.toContain('forward.batch-mean');
  });

  test('a name that stands in several chapters, each', async () => {
    expect((await printed(explain, ['dx'])).match(/^FORMULA {2}\w+\.dx$/gm)).toEqual([
      'FORMULA  backward.dx',
      'FORMULA  frozen.dx',
    ]);
  });

  test('a bound: the output that is held to it', async () => {
    expect(await printed(explain, ['E_y'])).toMatch(/^BOUND[\s\S]*^HOLDS {4}y to it$/m);
  });

  test('a profile: every key with its meaning', async () => {
    const text = await printed(explain, ['keras3']);
    for (const key of Object.keys(suite.profiles.keras3)) expect(text).toMatch(new RegExp(`^.{9}${key} `, 'm'));
    expect(text).toMatch(/divisor {2}m\n/);
  });
});

describe('list', () => {
  const lists = {
    laws: suite.laws.map(({ id }) => id),
    mutants: [...suite.mutants, ...suite.kernels].map(({ id }) => id),
    profiles: Object.keys(suite.profiles),
    targets: [...Object.keys(builtins).map((name) => `builtin:${name}`), 'spec'],
  };
  test.each(Object.entries(lists))('%s: each id, at the left', async (what, names) => {
    const text = await printed(list, [what]);
    for (const name of names) expect(text.split('\n').some((line) => line.split('  ')[0] === name)).toBe(true);
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  test('alone is the laws', async () => expect(await printed(list, [])).toBe(await printed(list, ['laws'])));
});
