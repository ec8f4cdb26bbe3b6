import { describe, expect, test } from 'vitest';
import { theorems } from '../spec/theorems.js';
import { add, compare, equal, integer, sign } from '../src/exact/column.js';
import { figure, noise } from '../src/run/noise.js';
import { grouped, ordered, type Population, prove, type Theorem } from '../src/run/theorem.js';
import { suite } from '../src/suite.js';

const all = Object.entries<Theorem>(theorems);
const populations: readonly (readonly [Population, number])[] = [
  [[1, 4, 4], 2],
  [[-3, 0, 8, 2], 3],
  [[0.1, 0.25, -7, 12], 4],
];

const proved = (theorem: Theorem, population: Population, m: number, draw = ordered) =>
  prove(theorem, population, draw(population, m, theorem.replacement), suite.spec);

describe.each(all)('%s', (_, theorem) => {
  test.each(populations)('holds exactly over every batch: %j, m = %d', (population, m) => {
    const { holds, batches } = proved(theorem, population, m);
    expect(holds).toBe(true);
    expect(batches).toBe(theorem.replacement ? population.length ** m : [0, 0, 6, 24, 24][m]);
  });

  test('batches of the same members together say the same', () => {
    const [population, m] = populations[1]!;
    const [one, other] = [ordered, grouped].map((draw) => proved(theorem, population, m, draw));
    expect(other!.batches).toBeLessThan(one!.batches);
    expect([equal(one!.left, other!.left), other!.holds]).toEqual([true, true]);
  });
});

/** Wrong in one place each, as teaching texts have them. */
const wrong: readonly (readonly [keyof typeof theorems, Partial<Theorem>])[] = [
  ['mean-is-unbiased', { average: 'mu_B * m' }],
  ['spread-of-means', { is: 'sigma2' }],
  ['spread-of-means', { is: 'sigma2 / (m - 1)' }],
  ['spread-of-means', { replacement: false }],
  ['spread-of-means-without-replacement', { replacement: true }],
  ['spread-of-means-without-replacement', { is: 'sigma2 * (N - m) / (m * N)' }],
  ['variance-is-biased', { average: 'sigma2_B' }],
  ['variance-is-biased', { average: 'sigma2_B * (m - 1) / m' }],
  ['variance-is-biased-without-replacement', { is: 'sigma2' }],
  ['spread-of-variances', { is: '((m - 1) / m^3) * ((m - 1) * mu4 + (m - 3) * sigma2^2)' }],
  ['spread-of-variances', { is: '2 * sigma2^2 / (m - 1)' }],
];

test.each(wrong)('%s with %j does not hold', (id, change) => {
  const [population] = populations[1]!;
  expect(proved({ ...theorems[id], ...change }, population, 2).holds).toBe(false);
});

test('a batch that is left out is an error, never another average', () => {
  const [, ...others] = ordered([1, 4], 2, true);
  expect(() => prove(theorems['mean-is-unbiased'], [1, 4], others, suite.spec)).toThrow('do not add up to 1');
});

test.each([true, false])('weights of every kind of batch add up to 1; with replacement: %s', (replacement) => {
  const batches = [...grouped([1, 1, 2, 5, 5, 5], 4, replacement)];
  expect(equal(batches.map(({ weight }) => weight).reduce(add), integer(1n))).toBe(true);
});

describe('the noise of a batch', () => {
  const population = [0, 1, 1, 3];
  const sizes = [2, 4, 8, 16];
  const all = sizes.map((m) => noise(population, grouped(population, m, true), 2 ** -4, suite.spec));

  test.each(['slope', 'offset'] as const)('in its %s is there at every size, and falls', (part) => {
    for (const [i, { [part]: now }] of all.entries()) {
      expect(sign(now.least, 0), `m = ${sizes[i]}`).toBe(1);
      expect(compare(now.most, 0, now.least, 0)).toBe(1);
      const before = all[i - 1]?.[part];
      if (before) expect(compare(now.most, 0, before.least, 0)).toBe(-1);
    }
  });

  test('is that of every batch in every order, to within the enclosures', () => {
    const whole = noise(population, ordered(population, 2, true), 2 ** -4, suite.spec);
    for (const part of ['slope', 'offset'] as const) {
      expect(compare(whole[part].least, 0, all[0]![part].most, 0)).toBeLessThanOrEqual(0);
      expect(compare(all[0]![part].least, 0, whole[part].most, 0)).toBeLessThanOrEqual(0);
      expect(figure(whole[part])).toBeCloseTo(figure(all[0]![part]), 12);
    }
  });

  test('of a batch of two, by hand', () => {
    // Over 0 and 1 half of the batches have the variance 0, half 1/4; with epsilon 3/4 the slopes are 2 / sqrt(3) and 1.
    const { slope, offset } = noise([0, 1], ordered([0, 1], 2, true), 0.75, suite.spec);
    expect(figure(slope)).toBeCloseTo((2 / Math.sqrt(3) - 1) ** 2 / 4, 14);
    expect(figure(offset)).toBeCloseTo(1 / 6, 14);
  });
});
