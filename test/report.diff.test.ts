import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { difference } from '../src/report/diff.js';
import { diffTable } from '../src/report/diff-table.js';
import type { Report } from '../src/run/report.js';
import { bnspec, folder } from './cli.process.js';
import { failing, law, report } from './report.example.js';
import { hostileReport } from './report.hostile.js';

const told = (old: Report, now: Report) =>
  difference(old, now).changes.map(({ kind, id, how, says }) => [how, kind, id, says]);
const [first, ...others] = report().laws;
const having = (changed: Partial<Report['laws'][number]>, changes: Partial<Report> = {}) =>
  report({ laws: [{ ...first!, ...changed }, ...others], ...changes });
const cause = {
  kind: 'mutant',
  id: 'forward.no-epsilon',
  op: 'train',
  explains: 1,
  of: 1,
  passing: 1,
  says: '',
} as const;
const fails = failing('forward.shift', { ops: ['train'] });

describe('worse', () => {
  const worse: [string, Report, Report, string[]][] = [
    ['a law fails newly', report(), having(fails), ['law', 'forward.shift', 'newly fails, for unknown']],
    [
      'a law breaks newly',
      report(),
      having({ status: 'breaks' }),
      ['law', 'forward.shift', 'newly breaks, for unknown'],
    ],
    ['a law is refused now', report(), having({ status: 'refuses' }), ['law', 'forward.shift', 'holds → refuses']],
    [
      'a law cannot be judged now',
      report(),
      having({ status: 'vacuous' }),
      ['law', 'forward.shift', 'holds → vacuous'],
    ],
    ['a law is gone', report(), report({ laws: others }), ['law', 'forward.shift', 'gone; it was: holds']],
    [
      'a law is added, and fails',
      report({ laws: others }),
      having(fails),
      ['law', 'forward.shift', 'added: fails for unknown'],
    ],
    [
      'the cause is another',
      having(fails),
      having(fails, { diagnosis: [cause] }),
      ['law', 'forward.shift', 'fails for another cause: unknown → forward.no-epsilon'],
    ],
    ['the verdict', report(), report({ verdict: 'incomplete' }), ['verdict', 'verdict', 'conforms → incomplete']],
    ['the grade', report(), report({ grade: 'semantic' }), ['grade', 'grade', 'stable → semantic']],
    ['an op is lost', report(), report({ judged: ['train', 'infer'] }), ['op', 'grad', 'judged no more']],
    ['a dtype is lost', report(), report({ dtypes: ['f64', 'f32', 'f16'] }), ['dtype', 'bf16', 'judged no more']],
    [
      'a layout is lost',
      report(),
      report({ layouts: ['channels_first'] }),
      ['layout', 'channels_last', 'judged no more'],
    ],
    [
      'a budget has grown',
      report(),
      having({ worst: { output: 'y', budget: 0.7, ulps: 2 } }),
      ['budget', 'forward.shift', '0.31 → 0.7 (y)'],
    ],
    [
      'a budget is without bound',
      report(),
      having({ worst: { output: 'y', budget: null, ulps: 2 } }),
      ['budget', 'forward.shift', '0.31 → without bound (y)'],
    ],
    [
      'a mutant is unseen',
      report(),
      report({ power: { killed: 130, of: 131, survivors: ['forward.x'] } }),
      ['power', 'power', '131 of 131 → 130 of 131; unseen now: forward.x'],
    ],
    [
      'fewer mutants are within reach',
      report(),
      report({ power: { killed: 90, of: 90, survivors: [] } }),
      ['power', 'power', '131 of 131 → 90 of 90: fewer are within reach'],
    ],
    [
      'the power is unknown',
      report(),
      report({ power: { killed: 0, of: 0, survivors: [] } }),
      ['power', 'power', 'measured no more'],
    ],
    ['the accuracy is unknown', report(), report({ panel: null }), ['panel', 'panel', 'measured no more']],
    [
      'it errs more',
      report(),
      report({ panel: { says: 'like one-pass', ratio: 40, like: null } }),
      ['panel', 'panel', 'on par with two-pass → like one-pass'],
    ],
  ];
  test.each(worse)('%s', (_, old, now, change) => {
    // Lost terms are other terms to draw on; nothing else changes.
    expect(told(old, now)).toContainEqual(['worse', ...change]);
    expect(difference(old, now).exit.code).toBe(1);
    expect(difference(now, old).changes).not.toContainEqual(
      expect.objectContaining({ how: 'worse', id: change[1], kind: change[0], says: change[2] }),
    );
  });
});

describe('not worse', () => {
  const fine: [string, Report, Report, string[][]][] = [
    ['the same', report(), report(), []],
    ['slower', report(), report({ durationMs: 1e6 }), []],
    ['a law is fixed', having(fails), report(), [['better', 'law', 'forward.shift', 'fixed']]],
    [
      'a law that failed is gone',
      having(fails),
      report({ laws: others }),
      [['other', 'law', 'forward.shift', 'gone; it was: fails']],
    ],
    ['an op more', report({ judged: ['train', 'infer'] }), report(), [['better', 'op', 'grad', 'judged now']]],
    [
      'a budget doubles below a quarter',
      having({ worst: { output: 'y', budget: 0.1, ulps: 1 } }),
      having({ worst: { output: 'y', budget: 0.24, ulps: 1 } }),
      [],
    ],
    [
      'a budget grows by less than twice',
      having({ worst: { output: 'y', budget: 0.4, ulps: 1 } }),
      having({ worst: { output: 'y', budget: 0.79, ulps: 1 } }),
      [],
    ],
    [
      'a budget has grown on other cases',
      report(),
      having({ cases: 7, worst: { output: 'y', budget: 0.9, ulps: 1 } }),
      [['other', 'budget', 'forward.shift', '0.31 → 0.9 (y), on other cases']],
    ],
    [
      'a budget has grown by another seed',
      report(),
      having({ worst: { output: 'y', budget: 0.9, ulps: 1 } }, { seed: 2 }),
      [
        ['other', 'draw', 'draw', 'bnspec 0.1.0, standard, seed 1 → bnspec 0.1.0, standard, seed 2: other cases'],
        ['other', 'budget', 'forward.shift', '0.31 → 0.9 (y), on other cases'],
      ],
    ],
    ['the same cause still fails', having(fails, { diagnosis: [cause] }), having(fails, { diagnosis: [cause] }), []],
  ];
  test.each(fine)('%s', (_, old, now, changes) => {
    expect(told(old, now)).toEqual(changes);
    expect(difference(old, now).exit.code).toBe(0);
  });
});

describe('bnspec diff', () => {
  const cwd = folder();
  const write = (name: string, value: Report) => writeFileSync(join(cwd, name), JSON.stringify(value));
  write('old.json', report());
  write('new.json', having(fails, { judged: ['train', 'infer', 'grad', 'fold'] }));
  write('hostile.json', hostileReport());

  test('what is worse comes first, the exit code last', async () => {
    const { code, out, last } = await bnspec(['diff', 'old.json', 'new.json'], { cwd });
    expect(code).toBe(1);
    expect(out).toContain(
      '\nworse    law   forward.shift   newly fails, for unknown\n\nbetter   op   fold   judged now\n',
    );
    expect(last).toBe('exit 1: worse in 1 of 2 changes');
    expect(await bnspec(['diff', 'old.json', 'old.json'], { cwd })).toMatchObject({
      code: 0,
      last: 'exit 0: the same',
    });
  });

  test('as JSON, whole', async () => {
    const { code, out, err } = await bnspec(['diff', 'old.json', 'new.json', '--reporter', 'json'], { cwd });
    expect([code, err]).toEqual([1, 'exit 1: worse in 1 of 2 changes\n']);
    expect(JSON.parse(out)).toMatchObject({
      schema: 'bnspec-diff/1',
      sameDraw: true,
      changes: [{ how: 'worse' }, { how: 'better' }],
    });
  });

  test('unreadable is exit 2', async () => {
    expect(await bnspec(['diff', 'old.json', 'nowhere.json'], { cwd })).toMatchObject({ code: 2, out: '' });
    expect((await bnspec(['diff', 'old.json'], { cwd })).err).toContain(
      'diff takes two JSON reports, the older one first',
    );
  });

  test('many changes of one kind are told together, a hostile report with visible escapes', () => {
    const many = report({ laws: [...report().laws, ...Array.from({ length: 9 }, (_, i) => law(`sizes.a${i}`))] });
    const look = { width: 80, colour: false };
    expect(diffTable(difference(report(), many), look)).toContain('other    9 laws   sizes.a0 …   added: holds\n');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose
    expect(diffTable(difference(report(), hostileReport()), look)).not.toMatch(/[\x00-\x09\x0b-\x1f\u202e]/);
  });
});
