import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { builtins } from '../src/builtin/catalogue.js';
import type { Format } from '../src/exact/format.js';
import type { WrongKernel } from '../src/run/mutant.js';
import type { Property } from '../src/run/property.js';
import type { Counted } from '../src/run/tally.js';
import { suite } from '../src/suite.js';
import { asked, judgedKernel, verdict } from './judging.js';

const { kernels, unseen } = suite;

/** The laws that ask what the kernel gets wrong, large directed cases last. */
const telling = ({ op }: WrongKernel, laws: readonly Property[]): Property[] =>
  laws
    .filter(({ needs }) => needs.ops.includes(op))
    .toSorted((a, b) => Number(a.few ?? false) - Number(b.few ?? false));

/** The first law that refutes the kernel in a default run; null if all hold. */
async function killer(wrong: WrongKernel, dtypes?: readonly Format[]): Promise<Counted | null> {
  const of = await judgedKernel(wrong, dtypes);
  for (const law of telling(wrong, asked(of))) {
    const counted = await verdict(law, of, { required: wrong.wrongAt });
    if (counted.status === 'fails' || counted.status === 'breaks') return counted;
  }
  return null;
}

describe('a wrong kernel', () => {
  const files = readdirSync(new URL('../mutants/kernels', import.meta.url));

  it.each(files)('%s: exports are named by their ids and stand in the suite', async (file) => {
    const exported: Record<string, WrongKernel> = await import(/* @vite-ignore */ `../mutants/kernels/${file}`);
    const camelCase = (kebab: string) => kebab.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    expect(Object.keys(exported).length).toBeGreaterThan(0);
    for (const [name, wrong] of Object.entries(exported)) {
      const [head, tail] = wrong.id.split('.');
      expect([`${head}.ts`, camelCase(tail)]).toEqual([file, name]);
      expect(kernels).toContain(wrong);
    }
  });

  it('says in a sentence what it does wrong, and where that was seen', () => {
    expect(kernels.length).toBeGreaterThanOrEqual(40);
    for (const { says, seen, dtypes, profile } of kernels) {
      expect(says).toMatch(/^[A-Z].*\.$/);
      expect(seen.length).toBeGreaterThan(0);
      for (const where of seen) expect(where).toMatch(/^([\w.-]+\/[\w.-]+(#\d+|: \S+)|textbook)$/);
      expect(dtypes.length).toBeGreaterThan(0);
      expect(Object.keys(suite.profiles)).toContain(profile);
    }
  });

  it('is made afresh, and speaks the dialect that it is judged in', () => {
    for (const { make, profile } of kernels) {
      const [first, second] = [make(), make()];
      expect(first).not.toBe(second);
      expect(first.card.profile).toBe(profile);
    }
  });
});

describe('what is not seen', () => {
  it('is little, and said in a sentence each', () => {
    expect(unseen.length).toBeGreaterThan(0);
    expect(unseen.length).toBeLessThanOrEqual(10);
    for (const { name, why } of unseen) {
      expect(name).toMatch(/^[A-Z].*[^.]$/);
      expect(why).toMatch(/^[a-z][^.]*\.$/);
    }
  });
});

/** Those whose answer no law can read: of the wrong format, or none. */
const unusable = [
  ...['dtype.output-in-accumulator', 'edge.single-refused'],
  ...['sync.empty-refused', 'sync.single-refused'],
];

describe('the default run', () => {
  it.each(kernels)('refutes $id', async (wrong) => {
    const fails = { status: 'fails', refuted: { tier: wrong.wrongAt } };
    expect(await killer(wrong)).toMatchObject(unusable.includes(wrong.id) ? { status: 'breaks' } : fails);
  });

  it.each(kernels.flatMap((wrong) => wrong.dtypes.map((dtype) => ({ wrong, dtype, id: wrong.id }))))(
    'refutes $id in $dtype alone',
    async ({ wrong, dtype }) => {
      expect(await killer(wrong, [dtype])).not.toBeNull();
    },
  );

  it.each(kernels.filter(({ wrongAt }) => wrongAt !== 'semantic'))('lets $id pass below $wrongAt', async (wrong) => {
    expect(wrong.wrongAt).toBe('stable');
    expect(await killer({ ...wrong, wrongAt: 'semantic' })).toBeNull();
  });

  it.each(['torch', 'keras3'])('would let a right kernel pass under %s', async (profile) => {
    const right = Object.values(builtins).find(({ card }) => card.profile === profile)!;
    expect(await killer({ ...kernels[0], op: 'train', profile, wrongAt: 'stable', make: () => right })).toBeNull();
  });
});

describe('a kernel that writes to its inputs', () => {
  const right = builtins['two-pass']!;
  const writing = (name: 'gamma' | 'beta' | 'running_mean'): WrongKernel => ({
    ...kernels[0],
    profile: 'torch',
    make: () => ({
      ...right,
      async train(inputs) {
        const outputs = await right.train!(inputs);
        (inputs[name]?.data as Float64Array | undefined)?.fill(7);
        return outputs;
      },
    }),
  });

  it.each([
    ['gamma', { status: 'fails', refuted: { refutation: { inputs: ['gamma'], lhs: 1, rhs: 0 } } }],
    ['beta', { status: 'fails', refuted: { refutation: { inputs: ['beta'] } } }],
    ['running_mean', { status: 'holds' }],
  ] as const)('in training, %s', async (name, expected) => {
    const of = await judgedKernel(writing(name));
    const pure = asked(of).find(({ id }) => id === 'forward.pure')!;
    expect(await verdict(pure, of)).toMatchObject(expected);
  });
});
