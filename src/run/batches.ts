import { type Column, column, integer, ratio } from '../exact/column.js';
import type { Spec } from './subject.js';
import { type Draw, type Names, statistics } from './theorem.js';

/** Members of a population; the same value may be there more than once. */
export type Population = readonly number[];

/** A batch and how much it weighs among all of them; the weights add up to 1. */
export interface Weighed {
  readonly values: readonly number[];
  readonly weight: Column;
}

/** The epsilon under the root, where a statement on batches reads one. */
const epsilon = column([1 / 4]);

/** What batches of m say of their population: mu_B and sigma2_B of each, and mu, sigma2, mu4, N of all; mu4 is the fourth central moment. */
export function batches(population: Population, m: number, drawn: Iterable<Weighed>, spec: Spec): Draw {
  const of = statistics(population, spec);
  return {
    elements: 1,
    common: new Map([
      ...moments(population, spec),
      ['mu4', of('sum((x - mu)^4) / m')],
      ['N', integer(BigInt(population.length))],
      ['m', integer(BigInt(m))],
      ['epsilon', epsilon],
    ]),
    *outcomes() {
      for (const { values, weight } of drawn) {
        const own = statistics(values, spec);
        yield {
          weight,
          names: new Map([
            ['mu_B', own('mu')],
            ['sigma2_B', own('sigma2')],
          ]),
        };
      }
    },
  };
}

/** The mean and the variance of a population. */
export function moments(population: Population, spec: Spec): Names {
  const of = statistics(population, spec);
  return new Map([
    ['mu', of('mu')],
    ['sigma2', of('sigma2')],
  ]);
}

/** Every batch in every order, one by one: N^m of them, or N (N - 1) ... (N - m + 1). */
export function* ordered(population: Population, m: number, replacement: boolean): Generator<Weighed> {
  const N = population.length;
  let count = 1n;
  for (let k = 0; k < m; k += 1) count *= BigInt(replacement ? N : N - k);
  const weight = ratio(1n, count);
  for (const members of tuples(N, m, replacement)) yield { values: members.map((i) => population[i]!), weight };
}

/** All lists of m places among N. */
export function* tuples(
  N: number,
  m: number,
  replacement: boolean,
  from: readonly number[] = [],
): Generator<readonly number[]> {
  if (from.length === m) yield from;
  else
    for (let i = 0; i < N; i += 1) if (replacement || !from.includes(i)) yield* tuples(N, m, replacement, [...from, i]);
}

/** Batches of the same members, together: how often each value is drawn, by multinomial or hypergeometric weights. */
export function* grouped(population: Population, m: number, replacement: boolean): Generator<Weighed> {
  const values = [...new Set(population)];
  const there = values.map((value) => BigInt(population.filter((member) => member === value).length));
  const N = BigInt(population.length);
  const all = replacement ? N ** BigInt(m) : choose(N, BigInt(m));
  for (const drawn of splits(m, values.length)) {
    const ways = replacement
      ? drawn.reduce((product, k, j) => product * there[j]! ** BigInt(k), multinomial(drawn))
      : drawn.reduce((product, k, j) => product * choose(there[j]!, BigInt(k)), 1n);
    if (ways === 0n) continue;
    yield { values: drawn.flatMap((k, j) => Array<number>(k).fill(values[j]!)), weight: ratio(ways, all) };
  }
}

/** All ways to write m as an ordered sum of so many parts. */
function* splits(m: number, parts: number): Generator<readonly number[]> {
  if (parts === 1) yield [m];
  else for (let k = 0; k <= m; k += 1) for (const rest of splits(m - k, parts - 1)) yield [k, ...rest];
}

function choose(n: bigint, k: bigint): bigint {
  if (k > n) return 0n;
  let ways = 1n;
  for (let i = 1n; i <= k; i += 1n) ways = (ways * (n - k + i)) / i;
  return ways;
}

function multinomial(drawn: readonly number[]): bigint {
  let [ways, sum] = [1n, 0n];
  for (const k of drawn) {
    sum += BigInt(k);
    ways *= choose(sum, BigInt(k));
  }
  return ways;
}
