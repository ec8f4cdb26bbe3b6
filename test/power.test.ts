import { describe, expect, it } from 'vitest';
import { builtins } from '../src/builtin/catalogue.js';
import type { Format } from '../src/exact/format.js';
import { asker } from '../src/run/asker.js';
import { type Coverage, coverage } from '../src/run/coverage.js';
import { drawn } from '../src/run/drawing.js';
import { mutantKernel } from '../src/run/formula-kernel.js';
import { Log } from '../src/run/log.js';
import { type Fate, power } from '../src/run/power.js';
import type { Drawn, Property } from '../src/run/property.js';
import { casesOf } from '../src/run/run.js';
import { terms } from '../src/run/select.js';
import { subject } from '../src/run/subject.js';
import { reachable } from '../src/run/wrong.js';
import { suite } from '../src/suite.js';
import type { Kernel } from '../src/target/kernel.js';
import { local } from '../src/target/local.js';
import { asked, type Judged, judged, verdict } from './judging.js';

const twoPass = builtins['two-pass']!;

/** The cases that a run draws for these laws. */
const draw = ({ terms }: Judged, laws: readonly Property[], seed = 1, cases: number = casesOf.standard) =>
  new Map(laws.map((law) => [law.id, drawn(law, { terms, seed, cases })]));

async function fates(of: Judged, laws = asked(of), seed = 1): Promise<Fate[]> {
  const wrongs = reachable(suite, of.subject, of.terms, 'semantic');
  return power(wrongs, { laws, cases: draw(of, laws, seed), subject: of.subject, tier: 'semantic' });
}

const survivors = (all: readonly Fate[]): string[] => all.flatMap(({ id, by }) => (by === null ? [id] : []));

describe('the cases of a default run', () => {
  it('are those that it judges', async () => {
    const of = await judged(twoPass, 'torch');
    for (const law of asked(of).slice(0, 12)) {
      const log = new Log();
      await verdict(law, of, { log, cases: 5 });
      expect(drawn(law, { terms: of.terms, seed: 1, cases: 5 })).toEqual(log.cases.get(law.id));
    }
  });

  it.each([1, 2, 3])('refute every mutant a target could be, in a case or three: seed %i', async (seed) => {
    const of = await judged(twoPass, 'torch');
    const all = await fates(of, asked(of), seed);
    expect(survivors(all)).toEqual([]);
    expect(all.length).toBeGreaterThanOrEqual(120);
    const counts = all.map(({ cases }) => cases).sort((a, b) => a - b);
    expect(counts[counts.length >> 1]).toBeLessThanOrEqual(3);
  });

  it('tell no wrong kernel by a statistic that it does not hand out', async () => {
    const dialect = suite.profiles.torch!;
    const of = await judged(mutantKernel('full', suite.spec, dialect, 'torch'), 'torch');
    expect(of.subject.card.saved).toHaveLength(3);
    const { layer } = drawn(suite.laws.find(({ id }) => id === 'forward.affine')!, { ...of, seed: 1, cases: 5 })[4]!;
    const wrongs = reachable(suite, of.subject, of.terms, 'stable').filter((wrong) => wrong.subject === null);
    expect(wrongs.length).toBeGreaterThan(60);
    for (const wrong of wrongs) {
      const bn = asker(local(wrong.id, wrong.kernel()), of.subject, new Log(), wrong.id);
      const saved = await bn.plainly('train', layer).catch(({ message }) => message);
      if (typeof saved !== 'string')
        expect(Object.keys(saved)).toEqual(expect.arrayContaining([...of.subject.card.saved]));
      else expect(saved, wrong.id).not.toContain('no such output');
    }
  });

  it('of some laws leave others alive, and name them', async () => {
    const of = await judged(twoPass, 'torch');
    const left = survivors(
      await fates(
        of,
        asked(of).filter(({ id }) => id === 'forward.zero-mean'),
      ),
    );
    expect(left).toContain('running.updates-twice');
    expect(left).not.toContain('forward.keeps-mean');
  });

  it('under sums of eight bits and broad claims cannot see much, and say so', async () => {
    const wide = await judged(twoPass, 'torch', ['bf16']);
    const card = { ...wide.subject.card, paramDtype: 'same', claims: { accumulator: 'bf16' } } as const;
    const narrow = subject(card, wide.subject.profile, suite.spec);
    const of = { ...wide, subject: narrow, terms: terms(narrow, ['bf16'], card.layouts) };
    const all = await fates(
      of,
      asked(of).filter(({ few }) => !few),
    );
    expect(survivors(all)).toContain('backward.deviation-once');
  });
});

describe('a mutant is reachable', () => {
  const ids = async (profile: string, change: object = {}, dtypes?: readonly Format[]): Promise<string[]> => {
    const of = await judged(profile === 'keras3' ? builtins.keras! : twoPass, profile, dtypes);
    const changed = subject({ ...of.subject.card, ...change }, of.subject.profile, suite.spec);
    return reachable(suite, changed, of.terms, 'semantic').map(({ id }) => id);
  };

  it('where it is a mistake: a dialect is none', async () => {
    expect(await ids('torch')).toContain('running.divides-by-count');
    expect(await ids('torch')).not.toContain('running.divides-by-one-less');
    expect(await ids('keras3')).toContain('running.divides-by-one-less');
    expect(await ids('keras3')).not.toContain('running.divides-by-count');
  });

  it('where its operation and its outputs are on the card', async () => {
    const inferring = await ids('torch', { ops: ['infer'] });
    expect(inferring.length).toBeGreaterThan(10);
    const opOf = new Map([...suite.mutants, ...suite.kernels].map(({ id, op }) => [id, op]));
    expect(inferring.filter((id) => opOf.get(id) !== 'infer')).toEqual([]);
    expect(await ids('torch', { saved: [] })).not.toContain('forward.saves-variance');
  });
});

describe('coverage', () => {
  it('counts features over cases, and the pairs that never meet', async () => {
    const under = async (kernel: Kernel): Promise<Drawn[]> => {
      const of = await judged(kernel, kernel.card.profile as string);
      return [...draw(of, asked(of)).values()].flat();
    };
    const all = await under(builtins.keras!);
    const own = coverage(all);
    const { cases, pairs } = own;
    expect(cases).toBeGreaterThan(1500);
    const missing = (of: Coverage): string[] =>
      of.features.filter(({ share }) => share === 0).map(({ feature, value }) => `${feature} ${value}`);
    // Keras always tracks statistics; torch wants an epsilon above 0. Nothing else is left out by either.
    expect(missing(own)).toEqual(['statistics absent']);
    expect(missing(coverage(await under(twoPass)))).toEqual(['epsilon 0']);
    const apart = pairs.filter(({ share }) => share === 0);
    expect(apart.length).toBeLessThan(0.25 * pairs.length);
    expect(Math.max(...pairs.map(({ share }) => share))).toBeGreaterThan(0.5);
    for (const { a, b, share } of pairs) {
      const [of, other] = [a, b].map(
        (name) => own.features.find(({ feature, value }) => name === `${feature} ${value}`)!,
      );
      expect(share).toBeLessThanOrEqual(Math.min(of!.share, other!.share));
    }
    const [one] = all;
    const alone = coverage([one!]);
    expect(alone.features.filter(({ share }) => share > 0).length).toBeLessThan(alone.features.length / 2);
  });
});
