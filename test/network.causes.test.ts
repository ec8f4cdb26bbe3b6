import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { builtins } from '../src/builtin/catalogue.js';
import { fresh } from '../src/run/mutant.js';
import { byText, mistaken } from '../src/run/network-kernel.js';
import type { Diagnosis } from '../src/run/report.js';
import { run } from '../src/run/run.js';
import { suite } from '../src/suite.js';
import type { Kernel, Outputs } from '../src/target/kernel.js';
import { local } from '../src/target/local.js';
import type { StepsInputs } from '../src/target/network-inputs.js';

const about = { version: '', command: [], environment: { node: '', platform: '' }, now: () => 0 };

/** What a whole run of laws of networks says of a kernel; what it refutes is not made smaller. */
async function causes(
  kernel: Kernel,
  { laws = 'network.*', profile = 'torch', known = suite, cases = 4 } = {},
): Promise<readonly Diagnosis[]> {
  const target = local(kernel.card.name, kernel);
  const asked = { suite: known, profile, laws, cases, require: 'semantic', effort: 'standard', seed: 1 } as const;
  const out = join(tmpdir(), 'bnspec-networks');
  const signal = new AbortController().signal;
  const report = await run({ ...about, ...asked, target, card: await target.hello(), out, signal, shrink: false });
  return report.diagnosis;
}

const wrong = suite.kernels.filter(({ op }) => op === 'steps');

/** Some laws of any network, and that of the optimizer that a mistake is in. */
const some = 'network.descent,network.gradients,network.bias-redundant';
const lawsOn = (id: string): string =>
  `${some},${/^network\.(?:momentum|rmsprop|adam)/.exec(id)?.[0] ?? 'network.prediction'}`;

describe('a published wrong network', () => {
  const found = new Map<string, boolean>();

  it.each(wrong)('$id is named, or nothing is', async (one) => {
    const edit = suite.networkMutants.some(({ id }) => id === one.id);
    // What no edit says shows rarely: in a whole run.
    const causing = await causes(fresh(one), edit ? { laws: lawsOn(one.id) } : { cases: 12 });
    const named = causing.filter(({ kind }) => kind !== 'unknown');
    for (const { id, says } of named) expect(`${id} ${says}`).toContain(one.id);
    found.set(one.id, named.length > 0);
  });

  it('and in at least 95 % it is named', () => {
    const unnamed = [...found].filter(([, named]) => !named).map(([id]) => id);
    expect(found.size).toBe(wrong.length);
    expect(unnamed.length, unnamed.join()).toBeLessThanOrEqual(0.05 * wrong.length);
  });

  it('is named in the dialect that it speaks', async () => {
    const mutant = suite.networkMutants.find(({ id }) => id === 'network.rmsprop-rootless')!;
    const profile = suite.profiles.keras3!;
    const right = builtins.keras!;
    const steps = byText(mistaken(suite.spec, mutant), profile);
    const [first] = await causes({ ...right, steps }, { laws: 'network.rmsprop', profile: 'keras3' });
    expect(first!.id).toBe(mutant.id);
  });

  it('is unknown where it was never published, with what is wrong and in which networks', async () => {
    const one = wrong.find(({ id }) => id === 'network.sigmoid-reversed')!;
    const networkMutants = suite.networkMutants.filter(({ id }) => id !== one.id);
    const known = { ...suite, networkMutants, kernels: suite.kernels.filter((kernel) => kernel !== one) };
    const [first, ...more] = await causes(fresh(one), { known, laws: lawsOn(one.id) });
    expect(more).toEqual([]);
    expect(first).toMatchObject({ kind: 'unknown', op: 'steps' });
    expect(first!.says).toContain(
      'of every wrong network, and of no right one, it is true that an activation is sigmoid',
    );
  });
});

const right = builtins['two-pass']!;

/** The embedded networks, in their own arithmetic, with a mistake in what they are given or what they answer. */
const embedded = (
  mistake: (inputs: StepsInputs) => StepsInputs,
  answer = (outputs: Outputs, _: StepsInputs) => outputs,
): Kernel => ({
  ...right,
  steps: async (inputs) => answer(await right.steps!(mistake(inputs)), inputs),
});

describe('another kernel with the mistake of a published one', () => {
  it.each<[string, string, (inputs: StepsInputs) => StepsInputs]>([
    ['network.ascends', 'network.descent', (inputs) => ({ ...inputs, rate: -inputs.rate })],
    ['network.momentum-forgets', 'network.momentum', (inputs) => ({ ...inputs, decay: 0 })],
  ])('is named %s', async (id, laws, mistake) => {
    const [first, ...more] = await causes(embedded(mistake), { laws });
    expect(more).toEqual([]);
    expect(first).toMatchObject({ kind: 'mutant', id });
  });

  it('and one that nobody published is unknown: which outputs, and what wrong networks share', async () => {
    const hasty = embedded((inputs) => (inputs.optimizer === 'adam' ? { ...inputs, rate: 2 * inputs.rate } : inputs));
    const [first, ...more] = await causes(hasty, { laws: `${some},network.momentum,network.adam` });
    expect(more).toEqual([]);
    expect(first).toMatchObject({ kind: 'unknown', id: 'steps', explains: 0, of: 1, passing: 4 });
    expect(first!.says).toMatch(/^wrong are .*weight of stage/);
    expect(first!.says).toContain('of every wrong network, and of no right one, it is true that the optimizer is adam');
    expect(first!.says).toMatch(/: network.adam$/);
  });
});
