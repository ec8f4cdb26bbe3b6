import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pages } from '../src/docs/pages.js';
import { suite } from '../src/suite.js';
import { file, modules, root } from './house.modules.js';

const written = pages(suite);

describe('generated documents', () => {
  test.each(Object.keys(written))('docs/%s is what npm run docs writes', (name) => {
    expect(file(`docs/${name}`).text).toBe(written[name]);
  });

  test('show every law, mutant, profile, formula and bound', () => {
    const { laws, mutants, profiles, chapters, bounds } = suite;
    const formulas = [chapters, bounds].flatMap((all) =>
      Object.entries(all).flatMap(([chapter, names]) => Object.keys(names).map((name) => `${chapter}.${name}`)),
    );
    const ids = [...[...laws, ...mutants].map(({ id }) => id), ...Object.keys(profiles), ...formulas];
    const shown = Object.values(written).join('').match(/(?<=<a id=")[^"]+/g)!;
    expect(ids.length).toBeGreaterThan(laws.length);
    expect(ids.filter((id) => shown.filter((other) => other === id).length !== 1)).toEqual([]);
  });
});

describe('links', () => {
  const documents = [...modules(['docs'], '.md'), ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'].map(file)];
  const anchors = (text: string): string[] => [
    ...[...text.matchAll(/<a id="([^"]+)"/g)].map(([, id]) => id!),
    ...[...text.matchAll(/^#+ (.*)$/gm)].map(([, title]) => title!.toLowerCase().replace(/[^\w\- ]/g, '').replaceAll(' ', '-')),
  ];
  const broken = (path: string, text: string): string[] =>
    [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].flatMap(([, to, anchor]) => {
      const target = to === '' ? path : posix.join(posix.dirname(path), to!);
      const found = existsSync(`${root}${target}`);
      const there = found && (anchor === undefined || anchors(target === path ? text : file(target).text).includes(anchor));
      return there ? [] : [`${path}: ${to}${anchor === undefined ? '' : `#${anchor}`}`];
    });

  test.each(documents.map(({ path, text }) => [path, text]))('of %s lead somewhere', (path, text) => {
    expect(broken(path, text)).toEqual([]);
  });

  test('that lead nowhere are found', () => {
    const text = '# A title\n[a](#a-title) [b](#b) [c](docs/spec.md#forward.mu) [d](docs/spec.md#mu) [e](gone.md) [f](https://a.b/c)';
    expect(broken('README.md', text)).toEqual(['README.md: #b', 'README.md: docs/spec.md#mu', 'README.md: gone.md']);
  });
});
