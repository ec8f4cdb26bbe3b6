import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compared } from '../src/run/baseline.js';
import { writeBaseline } from '../src/run/baseline-file.js';
import { updated } from '../src/run/baseline-update.js';
import type { Report, Status } from '../src/run/report.js';
import { both, cause, dx, entry, head, judged, known, read, zero } from './baseline.example.js';
import { law } from './report.example.js';

const beside = (text: string, changes: Partial<Report> = {}, today = '2026-11-21') =>
  compared(judged(changes), read(text), today);
const problems = (text: string, changes: Partial<Report> = {}, today?: string) =>
  beside(text, changes, today).baseline!.problems.map(({ line, says }) => `${line}: ${says}`);

describe('a run beside its baseline', () => {
  test('exactly as it says: exit 0, and the laws are marked, not passed', () => {
    const told = beside(both);
    expect(told.exit).toEqual({ code: 0, says: 'exactly as the baseline says: 2 laws expected to fail' });
    expect(told.laws.map(({ status, expected }) => [status, expected?.[0]?.cause])).toEqual([
      ['holds', undefined],
      ['fails', 'backward.forgets-mean'],
      ['fails', 'backward.forgets-mean'],
    ]);
    expect(told.verdict).toBe('fails');
  });

  test('a law that conforms beside an empty one says so too', () => {
    const exit = { code: 0, says: 'conforms (stable) for train' } as const;
    expect(beside(head, { laws: [law('forward.shift')], verdict: 'conforms', exit }).exit).toEqual({
      code: 0,
      says: 'conforms (stable) for train; as the baseline says',
    });
  });

  test('another unknown mistake is not taken for the one that is known', () => {
    const wrong = (says: string): Partial<Report> => ({ diagnosis: [{ ...cause, kind: 'unknown', id: 'grad', says }] });
    const negative = wrong(
      'of 196 of 206 wrong channels, and of 6 of 207 right ones, it is true that gamma is negative',
    );
    const { baseline } = updated(judged(negative), 'known.jsonl', null);
    const text = writeBaseline(baseline);
    expect(text).toContain('"traits":["grad: gamma is negative"]');
    const fewer = wrong('of 7 of 8 wrong channels, it is true that gamma is negative');
    expect([negative, fewer].map((changes) => beside(text, changes).exit.code)).toEqual([0, 0]);
    expect(problems(text, wrong('of every wrong channel it is true that m is at least 33'))).toEqual([
      '3: other answers are wrong, for another unknown cause: grad: m is at least #',
    ]);
  });

  const differing: [string, string, Partial<Report>, string[]][] = [
    [
      'an entry is stale',
      both,
      { laws: [law('forward.shift'), law('backward.dx'), zero] },
      ['2: backward.dx holds now: take the entry out'],
    ],
    [
      'a law is refused now',
      both,
      { laws: [law('forward.shift'), law('backward.dx', { status: 'refuses', message: 'no grad' }), zero] },
      ['2: backward.dx is refused now: no grad'],
    ],
    [
      'a law was not asked',
      both,
      { laws: [law('forward.shift'), zero] },
      ['2: backward.dx was not asked: ask all laws that the baseline names'],
    ],
    [
      'a failure is unexpected',
      [head, entry('backward.dx')].join('\n'),
      {},
      ['null: not expected to fail for backward.forgets-mean: backward.sum-zero'],
    ],
    [
      'the cause is another',
      both,
      { diagnosis: [] },
      [
        '2: backward.dx fails for another cause: unknown, not backward.forgets-mean',
        '3: backward.sum-zero fails for another cause: unknown, not backward.forgets-mean',
      ],
    ],
    [
      'a second cause joins the first',
      both,
      { diagnosis: [cause, { ...cause, id: 'running.unbiased-by-n' }] },
      ['null: not expected to fail for backward.forgets-mean, running.unbiased-by-n: backward.dx, backward.sum-zero'],
    ],
    [
      'it breaks instead',
      both,
      { laws: [law('forward.shift'), { ...dx, status: 'breaks' }, zero] },
      ['2: backward.dx breaks, and the entry says that it fails'],
    ],
    ['an op is lost', both.replace('["train"]', '["train","grad"]'), {}, ['1: the op grad is judged no more']],
    ['a dtype is lost', both.replace('["f32"]', '["f32","f16"]'), {}, ['1: the dtype f16 is judged no more']],
    ['a layout is lost', both, { layouts: [] }, ['1: the layout channels_first is judged no more']],
    ['the grade is worse', both.replace('stable', 'exact'), {}, ['1: the grade was exact and is stable']],
  ];
  test.each(differing)('exit 1: %s', (_, text, changes, expected) => {
    expect(problems(text, changes)).toEqual(expected);
    const { code, says } = beside(text, changes).exit;
    expect([code, says.startsWith('not as the baseline says: ')]).toEqual([1, true]);
  });

  test('until a day, and not after it', () => {
    const text = [head, entry('backward.dx', { until: '2026-11-21' }), entry('backward.sum-zero')].join('\n');
    expect(problems(text, {}, '2026-11-21')).toEqual([]);
    expect(problems(text, {}, '2026-11-22')).toEqual(['2: backward.dx was expected to fail until 2026-11-21 only']);
  });

  test('never makes 0 of what is incomplete, or of what else stands against it', () => {
    const unmet = [{ code: 3, says: 'nothing may be concluded: interrupted by SIGINT' }] as const;
    expect(beside(both, { unmet, complete: false }).exit).toEqual(unmet[0]);
    expect(beside(both, { complete: false }).exit.code).toBe(3);
    const lacking = [{ code: 1, says: 'does not conform (lacks the required op fold)' }] as const;
    expect(beside(both, { unmet: lacking }).exit).toEqual(lacking[0]);
  });

  const laws = ['backward.dx', 'backward.sum-zero', 'forward.shift', 'running.unbiased'];
  const statuses: Status[] = ['holds', 'fails', 'breaks', 'refuses', 'vacuous'];
  const drawn = fc.record({
    laws: fc.tuple(
      ...laws.map((id) => fc.constantFrom(...statuses).map((status) => law(id, { status, ops: ['grad'] }))),
    ),
    diagnosis: fc.subarray([cause, { ...cause, id: 'running.unbiased-by-n' }]),
    exact: fc.boolean(),
    entries: fc.uniqueArray(
      fc.record({
        law: fc.constantFrom(...laws),
        cause: fc.constantFrom(...known.causes),
        status: fc.constantFrom('fails', 'breaks'),
      }),
      { selector: (one) => `${one.law} ${one.cause}` },
    ),
  });
  test('0 comes of no run in which a refuted law is not named with each of its causes, nor an entry is idle', () => {
    let green = 0;
    fc.assert(
      fc.property(drawn, ({ laws, diagnosis, exact, entries }) => {
        const causes = diagnosis.length === 0 ? ['unknown'] : diagnosis.map(({ id }) => id);
        const bad = laws.filter(({ status }) => status === 'fails' || status === 'breaks');
        const actual = bad.flatMap(({ id, status }) => causes.map((one) => ({ law: id, cause: one, status })));
        const named = exact ? actual : entries;
        const text = [head, ...named.map((one) => JSON.stringify(one))].join('\n');
        const told = beside(text, { laws, diagnosis, exit: { code: 1, says: '' }, unmet: [] });
        // Of a law that could not be judged an entry may stay.
        const silent = laws.flatMap(({ id, status }) => (status === 'vacuous' ? [id] : []));
        const list = (all: readonly { law: string; cause: string; status: string }[]) =>
          all.map(({ law, cause, status }) => `${law} ${cause} ${status}`).sort();
        const same = `${list(actual)}` === `${list(named.filter((one) => !silent.includes(one.law)))}`;
        expect(told.baseline!.problems.filter(({ line }) => line !== 1).length === 0).toBe(same);
        if (told.exit.code === 0) expect(same).toBe(true);
        if (told.exit.code === 0 && bad.length > 0) green += 1;
      }),
      { numRuns: 1000, seed: 1 },
    );
    expect(green).toBeGreaterThan(100);
  });
});

describe('--update-baseline', () => {
  const again = (text: string, changes: Partial<Report> = {}) => updated(judged(changes), 'known.jsonl', read(text));

  test('a new one: sorted, and the run is then as it says', () => {
    const { baseline, changes } = updated(judged({ laws: [law('forward.shift'), zero, dx] }), 'known.jsonl', null);
    const text = writeBaseline(baseline);
    expect(text.split('\n').slice(2)).toEqual([head, entry('backward.dx'), entry('backward.sum-zero'), '']);
    expect(changes).toEqual([
      '+ backward.sum-zero fails for backward.forgets-mean',
      '+ backward.dx fails for backward.forgets-mean',
    ]);
    expect(compared(judged(), read(text), '2026-11-21').exit.code).toBe(0);
  });

  test('what stays keeps its comment, reason, link and day; what goes takes its comment along, but not that of the section', () => {
    const reasons = { reason: 'slow path', link: 'x', until: '2027-01-01' };
    const text = [
      ...['# mine', head, '# the gradient', '', '# about dx', entry('backward.dx')],
      ...['# about the sum', entry('backward.sum-zero', reasons), '# end', ''],
    ].join('\n');
    const { baseline, changes } = again(text, {
      laws: [law('forward.shift'), law('backward.dx'), zero],
      judged: ['train', 'grad'],
    });
    expect(writeBaseline(baseline)).toBe(
      [
        '# mine',
        head.replace('["train"]', '["train","grad"]'),
        '# the gradient',
        '',
        '# about the sum',
        entry('backward.sum-zero', reasons),
        '# end',
        '',
      ].join('\n'),
    );
    expect(changes).toEqual([
      'ops: train → train,grad',
      '- backward.dx fails for backward.forgets-mean (line 6, and the comment above it)',
    ]);
  });

  test('nothing to change is nothing changed', () => {
    expect(again(both).changes).toEqual([]);
    expect(writeBaseline(again(both).baseline)).toBe(`${both}\n`);
  });
});
