import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bnspec, fixture, folder } from './cli.process.js';
import { commands } from './runner.js';

const wrong = ['run', 'mutant:backward.forgets-mean', '--laws', 'backward.sum-zero', '--effort', 'quick'];
const liar = ['run', fixture('cli-commanding.mjs'), '--laws', 'inference.output', '--cases', '3'];

/** A step of a job: a folder, and what the runner sets. */
function step() {
  const cwd = folder();
  const summary = join(cwd, 'summary.md');
  writeFileSync(summary, 'before\n');
  return { cwd, summary, env: { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary } };
}

describe('under GitHub Actions', () => {
  test('annotations and a summary are added by themselves; --no-github leaves them out', async () => {
    const { cwd, env, summary } = step();
    const { code, out, err } = await bnspec(wrong, { cwd, env });
    expect(code).toBe(1);
    expect(commands(out).map(({ name, properties }) => [name, properties.title])).toEqual([
      ['error', 'backward.sum-zero'],
    ]);
    expect([commands(err), err]).toEqual([[], '']);
    expect(readFileSync(summary, 'utf8')).toMatch(/^before\n### exit 1&#58; does not conform/);

    const other = step();
    const without = await bnspec([...wrong, '--no-github'], other);
    expect([without.code, commands(without.out)]).toEqual([1, []]);
    expect(readFileSync(other.summary, 'utf8')).toBe('before\n');
  });

  test('elsewhere there are none, whatever the variables of a summary say', async () => {
    const { cwd, env, summary } = step();
    const { out } = await bnspec(wrong, { cwd, env: { ...env, GITHUB_ACTIONS: 'false' } });
    expect([commands(out), readFileSync(summary, 'utf8')]).toEqual([[], 'before\n']);
  });

  test('what a program reads from standard output stays as it is: annotations go to standard error', async () => {
    const { code, out, err } = await bnspec([...liar, '--reporter', 'json', '--reporter', 'terminal'], step());
    expect(code).toBe(1);
    expect(JSON.parse(out).target.card.name).toContain('##[add-mask]');
    expect(commands(out)).toEqual([]);
    expect(commands(err).map(({ name }) => name)).toEqual(['stop-commands', 'error']);
  });

  test('a summary that cannot be written is exit 4, and the annotations say the verdict', async () => {
    const { cwd, env } = step();
    const { code, out } = await bnspec(wrong, {
      cwd,
      env: { ...env, GITHUB_STEP_SUMMARY: join(cwd, 'nowhere', 's.md') },
    });
    expect(code).toBe(4);
    expect(out).toContain('exit 4: could not write the job summary (ENOENT)\n');
    expect(commands(out).map(({ properties }) => properties.title)).toEqual(['backward.sum-zero']);
  });
});

describe('what a target says commands nothing', () => {
  const words = [
    '::error::planted',
    '  ::add-mask::e',
    'so ##[add-mask]e',
    '::stop-commands::planted',
    '##[error]planted',
  ];

  test('these would be obeyed', () => {
    expect(commands(words.slice(0, 3).join('\n')).map(({ name }) => name)).toEqual(['error', 'add-mask', 'add-mask']);
    // A bar before every line, as some tools print it, does not help against the old form.
    expect(commands(words.map((line) => `| ${line}`).join('\n')).map(({ name }) => name)).toEqual([
      'add-mask',
      'error',
    ]);
  });

  const shown: [string, string[]][] = [
    ['run', liar],
    [
      'a target that never says hello',
      ['run', '--', 'node', '-e', `console.error(${JSON.stringify(words.join('\n'))}); process.exit(3)`],
    ],
    ['doctor', ['doctor', fixture('cli-commanding.mjs')]],
    ['a file that is not there', ['run', './##[add-mask]e.py']],
  ];
  test.each(shown)('%s', async (_, argv) => {
    const { out, err } = await bnspec(argv, step());
    expect(out + err).toContain('##[add-mask]e');
    const found = [...commands(out), ...commands(err)];
    expect(found.filter(({ name, properties }) => name === 'add-mask' || properties.title === 'planted')).toEqual([]);
    const tokens = found.filter(({ name }) => name === 'stop-commands').map(({ data }) => data);
    expect(tokens.length).toBeGreaterThan(0);
    for (const token of tokens) expect(token).toMatch(/^[0-9a-f]{32}$/);
  });

  test('the fence is opened again, with a token of its own each time', async () => {
    const [a, b] = await Promise.all([bnspec(liar, step()), bnspec(liar, step())]);
    const token = ({ out }: typeof a) => commands(out).find(({ name }) => name === 'stop-commands')!.data;
    expect(token(a)).not.toBe(token(b));
    expect(commands(`${a.out}::notice::heard`).at(-1)).toMatchObject({ name: 'notice', data: 'heard' });
  });

  test('elsewhere nothing is fenced', async () => {
    const { out } = await bnspec(liar);
    expect(out).toContain('::stop-commands::planted');
    expect(out).not.toMatch(/^::stop-commands::[0-9a-f]{32}$/m);
  });

  test('a target gets no file of the runner to write to', async () => {
    const { cwd, env } = step();
    await bnspec([...liar], { cwd, env: { ...env, GITHUB_ENV: join(cwd, 'env'), GITHUB_TOKEN: 'secret' } });
    expect(existsSync(join(cwd, 'env'))).toBe(false);
  });
});
