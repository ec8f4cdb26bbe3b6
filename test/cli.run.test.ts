import { cpSync, existsSync, linkSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import type { Report } from '../src/run/report.js';
import { bnspec, fixture, folder } from './cli.process.js';

const schema = JSON.parse(readFileSync(new URL('../docs/report.schema.json', import.meta.url), 'utf8'));
const validate = new Ajv2020({ allErrors: true, strictRequired: false }).compile(schema);
const few = ['--laws', 'inference.output,inference.center', '--cases', '5'];
const liar = fixture('cli-liar.mjs');

describe('a run', () => {
  test('of the embedded default needs no name and ends in the line that spells the exit', async () => {
    const { code, out, err, last } = await bnspec(['run', ...few]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^bnspec \d+\.\d+\.\d+ {3}builtin:two-pass {3}two-pass 1 {3}profile torch/);
    expect(out).toMatch(/^ {2}inference {2}2 laws {2}10 cases {2}/m);
    expect(last).toMatch(/^exit 0: conforms \(\w+\) for /);
  });

  test('the same seed draws the same cases, another seed others', async () => {
    const report = async (seed: string): Promise<Report> =>
      JSON.parse((await bnspec(['run', 'builtin:one-pass', ...few, '--seed', seed, '--reporter', 'json'])).out);
    const [one, again, other] = await Promise.all([report('5'), report('5'), report('6')]);
    const worsts = (of: Report) => of.laws.map(({ worst }) => worst);
    expect(worsts(one)).toEqual(worsts(again));
    expect(worsts(one)).not.toEqual(worsts(other));
  });

  test('that refutes tells both sides, saves the case and exits with 1', async () => {
    const cwd = folder();
    const { code, out, last } = await bnspec(['run', liar, ...few], { cwd });
    expect(code).toBe(1);
    expect(last).toMatch(/^exit 1: does not conform \(/);
    expect(out).toMatch(/^FAILS {4}inference.output\b/m);
    expect(out).toMatch(/left 0 {3}right \S+ {3}allowed \S+ \(semantic\)/);
    const [, file] = out.match(/^AGAIN {4}bnspec replay (\S+)$/m) ?? [];
    expect(existsSync(join(cwd, file))).toBe(true);
  });

  test('reports what it judged in JSON that keeps the schema, on standard output alone', async () => {
    const { code, out, err } = await bnspec(['run', liar, ...few, '--reporter', 'json']);
    const report: Report = JSON.parse(out);
    expect(validate(report) || validate.errors).toBe(true);
    expect(report).toMatchObject({
      verdict: 'fails',
      seed: 1,
      required: 'semantic',
      exit: { code },
      laws: [{ status: 'fails' }, {}],
    });
    expect(err).toBe(`exit 1: ${report.exit.says}\n`);
    expect(validate({ ...report, laws: [{ ...report.laws[0], status: 'passed' }] })).toBe(false);
  });

  test('says before it judges that a file could not be written', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'file'), '');
    for (const [option, value, says] of [
      ['--out', 'file', 'file, not a folder'],
      ['--out', 'file/x', 'file, not a folder'],
      ['--reporter', 'json=.', 'is a folder'],
      ['--reporter', 'json=file/x.json', 'not a folder'],
    ]) {
      const { code, err } = await bnspec(['run', liar, ...few, option!, value!], { cwd });
      expect([code, err.split('\n')[0]], value).toEqual([2, expect.stringContaining(says!)]);
    }
  });

  test('warns of a key of the card that looks like a slip', async () => {
    const { out } = await bnspec(['run', fixture('cli-slip.mjs'), ...few]);
    expect(out.replace(/\s+/g, ' ')).toContain(
      "the card's key 'layout' is unknown and was ignored - did you mean layouts?",
    );
  });

  test('shows what a refuted target wrote on its standard error', async () => {
    const { code, out } = await bnspec(['run', fixture('cli-slip.mjs'), ...few]);
    expect(code).toBe(1);
    expect(out.replace(/\s+/g, ' ')).toContain('WARNS its standard error ends: three values are all there is');
  });

  test('shows the smallest case that an answer of the wrong shape has', async () => {
    const { out } = await bnspec(['run', fixture('cli-slip.mjs'), '--laws', 'inference.output']);
    expect(out).toMatch(/BREAKS {3}inference.output/);
    expect(out.replace(/\s+/g, ' ')).toMatch(/expected F32 \[(1, 1, 2|2, 1|1, 2)\], got F32 \[3\]/);
  });

  test('says why a grade below the required one is enough', async () => {
    const { code, last } = await bnspec(['run', 'builtin:two-pass', ...few, '--dtype', 'f32', '--require', 'exact']);
    expect([code, last]).toEqual([
      0,
      expect.stringContaining('stable; exact says nothing of outputs as wide as their sums'),
    ]);
  });

  test('of a target that only sums in few bits says which laws that leaves without a word, and may conform', async () => {
    const { code, out } = await bnspec([
      'run',
      fixture('cli-half.mjs'),
      '--laws',
      'backward.gradient-check,backward.dbeta,large.*',
    ]);
    expect(code).toBe(0);
    expect(out.replace(/\s+/g, ' ')).toContain('sums of 11 bits cannot tell a slope from its roundings');
    expect(out).toContain('f32 is not asked');
  });

  test('writes a report to a file, whole, and leaves nothing beside it', async () => {
    const cwd = folder();
    mkdirSync(join(cwd, 'old'));
    writeFileSync(join(cwd, 'old/r.json'), 'before');
    linkSync(join(cwd, 'old/r.json'), join(cwd, 'witness'));
    const reporters = ['json=new/r.json', 'json=old/r.json', 'terminal'].flatMap((name) => ['--reporter', name]);
    const { out } = await bnspec(['run', ...few, ...reporters], { cwd });
    for (const place of ['new', 'old']) {
      expect(JSON.parse(readFileSync(join(cwd, place, 'r.json'), 'utf8')).exit.code).toBe(0);
      expect(readdirSync(join(cwd, place))).toEqual(['r.json']);
    }
    expect(readFileSync(join(cwd, 'witness'), 'utf8')).toBe('before');
    expect(out).toMatch(/^bnspec /);
  });

  test('--quiet says only what failed', async () => {
    expect((await bnspec(['run', ...few, '--quiet'])).out).toMatch(/^exit 0: [^\n]+\n$/);
  });

  test('the config file holds options, the command line beats it, --print-config shows both', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'bnspec.config.json'), '{"seed": 4, "laws": "inference.center", "cases": 3}');
    const { code, out } = await bnspec(['run', '--seed', '9', '--print-config'], { cwd });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ seed: 9, laws: ['inference.center'], cases: 3 });
    expect((await bnspec(['run', '--seed', '9'], { cwd })).out).toMatch(/seed 9[\s\S]*1 law {3}3 cases/);
  });
});

describe('a path is an argument, never a piece of shell', () => {
  test('with blanks, quotes, semicolons, $(), other scripts and a leading dash', async () => {
    const cwd = join(folder(), `a b;touch x $(touch y) 'q" é`);
    mkdirSync(cwd);
    cpSync(liar, join(cwd, '-l;i$(touch z).mjs'));
    const run = await bnspec(['run', './-l;i$(touch z).mjs', ...few], { cwd });
    expect(run.code).toBe(1);
    expect(run.out).toContain('./-l;i$(touch z).mjs   liar');
    expect(readdirSync(cwd).sort()).toEqual(['-l;i$(touch z).mjs', '.bnspec']);
    expect((await bnspec(['run', ...few, '--', '-l;i$(touch z).mjs'], { cwd })).err).toContain(
      'cannot run -l;i$(touch z).mjs',
    );
  });
});

describe('replay', () => {
  test('says what the run said, byte for byte, and says it when the fault is gone', async () => {
    const cwd = folder();
    const run = await bnspec(['run', liar, ...few], { cwd });
    const block = (text: string) => text.match(/^FAILS {4}inference.output\b[\s\S]*?^AGAIN.*$/m)?.[0];
    const [, file] = block(run.out)!.match(/bnspec replay (\S+)$/) ?? [];
    const again = await bnspec(['replay', file], { cwd });
    expect(again.code).toBe(1);
    expect(block(again.out)).toBe(block(run.out));
    expect(again.last).toBe('exit 1: 1 of 1 still refuted');
    const fixed = await bnspec(['replay', file, 'builtin:two-pass'], { cwd });
    expect(fixed).toMatchObject({ code: 0, last: 'exit 0: fixed' });
    expect(fixed.out).toMatch(/^FIXED {4}inference.output\b/);
  });

  test('without a file asks all of them; where none is saved, that is a slip', async () => {
    const cwd = folder();
    expect(await bnspec(['replay'], { cwd })).toMatchObject({
      code: 2,
      err: expect.stringContaining('no saved case in .bnspec/failures'),
    });
    await bnspec(['run', liar, ...few], { cwd });
    const saved = readdirSync(join(cwd, '.bnspec/failures')).length;
    expect((await bnspec(['replay'], { cwd })).last).toBe(`exit 1: ${saved} of ${saved} still refuted`);
  });

  test('of a file that is no saved case is a slip, and names it', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'x.safetensors'), 'hello');
    expect(await bnspec(['replay', 'x.safetensors'], { cwd })).toMatchObject({
      code: 2,
      err: expect.stringContaining('x.safetensors is no saved case'),
    });
  });
});
