import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { templates } from '../src/cli/templates.js';
import { bnspec, cli, folder } from './cli.process.js';
import { root } from './house.modules.js';

/** A folder with a command `bnspec` in it, as an installed package has one. */
const bin = folder();
writeFileSync(join(bin, 'bnspec'), `#!/bin/sh\nexec '${process.execPath}' '${cli}' "$@"\n`);
chmodSync(join(bin, 'bnspec'), 0o755);
const PATH = [bin, join(root, '.venv/bin'), process.env.PATH].join(delimiter);
const shell = promisify(execFile);

/** What cannot be had everywhere: test/gpu.templates.test.ts and the matrix look at these. */
const elsewhere = ['cuda', 'triton'];

describe.each(Object.entries(templates).filter(([language]) => !elsewhere.includes(language)))(
  'bnspec init %s',
  (language, { files }) => {
    test('writes what it says; what it says to type passes', { timeout: 120_000 }, async () => {
      const cwd = folder();
      const { code, out } = await bnspec(['init', language, 'mine'], { cwd });
      expect(code, out).toBe(0);
      for (const [name, source] of Object.entries(files))
        expect(readFileSync(join(cwd, 'mine', name))).toEqual(readFileSync(join(root, 'targets', source)));
      const typed = [...out.matchAll(/^ {4}(.+)$/gm)].map(([, line]) => line!);
      expect(typed.at(-1)).toMatch(/^npx bnspec run /);
      // The same run, only shorter.
      const shorter = "bnspec run --effort quick --laws 'forward.*,backward.*' ";
      const script = `set -e\n${typed.join('\n').replace('npx bnspec run ', shorter)}`;
      const { stdout } = await shell('sh', ['-c', script], { cwd, env: { ...process.env, PATH } });
      expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^exit 0: conforms \((?:stable|faithful|exact)\) for /);
    });
  },
);

describe('bnspec init', () => {
  test('names every language where it is given none, or one that it has not', async () => {
    for (const [words, says] of [
      [[], 'init needs a language:'],
      [['pyhton'], "unknown language 'pyhton' - did you mean python?"],
    ] as const) {
      const { code, err } = await bnspec(['init', ...words]);
      expect(code).toBe(2);
      expect(err).toContain(says);
      for (const language of Object.keys(templates)) expect(err).toMatch(new RegExp(`^ {2}${language} `, 'm'));
    }
  });

  test('overwrites nothing, and writes nothing beside what is there', async () => {
    const cwd = folder();
    mkdirSync(join(cwd, 'mine'));
    const [kept, ...others] = Object.keys(templates.js!.files);
    writeFileSync(join(cwd, 'mine', kept!), 'mine');
    const { code, err } = await bnspec(['init', 'js', 'mine'], { cwd });
    expect(code).toBe(2);
    expect(err).toContain(`${join('mine', kept!)} is there already\nname another folder`);
    expect(readFileSync(join(cwd, 'mine', kept!), 'utf8')).toBe('mine');
    expect(others.filter((name) => existsSync(join(cwd, 'mine', name)))).toEqual([]);
  });
});
