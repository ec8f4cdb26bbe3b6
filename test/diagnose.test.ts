import { describe, expect, it } from 'vitest';
import { builtins } from '../src/builtin/catalogue.js';
import { mutantKernel } from '../src/run/formula-kernel.js';
import { edited } from '../src/run/mutant.js';
import { suite } from '../src/suite.js';
import type { Inputs, Kernel, Outputs } from '../src/target/kernel.js';
import { diagnosis } from './diagnosing.js';

describe('a published mutant as a target', () => {
  const wrong = suite.mutants.filter(({ wrongAt }) => wrongAt !== null);
  const found = new Map<string, 'right' | 'wrong' | 'unknown'>();

  it.each(wrong)('$id is named, or nothing is', async (mutant) => {
    const { id, profile } = mutant;
    const kernel = mutantKernel(id, edited(suite.spec, mutant), suite.profiles[profile], profile);
    const [first, ...more] = await diagnosis(kernel, profile, 'semantic', mutant.op);
    const named = more.length === 0 && (first?.id === id || first?.says.includes(id));
    found.set(id, named ? 'right' : first === undefined || first.kind === 'unknown' ? 'unknown' : 'wrong');
    expect(found.get(id)).not.toBe('wrong');
  });

  it('and in at least 95 % it is named', () => {
    const named = [...found.values()].filter((what) => what === 'right').length;
    expect(found.size).toBe(wrong.length);
    expect(named).toBeGreaterThanOrEqual(0.95 * wrong.length);
  });
});

/** A right kernel whose outputs are tampered with. */
function tampered(name: string, tamper: (outputs: Record<string, Float64Array>, inputs: Inputs) => void): Kernel {
  const right = builtins['two-pass']!;
  const train = async (inputs: Inputs): Promise<Outputs> => {
    const outputs = (await right.train!(inputs)) as Record<string, Float64Array>;
    tamper(outputs, inputs);
    return outputs;
  };
  return { ...right, card: { ...right.card, name, dtypes: ['f64'] }, train };
}

const channelsOf = ({ x, layout }: Inputs): number => (layout === 'channels_first' ? x.shape[1]! : x.shape.at(-1)!);

/** Adds to y in some channels. */
function shiftedWhere(wanted: (c: number, inputs: Inputs) => boolean) {
  return ({ y }: Record<string, Float64Array>, inputs: Inputs): void => {
    const C = channelsOf(inputs);
    const S = inputs.x.shape.reduce((a, b) => a * b, 1) / inputs.x.shape[0]! / C;
    for (let i = 0; i < y!.length; i += 1) {
      const c = inputs.layout === 'channels_first' ? Math.floor(i / S) % C : i % C;
      if (wanted(c, inputs)) y![i]! += 1;
    }
  };
}

describe('a mistake that nobody published', () => {
  it.each([
    ['one layout', shiftedWhere((_c, { layout }) => layout === 'channels_last'), 'the layout is channels_last'],
    [
      'negative gamma',
      shiftedWhere((c, { gamma }) => gamma !== undefined && (gamma.data[c] as number) < 0),
      'gamma is negative',
    ],
    ['rank 4', shiftedWhere((_c, { x }) => x.shape.length === 4), 'the rank is 4'],
    ['no gamma', shiftedWhere((_c, { gamma }) => gamma === undefined), 'gamma is absent'],
    [
      'a large running variance',
      shiftedWhere((c, { running_var }) => running_var !== undefined && (running_var.data[c] as number) > 1000),
      'the running variance is at least',
    ],
    ['sizes', shiftedWhere((c) => c >= 32), 'the index of the channel is at least 32'],
  ])('%s: unknown, and what the wrong answers share', async (name, tamper, says) => {
    const [first, ...more] = await diagnosis(tampered(name, tamper));
    expect(more).toEqual([]);
    expect(first).toMatchObject({ kind: 'unknown', op: 'train' });
    expect(first!.says).toContain(says);
    expect(first!.says).toContain('of every wrong channel, and of ');
  });
});

describe('a right kernel', () => {
  it('of another dialect is told so, not called wrong', async () => {
    const kernel = { ...builtins.keras!, card: { ...builtins.keras!.card, profile: 'torch' } };
    const [first] = await diagnosis(kernel, 'torch');
    expect(first).toMatchObject({ kind: 'profile', op: 'train' });
    expect(first!.says).toContain('keras3');
  });

  it('that is the textbook one of that tier is named', async () => {
    const [first] = await diagnosis(builtins['one-pass']!, 'torch', 'stable');
    expect(first).toMatchObject({ kind: 'mutant', id: 'numerics.one-pass-clamped', op: 'train' });
  });

  it('is told nothing', async () => {
    expect(await diagnosis(builtins.welford!)).toEqual([]);
  });
});
