import * as exact from '../exact/column.js';
import type { Format } from '../exact/format.js';
import { round } from '../exact/round.js';
import {
  type Centre,
  centre,
  covariance,
  exactScales,
  furthest,
  ordinary,
  runningScales,
  type Scales,
  u,
} from './constants.js';
import { type Affine, gradients, meanOf, Statistics, scaled, slope } from './exact.js';
import { inPairs, once } from './forward.js';
import { backwardPairs, type Pairs, scalePairs } from './pairwise.js';
import type { Exact, Plain, Rule } from './rule.js';
import type { Sums } from './sums.js';

/**
 * dx = k (dy - a) - h (x - c) + b, where the means of dy and x are a + alpha and c + delta, h = k times the slope and
 * b = h delta - k alpha. In units of u and of the largest |k (dy - mean)| and |h (x - mu)| of the channel: as in
 * forward.ts the first product is off by 16 and k alpha by 11; h is off by 13 where covariance allows no more, so
 * the second is off by 30 and h delta by 18; the sums by 10 each. Twice as much is allowed.
 */
export const backwardBound = 128;

/** What dx is made with. */
interface Constants {
  readonly x: Scales;
  readonly dy: Centre;
  readonly slope: number;
  /** Bound on the error of the slope besides 10u of it. */
  readonly off: number;
}

/** Training mode: dx from the sums of x and those of dy with x; `own` are the certified scales of x, if there are any. */
export function graded(
  x: Sums,
  dy: Sums,
  affine: Affine,
  own: Scales | null,
  known: () => Statistics,
  format: Format,
  bound: number,
): Rule {
  const { gamma, epsilon } = affine;
  // What all dy share, and what gamma switches off, has no gradient.
  if (gamma === 0 || dy.least === dy.most) return { is: 'same', value: 0 };
  const made: Exact = (xs, gs) => gradients(known(), affine, dy, xs, gs);
  const pairs = once(() => backwardPairs(known(), affine, x, dy, format, bound));
  if (format === 'f64') return pairs() ? inPairs(pairs()!, made) : { is: 'exact', exact: made };
  const constants = ordinary(gamma) ? (certified(x, dy, own) ?? careful(known(), x, dy, epsilon)) : null;
  return (constants && fast(constants, gamma, dy, bound, { pairs, exact: made })) ?? { is: 'exact', exact: made };
}

function certified(x: Sums, dy: Sums, scales: Scales | null): Constants | null {
  const mean = scales && centre(dy);
  if (!mean) return null;
  const { value, off } = covariance(x, dy);
  const share = scales.inverse ** 2 / (x.m * x.m);
  return { x: scales, dy: mean, slope: value[0] * share, off: 2 * off * share };
}

function careful(known: Statistics, x: Sums, dy: Sums, epsilon: number): Constants | null {
  const scales = exactScales(known, epsilon, x);
  const mean = meanOf(dy);
  const c = Math.fround(round(mean, 0, 'f64'));
  const delta = round(exact.subtract(mean, exact.column([c])), 0, 'f64');
  return scales && { x: scales, dy: { c, delta }, slope: round(slope(known, epsilon, dy), 0, 'f64'), off: 0 };
}

function fast(
  { x: scales, dy: mean, slope, off }: Constants,
  gamma: number,
  dy: Sums,
  bound: number,
  further: { pairs(): Pairs | null; readonly exact: Exact },
): Rule | null {
  const { c, delta, inverse, reach } = scales;
  const { c: a, delta: alpha } = mean;
  const k = gamma * inverse;
  const h = k * slope;
  const b = h * delta - k * alpha;
  const unsure = 2 * Math.abs(k) * off;
  const e = bound * u * (Math.abs(k) * furthest(mean, dy) + Math.abs(h) * reach) + unsure * reach;
  if (!(e < Infinity)) return null;
  return {
    is: 'fast',
    run: (engine, { blocks, x, g, to, out }) => engine.run.backward(blocks, x, g, to, c, h, a, k, b - e, b + e, out),
    bounds(x, g) {
      const [p, q] = [k * (g - a), h * (x - c)];
      const terms = Math.abs(p) + Math.abs(k * alpha) + Math.abs(q) + Math.abs(h * delta);
      const own = bound * u * terms + unsure * (Math.abs(x - c) + Math.abs(delta));
      return [p - q + (b - own), p - q + (b + own)];
    },
    ...further,
  };
}

/** Inference mode: dx = k dy, where k = gamma / s is off by 6u. */
export function scaledBy(variance: number, affine: Affine, dy: Sums, format: Format, bound: number): Rule {
  const { gamma, epsilon } = affine;
  const s = Math.sqrt(variance + epsilon);
  const odd: Plain = (_, g) => (gamma / s) * g;
  const finite = [variance, epsilon, gamma].every(Number.isFinite);
  if (!finite || !(variance + epsilon > 0)) return { is: 'plain', of: odd };
  const exact: Exact = (_, gs) => scaled(Statistics.running(0, variance), affine, gs);
  const scales = ordinary(gamma) ? runningScales(0, variance, epsilon, { ...dy, least: 0, most: 0 }) : null;
  const rest = dy.finite ? { exact } : { exact, odd };
  if (gamma === 0) return dy.finite ? { is: 'same', value: 0 } : { is: 'plain', of: (_, g) => gamma * g + 0 };
  if (format === 'f64') {
    const pairs = scalePairs(Statistics.running(0, variance), affine, dy, bound);
    return pairs ? { ...inPairs(pairs, exact), ...rest } : { is: 'exact', ...rest };
  }
  if (!scales) return { is: 'exact', ...rest };
  const k = gamma * scales.inverse;
  const [low, high] = [k - Math.abs(k) * bound * u, k + Math.abs(k) * bound * u];
  return {
    is: 'fast',
    run: (engine, { blocks, g, to, out }) => engine.run.scale(blocks, g, to, low, high, out),
    bounds: (_, g) => [g * low + 0, g * high + 0],
    pairs: () => null,
    ...rest,
  };
}
