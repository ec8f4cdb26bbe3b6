import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { cli, folder } from './cli.process.js';

const fileOf = (name: string): string => fileURLToPath(new URL(`../docs/ci/${name}`, import.meta.url));
const read = (name: string) => parse(readFileSync(fileOf(name), 'utf8'));

/** A folder in which `npx bnspec` is this one, asked little. */
function place(): { readonly cwd: string; readonly path: string } {
  const cwd = folder();
  const path = join(cwd, 'bin');
  mkdirSync(path);
  const few = '--laws=inference.output --cases=2 --effort=quick';
  const script = `#!/bin/sh\nshift\n[ "$1" = run ] && set -- "$@" ${few}\nexec "${process.execPath}" "${cli}" "$@"\n`;
  writeFileSync(join(path, 'npx'), script);
  chmodSync(join(path, 'npx'), 0o755);
  return { cwd, path };
}

/** Runs a line of shell as the system that it was written for would, and gives its last line. */
function shell(
  command: readonly string[],
  { cwd, path }: ReturnType<typeof place>,
  env: Record<string, string>,
): string {
  const [file, ...argv] = command;
  const { NO_COLOR: _, ...own } = process.env;
  const given = { ...own, TARGET: 'builtin:two-pass', ...env, PATH: `${path}:${process.env.PATH}` };
  const { stdout, stderr } = spawnSync(file!, argv, { cwd, env: given, encoding: 'utf8' });
  return stdout.trimEnd().split('\n').at(-1) || stderr;
}

const written = (i: number) => `exit 0: shard ${i} of 2 written; bnspec merge concludes`;
const concludes = /^exit 0: conforms \(.*\) for infer; 1 of \d+ laws asked$/;

describe('what docs/ci has to copy', () => {
  test('GitHub Actions: the lines of the jobs, and as many shards as are named', () => {
    const { env, jobs } = read('github.yml');
    expect(jobs.shard.strategy.matrix.shard).toEqual(Array.from({ length: env.SHARDS }, (_, i) => i + 1));
    expect(jobs.verdict.needs).toBe('shard');
    const lineOf = (job: { steps: { run?: string }[] }, word: string): string[] => [
      'sh',
      '-c',
      job.steps.find(({ run }) => run?.includes(word))!.run!,
    ];
    const here = place();
    for (const i of [1, 2])
      expect(shell(lineOf(jobs.shard, ' run '), here, { SHARD: String(i), SHARDS: '2' })).toBe(written(i));
    expect(shell(lineOf(jobs.verdict, ' merge '), here, {})).toMatch(concludes);
  });

  test('a Kubernetes Indexed Job: its command, by the index of a pod', () => {
    const { spec } = read('kubernetes.yaml');
    const [{ command, env }] = spec.template.spec.containers;
    expect(spec.completionMode).toBe('Indexed');
    expect(env.find(({ name }: { name: string }) => name === 'SHARDS').value).toBe(String(spec.completions));
    const here = place();
    for (const i of [0, 1])
      expect(shell(command, here, { JOB_COMPLETION_INDEX: String(i), SHARDS: '2', JOURNALS: 'journals' })).toBe(
        written(i + 1),
      );
    expect(shell(['npx', 'bnspec', 'merge', 'journals'], here, {})).toMatch(concludes);
  });

  test('a Slurm array: the script, by the number of a task', () => {
    const here = place();
    const array = { SLURM_ARRAY_TASK_MAX: '2', SLURM_ARRAY_TASK_MIN: '1' };
    for (const i of [1, 2])
      expect(shell(['sh', fileOf('slurm.sh')], here, { ...array, SLURM_ARRAY_TASK_ID: String(i) })).toBe(written(i));
    expect(shell(['npx', 'bnspec', 'merge', 'journals'], here, {})).toMatch(concludes);
  });
});
