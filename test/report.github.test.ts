import { describe, expect, test } from 'vitest';
import { github } from '../src/report/github.js';
import { markdown } from '../src/report/markdown.js';
import type { Diagnosis } from '../src/run/report.js';
import { counterexample, failing, law, report } from './report.example.js';
import { hostileReport } from './report.hostile.js';
import { commands } from './runner.js';

const cause: Diagnosis = {
  ...{ kind: 'mutant', id: 'backward.forgets-mean', op: 'grad', explains: 37, of: 37, passing: 12 },
  says: 'Leaves out the gradient that flows through the mean.',
};
const exit = { code: 1, says: 'does not conform' } as const;
const failed = (ids: readonly string[]) => ids.map((id) => failing(id, { ops: ['grad'] }));

describe('annotations', () => {
  test('one for every cause, with the name of a law in its title', () => {
    const laws = [
      ...failed(['backward.sum-zero', 'backward.dx']),
      failing('running.unbiased', { ops: ['train'] }),
      law('forward.shift', { status: 'vacuous', message: 'no case: 100 %, really' }),
    ];
    const found = commands(github(report({ laws, diagnosis: [cause], exit })));
    expect(found.map(({ name, properties }) => [name, properties.title])).toEqual([
      ['error', 'backward.sum-zero and 1 more law'],
      ['error', 'running.unbiased'],
      ['warning', 'forward.shift'],
    ]);
    const [first, , last] = found;
    expect(first!.data).toContain('sum(dx) == 0\nleft 2.8284270\nright 0\nallowed 4.1e-6 (semantic)\nat dx[:,0]\n');
    expect(first!.data).toContain('\ncause backward.forgets-mean: Leaves out the gradient');
    expect(first!.data).toContain(
      '\nbnspec replay .bnspec/failures/backward.sum-zero-3f2a.safetensors\nalso: backward.dx',
    );
    expect(last!.data).toBe('The law of shift\nno case: 100 %, really');
  });

  test('none of a run that conforms, nor of laws that are expected to fail', () => {
    expect(github(report())).toBe('');
    const laws = [failing('backward.dx', { expected: [{ cause: 'unknown' }] })];
    expect(github(report({ laws, verdict: 'fails' }))).toBe('');
  });

  test('an exit code that no law tells has one; so has each difference from a baseline', () => {
    expect(commands(github(report({ laws: [], exit: { code: 3, says: 'no hello' } })))).toEqual([
      { name: 'error', properties: { title: 'bnspec' }, data: 'exit 3: no hello' },
    ]);
    const problems = [{ line: 7, says: 'forward.shift holds now' }];
    const stale = report({ exit, baseline: { file: 'known.jsonl', expected: 0, problems } });
    expect(commands(github(stale))).toEqual([
      { name: 'error', properties: { title: 'known.jsonl line 7' }, data: 'forward.shift holds now' },
    ]);
  });

  test('ten of a kind at most, and 4000 characters each', () => {
    const ops = Array.from({ length: 14 }, (_, i) => `op${i}`);
    const laws = ops.map((op) =>
      failing(`backward.${op}`, {
        ops: [op],
        counterexample: counterexample({ given: Array(9).fill('😀'.repeat(1000)) }),
      }),
    );
    const diagnosis = ops.map((op) => ({ ...cause, id: `m.${op}`, op }));
    const found = commands(github(report({ laws, diagnosis, exit })));
    expect(found).toHaveLength(10);
    expect(found[9]).toMatchObject({ properties: { title: 'and 5 more' } });
    expect(found[9]!.data.split('\n')).toEqual([
      'backward.op9',
      'backward.op10',
      'backward.op11',
      'backward.op12',
      'backward.op13',
    ]);
    for (const { data } of found) {
      expect(data.length).toBeLessThanOrEqual(4000);
      expect(data).not.toMatch(/\p{Surrogate}/u);
    }
    expect(found[0]!.data.length).toBeGreaterThan(3990);
  });

  test('a hostile target commands nothing: as many as without its words, and no name of its own', () => {
    const found = commands(github(hostileReport()));
    expect(found.map(({ name }) => name)).toEqual(['error', 'error', 'error', 'warning']);
    expect(found.slice(0, 2).map(({ properties }) => properties.title)).toEqual([
      'backward.sum-zero',
      'running.unbiased',
    ]);
    for (const { properties } of found) expect(Object.keys(properties)).toEqual(['title']);
  });
});

describe('the summary', () => {
  test('says the exit code, the chapters, the causes, and what is expected', () => {
    const expected = failing('frozen.dx', { ops: ['infer_grad'], expected: [{ cause: 'unknown', reason: 'known' }] });
    const text = markdown(
      report({
        laws: [...report().laws, ...failed(['backward.sum-zero', 'backward.dx']), expected],
        diagnosis: [cause],
        exit,
      }),
    );
    expect(text).toMatch(/^### exit 1&#58; does not conform\n/);
    expect(text).toContain('| backward | 3 laws | 200 cases | FAILS | 2 fails, 1 refused |');
    expect(text).toContain(
      '<b>backward.sum-zero and 1 more law</b>: backward.forgets-mean</summary>\n<pre>The gradient sums',
    );
    expect(text).toContain('1 law expected to fail:\n\n- frozen&#46;dx: fails, as expected&#58; unknown, known\n');
  });

  test('stays below 256 KiB, in whole sections, and says what is left out', () => {
    const ops = Array.from({ length: 300 }, (_, i) => `op${i}`);
    const laws = ops.map((op) =>
      failing(`backward.${op}`, { ops: [op], counterexample: counterexample({ given: ['ü'.repeat(2000)] }) }),
    );
    const text = markdown(report({ laws, diagnosis: ops.map((op) => ({ ...cause, id: `m.${op}`, op })), exit }));
    const bytes = Buffer.byteLength(text);
    expect(bytes).toBeLessThanOrEqual(256 * 1024);
    expect(bytes).toBeGreaterThan(240 * 1024);
    expect(text.match(/<details/g)!.length).toBe(text.match(/<\/details>/g)!.length);
    expect(text).toMatch(/The rest is left out[^\n]*\n$/);
  });

  test('no word of a target is markup: outside of pre every sign is a reference, inside every tag', () => {
    const text = markdown(hostileReport());
    const tags = text.match(/<[a-z/!][^>]*>/gi)!;
    expect([...new Set(tags)].sort()).toEqual([
      '</b>',
      '</details>',
      '</pre>',
      '</summary>',
      '<b>',
      '<details open>',
      '<pre>',
      '<summary>',
    ]);
    const outside = text.replace(/<pre>[\s\S]*?<\/pre>/g, '');
    expect(outside).toContain('planted');
    expect(outside).not.toMatch(/\]\(|!\[|`|@|\*\*|https?:/);
  });
});
