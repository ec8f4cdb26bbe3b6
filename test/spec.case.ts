import type { Column } from '../src/exact/column.js';
import * as columns from '../src/exact/column.js';
import type { Random } from './exact.random.js';

/** Inputs of one channel by name, as rationals. */
export interface Case {
  readonly m: number;
  readonly given: Readonly<Record<string, Column>>;
}

const numbers = (values: readonly number[], over: number): Column =>
  columns.divide(columns.column(values), columns.integer(BigInt(over)));

/** `length` fractions; now and then all the same, for channels that do not vary. */
export function fractions(from: Random, length: number, constant = from.unit() < 0.15): Column {
  const first = from.whole(-30, 30);
  return numbers(
    Array.from({ length }, () => (constant ? first : from.whole(-30, 30))),
    from.whole(1, 12),
  );
}

const positive = (from: Random): Column => numbers([from.whole(1, 40)], from.whole(1, 40));

/** A channel of m elements and its layer, all rational; one in four deviations is rational too. */
export function rational(from: Random, m = from.whole(2, 7)): Case {
  const x = fractions(from, m);
  const given: Record<string, Column> = { x, dy: fractions(from, m), epsilon: epsilonFor(from, x, m) };
  for (const name of ['gamma', 'beta', 'running_mean']) given[name] = fractions(from, 1);
  given.running_var = positive(from);
  given.alpha = numbers([from.whole(1, 11)], 12);
  given.momentum = numbers([5], 12);
  given.count = columns.integer(BigInt(m % 4));
  given.divisor = columns.integer(BigInt(from.pick([m, m - 1])));
  return { m, given };
}

/** The same with weights of its gradients, for the second order. */
export function weighted(from: Random, { m, given }: Case): Case {
  const weights = { vx: fractions(from, m), vgamma: fractions(from, 1), vbeta: fractions(from, 1) };
  return { m, given: { ...given, ...weights } };
}

function epsilonFor(from: Random, x: Column, m: number): Column {
  if (from.unit() < 0.75) return positive(from);
  const size = columns.integer(BigInt(m));
  const centred = columns.subtract(x, columns.divide(columns.sum(x), size));
  const variance = columns.divide(columns.sum(columns.power(centred, 2)), size);
  return columns.subtract(columns.power(columns.add(variance, columns.integer(1n)), 2), variance);
}
