import { add, type Column, column, equal, integer, multiply, ratio } from '../exact/column.js';
import { bind, evaluate } from '../formula/evaluate.js';
import { exacts } from '../formula/exact.js';
import { FormulaError, parse } from '../formula/parse.js';
import { perChannel } from '../formula/shape.js';
import type { Spec } from './subject.js';

/** A statement about all batches of m that can be drawn from a population, each as likely; it is true exactly, or not at all. */
export interface Theorem {
  /** A sentence with m, N and the names of the texts. */
  readonly says: string;
  /**
   * What is averaged over the batches: a text in the batch's own statistics, mu_B and sigma2_B, in its m, and in the
   * population's mu, sigma2, mu4 (its fourth central moment) and N.
   */
  readonly average: string;
  /** What the average is, by the population alone. */
  readonly is: string;
  /** Whether one member may be drawn twice. */
  readonly replacement: boolean;
  readonly source: string;
}

/** Members of a population; the same value may be there more than once. */
export type Population = readonly number[];

/** A batch and how much it weighs among all of them; the weights add up to 1. */
export interface Weighed {
  readonly values: readonly number[];
  readonly weight: Column;
}

/** Both sides of a theorem over one population, and over how many batches the left one was averaged. */
export interface Proof {
  readonly left: Column;
  readonly right: Column;
  readonly batches: number;
  readonly holds: boolean;
}

/** Averages a theorem's text over these batches, exactly. The weights must add up to 1: a batch that is left out is an error. */
export function prove(theorem: Theorem, population: Population, batches: Iterable<Weighed>, spec: Spec): Proof {
  const of = statistics(population, spec);
  const whole = new Map([
    ...(['mu', 'sigma2'] as const).map((name) => [name, of(name)] as const),
    ['mu4', of('sum((x - mu)^4) / m')],
    ['N', integer(BigInt(population.length))],
  ]);
  let [left, total, count] = [integer(0n), integer(0n), 0];
  let size = 0;
  for (const { values, weight } of batches) {
    const own = statistics(values, spec);
    const names = new Map([...whole, ['mu_B', own('mu')], ['sigma2_B', own('sigma2')], ['m', own('m')]]);
    left = add(left, multiply(weight, valued(theorem.average, names)));
    total = add(total, weight);
    count += 1;
    size = values.length;
  }
  if (!equal(total, integer(1n))) throw new RangeError('the weights of the batches do not add up to 1');
  const right = valued(theorem.is, new Map([...whole, ['m', integer(BigInt(size))]]));
  return { left, right, batches: count, holds: equal(left, right) };
}

/** Texts of training over one batch, by the formulas of the specification. */
export function statistics(
  values: readonly number[],
  spec: Spec,
  given: Readonly<Record<string, Column>> = {},
): (text: string) => Column {
  const x = column(values);
  const algebra = exacts(values.length);
  const lookup = bind(spec.chapters.train, algebra, (name) => (name === 'x' ? x : given[name]));
  return (text) => evaluate(parse(text), algebra, lookup, perChannel);
}

function valued(text: string, names: ReadonlyMap<string, Column>): Column {
  return evaluate(parse(text), exacts(1), (name) => {
    const value = names.get(name);
    if (value === undefined) throw new FormulaError(`nothing defines '${name}'`);
    return value;
  });
}

/** Every batch in every order, one by one: N^m of them, or N (N - 1) ... (N - m + 1). */
export function* ordered(population: Population, m: number, replacement: boolean): Generator<Weighed> {
  const N = population.length;
  let count = 1n;
  for (let k = 0; k < m; k += 1) count *= BigInt(replacement ? N : N - k);
  const weight = ratio(1n, count);
  for (const members of tuples(N, m, replacement)) yield { values: members.map((i) => population[i]!), weight };
}

function* tuples(
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
