import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commands } from '../src/cli/commands.js';
import { bnspec, cli } from './cli.process.js';

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

describe('help', () => {
  test('bnspec alone prints what --help prints', async () => {
    const [alone, asked] = await Promise.all([bnspec([]), bnspec(['--help'])]);
    expect(alone).toEqual(asked);
    expect(asked.code).toBe(0);
    for (const name of Object.keys(commands)) expect(asked.out).toContain(`  bnspec ${name}`);
    expect(asked.out).toContain('3 nothing may be concluded');
  });

  test.each(Object.keys(commands))('%s --help lists every option it takes, within 80 columns', async (name) => {
    const { code, out } = await bnspec([name, '--help']);
    expect(code).toBe(0);
    for (const option of Object.keys(commands[name].options)) expect(out).toMatch(new RegExp(`^  --${option}\\b`, 'm'));
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  test('--version is that of the package', async () => {
    expect(await bnspec(['--version'])).toMatchObject({ code: 0, out: `${manifest.version}\n` });
  });

  test('needs neither the suite nor mathjs', () => {
    const reached = new Set<string>();
    const follow = (file: string): void => {
      reached.add(file);
      for (const [, from] of readFileSync(file, 'utf8').matchAll(
        /^(?:import|export)\b(?:[^;']*?from )?\s*'([^']+)'/gm,
      )) {
        const next = from.startsWith('.') ? resolve(dirname(file), from) : from;
        if (!reached.has(next)) from.startsWith('.') ? follow(next) : reached.add(next);
      }
    };
    follow(cli);
    expect(reached.size).toBeGreaterThan(8);
    // Below dist, since the clone itself may stand in a folder called bnspec.
    const below = [...reached].map((file) => (isAbsolute(file) ? relative(join(dirname(cli), '..'), file) : file));
    expect(below).toContain(join('src', 'cli.js'));
    expect(below.filter((file) => /suite|formula|spec\/|properties|mathjs|fast-check/.test(file))).toEqual([]);
  });
});
