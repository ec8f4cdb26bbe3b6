import { describe, expect, it } from 'vitest';
import { builtins } from '../src/builtin/catalogue.js';
import { specKernel } from '../src/run/formula-kernel.js';
import type { Profile } from '../src/run/profile.js';
import { recognize } from '../src/run/recognize.js';
import { suite } from '../src/suite.js';
import type { Kernel } from '../src/target/kernel.js';
import { local } from '../src/target/local.js';

const found = async (kernel: Kernel, change: object = {}) => {
  const target = local('kernel', kernel);
  return recognize(target, { ...(await target.hello()), ...change }, suite);
};

/** What answers can show of a dialect. */
const way = ({ divisor, update, m1, reads, formulas }: Profile): string =>
  JSON.stringify([divisor, update, m1, reads?.train, formulas?.train, reads?.infer, formulas?.infer]);

describe('a dialect is recognized by its answers', () => {
  const all = Object.entries(suite.profiles).map(([name, profile]) => ({ name, profile }));

  it.each(all)('$name', async ({ name, profile }) => {
    const kernel = specKernel(suite.spec, profile, name);
    const card = { ...kernel.card, ops: profile.ops, saved: profile.saved, profile: undefined };
    const recognized = await found({ ...kernel, card });
    expect(recognized.explains).toBe(true);
    if (profile.ops.includes('train') && profile.m1 !== 'undefined')
      expect(way(suite.profiles[recognized.name]!)).toBe(way(profile));
  });

  it.each(Object.keys(builtins))('builtin %s', async (name) => {
    const kernel = builtins[name]!;
    const own = suite.profiles[String(kernel.card.profile)]!;
    const recognized = await found(kernel);
    expect(recognized).toMatchObject({ name: kernel.card.profile, explains: true });
    expect(way(suite.profiles[recognized.name]!)).toBe(way(own));
  });

  it('the card decides between dialects that answer alike, and only then', async () => {
    expect(await found(builtins.keras!, { profile: 'flax' })).toMatchObject({ name: 'flax', explains: true });
    expect(await found(builtins.keras!, { profile: 'torch' })).toMatchObject({ explains: true });
    expect((await found(builtins.keras!, { profile: 'torch' })).name).not.toBe('torch');
  });

  it('what no dialect explains is said to be only near one', async () => {
    const { train } = builtins['two-pass']!;
    const broken = async (inputs: Parameters<NonNullable<Kernel['train']>>[0]) => {
      const outputs = (await train!(inputs)) as Record<string, Float64Array>;
      return { ...outputs, running_var: outputs.running_var?.map((v) => 3 * v) };
    };
    expect(await found({ ...builtins['two-pass']!, train: broken })).toMatchObject({ explains: false });
  });
});
