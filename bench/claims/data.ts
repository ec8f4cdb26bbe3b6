import { type Random, random } from '../../test/exact.random.js';
import { randn } from '../data.js';
import type { Data } from './train.js';

/** A stream for one purpose of one seed. */
export const stream = (seed: number, purpose: number): Random => random(1_000_003 * seed + 7919 * purpose);

/** How many labelled samples of how many inputs, from whom. */
export interface Waves {
  readonly n: number;
  readonly inputs: number;
  /** The rule: the same number is the same rule. */
  readonly rule: Random;
  readonly from: Random;
  /** The share of labels that are turned round. */
  readonly wrong?: number;
}

/** Normal inputs, labelled 1 where a sum of eight waves in random directions is above 0: no layer alone can do it. */
export function waves({ n, inputs, rule, from, wrong = 0 }: Waves): Data {
  const [draw, bend] = [randn(from), randn(rule)];
  const directions = Array.from({ length: 8 }, () => Float64Array.from({ length: inputs }, bend));
  const phases = directions.map(() => 2 * Math.PI * rule.unit());
  const x = Float64Array.from({ length: n * inputs }, draw);
  const t = new Float64Array(n);
  for (let i = 0; i < n; i += 1) {
    const sum = directions.reduce((total, direction, j) => {
      const along = direction.reduce((dot, d, k) => dot + d * x[i * inputs + k], 0);
      return total + Math.sin((1.5 * along) / Math.sqrt(inputs) + phases[j]);
    }, 0);
    t[i] = sum > 0 === from.unit() >= wrong ? 1 : 0;
  }
  return { x, t, n };
}
