import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { optionsOf } from '../src/cli/config.js';
import { configSchema, configurable } from '../src/cli/config-schema.js';
import { bnspec, folder } from './cli.process.js';
import { file } from './house.modules.js';

const schema = JSON.parse(configSchema());
const valid = new Ajv2020({ allowUnionTypes: true }).compile(schema);

/** Whether bnspec takes an option so. */
function takes(name: string, value: unknown): boolean {
  try {
    optionsOf({ [name]: value }, configurable, 'a test');
    return true;
  } catch {
    return false;
  }
}

describe('docs/config.schema.json', () => {
  test('is what npm run docs writes', () => expect(file('docs/config.schema.json').text).toBe(configSchema()));

  const names = Object.keys(configurable);
  const wholes: [string, number, number][] = names.flatMap((name) => {
    const { type, minimum, maximum } = schema.properties[name];
    return type === 'integer' ? [[name, minimum, maximum] as [string, number, number]] : [];
  });

  test.each(wholes)('%s is from %d to %d', (name, least, most) => {
    for (const value of [least, most, least - 1, most + 1, least + 0.5])
      expect(valid({ [name]: value }), `${value}`).toBe(takes(name, value));
  });

  const listed: [string, string[]][] = names.flatMap((name) => {
    const { enum: own, anyOf } = schema.properties[name];
    const all: string[] | undefined = own ?? anyOf?.[0].enum;
    return all ? [[name, all] as [string, string[]]] : [];
  });

  test.each(listed)('%s is one of %j', (name, all) => {
    for (const value of [...all, 'nonsense']) expect(valid({ [name]: value }), value).toBe(takes(name, value));
    const list = all.slice(0, 2);
    expect(valid({ [name]: list }), 'a list').toBe(takes(name, list) && 'anyOf' in schema.properties[name]);
  });

  test.each([
    { strict: true },
    { strict: 'yes' },
    { laws: ['forward.*', 'running.*'] },
    { laws: [] },
    { 'max-memory': '2G' },
    { 'max-memory': 'much' },
    { 'require-panel': 2.5 },
    { 'require-panel': 0.5 },
    { reporter: ['terminal', 'json=out/report.json'] },
    { reporter: 'paper' },
    { colour: true },
  ])('%j', (entry) => {
    const [[name, value]] = Object.entries(entry) as [[string, unknown]];
    expect(valid(entry)).toBe(takes(name, value));
  });

  test('of every option it has the sentence of the help', () => {
    expect(Object.keys(schema.properties)).toEqual(['$schema', ...names]);
    for (const [name, { says }] of Object.entries(configurable)) expect(schema.properties[name].description).toBe(says);
  });
});

describe('where an option is set', () => {
  const run = async (config: unknown, env: Record<string, string>, argv: readonly string[] = []) => {
    const cwd = folder();
    writeFileSync(join(cwd, 'bnspec.config.json'), JSON.stringify(config));
    return bnspec(['run', '--print-config', ...argv], { cwd, env });
  };
  const config = {
    $schema: './node_modules/bnspec/docs/config.schema.json',
    seed: 4,
    cases: 3,
    reporter: ['terminal', 'json=r.json'],
  };

  test('the command line beats the environment, that the file, that the default; each is said', async () => {
    const { code, out, err } = await run(config, { BNSPEC_SEED: '5', BNSPEC_MAX_TIME: '60', BNSPEC_STRICT: '1' }, [
      '--max-time',
      '9',
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({
      ...{ effort: 'standard', seed: 5, out: '.bnspec', cases: 3, 'max-time': 9, strict: true },
      reporter: ['terminal', 'json=r.json'],
    });
    const places = [
      'effort: default',
      'seed: BNSPEC_SEED',
      'cases: bnspec.config.json',
      'max-time: --max-time',
      'strict: BNSPEC_STRICT',
    ];
    expect(err.split('\n')).toEqual(expect.arrayContaining(places));
  });

  test('what is printed is a config that says the same', async () => {
    const once = await run(config, { BNSPEC_DTYPE: 'f32,f16' });
    const twice = await run(JSON.parse(once.out), {});
    expect(twice.out).toBe(once.out);
    expect(valid(JSON.parse(once.out))).toBe(true);
  });

  test.each([
    [{ BNSPEC_SEDE: '3' }, "unknown variable 'BNSPEC_SEDE' - did you mean BNSPEC_SEED?"],
    [{ BNSPEC_SEED: 'three' }, 'BNSPEC_SEED three: not a whole number'],
    [{ BNSPEC_BAIL: 'perhaps' }, 'BNSPEC_BAIL=perhaps must be 1 or 0'],
  ])('%j is refused', async (env, says) => {
    const { code, err } = await run({}, env as Record<string, string>);
    expect({ code, says: err.includes(says) }, err).toEqual({ code: 2, says: true });
  });

  test('a variable of somebody else is left alone; one that is empty or 0 sets nothing', async () => {
    const { code, out } = await run({}, { BNSPEC_HOMEPAGE_OF_A_PROJECT: 'x', BNSPEC_SEED: '', BNSPEC_BAIL: '0' });
    expect({ code, set: JSON.parse(out) }).toEqual({ code: 0, set: { effort: 'standard', seed: 1, out: '.bnspec' } });
  });
});
