import { describe, expect, it } from 'vitest';
import * as mutants from '../mutants/network.js';
import { network } from '../spec/network.js';
import { variant } from '../src/builtin/catalogue.js';
import { foresee } from '../src/run/foreseen.js';
import type { NetworkMutant } from '../src/run/network-kernel.js';
import { mistaken } from '../src/run/network-kernel.js';
import { suite } from '../src/suite.js';
import type { Kernel } from '../src/target/kernel.js';
import { asked, judged, judgedKernel, verdict } from './judging.js';

const laws = suite.laws.filter(({ id }) => id.startsWith('network.'));
const kernels = suite.kernels.filter(({ op }) => op === 'steps');
const edits: readonly NetworkMutant[] = Object.values(mutants);

describe('a wrong network', () => {
  it('is named by its id, and says in a sentence what it does', () => {
    const camelCase = (kebab: string) => kebab.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    for (const [name, { id, says }] of Object.entries<NetworkMutant>(mutants)) {
      expect(id).toMatch(/^network\./);
      expect(camelCase(id.slice('network.'.length))).toBe(name);
      expect(says).toMatch(/^[A-Z].*\.$/);
    }
    expect(kernels.map(({ id }) => id).filter((id) => edits.some((one) => one.id === id))).toHaveLength(edits.length);
  });

  it('fits its formula, or the suite does not start', () => {
    const [mutant] = edits as [NetworkMutant];
    const stale = (change: object) => () =>
      mistaken(suite.spec, { ...mutant, edits: [{ ...mutant.edits[0]!, ...change }] });
    expect(stale({ from: 'weight * A_out' })).toThrow('stands 0 times');
    expect(stale({ formula: 'A' })).toThrow("edits 'A', which linear does not have");
    expect(stale({ chapter: 'infer', formula: 'Z' })).toThrow("edits 'Z', which infer does not compute");
  });

  it.each(
    Object.entries(network).flatMap(([chapter, formulas]) => Object.keys(formulas).map((name) => [chapter, name])),
  )('edits %s.%s', (chapter, name) => {
    const editing = edits.filter((mutant) =>
      mutant.edits.some((edit) => edit.chapter === chapter && edit.formula === name),
    );
    expect(editing).not.toEqual([]);
  });

  it.each(kernels)('$id is refuted', async (wrong) => {
    const of = await judgedKernel(wrong);
    const order = laws.toSorted((a, b) => near(wrong.id, b.id) - near(wrong.id, a.id));
    for (const law of order.filter((one) => asked(of).includes(one)))
      if ((await verdict(law, of)).status === 'fails') return;
    expect.fail(`no law refutes ${wrong.id}`);
  });
});

/** Whether a law speaks of the same thing, as far as the ids tell. */
const near = (a: string, b: string): number => {
  const words = b.split(/[.-]/);
  return a.split(/[.-]/).filter((word) => words.includes(word)).length;
};

describe('a network that answers more than is asked', () => {
  it('is judged by what is', async () => {
    const right = variant({});
    const kernel: Kernel = {
      ...right,
      steps: async (inputs) => ({
        ...(await right.steps!(inputs)),
        extra: Float64Array.of(1),
        'y.9': Float64Array.of(2),
      }),
    };
    const of = await judged(kernel, 'torch');
    for (const law of asked(of).filter((one) => laws.includes(one)))
      expect((await verdict(law, of, { cases: 2 })).status).toBe('holds');
  });
});

describe('an answer that is bounded on one side alone', () => {
  it('is judged there, and has figures that are numbers', () => {
    const one = (value: number) =>
      foresee(
        {
          ...{ name: 'y.1', values: Float64Array.of(value), network: { dtype: 'f64', stages: [] } },
          ...{ spans: () => [{ lo: 2, hi: Infinity }], shape: () => [1, 1, 1] },
        } as never,
        'stable',
      );
    expect(one(3)).toMatchObject({ refuted: null, budget: 0, ulps: 0, notCheckable: 0 });
  });
});
