import { scale } from '../exact/float.js';
import type { Segment } from './kernel.js';

/** Elements that are summed before anything is carried over: so many that no sum rounds (sums.ts). */
export const segments = { f32: 2 ** 9, f64: 2 ** 8 } as const;

/**
 * How the sums of a segment, integers below 2^53 in steps of 2^grid, are added up without rounding: split where the
 * middle, 1.5 2^(grid + 79), has its last bit, 27 bits above the grid; 2^26 segments leave either part below 2^53 steps.
 * The name of the total is that of the sum with H or L behind it.
 */
export const middle = (grid: number): number => scale(1.5, grid + 79);

/** The names by which kernels take the middles of their sums. */
export const middles = (count: number): Record<string, 'f64'> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`M${i}`, 'f64']));

/** What is done after a segment that has these sums, unless it is `off`. */
export function folded(sums: readonly string[]): Pick<Segment, 'keeps' | 'does'> {
  const none = { as: 'f64', from: 0 } as const;
  const lines = sums.map(
    (sum, i) => `
    top = (${sum} + M${i}) - M${i}
    ${sum}H = ${sum}H + top
    ${sum}L = ${sum}L + (${sum} - top)`,
  );
  return {
    keeps: Object.fromEntries(sums.flatMap((sum) => [`${sum}H`, `${sum}L`]).map((name) => [name, none])),
    does: `
    miss off${lines.join('')}`,
  };
}
