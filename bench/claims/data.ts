import { type Random, random } from '../../test/exact.random.js';
import { randn } from '../data.js';
import type { Data } from './train.js';
import { median, times } from './words.js';

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

/** Normal inputs, labelled 1 where a sum of eight waves in random directions is above its median: no layer alone can do it. */
export function waves({ n, inputs, rule, from, wrong = 0 }: Waves): Data {
  const bend = randn(rule);
  const directions = times(8, () => times(inputs, bend));
  const phases = directions.map(() => 2 * Math.PI * rule.unit());
  const height = (x: readonly number[]): number => {
    let sum = 0;
    for (const [j, direction] of directions.entries()) {
      let along = phases[j];
      for (let k = 0; k < inputs; k += 1) along += (1.5 * direction[k] * x[k]) / Math.sqrt(inputs);
      sum += Math.sin(along);
    }
    return sum;
  };
  const half = median(times(1001, () => height(times(inputs, bend))));
  const draw = randn(from);
  const [x, t] = [new Float64Array(n * inputs), new Float64Array(n)];
  for (let i = 0; i < n; i += 1) {
    const one = times(inputs, draw);
    x.set(one, i * inputs);
    t[i] = height(one) > half === from.unit() >= wrong ? 1 : 0;
  }
  return { x, t, n };
}
