import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pages } from '../src/docs/pages.js';
import { suite } from '../src/suite.js';
import { atTop, file, modules, root } from './house.modules.js';

const written = pages(suite);

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
