import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { appears, bnspec, fixture, folder, start } from './cli.process.js';
import { file } from './house.modules.js';

const validate = new Ajv2020({ allErrors: true }).compile(JSON.parse(file('docs/matrix.schema.json').text));
const few = { laws: ['forward.zero-mean', 'backward.sum-zero'], dtype: ['f32'], effort: 'quick' };
const right = { name: 'right', target: 'builtin:two-pass', options: few };
const wrong = { name: 'wrong', target: 'mutant:backward.forgets-mean', options: few };
const said = { fails: ['backward.sum-*'], causes: ['backward.forgets-mean'] };

/** Runs a matrix of these rows; its ending, and what it wrote as JSON. */
async function matrix(rows: unknown, argv: readonly string[] = [], env: Record<string, string> = {}) {
  const cwd = folder();
  writeFileSync(join(cwd, 'rows.json'), typeof rows === 'string' ? rows : JSON.stringify({ rows, cure: 'ask' }));
  const ending = await bnspec(['matrix', 'rows.json', '--out', 'out', ...argv], { cwd, env });
  const summary = join(cwd, 'out', 'matrix.json');
  return { ...ending, cwd, json: existsSync(summary) ? JSON.parse(readFileSync(summary, 'utf8')) : null };
}

const differs = ({ json }: { json: { rows: { differs: string[] }[] } }) => json.rows.map((row) => row.differs);

describe('a matrix', () => {
  test('is as expected where every row is: what conforms, what fails as it should, what is not here', async () => {
    const rows = [
      { ...right, of: 'textbook', kind: 'builtin', expects: { grade: 'stable' } },
      { ...wrong, expects: said },
      { name: 'gone', target: './adapter.py', python: './no/python' },
      { name: 'absent', target: 'spec', needs: [['node', '-e', 'process.exit(1)']] },
    ];
    const { code, out, last, json, cwd } = await matrix(rows, ['--jobs', '2']);
    expect(last).toBe('exit 0: 2 rows, all as expected; 2 not here');
    expect(code).toBe(0);
    expect(out).toContain('there is no ./no/python: ask');
    expect(out).toContain('backward.forgets-mean (grad');
    expect(validate(json), JSON.stringify(validate.errors)).toBe(true);
    expect(json.rows.map(({ name, state }: { name: string; state: string }) => `${name} ${state}`)).toEqual([
      'right judged',
      'wrong judged',
      'gone absent',
      'absent absent',
    ]);
    expect(json.rows[1].judged).toMatchObject({ verdict: 'fails', refuted: ['backward.sum-zero'] });
    for (const name of ['right.json', 'right.txt', 'wrong.json']) expect(existsSync(join(cwd, 'out', name))).toBe(true);
  });

  test('goes on after a row that crashes, says nothing, or never ends', async () => {
    const rows = [
      { name: 'crashes', target: ['node', '-e', 'process.abort()'] },
      { name: 'mute', target: fixture('cli-sleeper.mjs'), limit: 1, env: { BNSPEC_TEST_MARK: 'mark' } },
      right,
    ];
    const result = await matrix(rows);
    expect(result.code).toBe(1);
    expect(result.last).toBe('exit 1: 2 of 3 rows not as expected');
    const [crashes, mute, fine] = differs(result);
    expect(crashes![0]).toMatch(/^incomplete where conforms is expected: .*no hello/);
    expect(mute![0]).toMatch(/^incomplete where conforms is expected: .*--max-time 1 s is spent/);
    expect(fine).toEqual([]);
  });

  test('a run that leaves no report is lost, and the reason told', async () => {
    const result = await matrix([{ name: 'nobody', target: './nowhere.py' }, right]);
    expect(result.json.rows[0].state).toBe('lost');
    expect(differs(result)[0]![0]).toMatch(/^no report: bnspec ended with 2 \| .*there is no file/);
  });

  const differing: Record<string, [object, RegExp]> = {
    'a failure that nobody expects': [wrong, /^fails where conforms/],
    'a failure that is expected and does not come': [{ ...right, expects: said }, /^conforms where fails/],
    'another law than the expected': [
      { ...wrong, expects: { fails: ['backward.sum-zero', 'forward.*'] } },
      /^expected to fail, and does not: forward\.\*$/,
    ],
    'another cause': [
      { ...wrong, expects: { ...said, causes: ['backward.no-gamma'] } },
      /^the cause backward.no-gamma is expected, and not named$/,
    ],
    'another grade': [{ ...right, expects: { grade: 'exact' } }, /^grade stable where exact is expected$/],
    'another version': [{ ...right, version: '9.9' }, /^is version 1, not 9\.9$/],
  };
  test.each(Object.entries(differing))('%s is an error', async (_, [row, says]) => {
    const result = await matrix([row]);
    expect(result.code).toBe(1);
    expect(differs(result)[0]![0]).toMatch(says);
  });

  test('--only, --reporter json and options that hold for every row', async () => {
    const { code, out } = await matrix([right, wrong], ['--only', 'right', '--reporter', 'json', '--cases', '1']);
    expect(code).toBe(0);
    expect(JSON.parse(out).rows.map(({ name }: { name: string }) => name)).toEqual(['right']);
  });

  test('--resume takes the reports that are there, and asks the other rows', async () => {
    const first = await matrix([right]);
    const file = join(first.cwd, 'out/right.json');
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('two-pass', 'taken-again'));
    writeFileSync(join(first.cwd, 'rows.json'), JSON.stringify({ rows: [right, wrong] }));
    const { last } = await bnspec(['matrix', 'rows.json', '--out', 'out', '--resume'], { cwd: first.cwd });
    expect(last).toBe('exit 1: 1 of 2 rows not as expected');
    expect(readFileSync(file, 'utf8')).toContain('taken-again');
  });

  test.each([
    ['target', { ...wrong, name: 'right' }, []],
    ['options', { ...right, options: { ...few, 'require-ops': ['grad_grad'], profile: 'jax' } }, []],
    ['command line', right, ['--seed', '7']],
  ])('--resume asks a row again whose %s is another', async (_, row, argv) => {
    const { cwd } = await matrix([right]);
    const file = join(cwd, 'out/right.json');
    const stale = 'the report of another question';
    writeFileSync(file, readFileSync(file, 'utf8').replace('conforms (', `${stale} (`));
    writeFileSync(join(cwd, 'rows.json'), JSON.stringify({ rows: [row] }));
    await bnspec(['matrix', 'rows.json', '--out', 'out', '--resume', ...argv], { cwd });
    expect(existsSync(file) ? readFileSync(file, 'utf8') : '').not.toContain(stale);
  });

  test('interrupted keeps the rows that were done, and says 3', async () => {
    const cwd = folder();
    const mark = join(cwd, 'mark');
    const waits = { name: 'waits', target: fixture('cli-sleeper.mjs'), env: { BNSPEC_TEST_MARK: mark } };
    writeFileSync(join(cwd, 'rows.json'), JSON.stringify({ rows: [right, waits, wrong] }));
    const { child, ended } = start(['matrix', 'rows.json', '--out', 'out'], { cwd });
    await appears(mark);
    child.kill('SIGINT');
    const { code, last } = await ended;
    expect({ code, last }).toEqual({ code: 3, last: 'exit 3: interrupted by SIGINT; 1 rows as expected until then' });
  });

  test('of nothing that is here says so by 3', async () => {
    const { code, last } = await matrix([{ ...right, needs: ['./nowhere'] }]);
    expect({ code, last }).toEqual({ code: 3, last: 'exit 3: no row could be asked; 1 not here' });
  });

  test('shards of a matrix are its rows, each once', async () => {
    const rows = ['a', 'b', 'c'].map((name) => ({ ...right, name }));
    const names = async (shard: string) =>
      (await matrix(rows, ['--shard', shard])).json.rows.map(({ name }: { name: string }) => name);
    expect([await names('1/2'), await names('2/2')]).toEqual([['a', 'c'], ['b']]);
  });

  test('a row that needs chromium takes any browser that a page would get', async () => {
    const row = { ...right, needs: ['chromium'] };
    const env = { BNSPEC_CHROMIUM: process.execPath };
    expect((await matrix([row], [], env)).code).toBe(0);
    expect((await matrix([row], [], { BNSPEC_CHROMIUM: '/no/browser' })).last).toContain('1 not here');
  });

  test('variables reach the target, and no others', async () => {
    const target = './env.mjs';
    const rows = [{ ...right, target, env: { SHOWN: 'yes' } }];
    const cwd = folder();
    writeFileSync(join(cwd, 'rows.json'), JSON.stringify({ rows }));
    const card =
      "export const card = { name: process.env.SHOWN + process.env.HIDDEN, dtypes: ['f32'], profile: 'torch' };";
    writeFileSync(join(cwd, 'env.mjs'), `${card}\nexport const infer = ({ x }) => ({ y: x.data });\n`);
    await bnspec(['matrix', 'rows.json', '--out', 'out'], { cwd, env: { HIDDEN: 'no' } });
    expect(JSON.parse(readFileSync(join(cwd, 'out/right.json'), 'utf8')).target.card.name).toBe('yesundefined');
  });
});

describe('a config that is wrong is named, with row, key and cure', () => {
  const cases: Record<string, [unknown, RegExp]> = {
    'not JSON': ['{', /rows\.json is not JSON/],
    'no rows': [[], /rows must be a list of one row at least\n/],
    'a row that is none': [['x'], /rows\.json: row 1 must be an object/],
    'no name': [[{ target: 'spec' }], /row 1: name must be a word/],
    'two of a name': [[right, right], /row 2: another row is called 'right' too\ngive each a name/],
    'no target': [[{ name: 'a' }], /row 1 \(a\): target is missing\n.*"\.\/adapter\.py"/],
    'an unknown key': [[{ ...right, optoins: {} }], /unknown key in .*row 1: 'optoins' - did you mean options\?/],
    'an unknown option': [
      [{ ...right, options: { dtpe: 'f32' } }],
      /row 1 \(right\): options: 'dtpe' - did you mean dtype\?/,
    ],
    'a value that an option does not take': [
      [{ ...right, options: { dtype: 'f8' } }],
      /options: dtype takes one of: f64/,
    ],
    'a limit of no number': [[{ ...right, limit: '5' }], /row 1 \(right\): limit must be a whole number of seconds/],
    'an expectation of no name': [[{ ...right, expects: { verdict: 'passes' } }], /expects\.verdict: 'passes'/],
    'one that contradicts itself': [
      [{ ...right, expects: { verdict: 'conforms', fails: ['a'] } }],
      /expects: a row that conforms fails no law/,
    ],
  };
  test.each(Object.entries(cases))('%s', async (_, [rows, says]) => {
    const { code, err } = await matrix(rows);
    expect(code).toBe(2);
    expect(err).toMatch(says);
    expect(err).toMatch(/exit 2: usage; nothing was judged\n$/);
  });

  test('a file that is not there, none at all, a row that is not in it', async () => {
    expect((await bnspec(['matrix', 'nowhere.json'])).err).toMatch(/cannot read nowhere\.json \(ENOENT\)\nname a JSON/);
    expect((await bnspec(['matrix'])).err).toContain('matrix takes one config');
    expect((await matrix([right], ['--only', 'rihgt'])).err).toContain("unknown row 'rihgt' - did you mean right?");
  });
});
