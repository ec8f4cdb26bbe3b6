import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Report } from '../src/run/report.js';
import { bnspec, type Ending, fixture, folder } from './cli.process.js';
import { root } from './house.modules.js';

const adapter = fixture('offline.py');
const venv = join(root, '.venv/bin/python');
const python = existsSync(venv) ? venv : 'python3';
const laws = ['--laws', 'forward.output,running.closed-form,running.update-mean,running.deterministic', '--cases', '4'];
const card = JSON.stringify({ name: 'offline', ops: 'train', dtypes: ['f32'], profile: 'torch' });

/** Lets the adapter answer what has no answers yet; one that dies is started again by the kit. */
const answer = (cwd: string, fault = '') =>
  promisify(execFile)(python, ['off/bnspec.py', adapter, '--answer', 'off'], {
    cwd,
    env: { ...process.env, PYTHON_FAULT: fault },
  });

/** Exports, and goes to and fro until something is concluded. */
async function judged(
  fault: string,
  more: readonly string[] = [],
): Promise<{ cwd: string; end: Ending; rounds: number }> {
  const cwd = folder();
  writeFileSync(join(cwd, 'card.json'), card);
  const wrote = await bnspec(['export', 'off', '--card', 'card.json', ...laws], { cwd });
  expect(wrote.err + wrote.out).toMatch(/wrote [\d ]+ questions/);
  for (let rounds = 1; ; rounds += 1) {
    await answer(cwd, fault);
    const end = await bnspec(['judge', 'off', ...more], { cwd });
    if (end.code !== 3 || rounds === 6) return { cwd, end, rounds };
    expect(end.last).toBe('exit 3: nothing may be concluded: these questions follow from the answers');
  }
}

const json = ['--reporter', 'json'];
const live = async (fault: string): Promise<Report> => {
  const env = { PYTHON_FAULT: fault, BNSPEC_PYTHON: python };
  return JSON.parse((await bnspec(['run', adapter, ...laws, ...json], { env })).out);
};

/** What does not hang on where and when the answers were given, and on smaller cases. */
const essence = ({ target, laws: all, durationMs: _, warnings: _1, ...report }: Report): unknown => ({
  ...report,
  card: target.card,
  laws: all.map(({ counterexample: _2, ...law }) => law),
});

describe('a kernel that answers elsewhere', { timeout: 120_000 }, () => {
  test('is judged as a live one, if it is right', async () => {
    const { end, rounds } = await judged('', json);
    const report: Report = JSON.parse(end.out);
    expect(report.verdict).toBe('conforms');
    expect(essence(report)).toEqual(essence(await live('')));
    expect(rounds).toBeLessThanOrEqual(4);
  });

  test('is refuted by the same laws for the same cause, if it is wrong; a next round makes its cases smaller', async () => {
    const { cwd, end } = await judged('m - 1', json);
    const report: Report = JSON.parse(end.out);
    const there = await live('m - 1');
    expect(end.code).toBe(1);
    expect(report.exit).toEqual(there.exit);
    const told = ({ laws: all }: Report) => all.map(({ id, status, grade, cases }) => ({ id, status, grade, cases }));
    expect(told(report)).toEqual(told(there));
    expect(report.diagnosis.map(({ id }) => id)).toEqual(there.diagnosis.map(({ id }) => id));
    const shrinks = ({ laws: all }: Report) => all.reduce((sum, law) => sum + (law.counterexample?.shrinks ?? 0), 0);
    expect(shrinks(report)).toBe(0);
    const next = await bnspec(['judge', 'off', '--next', ...json], { cwd });
    expect(next.code).toBe(1);
    expect(next.err).toMatch(/Smaller cases may fail too. wrote [\d ]+ questions/);
    await answer(cwd, 'm - 1');
    const smaller: Report = JSON.parse((await bnspec(['judge', 'off', ...json], { cwd })).out);
    expect(shrinks(smaller)).toBeGreaterThan(0);
    expect(told(smaller).map(({ status }) => status)).toEqual(told(there).map(({ status }) => status));
  });

  test('breaks where it dies at a question twice, and everything else is judged', async () => {
    const { end, cwd } = await judged('dies', json);
    const report: Report = JSON.parse(end.out);
    const broken = report.laws.filter(({ status }) => status === 'breaks');
    expect(end.code).toBe(1);
    expect(broken.length).toBeGreaterThan(1);
    for (const law of broken) expect(law.message).toContain('the runner ended without a reply');
    const replay = broken[0]!.counterexample!.file!;
    expect((await bnspec(['replay', replay], { cwd })).last).toMatch(/^exit 1: 1 of 1 still refuted/);
  });

  test('is warned of where it died at a question once', async () => {
    const { end } = await judged('dies once', json);
    const report: Report = JSON.parse(end.out);
    expect(report.verdict).toBe('conforms');
    expect(report.warnings.join()).toMatch(/unstable: request \d+-\w+: the runner ended without a reply; asked again/);
  });
});

describe('answers that are no answers', { timeout: 120_000 }, () => {
  const spoilt = async (spoil: (file: string) => void): Promise<Ending> => {
    const cwd = folder();
    writeFileSync(join(cwd, 'card.json'), card);
    await bnspec(['export', 'off', '--card', 'card.json', '--laws', 'forward.output', '--cases', '1'], { cwd });
    for (let rounds = 1; ; rounds += 1) {
      await answer(cwd);
      const answers = join(cwd, 'off/answers');
      spoil(join(answers, readdirSync(answers).sort().at(-1)!));
      const end = await bnspec(['judge', 'off'], { cwd });
      if (!end.last.endsWith('these questions follow from the answers') || rounds === 6) return end;
    }
  };

  test.each<[string, (file: string) => void, RegExp, code: 1 | 3]>([
    [
      'cut off',
      (file) => truncateSync(file, readFileSync(file).length - 3),
      /the runner left no whole reply: 3 bytes/,
      1,
    ],
    ['empty', (file) => truncateSync(file, 0), /no hello from off: the runner ended without a reply/, 3],
    [
      'text',
      (file) => writeFileSync(file, 'Segmentation fault\n'),
      /no hello from off: .* header length \d+ is not from 2/,
      3,
    ],
    [
      'longer',
      (file) => writeFileSync(file, Buffer.concat([readFileSync(file), readFileSync(file)])),
      /replies after the last one/,
      1,
    ],
  ])('%s: asked once more, and then told as a fault', async (_, spoil, says, due) => {
    const { code, out } = await spoilt(spoil);
    expect(out.replace(/\s+/g, ' ')).toMatch(says);
    expect(code).toBe(due);
  });

  test('are never waited for in silence', async () => {
    const cwd = folder();
    const usage = async (argv: string[], says: string) => {
      const { code, err } = await bnspec(argv, { cwd });
      expect(err).toContain(says);
      expect(code).toBe(2);
    };
    await usage(['judge', 'off'], 'off holds no questions of bnspec: it has no export.json');
    await usage(['export'], 'export takes one folder: bnspec export DIR');
    writeFileSync(join(cwd, 'bad.json'), '{"name": "x", "ops": "train", "dtypes": ["f8"]}');
    await usage(['export', 'off', '--card', 'bad.json'], '--card bad.json: the card says dtypes = "f8"; allowed is');
    await bnspec(['export', 'off', '--laws', 'forward.output', '--cases', '1'], { cwd });
    await usage(['judge', 'off'], '1 of 1 file in off/requests have no answers, 0001.safetensors first');
    await usage(['export', 'off'], 'off is not empty\nname another folder, or judge what is in it');
    writeFileSync(join(cwd, 'off/export.json'), '{"schema": "other"}');
    await usage(['judge', 'off'], 'off/export.json is no plan of this version of bnspec\nexport once more');
    rmSync(join(cwd, 'off/requests'), { recursive: true });
  });

  test('are not judged by options that do not exist', async () => {
    const cwd = folder();
    await bnspec(['export', 'off', '--laws', 'forward.output', '--cases', '1'], { cwd });
    await answer(cwd);
    const plan = JSON.parse(readFileSync(join(cwd, 'off/export.json'), 'utf8'));
    writeFileSync(
      join(cwd, 'off/export.json'),
      JSON.stringify({ ...plan, options: { ...plan.options, require: 'Stable' } }),
    );
    const { code, err } = await bnspec(['judge', 'off'], { cwd });
    expect(err).toContain(
      "unknown tier 'Stable' - did you mean stable?\noff/export.json: options: require takes one of",
    );
    expect(code).toBe(2);
  });

  test('to the questions of another export: asked again, and a right kernel conforms', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'card.json'), card);
    const questions = (seed: string, dir: string) =>
      bnspec(['export', dir, '--card', 'card.json', '--laws', 'forward.output', '--cases', '4', '--seed', seed], {
        cwd,
      });
    await questions('1', 'off');
    await answer(cwd);
    renameSync(join(cwd, 'off/answers'), join(cwd, 'answers'));
    rmSync(join(cwd, 'off'), { recursive: true });
    await questions('2', 'off');
    renameSync(join(cwd, 'answers'), join(cwd, 'off/answers'));
    expect((await bnspec(['judge', 'off'], { cwd })).code).toBe(3);
    const { stderr } = await answer(cwd);
    expect(stderr).toContain('answered 1 file; 1 had answers before, and keep them: delete');
    const { code, out } = await bnspec(['judge', 'off'], { cwd });
    expect(out.replace(/\s+/g, ' ')).toMatch(/unstable: request 1-\w+: replied to id "1-\w+", asked was id "1-\w+"/);
    expect(code).toBe(0);
  });
});
