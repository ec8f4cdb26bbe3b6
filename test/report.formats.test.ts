import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import AjvDraft4 from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { badge } from '../src/report/badge.js';
import { ctrf } from '../src/report/ctrf.js';
import { json } from '../src/report/json.js';
import { reporters } from '../src/report/reporters.js';
import { sarif } from '../src/report/sarif.js';
import type { Report } from '../src/run/report.js';
import { failing, law, report } from './report.example.js';
import { hostileReport } from './report.hostile.js';
import { commands } from './runner.js';

const read = (path: string) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
const schemas = './fixtures/schemas';
const options = { strict: false, allErrors: true, unicodeRegExp: false };
const held = {
  ctrf: addFormats.default(new Ajv(options)).compile(read(`${schemas}/ctrf-schema-0.0.json`)),
  sarif: addFormats
    .default(new AjvDraft4.default(options) as unknown as Ajv)
    .compile(read(`${schemas}/sarif-2.1.0-rtm.5.json`)),
  json: new Ajv2020(options).compile(read('../docs/report.schema.json')),
};
const faults = (name: keyof typeof held, text: string): string[] =>
  held[name](JSON.parse(text)) ? [] : held[name].errors!.map((one) => `${one.instancePath} ${one.keyword}`);

const exit = { code: 1, says: 'does not conform' } as const;
const broken = (changes: Partial<Report> = {}) =>
  report({
    laws: [
      ...report().laws,
      failing('backward.sum-zero', { ops: ['grad'] }),
      failing('backward.dx', { ops: ['grad'], expected: [{ cause: 'unknown', reason: 'see the ticket' }] }),
      law('running.unbiased', { status: 'breaks', message: 'signal SIGSEGV' }),
      law('state.initial', { status: 'vacuous', message: 'no case reached it' }),
    ],
    exit,
    ...changes,
  });

describe('published schemas', () => {
  const reports = {
    good: report(),
    broken: broken(),
    hostile: hostileReport(),
    unheard: report({ laws: [], exit, complete: false }),
  };
  for (const [name, value] of Object.entries(reports))
    test.each(['ctrf', 'sarif', 'json'] as const)(`${name}: %s keeps it`, (format) => {
      expect(faults(format, reporters[format](value))).toEqual([]);
    });

  test('each can be broken', () => {
    expect(faults('ctrf', ctrf(report()).replace('"passed"', '"fine"'))).not.toEqual([]);
    expect(faults('sarif', sarif(broken()).replace('"error"', '"bad"'))).not.toEqual([]);
    expect(faults('sarif', sarif(broken()).replace('"uri": "', '"uri": "a b%'))).not.toEqual([]);
  });

  test('no reporter but the one for GitHub commands a log', () => {
    for (const [name, reporter] of Object.entries(reporters))
      if (name !== 'github') expect([name, commands(reporter(hostileReport(), 'badge.json'))]).toEqual([name, []]);
    expect(JSON.parse(json(hostileReport()))).toEqual(hostileReport());
  });
});

describe('CTRF', () => {
  test('counts what the JSON counts', () => {
    const { summary, tests } = JSON.parse(ctrf(broken())).results;
    expect(summary).toMatchObject({ tests: 9, passed: 4, failed: 2, skipped: 2, pending: 0, other: 1 });
    const raw = Object.fromEntries(tests.map((one: Record<string, string>) => [one.name, [one.status, one.rawStatus]]));
    expect(raw).toMatchObject({
      'backward.sum-zero': ['failed', 'fails'],
      'backward.dx': ['skipped', 'fails, expected'],
      'backward.frozen': ['skipped', 'refuses'],
      'running.unbiased': ['failed', 'breaks'],
      'state.initial': ['other', 'vacuous'],
    });
    expect(tests.map(({ name }: { name: string }) => name)).toEqual(broken().laws.map(({ id }) => id));
  });

  test('an exit code that no law tells is a test of its own', () => {
    const { summary, tests } = JSON.parse(ctrf(report({ exit }))).results;
    expect(summary).toMatchObject({ tests: 6, failed: 1 });
    expect(tests.at(-1)).toMatchObject({ name: 'verdict', message: 'exit 1: does not conform' });
  });
});

describe('SARIF', () => {
  const [run] = JSON.parse(sarif(broken())).runs;

  test('a rule for every law, a result for every one that does not hold', () => {
    expect(run.tool.driver.rules).toHaveLength(9);
    expect(run.results.map((one: { ruleId: string; level: string }) => [one.ruleId, one.level])).toEqual([
      ['backward.sum-zero', 'error'],
      ['backward.dx', 'error'],
      ['running.unbiased', 'error'],
      ['state.initial', 'warning'],
    ]);
    for (const { ruleId, ruleIndex } of run.results) expect(run.tool.driver.rules[ruleIndex].id).toBe(ruleId);
    expect(run.invocations[0]).toMatchObject({ exitCode: 1, executionSuccessful: true });
  });

  test('fingerprints are law and cause: another seed finds the same, another cause does not', () => {
    const print = (text: string) => JSON.parse(text).runs[0].results[0].partialFingerprints;
    const cause = {
      kind: 'mutant',
      id: 'backward.forgets-mean',
      op: 'grad',
      explains: 3,
      of: 3,
      passing: 1,
      says: '',
    } as const;
    expect(print(sarif(broken()))).toEqual({ 'lawAndCause/v1': 'backward.sum-zero unknown' });
    expect(print(sarif(broken({ seed: 7 })))).toEqual(print(sarif(broken())));
    expect(print(sarif(broken({ diagnosis: [cause] })))).toEqual({
      'lawAndCause/v1': 'backward.sum-zero backward.forgets-mean',
    });
  });

  test('what is expected is suppressed, with the reason, and nothing else is', () => {
    const suppressed = run.results.filter((one: object) => 'suppressions' in one);
    expect(suppressed).toMatchObject([
      { ruleId: 'backward.dx', suppressions: [{ justification: 'fails, as expected: unknown, see the ticket' }] },
    ]);
  });
});

describe('the badge', () => {
  const known = broken({
    laws: broken().laws.filter(({ expected, status }) => expected || status === 'holds'),
    verdict: 'fails',
    exit: { code: 0, says: '' },
  });
  const faces: [string, Report, object][] = [
    ['conforms', report(), { message: 'stable', color: 'brightgreen' }],
    ['refuted', broken(), { message: '2 laws refuted', color: 'red' }],
    ['as the baseline says', known, { message: '1 known failure', color: 'yellow' }],
    ['lacks an op', report({ exit }), { message: 'does not conform', color: 'red' }],
    ['inconclusive', report({ exit: { code: 3, says: '' } }), { message: 'inconclusive', color: 'lightgrey' }],
  ];
  test.each(faces)('%s', (_, value, face) => {
    expect(JSON.parse(badge(value, 'badge.json'))).toEqual({ schemaVersion: 1, label: 'bnspec', ...face });
  });

  test('as a picture it is XML that names the same, and reads nothing else', async () => {
    for (const value of [...faces.map(([, one]) => one), hostileReport()]) {
      const contents = badge(value, 'badge.svg');
      const { message } = JSON.parse(badge(value, 'badge.json'));
      expect((await validateXML({ xml: { fileName: 'badge.svg', contents }, normalization: 'format' })).errors).toEqual(
        [],
      );
      expect(contents).toContain(`>${message}</text>`);
      expect(contents.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(/href|http|<script|style=/);
    }
  });
});
