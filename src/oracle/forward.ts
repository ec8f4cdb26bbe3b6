import type { Format } from '../exact/format.js';
import { exactScales, ordinary, ownScales, runningScales, type Scales, u } from './constants.js';
import { type Affine, outputs, Statistics } from './exact.js';
import type { Extent } from './extent.js';
import { forwardPairs, type Pairs, reachOf } from './pairwise.js';
import type { Exact, Plain, Rule } from './rule.js';
import type { Sums } from './sums.js';

/**
 * y = k (x - c) + (beta - k delta), k = gamma / s. In units of u and of P, the largest |k (x - mu)| of the channel: since
 * c is the f32 next to mu, |x - c| <= 2 |x - mu| and |delta| <= |x - mu| wherever x is not c. So the product, with k off
 * by 6, is off by 16, k delta by 11, and the three sums by 5; and by 3 |beta|. Twice as much is allowed.
 */
export const forwardBound = 64;

/** Training mode: y from the sums of the channel. */
export function trained(sums: Sums, affine: Affine, format: Format, bound: number): Rule {
  const { finite, least, most } = sums;
  if (!finite) return { is: 'same', value: NaN };
  const known = once(() => Statistics.of(sums));
  if (least === most) return steady(affine);
  const scales = format !== 'f64' && fine(affine) ? ownScales(sums, affine.epsilon) : null;
  return scales ? rule(scales, affine, known, sums, format, bound) : carefully(known, affine, sums, format, bound);
}

/** Inference mode: every element by itself, from the running statistics. */
export function inferred(
  [mean, variance]: readonly [mean: number, variance: number],
  affine: Affine,
  range: Extent,
  format: Format,
  bound: number,
): Rule {
  const { epsilon } = affine;
  const s = Math.sqrt(variance + epsilon);
  const odd = plain(mean, s, affine);
  const whole = finite(mean, variance, epsilon, affine.gamma, affine.beta) && variance + epsilon > 0;
  if (!whole) return { is: 'plain', of: odd };
  const known = once(() => Statistics.running(mean, variance));
  const scales = format !== 'f64' && fine(affine) ? runningScales(mean, variance, epsilon, range) : null;
  const made = scales
    ? rule(scales, affine, known, range, format, bound)
    : carefully(known, affine, range, format, bound);
  if (range.finite) return made;
  if (made.is === 'same') return { is: 'plain', of: (x) => (Number.isFinite(x) ? made.value : odd(x, 0)) };
  return made.is === 'plain' ? made : { ...made, odd };
}

/** Finite parameters; numbers of a size that leaves room for products of several. */
const fine = ({ gamma, beta }: Affine): boolean => ordinary(gamma) && ordinary(beta);
const finite = (...of: readonly number[]): boolean => of.every(Number.isFinite);

/** By the rules of IEEE 754, as the formula is written. */
function plain(mean: number, s: number, { gamma, beta }: Affine): Plain {
  return (x) => gamma * ((x - mean) / s) + beta;
}

const exactly = (known: () => Statistics, affine: Affine): Rule => ({
  is: 'exact',
  exact: (x) => outputs(known(), affine, x),
});

/** A channel that holds one value: xhat is 0, or 0 / 0. */
function steady({ gamma, beta, epsilon }: Affine): Rule {
  return { is: 'same', value: gamma * (0 / Math.sqrt(epsilon)) + beta + 0 };
}

/** Constants from the exact statistics; for f64 in pairs. */
function carefully(known: () => Statistics, affine: Affine, range: Extent, format: Format, bound: number): Rule {
  const { gamma, beta, epsilon } = affine;
  if (!finite(gamma, beta, epsilon) || !known().proper(epsilon)) {
    const [mean, s] = known().rounded(epsilon);
    return { is: 'plain', of: plain(mean, s, affine) };
  }
  if (gamma === 0) return { is: 'same', value: beta + 0 };
  if (format === 'f64') {
    const pairs = forwardPairs(known(), affine, reachOf(range), format, bound);
    return pairs ? inPairs(pairs, (x) => outputs(known(), affine, x)) : exactly(known, affine);
  }
  const scales = fine(affine) ? exactScales(known(), epsilon, range) : null;
  return scales ? rule(scales, affine, known, range, format, bound) : exactly(known, affine);
}

/** The kernel in pairs is the first tier of f64. */
export const inPairs = (run: Pairs, exact: Exact): Rule & { readonly is: 'fast' } => ({
  is: 'fast',
  run,
  bounds: null,
  pairs: () => null,
  exact,
});

function rule(
  scales: Scales,
  affine: Affine,
  known: () => Statistics,
  range: Extent,
  format: Format,
  bound: number,
): Rule {
  const { c, delta, inverse, reach } = scales;
  const { gamma, beta } = affine;
  if (gamma === 0) return { is: 'same', value: beta + 0 };
  const k = gamma * inverse;
  const b = beta - k * delta;
  const e = bound * u * (Math.abs(k) * reach + Math.abs(beta));
  return {
    is: 'fast',
    run: (engine, { blocks, x, to, out }) => engine.run.forward(blocks, x, to, c, k, b - e, b + e, out),
    bounds(x) {
      const v = k * (x - c);
      const own = bound * u * (Math.abs(v) + Math.abs(k * delta) + Math.abs(beta));
      return [v + (b - own), v + (b + own)];
    },
    pairs: once(() => forwardPairs(known(), affine, reachOf(range), format, bound)),
    exact: (x) => outputs(known(), affine, x),
  };
}

/** The same value every time, made at the first. */
export function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
