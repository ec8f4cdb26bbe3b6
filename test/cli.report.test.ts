import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { publish } from '../src/cli/publish.js';
import type { Screen } from '../src/cli/screen.js';
import { reporters } from '../src/report/reporters.js';
import { terminal } from '../src/report/terminal.js';
import type { Report } from '../src/run/report.js';
import { bnspec, folder } from './cli.process.js';
import { counterexample, failing, report } from './report.example.js';

const exit = { code: 1, says: 'does not conform' } as const;
const failed = report({ laws: [failing('backward.sum-zero')], verdict: 'fails', grade: 'none', exit });

/** A folder with these reports in it, written as they are. */
function saved(reports: Record<string, unknown>): string {
  const cwd = folder();
  for (const [name, value] of Object.entries(reports))
    writeFileSync(join(cwd, name), typeof value === 'string' || Buffer.isBuffer(value) ? value : JSON.stringify(value));
  return cwd;
}

/** What the reporters of this process leave on a screen. */
function published(value: Report, reporter: Parameters<typeof publish>[1]['reporter']) {
  const [out, err]: string[][] = [[], []];
  const say = (where: string[]) => (text: string) => void where.push(text);
  const screen: Screen = {
    ...{ out: say(out), data: say(out), err: say(err), tell: say(err) },
    ...{ width: 80, colour: false, live: false, drained: async () => {} },
  };
  return { code: publish(value, { ...(reporter && { reporter }) }, screen), out: out.join(''), err: err.join('') };
}

describe('bnspec report', () => {
  test('shows what the run would have shown, and exits as it did', async () => {
    const cwd = saved({ 'r.json': failed });
    const again = [
      'report',
      'r.json',
      '--reporter',
      'terminal',
      '--reporter',
      'junit=j.xml',
      '--reporter',
      'json=s.json',
    ];
    const { code, out } = await bnspec(again, { cwd });
    expect([code, out]).toEqual([1, terminal(failed, { width: 80, colour: false })]);
    expect(readFileSync(join(cwd, 'j.xml'), 'utf8')).toBe(reporters.junit(failed));
    expect(JSON.parse(readFileSync(join(cwd, 's.json'), 'utf8'))).toEqual(failed);
    expect((await bnspec(['report', 'r.json'], { cwd: saved({ 'r.json': report() }) })).code).toBe(0);
  });

  test('a report made by somebody else moves no cursor', async () => {
    const cwd = saved({ 'r.json': report({ laws: [failing('backward.dx', { title: '\u001b[31mred\u202e' })] }) });
    const { out } = await bnspec(['report', 'r.json'], { cwd });
    expect(out).toContain('#x1B[31mred#x202E');
    expect(out).not.toContain('\u001b');
  });

  const [first] = report().laws;
  const newer = { ...report(), bnspec: '0.3.0', surprise: 1 };
  const wrong: [string, unknown, string][] = [
    ['is not there', null, 'cannot read r.json (ENOENT)\nname a report'],
    ['is no text', Buffer.from([0x7b, 0xe9]), 'cannot read r.json (ERR_ENCODING_INVALID_ENCODED_DATA)'],
    ['is no JSON', '{"schema": "bnspec-rep', 'r.json is not JSON'],
    ['is empty', '', 'r.json is not JSON'],
    ['is JSON of another kind', '{"name": "x"}', 'r.json is no report of bnspec'],
    ['is null', 'null', 'r.json is no report of bnspec'],
    [
      'is a matrix',
      { ...report(), schema: 'bnspec-matrix/1' },
      'r.json is bnspec-matrix/1\nname the report of one target',
    ],
    [
      'is of a newer schema',
      { ...newer, schema: 'bnspec-report/2' },
      'made by bnspec 0.3.0 (bnspec-report/2), this is 0.1.0 (bnspec-report/1)',
    ],
    ['is of a newer version', newer, 'made by bnspec 0.3.0 (bnspec-report/1), this is 0.1.0 (bnspec-report/1)'],
    [
      'was changed',
      { ...report(), laws: [{ ...first, status: 'passed' }] },
      'r.json is not as docs/report.schema.json says: /laws/0/status must be',
    ],
    ['lacks something', { ...report(), seed: undefined }, "the report must have required property 'seed'"],
  ];
  test.each(wrong)('exit 2: it %s', async (_, value, message) => {
    const { code, out, err } = await bnspec(['report', 'r.json'], {
      cwd: saved(value === null ? {} : { 'r.json': value }),
    });
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
  });
});

describe('several reporters', () => {
  const slips: [string[], string][] = [
    [
      ['json', 'junit'],
      '--reporter json and junit: two reports on standard output\ngive one a file: --reporter junit=FILE',
    ],
    [['json=a', 'junit=./a'], '--reporter junit=./a: another reporter writes to that file'],
    [['junitt'], "unknown reporter 'junitt' - did you mean junit?"],
  ];
  test.each(slips)('%j is a slip', async (names, message) => {
    const cwd = saved({ 'r.json': failed });
    const { code, err } = await bnspec(['report', 'r.json', ...names.flatMap((name) => ['--reporter', name])], { cwd });
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
    expect(readdirSync(cwd)).toEqual(['r.json']);
  });

  test('one that owns standard output leaves it whole; words for people go to standard error', () => {
    const { out, err, code } = published(failed, [{ name: 'ctrf' }, { name: 'terminal' }, { name: 'github' }]);
    expect([code, out]).toEqual([1, reporters.ctrf(failed)]);
    expect(err).toContain('exit 1: does not conform\n::error title=backward.sum-zero::');
  });

  test('one that throws is exit 4; the others have their turn, and say so', () => {
    const junit = vi.spyOn(reporters, 'junit').mockImplementation(() => {
      throw new Error('planted');
    });
    const cwd = folder();
    try {
      const file = (name: string) => join(cwd, name);
      const filed = published(failed, [
        { name: 'junit', file: file('j.xml') },
        { name: 'ctrf', file: file('c.json') },
        { name: 'terminal' },
      ]);
      expect(filed.code).toBe(4);
      expect(filed.out).toContain(`exit 4: could not write ${file('j.xml')} (planted)\n`);
      expect(readdirSync(cwd)).toEqual(['c.json']);
      const shown = published(failed, [{ name: 'junit' }, { name: 'terminal' }]);
      expect([shown.code, shown.out]).toEqual([4, '']);
      expect(shown.err).toMatch(/FAILS[\s\S]*exit 4: could not write junit \(planted\)\n$/);
    } finally {
      junit.mockRestore();
    }
  });

  test('JSON longer than a string may be is exit 4, and no file, not an empty one', () => {
    const cwd = folder();
    // As long as this may be no string: V8 says so in the middle of the work.
    const heavy = { toJSON: () => 'x'.repeat(2 ** 29) } as unknown as string;
    const laws = [failing('backward.dx', { counterexample: counterexample({ path: heavy }) })];
    const { code, out } = published({ ...failed, laws }, [
      { name: 'json', file: join(cwd, 'r.json') },
      { name: 'terminal' },
    ]);
    expect(code).toBe(4);
    expect(out).toMatch(/exit 4: could not write \S*r.json \(Invalid string length\)\n$/);
    expect(readdirSync(cwd)).toEqual([]);
  });
});
