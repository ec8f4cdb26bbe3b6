import type { Column } from '../exact/column.js';
import * as exact from '../exact/column.js';
import type { Format } from '../exact/format.js';
import { roundTo } from '../exact/grid.js';
import { round } from '../exact/round.js';
import { covariance as near, type Scales, u } from './constants.js';
import { covariance, type Statistics, sumOf } from './exact.js';
import { total } from './pair.js';
import type { Sums } from './sums.js';

/** dbeta, the sum of dy. */
export function dbeta(dy: Sums, format: Format): number {
  const { value, off } = total(dy.sum);
  const settled = dy.far ? null : between(value[0], off + Math.abs(value[1]), format);
  return settled ?? round(sumOf(dy), 0, format);
}

/** dgamma of training mode: covariance / m / s. `own` are the certified scales of x, if there are any. */
export function dgamma(
  x: Sums,
  dy: Sums,
  epsilon: number,
  own: Scales | null,
  known: () => Statistics,
  format: Format,
): number {
  if (own) {
    const { value, off } = near(x, dy);
    const share = own.inverse / x.m;
    const settled = between(value[0] * share, 16 * u * Math.abs(value[0] * share) + 2 * off * share, format);
    if (settled !== null) return settled;
  }
  return round(exactly(known(), epsilon, dy), 0, format);
}

/** dgamma exactly, of any statistics. */
export const exactly = (of: Statistics, epsilon: number, dy: Sums): Column =>
  exact.multiply(covariance(of, dy), of.inverse(epsilon));

/** What everything within `off` of the value rounds to; null where that is not one number. */
function between(value: number, off: number, format: Format): number | null {
  const reach = off + 2 * u * Math.abs(value);
  const [low, high] = [roundTo(value - reach, format), roundTo(value + reach, format)];
  return Object.is(low, high) ? low : null;
}
