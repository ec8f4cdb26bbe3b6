import { add, type Column, column, integer, multiply, ratio } from '../exact/column.js';
import { bind, evaluate } from '../formula/evaluate.js';
import { exacts } from '../formula/exact.js';
import { parse } from '../formula/parse.js';
import { perChannel } from '../formula/shape.js';
import { moments, type Population, tuples, type Weighed } from './batches.js';
import type { Spec } from './subject.js';
import type { Draw } from './theorem.js';

/** Running statistics as they are kept: by which formula of averages, with which momentum, from where, over which divisor. */
export interface Keeping {
  readonly update: string;
  readonly momentum: Column;
  readonly start: { readonly mean: number; readonly variance: number };
  /** A text of m. */
  readonly divisor: 'm' | 'm - 1';
}

/** The running statistics after these batches, one after the other, by the formulas of the specification. */
export function trained(batches: readonly (readonly number[])[], keeping: Keeping, spec: Spec) {
  let [mean, variance, count] = [column([keeping.start.mean]), column([keeping.start.variance]), integer(0n)];
  for (const batch of batches) {
    const algebra = exacts(batch.length);
    const [x, before] = [column(batch), { running_mean: mean, running_var: variance, count }];
    const read = (text: string): Column => evaluate(parse(text), algebra, lookup, perChannel);
    const given: Readonly<Record<string, () => Column>> = {
      x: () => x,
      running_mean: () => before.running_mean,
      running_var: () => before.running_var,
      count: () => before.count,
      momentum: () => keeping.momentum,
      alpha: () => read(keeping.update),
      divisor: () => read(keeping.divisor),
    };
    const lookup = bind(spec.chapters.train, algebra, (name) => given[name]?.());
    [mean, variance, count] = [read('next_mean'), read('next_var'), read('next_count')];
  }
  return { mean, variance };
}

/**
 * What n updates make of batch k alone: `weight` is the running mean after batches that are 0 but for batch k, which is 1,
 * from a start of 0; `first` and `last` are those of the first and the last batch, `start` is that of the start, `total` of all.
 */
export function updates(n: number, k: number, keeping: Keeping, spec: Spec): Draw {
  const of = (one: number): Column =>
    trained(
      Array.from({ length: n }, (_, i) => [i + 1 === one ? 1 : 0, i + 1 === one ? 1 : 0]),
      { ...keeping, start: { mean: one === 0 ? 1 : 0, variance: 0 } },
      spec,
    ).mean;
  const all = Array.from({ length: n + 1 }, (_, one) => of(one));
  const names = new Map([
    ...(
      [
        ['start', 0],
        ['first', 1],
        ['weight', k],
        ['last', n],
      ] as const
    ).map(([name, one]) => [name, all[one]!] as const),
    ['total', all.reduce(add)],
  ]);
  const common = new Map([
    ['n', integer(BigInt(n))],
    ['k', integer(BigInt(k))],
    ['momentum', keeping.momentum],
  ]);
  return { elements: 1, common, outcomes: () => [{ weight: integer(1n), names }] };
}

/** Several batches in a row and how much they weigh. */
export interface Sequence {
  readonly batches: readonly Weighed['values'][];
  readonly weight: Column;
}

/** The running statistics `next_mean` and `next_var` after sequences of n batches of m. */
export function averaged(
  population: Population,
  m: number,
  n: number,
  sequences: () => Iterable<Sequence>,
  keeping: Keeping,
  spec: Spec,
): Draw {
  return {
    elements: 1,
    common: new Map([
      ...moments(population, spec),
      ['N', integer(BigInt(population.length))],
      ['m', integer(BigInt(m))],
      ['n', integer(BigInt(n))],
      ['momentum', keeping.momentum],
      ['running_mean', column([keeping.start.mean])],
      ['running_var', column([keeping.start.variance])],
    ]),
    *outcomes() {
      for (const { batches, weight } of sequences()) {
        const { mean, variance } = trained(batches, keeping, spec);
        yield {
          weight,
          names: new Map([
            ['next_mean', mean],
            ['next_var', variance],
          ]),
        };
      }
    },
  };
}

/** All sequences of n of these batches, drawn anew each time. */
export function* sequences(drawn: readonly Weighed[], n: number): Generator<Sequence> {
  if (n === 0) yield { batches: [], weight: integer(1n) };
  else
    for (const { batches, weight } of sequences(drawn, n - 1))
      for (const next of drawn) yield { batches: [...batches, next.values], weight: multiply(weight, next.weight) };
}

/** A population in every order, cut into batches of m: its members are each in one. */
export function* epochs(population: Population, m: number): Generator<Sequence> {
  const N = population.length;
  let orders = 1n;
  for (let k = 2n; k <= BigInt(N); k += 1n) orders *= k;
  for (const order of tuples(N, N, false)) {
    const values = order.map((i) => population[i]!);
    const cut = Array.from({ length: N / m }, (_, i) => values.slice(i * m, (i + 1) * m));
    yield { batches: cut, weight: ratio(1n, orders) };
  }
}
