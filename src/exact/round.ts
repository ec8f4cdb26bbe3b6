import type { Column } from './column.js';
import { scale } from './float.js';
import { type Format, type FormatSpec, formats } from './format.js';
import { bitLength } from './integer.js';
import { type Truncated, truncate } from './truncate.js';

/** 'nearest' takes ties to even, 'down' goes toward minus infinity, 'up' toward plus infinity. */
export type Mode = 'nearest' | 'down' | 'up';

/**
 * Value i of the column, rounded once into the format as IEEE 754 has it: subnormals, overflow to infinity or to the
 * largest value as the mode says, -0 for a negative value that rounds to zero. Exact zero gives +0.
 */
export function round(a: Column, i: number, format: Format, mode: Mode = 'nearest'): number {
  const spec = formats[format];
  const v = leading(a, i, spec);
  return v ? onGrid(v, spec, mode) : 0;
}

/** The f64 neighbours of value i, [below, above]; the same number twice when it is itself an f64. */
export function enclose(a: Column, i: number): [number, number] {
  const v = leading(a, i, formats.f64);
  return v ? [onGrid(v, formats.f64, 'down'), onGrid(v, formats.f64, 'up')] : [0, 0];
}

/** One bit more than the format holds, to see the half step, down to half its finest step. */
function leading(a: Column, i: number, { p, emin }: FormatSpec): Truncated | null {
  return truncate(a, i, p + 1, p - emin);
}

function onGrid(v: Truncated, { p, emin, max }: FormatSpec, mode: Mode): number {
  const quantum = Math.max(bitLength(v.floor) - 1 - v.k, emin) - p + 1;
  const drop = BigInt(quantum + v.k);
  const steps = v.floor >> drop;
  const rest = v.floor - (steps << drop);
  const outward = (mode === 'up') !== v.negative;
  const more = mode === 'nearest' ? pastHalf(v, steps, rest, 1n << (drop - 1n)) : outward && !(v.exact && rest === 0n);
  const size = scale(Number(more ? steps + 1n : steps), quantum);
  const held = size <= max ? size : mode === 'nearest' || outward ? Infinity : max;
  return v.negative ? -held : held;
}

function pastHalf(v: Truncated, steps: bigint, rest: bigint, half: bigint): boolean {
  return rest > half || (rest === half && (!v.exact || (steps & 1n) === 1n));
}
