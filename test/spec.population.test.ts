import { describe, expect, it } from 'vitest';
import type { Column } from '../src/exact/column.js';
import * as columns from '../src/exact/column.js';
import { read } from './spec.read.js';

const { integer, ratio } = columns;

describe('what batches say of a population, over all batches that can be drawn', () => {
  const mean = (values: readonly Column[]): Column =>
    columns.divide(values.reduce(columns.add), integer(BigInt(values.length)));
  const drawnFrom = (population: readonly number[], m: number): number[][] =>
    m === 0 ? [[]] : drawnFrom(population, m - 1).flatMap((batch) => population.map((value) => [...batch, value]));

  it.each([
    { population: [1, 4], m: 2 },
    { population: [-3, 0, 8], m: 4 },
    { population: [0.1, 0.25, -7, 12], m: 3 },
    { population: [5, 5, 5, 6, 1], m: 5 },
  ])('$population, batches of $m', ({ population, m }) => {
    const of = (values: readonly number[], name: string): Column =>
      read(name, 'train', { m: values.length, given: { x: columns.column(values) } });
    const [mu, sigma2] = [of(population, 'mu'), of(population, 'sigma2')];
    const batches = drawnFrom(population, m);
    expect(batches).toHaveLength(population.length ** m);
    const means = batches.map((batch) => of(batch, 'mu'));
    const size = integer(BigInt(m));
    // E[mu_B] = mu, Var[mu_B] = sigma^2 / m, E[V_B] m / (m - 1) = sigma^2
    expect(columns.equal(mean(means), mu)).toBe(true);
    const squares = means.map((value) => columns.power(columns.subtract(value, mu), 2));
    expect(columns.equal(mean(squares), columns.divide(sigma2, size))).toBe(true);
    const biased = mean(batches.map((batch) => of(batch, 'sigma2')));
    expect(columns.equal(columns.multiply(biased, ratio(BigInt(m), BigInt(m - 1))), sigma2)).toBe(true);
    expect(columns.equal(biased, sigma2)).toBe(false);
  });
});
