import { describe, expect, test } from 'vitest';
import { theorems } from '../spec/theorems.js';
import { add, compare, equal, integer, sign } from '../src/exact/column.js';
import { batches, grouped, ordered } from '../src/run/batches.js';
import { draws } from '../src/run/draws.js';
import { edited } from '../src/run/mutant.js';
import { figure, noise } from '../src/run/noise.js';
import { prove, type Theorem, taken } from '../src/run/theorem.js';
import { suite } from '../src/suite.js';

const all = Object.entries<Theorem>(theorems);
const { spec } = suite;

describe.each(all)('%s', (_, theorem) => {
  const drawn = draws(theorem, spec);

  test('holds exactly over all that can be drawn', () => {
    expect(drawn.length).toBeGreaterThan(1);
    for (const draw of drawn) {
      const { holds, outcomes } = prove(theorem, draw);
      expect(holds).toBe(true);
      expect(outcomes).toBeGreaterThan(0);
    }
  });

  test('and what it is taken for does not', () => {
    expect(drawn.map((draw) => prove(taken(theorem), draw).holds)).toContain(false);
  });
});

test('an outcome that is left out is an error, never another average', () => {
  const [, ...others] = ordered([1, 4], 2, true);
  expect(() => prove(theorems['mean-is-unbiased'], batches([1, 4], 2, others, spec))).toThrow('do not add up to 1');
});

test('a name that nobody gives is an error', () => {
  const [draw] = draws(theorems['mean-is-unbiased'], spec);
  expect(() => prove({ average: 'mu_B', is: 'mu_B' }, draw!)).toThrow("nothing defines 'mu_B'");
});

describe('batches of the same members, together', () => {
  const population = [-3, 0, 8, 8];
  const drawn = (replacement: boolean, draw: typeof ordered) => [...draw(population, 3, replacement)];

  test.each(all.filter(([, { over }]) => /^batches( without replacement)?$/.test(over)))(
    'say the same: %s',
    (_, theorem) => {
      const [one, other] = [ordered, grouped].map((draw) =>
        prove(theorem, batches(population, 3, drawn(theorem.over === 'batches', draw), spec)),
      );
      expect(other!.outcomes).toBeLessThan(one!.outcomes);
      expect([equal(one!.left, other!.left), other!.holds]).toEqual([true, true]);
    },
  );

  test.each([true, false])('weigh 1; with replacement: %s', (replacement) => {
    const weights = [...grouped([1, 1, 2, 5, 5, 5], 4, replacement)].map(({ weight }) => weight);
    expect(equal(weights.reduce(add), integer(1n))).toBe(true);
  });
});

/** Wrong in one place each, besides what each is taken for. */
const wrong: readonly (readonly [keyof typeof theorems, Partial<Theorem>])[] = [
  ['spread-of-means', { over: 'batches without replacement' }],
  ['spread-of-means-without-replacement', { over: 'batches' }],
  ['variance-is-biased', { average: 'sigma2_B' }],
  ['spread-of-variances', { is: '((m - 1) / m^3) * ((m - 1) * mu4 + (m - 3) * sigma2^2)' }],
  ['dropout-adds-nothing', { over: 'masks' }],
  ['exponential-weights', { updates: ['keep'] }],
  ['debiased-start', { updates: ['take'] }],
  ['debiased-mean', { updates: ['keep'] }],
  ['whole-batches-are-exact', { updates: ['take'] }],
  ['whole-batches-are-exact', { over: 'epochs' }],
  ['channel-variance', { average: 'sigma2_I' }],
  ['free-pixels-count', { over: 'batches of images' }],
];

test.each(wrong)('%s with %j does not hold', (id, change) => {
  const theorem: Theorem = { ...theorems[id], ...change };
  expect(draws(theorem, spec).map((draw) => prove(theorem, draw).holds)).toContain(false);
});

/** Theorems read the formulas: of a wrong specification some are false. */
const edits: readonly (readonly [string, keyof typeof theorems])[] = [
  ['forward.sum-for-mean', 'mean-is-unbiased'],
  ['forward.divides-by-one-less', 'variance-is-biased'],
  ['running.reverses-momentum', 'exponential-weights'],
  ['running.never-updates', 'exponential-mean'],
  ['running.forgets-weight', 'weights-add-up'],
  ['running.forgets-old', 'exponential-forgets'],
  ['running.updates-twice', 'exponential-start'],
  ['running.divides-by-count', 'exponential-variance'],
  ['running.inverse-correction', 'epoch-variance-is-not'],
  ['running.averages-deviation', 'whole-batches-are-exact'],
  ['running.counts-twice', 'simple-weights'],
  ['running.never-debiases', 'debiased-mean'],
  ['running.averages-first', 'debiased-start'],
];

test.each(edits)('of %s, %s is not true', (id, name) => {
  const mutant = suite.mutants.find((candidate) => candidate.id === id)!;
  const theorem: Theorem = theorems[name];
  const proofs = draws(theorem, edited(spec, mutant)).map((draw) => prove(theorem, draw).holds);
  expect(proofs).toContain(false);
});

describe('the noise of a batch', () => {
  const population = [0, 1, 1, 3];
  const sizes = [2, 4, 8, 16];
  const noises = sizes.map((m) => noise(population, grouped(population, m, true), 2 ** -4, spec));

  test.each(['slope', 'offset'] as const)('in its %s is there at every size, and falls', (part) => {
    for (const [i, { [part]: now }] of noises.entries()) {
      expect(sign(now.least, 0), `m = ${sizes[i]}`).toBe(1);
      expect(compare(now.most, 0, now.least, 0)).toBe(1);
      const before = noises[i - 1]?.[part];
      if (before) expect(compare(now.most, 0, before.least, 0)).toBe(-1);
    }
  });

  test('is that of every batch in every order, to within the enclosures', () => {
    const whole = noise(population, ordered(population, 2, true), 2 ** -4, spec);
    for (const part of ['slope', 'offset'] as const) {
      expect(compare(whole[part].least, 0, noises[0]![part].most, 0)).toBeLessThanOrEqual(0);
      expect(compare(noises[0]![part].least, 0, whole[part].most, 0)).toBeLessThanOrEqual(0);
      expect(figure(whole[part])).toBeCloseTo(figure(noises[0]![part]), 12);
    }
  });

  test('of a batch of two, by hand', () => {
    // Over 0 and 1 half of the batches have the variance 0, half 1/4; with epsilon 3/4 the slopes are 2 / sqrt(3) and 1.
    const { slope, offset } = noise([0, 1], ordered([0, 1], 2, true), 0.75, spec);
    expect(figure(slope)).toBeCloseTo((2 / Math.sqrt(3) - 1) ** 2 / 4, 14);
    expect(figure(offset)).toBeCloseTo(1 / 6, 14);
  });
});
