import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { junit } from '../src/report/junit.js';
import type { Report } from '../src/run/report.js';
import { failing, law, report } from './report.example.js';
import { hostile, hostileReport } from './report.hostile.js';
import { commands } from './runner.js';

const schema = readFileSync(new URL('./fixtures/schemas/junit-10.xsd', import.meta.url), 'utf8');

/** What libxml2 has against it, held to the schema of Jenkins. */
async function faults(contents: string): Promise<string[]> {
  const { errors } = await validateXML({ xml: { fileName: 'junit.xml', contents }, schema });
  return errors.map(({ message }) => message);
}

const broken = (text: Partial<Report> = {}) =>
  report({
    laws: [
      ...report().laws,
      failing('backward.sum-zero'),
      failing('backward.dx', { expected: [{ cause: 'backward.forgets-mean', reason: 'see the ticket' }] }),
      law('running.unbiased', { status: 'breaks', message: 'signal SIGSEGV\nlast words' }),
      law('state.initial', { status: 'vacuous', message: 'no case reached it' }),
    ],
    exit: { code: 1, says: 'does not conform' },
    ...text,
  });

describe('JUnit XML', () => {
  test('keeps the published schema', async () => {
    expect(await faults(junit(report()))).toEqual([]);
    expect(await faults(junit(broken()))).toEqual([]);
  });

  test('the check can fail', async () => {
    expect(await faults(junit(report()).replace('<testcase ', '<test '))).not.toEqual([]);
    expect(await faults(`${junit(report())}<`)).not.toEqual([]);
  });

  test('counts what the JSON counts; an expected failure is skipped, never passed', () => {
    const text = junit(broken());
    const having = (...statuses: string[]) => broken().laws.filter(({ status }) => statuses.includes(status)).length;
    expect(text).toContain(
      `tests="${broken().laws.length}" failures="${having('fails') - 1}" errors="${having('breaks', 'vacuous')}" skipped="${having('refuses') + 1}"`,
    );
    const of = (name: string) => text.match(new RegExp(`<${name}\\b`, 'g'))?.length ?? 0;
    expect([of('testcase'), of('failure'), of('error'), of('skipped')]).toEqual([9, 1, 2, 2]);
  });

  test('says what failed, where, and how to ask again', () => {
    const text = junit(broken());
    expect(text).toContain('<testcase classname="backward" name="backward.sum-zero">');
    expect(text).toContain(
      '<failure type="fails" message="left 2.8284270   right 0   allowed 4.1e-6 (semantic)   at dx[:,0]">',
    );
    expect(text).toContain('\nbnspec replay .bnspec/failures/backward.sum-zero-3f2a.safetensors</failure>');
    expect(text).toContain('<error type="breaks" message="signal SIGSEGV">');
    expect(text).toContain('<error type="vacuous" message="no case reached it">');
    expect(text).toContain(
      '<skipped type="expected" message="fails, as expected: backward.forgets-mean, see the ticket">',
    );
  });

  test('an exit code that no law tells is a test case of its own: no red run is all green', async () => {
    const exit = { code: 3, says: 'nothing may be concluded: no hello' } as const;
    const text = junit(report({ laws: [], exit }));
    expect(await faults(text)).toEqual([]);
    expect(text).toContain('tests="1" failures="0" errors="1"');
    expect(text).toContain('message="exit 3: nothing may be concluded: no hello"');
  });
});

describe('a hostile target', () => {
  test('makes no element, and the text is well formed', async () => {
    const text = junit(hostileReport());
    expect(await faults(text)).toEqual([]);
    expect(text.match(/<testcase\b/g)).toHaveLength(hostileReport().laws.length);
    expect(text).toContain('#x1B[31m #xD800 #xDC00');
    expect(text).toContain(']]&gt;&lt;/failure&gt;&lt;testcase name=&quot;planted&quot;/&gt;');
  });

  test('commands no log that the report is printed to', () => {
    expect(commands(Object.values(hostile).join('\n')).map(({ name }) => name)).toEqual([
      'error',
      'add-mask',
      'stop-commands',
    ]);
    expect(commands(junit(hostileReport()))).toEqual([]);
  });
});
