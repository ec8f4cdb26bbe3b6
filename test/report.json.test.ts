import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { json } from '../src/report/json.js';
import type { Report } from '../src/run/report.js';
import { failing, law, report } from './report.example.js';
import { passing } from './report.pages.js';

const schema = JSON.parse(readFileSync(new URL('../docs/report.schema.json', import.meta.url), 'utf8'));
const validate = new Ajv2020({ allErrors: true, strictRequired: false }).compile(schema);
const faults = (value: unknown) =>
  validate(value) ? [] : validate.errors!.map((error) => `${error.instancePath} ${error.keyword}`);
const withFigure = (changes: object) => {
  const { figures } = passing;
  return { figures: { ...figures, outputs: [{ ...figures!.outputs[0], ...changes }] } };
};
const written = (value: Report) => JSON.parse(json(value));

describe('the JSON report', () => {
  test('is the value itself, two blanks deep', () => {
    expect(written(report())).toEqual(report());
    expect(json(report())).toMatch(/^\{\n {2}"schema": "bnspec-report\/1",\n/);
  });

  test('keeps its published schema', () => {
    const worst = { output: 'y', budget: Number.POSITIVE_INFINITY, ulps: Number.NaN };
    const laws = [
      ...report().laws,
      failing('backward.sum-zero'),
      law('backward.dx', { status: 'breaks', message: 'x', worst }),
    ];
    expect(faults(written(report({ laws })))).toEqual([]);
    const panel = { says: 'worse', ratio: Number.POSITIVE_INFINITY, like: null };
    expect(faults(written(passing))).toEqual([]);
    for (const measured of [panel, null]) expect(faults(written(report({ panel: measured })))).toEqual([]);
  });
});

describe('the schema refuses', () => {
  const [first, ...others] = report().laws;
  const wrong: Record<string, [Record<string, unknown>, string]> = {
    'an unknown status': [{ laws: [{ ...first, status: 'passed' }, ...others] }, '/laws/0/status enum'],
    'an unknown verdict': [{ verdict: 'ok' }, '/verdict enum'],
    'an exit code that has no meaning': [{ exit: { code: 5, says: '' } }, '/exit/code enum'],
    'a law that fails and shows no counterexample': [{ laws: [{ ...first, status: 'fails' }] }, '/laws/0 required'],
    'a negative count': [{ laws: [{ ...first, cases: -1 }] }, '/laws/0/cases minimum'],
    'a key that nobody documented': [{ score: 10 }, ' additionalProperties'],
    'an accuracy that says nothing': [{ panel: { says: 'on par', ratio: 0.5, like: null } }, '/panel/ratio minimum'],
    'a figure of an operation that there is not': [withFigure({ op: 'guess' }), '/figures/outputs/0/op enum'],
    'a figure that counts below nothing': [withFigure({ ulps: [-1] }), '/figures/outputs/0/ulps/0 minimum'],
    'another schema': [{ schema: 'bnspec-report/2' }, '/schema const'],
    'a missing seed': [{ seed: undefined }, ' required'],
  };
  for (const [what, [changes, fault]] of Object.entries(wrong)) {
    test(what, () => expect(faults(JSON.parse(JSON.stringify({ ...report(), ...changes })))).toContain(fault));
  }
});
