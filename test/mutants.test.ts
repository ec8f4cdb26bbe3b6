import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { symbols } from '../src/formula/ast.js';
import { parse } from '../src/formula/parse.js';
import { specKernel } from '../src/run/formula-kernel.js';
import { edited, type Mutant, type WrongKernel } from '../src/run/mutant.js';
import type { Property } from '../src/run/property.js';
import { suite } from '../src/suite.js';
import {
  asked,
  type Judged,
  judged,
  judgedKernel,
  judgedMutant,
  killer,
  reaches,
  telling,
  verdict,
} from './judging.js';

const wrong = suite.mutants.filter(({ wrongAt }) => wrongAt !== null);
const decoys = suite.mutants.filter(({ wrongAt }) => wrongAt === null);

describe('a mutant is an edit of the specification', () => {
  const files = readdirSync(new URL('../mutants', import.meta.url)).filter(
    (file) => !/^(kernels|(unseen|network)\.ts)$/.test(file),
  );

  it.each(files)('%s: exports are named by their ids and stand in the suite', async (file) => {
    const exported: Record<string, Mutant> = await import(/* @vite-ignore */ `../mutants/${file}`);
    const chapter = file.split(/[-.]/)[0];
    const camelCase = (kebab: string) => kebab.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    expect(Object.keys(exported).length).toBeGreaterThan(0);
    for (const [name, mutant] of Object.entries(exported)) {
      const [head, tail] = mutant.id.split('.');
      expect([head, camelCase(tail)]).toEqual([chapter, name]);
      expect(suite.mutants).toContain(mutant);
    }
  });

  it('with an id of its own', () => {
    const ids = [...suite.laws, ...suite.mutants, ...suite.kernels].map(({ id }) => id);
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
    expect(wrong.length).toBeGreaterThanOrEqual(75);
    expect(decoys).toHaveLength(5);
  });

  it('and says in a sentence what it does wrong, and where that was seen', () => {
    for (const { says, seen } of suite.mutants) {
      expect(says).toMatch(/^[A-Z].*\.$/);
      expect(seen.length).toBeGreaterThan(0);
      for (const where of seen) expect(where).toMatch(/^([\w.-]+\/[\w.-]+(#\d+|: \S+)|textbook)$/);
    }
  });

  const [mutant] = suite.mutants;
  const stale = (change: Mutant['edits'][number]) => () => edited(suite.spec, { ...mutant, edits: [change] });

  it('that refuses to start when its formula has changed', () => {
    expect(stale({ formula: 'sigma2', from: 'x - mean', to: 'x' })).toThrow("'x - mean' stands 0 times");
    expect(stale({ formula: 'sigma2', from: 'sum(x - mu)', to: 'x' })).toThrow('needs exactly one place');
    expect(stale({ formula: 'y', from: 'gamma * (xhat + beta)', to: 'x' })).toThrow('stands 0 times');
  });

  it('or when it could mean two places, or a formula that is not computed', () => {
    const twice = { ...mutant, op: 'grad', edits: [{ formula: 'dx', from: 'm', to: 'N' }] } as const;
    expect(() => edited(suite.spec, twice)).toThrow("'m' stands 2 times");
    expect(stale({ formula: 'dx', from: 'dy', to: 'x' })).toThrow("edits 'dx', which train does not compute");
    expect(stale({ formula: 'sigma', over: ['N'] })).toThrow("edits 'sigma', which train does not compute");
  });

  it('and leaves every other formula as it was', () => {
    const { chapters } = edited(suite.spec, mutant);
    expect(chapters.train).not.toEqual(suite.spec.chapters.train);
    expect({ ...chapters, train: null }).toEqual({ ...suite.spec.chapters, train: null });
  });
});

describe('the default run', () => {
  it.each(wrong)('refutes $id', async (mutant) => {
    expect(await killer(mutant)).toMatchObject({ status: 'fails', refuted: { tier: mutant.wrongAt } });
  });

  it.each(wrong.flatMap((mutant) => mutant.dtypes.map((dtype) => ({ mutant, dtype, id: mutant.id }))))(
    'refutes $id in $dtype alone',
    async ({ mutant, dtype }) => {
      expect(await killer(mutant, [dtype])).toMatchObject({ status: 'fails' });
    },
  );

  it.each(decoys)('lets $id pass', async (mutant) => {
    const of = await judgedMutant(mutant);
    const laws = telling(mutant, asked(of));
    expect(laws.length).toBeGreaterThan(10);
    const counted = [];
    for (const law of laws) counted.push(await verdict(law, of));
    expect(counted.filter(({ status }) => status !== 'holds').map(({ property }) => property.id)).toEqual([]);
  });
});

describe('a dialect is no mistake', () => {
  const named = (id: string): Mutant => suite.mutants.find((mutant) => mutant.id === id)!;
  it.each([
    ['running.divides-by-count', 'keras3'],
    ['running.divides-by-one-less', 'torch'],
  ])('%s is right under %s', async (id, profile) => {
    const elsewhere = { ...named(id), profile };
    expect(named(id).profile).not.toBe(profile);
    expect(await killer(elsewhere, undefined, 6)).toBeNull();
  });
});

describe.each(['torch', 'keras3'])('the specification itself under %s', (profile) => {
  it('holds every law, and none is vacuous', async () => {
    const of = await judged(specKernel(suite.spec, suite.profiles[profile], profile), profile);
    const found: string[] = [];
    for (const law of asked(of)) {
      const { status, message } = await verdict(law, of, { cases: 6 });
      if (status !== 'holds') found.push(`${law.id} ${status}: ${message}`);
    }
    expect(found).toEqual([]);
  });
});

describe('every law', () => {
  const targets = new Map<Mutant | WrongKernel, Promise<Judged>>();
  const target = (wrong: Mutant | WrongKernel): Promise<Judged> => {
    if (!targets.has(wrong)) targets.set(wrong, 'edits' in wrong ? judgedMutant(wrong) : judgedKernel(wrong));
    return targets.get(wrong)!;
  };
  /** No edit of a formula writes to an input, remembers, or reads NaN as a number. */
  const ofBits = ({ law }: Property): boolean => typeof law === 'string' && /\b(pure|same|isnan)\(/.test(law);

  it.each(suite.laws.filter(({ stays }) => stays === undefined))('$id refutes some mutant', async (law) => {
    const near = (mutant: Mutant): number => (law.binds.some(reaches(mutant)) ? 0 : 1);
    const edits = wrong.toSorted((a, b) => near(a) - near(b));
    const all = ofBits(law) ? [...suite.kernels, ...edits] : [...edits, ...suite.kernels];
    for (const mutant of all.filter(({ op }) => law.needs.ops.includes(op))) {
      const of = await target(mutant);
      const required = mutant.wrongAt ?? 'semantic';
      if (asked(of).includes(law) && (await verdict(law, of, { cases: 8, required })).status === 'fails') return;
    }
    expect.fail(`no mutant breaks ${law.id}: publish one that does, or say why the law stays`);
  });
});

describe('every formula', () => {
  // Those around normalization are edited by wrong networks, each of which is refuted: see `network`.
  const computed = Object.values(suite.spec.chapters).flat();
  const all = Object.entries(suite.chapters).flatMap(([chapter, formulas]) =>
    computed.includes(formulas)
      ? Object.keys(formulas).map((name) => ({ chapter: suite.chapters[chapter], name, id: `${chapter}.${name}` }))
      : [],
  );

  it.each(all)('$id is edited by a mutant', ({ chapter, name }) => {
    const editing = wrong.filter(
      ({ op, edits }) =>
        suite.spec.chapters[op].find((one) => name in one) === chapter && edits.some(({ formula }) => formula === name),
    );
    expect(editing).not.toEqual([]);
  });

  // Laws read an average by the name that every dialect gives its own: alpha.
  it.each(all)('$id is read by a law', ({ chapter, name: own }) => {
    const name = chapter === suite.chapters.averages ? 'alpha' : own;
    const reading = suite.laws.filter(({ law, where, of }) => {
      const texts = [...(typeof law === 'string' ? [law] : Object.values(law)), ...Object.values(where ?? {})];
      const names = texts.flatMap((text) => (text === null ? [] : symbols(parse(text))));
      return names.includes(name) && suite.spec.chapters[of].find((one) => own in one) === chapter;
    });
    expect(reading).not.toEqual([]);
  });
});
