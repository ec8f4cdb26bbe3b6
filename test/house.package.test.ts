import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { root } from './house.modules.js';

const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8');
const manifest = JSON.parse(read('package.json'));

describe('what is published', () => {
  const asked = ['pack', '--dry-run', '--json', '--ignore-scripts', '--silent'];
  const [packed] = JSON.parse(
    execFileSync('npm', asked, { cwd: root, encoding: 'utf8', shell: process.platform === 'win32' }),
  );
  const files: string[] = packed.files.map(({ path }: { path: string }) => path);

  test.each([
    ...['dist/src/cli.js', 'dist/src/formula/parsed.json', 'dist/spec/forward.js', 'dist/properties/forward.js'],
    ...['targets/bnspec.py', 'docs/acceptance.md', 'docs/report.schema.json', 'README.md', 'LICENSE', 'package.json'],
  ])('%s is there', (path) => expect(files).toContain(path));

  test('not the book, which reads what is not installed with it', () => {
    expect(files.filter((path) => path.startsWith('dist/src/book'))).toEqual([]);
  });

  test('and nothing but the build, adapters and documents', () => {
    const strange = files.filter(
      (path) => !/^(?:dist|targets|docs)\/|^(?:README\.md|LICENSE|package\.json)$/.test(path),
    );
    expect(strange).toEqual([]);
    expect(
      files.filter((path) =>
        /(?:^|\/)(?:test|bench)\/|\.test\.|\.tsx?$|\.pyc$/.test(path.replace(/\.(?:d|as)\.ts$/, '')),
      ),
    ).toEqual([]);
  });

  test('every entry of package.json leads to a published file', () => {
    const entries = [manifest.bin, manifest.exports, manifest.imports].flatMap(leaves);
    expect(entries.length).toBeGreaterThan(2);
    expect(entries.filter((path) => !files.includes(path.replace(/^\.\//, '')))).toEqual([]);
  });

  test('the command line is a script for Node', () => {
    expect(existsSync(`${root}${manifest.bin.bnspec}`)).toBe(true);
    expect(read(manifest.bin.bnspec)).toMatch(/^#!\/usr\/bin\/env node\n/);
  });
});

describe('what is installed', () => {
  const lock = JSON.parse(read('package-lock.json'));
  const packages: [string, Record<string, Record<string, string>>][] = Object.entries(lock.packages);

  test('is named to the last digit, with a checksum and no host', () => {
    const versions = Object.values({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(String(version)))).toEqual([]);
    expect(packages.length).toBeGreaterThan(versions.length);
    expect(packages.filter(([path, entry]) => path !== '' && !entry.integrity).map(([path]) => path)).toEqual([]);
    expect(packages.filter(([, entry]) => 'resolved' in entry).map(([path]) => path)).toEqual([]);
  });

  test('on every system: what one of them needs is locked for all', () => {
    const optional = packages.flatMap(([, entry]) => Object.keys(entry.optionalDependencies ?? {}));
    expect(optional.length).toBeGreaterThan(0);
    expect(optional.filter((name) => !packages.some(([path]) => path.endsWith(`node_modules/${name}`)))).toEqual([]);
  });
});

const leaves = (value: unknown): string[] =>
  typeof value === 'string' ? [value] : Object.values(value as object).flatMap(leaves);
