import * as exact from '../exact/column.js';
import type { Format } from '../exact/format.js';
import { roundTo } from '../exact/grid.js';
import { round } from '../exact/round.js';
import { ArgumentError } from './errors.js';
import { Statistics } from './exact.js';
import type { Running } from './layer.js';
import type { Sums } from './sums.js';

/** How running statistics take in a batch: `alpha` is the weight of the new one, its variance divided by `divisor`. */
export interface Update extends Running {
  readonly alpha: number;
  readonly divisor: number;
}

/** One value per channel, of the format asked for. */
export interface Batch {
  readonly mean: Float64Array;
  /** Divided by m. */
  readonly variance: Float64Array;
  readonly inv_std: Float64Array;
  /** The running statistics after the batch, where they are asked for. */
  readonly next_mean?: Float64Array;
  readonly next_var?: Float64Array;
}

type Names = keyof Required<Batch>;

/**
 * The statistics of a batch from its sums, each rounded once. A channel that is not finite, or divides by 0, is by the
 * rules of IEEE 754. Throws ArgumentError where lists have not one number for each channel.
 */
export function statistics(sums: readonly Sums[], epsilon: number, format: Format, update?: Update): Batch {
  for (const name of ['running_mean', 'running_var'] as const)
    if (update && update[name].length !== sums.length)
      throw new ArgumentError(name, `${sums.length} channels need as many values, got ${update[name].length}`);
  const channels = sums.map((own, c) => channel(own, epsilon, format, update && of(update, c)));
  const list = (name: Names): Float64Array => Float64Array.from(channels, (values) => values[name]!);
  const own = { mean: list('mean'), variance: list('variance'), inv_std: list('inv_std') };
  return update ? { ...own, next_mean: list('next_mean'), next_var: list('next_var') } : own;
}

interface Own {
  readonly alpha: number;
  readonly divisor: number;
  readonly mean: number;
  readonly variance: number;
}
const of = ({ alpha, divisor, running_mean, running_var }: Update, c: number): Own => ({
  ...{ alpha, divisor, mean: running_mean[c]!, variance: running_var[c]! },
});

function channel(sums: Sums, epsilon: number, format: Format, update?: Own): Partial<Record<Names, number>> {
  const numbers = update ? Object.values(update) : [];
  if (!sums.finite || ![epsilon, ...numbers].every(Number.isFinite)) return special(sums, epsilon, format, update);
  const known = Statistics.of(sums);
  const rounded = (value: exact.Column): number => round(value, 0, format);
  const { mean, variance } = known;
  const inv_std = known.proper(epsilon) ? rounded(known.inverse(epsilon)) : 1 / known.rounded(epsilon)[1];
  const own = { mean: rounded(mean), variance: rounded(variance), inv_std };
  if (!update) return own;
  const alpha = exact.column([update.alpha]);
  const rest = exact.subtract(exact.integer(1n), alpha);
  const blend = (old: number, fresh: exact.Column): number =>
    rounded(exact.add(exact.multiply(rest, exact.column([old])), exact.multiply(alpha, fresh)));
  const taken = exact.multiply(variance, exact.divide(exact.integer(BigInt(sums.m)), exact.column([update.divisor])));
  return { ...own, next_mean: blend(update.mean, mean), next_var: blend(update.variance, taken) };
}

/** In doubles: what is not finite gives nothing finite but what does not depend on it. */
function special(sums: Sums, epsilon: number, format: Format, update?: Own): Partial<Record<Names, number>> {
  const known = sums.finite ? Statistics.of(sums) : null;
  const [mean, variance] = known ? [round(known.mean, 0, 'f64'), round(known.variance, 0, 'f64')] : [sums.beyond, NaN];
  const own = { mean, variance, inv_std: 1 / Math.sqrt(variance + epsilon) };
  const blend = (old: number, fresh: number, { alpha }: Own): number => (1 - alpha) * old + alpha * fresh;
  const next = update && {
    next_mean: blend(update.mean, mean, update),
    next_var: blend(update.variance, (variance * sums.m) / update.divisor, update),
  };
  const all: Partial<Record<Names, number>> = { ...own, ...next };
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, roundTo(value, format)]));
}
