import type { Format } from '../exact/format.js';
import { round } from '../exact/round.js';
import { graded, scaledBy } from './backward.js';
import { collinear } from './collinear.js';
import { ownScales } from './constants.js';
import type { Desk } from './desk.js';
import { type Affine, Statistics } from './exact.js';
import type { Extent } from './extent.js';
import { once } from './forward.js';
import { paramFormat } from './layer.js';
import { dbeta, dgamma, exactly } from './parameters.js';
import type { Rule } from './rule.js';
import { special } from './special.js';
import type { Sums } from './sums.js';

/** The gradients of one channel: dgamma and dbeta rounded, and how dx is made. */
export interface Gradient {
  readonly dx: Rule;
  readonly dgamma: number;
  readonly dbeta: number;
}

/** Training mode, where the statistics depend on x. The desk holds x and dy. */
export function trainGradient(
  desk: Desk,
  x: Sums,
  dy: Sums,
  affine: Affine,
  dataFormat: Format,
  bound: number,
): Gradient {
  const format = paramFormat(dataFormat);
  const { gamma, epsilon } = affine;
  const known = once(() => Statistics.of(x));
  const own = x.finite && dataFormat !== 'f64' ? ownScales(x, epsilon) : null;
  const finite = x.finite && Number.isFinite(gamma) && Number.isFinite(epsilon);
  if (!finite || !dy.finite || !(own || known().proper(epsilon))) {
    const [mean, s] = x.finite ? known().rounded(epsilon) : [NaN, NaN];
    return held(special(desk, mean, s, affine, false), dy, format);
  }
  return {
    dx:
      epsilon === 0 && collinear(desk)
        ? { is: 'same', value: 0 }
        : graded(x, dy, affine, own, known, dataFormat, bound),
    dgamma: dgamma(x, dy, epsilon, own, known, format),
    dbeta: dbeta(dy, format),
  };
}

/** Inference mode, where the statistics are given. */
export function inferGradient(
  desk: Desk,
  [mean, variance]: readonly [number, number],
  [x, dy]: readonly [Extent, Sums],
  affine: Affine,
  dataFormat: Format,
  bound: number,
): Gradient {
  const format = paramFormat(dataFormat);
  const s = Math.sqrt(variance + affine.epsilon);
  const dx = scaledBy(variance, affine, dy, dataFormat, bound);
  const finite = [mean, variance, affine.epsilon].every(Number.isFinite) && variance + affine.epsilon > 0;
  if (!x.finite || !dy.finite || !finite) return { ...held(special(desk, mean, s, affine, true), dy, format), dx };
  const dgamma = round(exactly(Statistics.running(mean, variance), affine.epsilon, dy), 0, format);
  return { dx, dgamma, dbeta: dbeta(dy, format) };
}

/** The sum of dy is one of numbers, whatever x is. */
function held(odd: Gradient, dy: Sums, format: Format): Gradient {
  return dy.finite ? { ...odd, dbeta: dbeta(dy, format) } : odd;
}
