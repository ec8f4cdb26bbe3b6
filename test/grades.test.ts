import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { builtins } from '../src/builtin/catalogue.js';
import { specKernel } from '../src/run/formula-kernel.js';
import { testedBy } from '../src/run/proof.js';
import type { Grade, Report } from '../src/run/report.js';
import { casesOf, run } from '../src/run/run.js';
import { suite } from '../src/suite.js';
import type { Kernel } from '../src/target/kernel.js';
import { local } from '../src/target/local.js';

async function graded(name: string, kernel: Kernel, laws?: string, cases = 8): Promise<Report> {
  const target = local(name, kernel);
  return run({
    ...{ target, card: await target.hello(), suite, effort: 'standard', cases, seed: 1, command: [name], version: '0' },
    ...(laws === undefined ? {} : { laws }),
    out: mkdtempSync(join(tmpdir(), 'bnspec-grades-')),
    signal: new AbortController().signal,
    now: () => 0,
    environment: { node: '', platform: '' },
  });
}

const expected: readonly (readonly [string, Grade])[] = [
  ['two-pass', 'stable'],
  ['welford', 'stable'],
  ['shifted', 'stable'],
  ['folded', 'stable'],
  ['keras', 'stable'],
  ['one-pass', 'semantic'],
  ['sequential', 'semantic'],
];

it.each(expected)('%s conforms, and is %s', async (name, grade) => {
  const { verdict, grade: reached } = await graded(name, builtins[name]!);
  expect([verdict, reached]).toEqual(['conforms', grade]);
});

it('grades the rounded specification as exact', async () => {
  const kernel = specKernel(suite.spec, suite.profiles.torch!, 'torch');
  const { verdict, grade, laws } = await graded('spec', kernel, undefined, casesOf.standard);
  expect([verdict, grade]).toEqual(['conforms', 'exact']);
  // what docs/laws.md says that laws without a proof were tested by
  const held = laws.filter(({ status }) => status === 'holds').map(({ id, cases }) => ({ id, cases }));
  const said = held.map(({ id }) => {
    const { cases, profile } = testedBy(suite.laws.find((law) => law.id === id)!, suite)!;
    expect(profile).toBe('torch');
    return { id, cases };
  });
  expect(said).toEqual(held);
});

it('holds the sequential sums to semantic by very large, biased batches and by nothing else', async () => {
  const { laws } = await graded('sequential', builtins.sequential!);
  const held = laws.filter(({ grade }) => grade === 'semantic').map(({ id }) => id);
  expect(held).toEqual(['large.batch', 'large.gradient', 'large.mean']);
  const large = laws.find(({ id }) => id === 'large.batch')!;
  expect(large.elements).toBeGreaterThanOrEqual(2 ** 18);
});

it('draws the same cases from the same seed, whatever else is asked', async () => {
  const [all, one] = [
    await graded('welford', builtins.welford!),
    await graded('welford', builtins.welford!, 'limit.gap'),
  ];
  expect(one.laws[0]).toEqual(all.laws.find(({ id }) => id === 'limit.gap'));
});
