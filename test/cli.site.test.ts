import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bnspec, folder } from './cli.process.js';

const few = ['--laws', 'backward.sum-zero', '--cases', '3'];
const options = { laws: ['backward.sum-zero'], dtype: ['f32'], effort: 'quick' };
const rows = [
  { name: 'right', target: 'builtin:two-pass', options },
  { name: 'wrong', target: 'mutant:backward.forgets-mean', options, expects: { fails: ['backward.*'] } },
];

describe('run --reporter html=FILE', () => {
  test('writes the page beside the other reports', async () => {
    const cwd = folder();
    const reporters = ['--reporter', 'html=out/a.html', '--reporter', 'json=a.json'];
    const { code } = await bnspec(['run', 'mutant:backward.forgets-mean', ...few, ...reporters], { cwd });
    expect(code).toBe(1);
    const page = readFileSync(join(cwd, 'out/a.html'), 'utf8');
    const { laws } = JSON.parse(readFileSync(join(cwd, 'a.json'), 'utf8'));
    for (const said of ['<!doctype html>', 'Does not conform', '<math>', laws[0].counterexample.replay])
      expect(page).toContain(said);
  });

  test('that cannot be written is a failure of ours', async () => {
    const { code, last } = await bnspec(['run', ...few, '--reporter', 'html=/dev/full', '--reporter', 'terminal']);
    expect({ code, last }).toEqual({ code: 4, last: 'exit 4: could not write /dev/full (ENOSPC)' });
  });
});

/** Runs a matrix with a site; what lies in the site, by folder. */
async function site(cwd: string, ...argv: string[]) {
  writeFileSync(join(cwd, 'rows.json'), JSON.stringify({ rows }));
  const ending = await bnspec(['matrix', 'rows.json', '--site', 'site', ...argv], { cwd });
  const files = existsSync(join(cwd, 'site'))
    ? readdirSync(join(cwd, 'site'), { recursive: true }).map(String).sort()
    : [];
  return {
    ...ending,
    files,
    index: files.includes('index.html') ? readFileSync(join(cwd, 'site/index.html'), 'utf8') : '',
  };
}

describe('matrix --site DIR', () => {
  test('writes an index and a page for each row, keeps what a later matrix does not ask, and links vectors', async () => {
    const cwd = folder();
    const first = await site(cwd);
    expect(first.code).toBe(0);
    expect(first.files.filter((name) => /^(right|wrong)-\w{8}\/.+\.(html|json)$/.test(name))).toHaveLength(4);
    expect(first.index).toContain('Leaves out the gradient that flows through the mean.');
    mkdirSync(join(cwd, 'site/vectors'));
    const second = await site(cwd, '--only', 'right', '--resume');
    expect(second.index).toContain('Leaves out the gradient that flows through the mean.');
    expect(second.index).toContain('href="vectors/"');
    expect(first.index).not.toContain('href="vectors/"');
  });

  test('says before anything is judged that a file there is no report', async () => {
    const cwd = folder();
    const { files } = await site(cwd);
    const report = files.find((name) => /^right.*json$/.test(name))!;
    writeFileSync(join(cwd, 'site', report), '{"schema": "other"}');
    const { code, err } = await site(cwd);
    expect(code).toBe(2);
    expect(err).toContain(`site/${report} is no report of bnspec\ntake it out of the site`);
  });
});
