import { describe, expect, test } from 'vitest';
import { theorems } from '../spec/theorems.js';
import { add, equal, integer } from '../src/exact/column.js';
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
