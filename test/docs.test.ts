import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pages } from '../src/docs/pages.js';
import { published } from '../src/published.js';
import { suite } from '../src/suite.js';
import { atTop, file, modules, root } from './house.modules.js';

const all = published(new URL('../docs/', import.meta.url));
const written = pages(suite, all);

describe('generated documents', () => {
  test.each(Object.keys(written))('docs/%s is what npm run docs writes', (name) => {
    expect(file(`docs/${name}`).text).toBe(written[name]);
  });

  const { laws, mutants, kernels, profiles, chapters, bounds } = suite;
  const names = (all: typeof chapters): string[] =>
    Object.entries(all).flatMap(([chapter, formulas]) => Object.keys(formulas).map((name) => `${chapter}.${name}`));
  const entries: Record<string, string[]> = {
    'spec.md': names(chapters),
    'bounds.md': names(bounds),
    'laws.md': laws.map(({ id }) => id),
    'mutants.md': [...mutants, ...kernels].map(({ id }) => id),
    'profiles.md': Object.keys(profiles),
  };
  test.each(Object.entries(entries))('%s shows each of its entries once', (name, ids) => {
    const shown = [...written[name]!.matchAll(/^### <a id="([^"]+)"/gm)].map(([, id]) => id);
    expect(shown.toSorted()).toEqual(ids.toSorted());
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('findings', () => {
  const { findings, matrix } = all;

  test.each(findings.map(({ name, text }) => [name, text]))(
    '%s says what was judged, in what, and where it was told',
    (_, text) => {
      for (const key of ['judged', 'in', 'rows', 'laws', 'upstream'])
        expect(text).toMatch(new RegExp(`^\\| ${key} \\| .+ \\|$`, 'm'));
      expect(text.split('\n')[0]).toMatch(/^# \w/);
      const code = /```(?:python|js) \S+\n([\s\S]*?)```\n\n```text\n([\s\S]*?)```/.exec(text);
      if (text.includes('```')) expect(code![1]!.split('\n').length).toBeLessThanOrEqual(11);
    },
  );

  test('every row that is refuted names some, and each that is named is there', () => {
    const names = findings.map(({ name }) => name.replace('.md', ''));
    expect(matrix.rows.flatMap((row) => row.findings).filter((name) => !names.includes(name))).toEqual([]);
    const refuted = matrix.rows.filter(({ judged }) => judged && judged.refuted.length > 0);
    expect(refuted.length).toBeGreaterThan(0);
    expect(refuted.filter((row) => row.findings.length === 0).map(({ name }) => name)).toEqual([]);
    expect(matrix.rows.filter(({ differs }) => differs.length > 0)).toEqual([]);
  });
});

describe('links', () => {
  const documents = [...modules(['docs'], '.md'), ...atTop('.md')];
  const anchors = (text: string): string[] => [
    ...[...text.matchAll(/<a id="([^"]+)"/g)].map(([, id]) => id!),
    ...[...text.matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
      title!
        .toLowerCase()
        .replace(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    ),
  ];
  const broken = (path: string, text: string): string[] =>
    [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].flatMap(([, to, anchor]) => {
      const target = to === '' ? path : posix.join(posix.dirname(path), to!);
      const found = existsSync(`${root}${target}`);
      const there =
        found && (anchor === undefined || anchors(target === path ? text : file(target).text).includes(anchor));
      return there ? [] : [`${path}: ${to}${anchor === undefined ? '' : `#${anchor}`}`];
    });

  test.each(documents.map(({ path, text }) => [path, text]))('of %s lead somewhere', (path, text) => {
    expect(broken(path, text)).toEqual([]);
  });

  test('that lead nowhere are found', () => {
    const text =
      '# A title\n[a](#a-title) [b](#b) [c](docs/spec.md#forward.mu) [d](docs/spec.md#mu) [e](gone.md) [f](https://a.b/c)';
    expect(broken('LICENSE', text)).toEqual(['LICENSE: #b', 'LICENSE: docs/spec.md#mu', 'LICENSE: gone.md']);
  });
});
