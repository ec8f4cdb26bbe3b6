import type { Column } from './column.js';
import * as columns from './column.js';

/** An exact value with its exact derivative along one direction, shape by shape as Column has it. */
export interface Dual {
  readonly v: Column;
  /** As long as v, or of length 1 and then the same for all. */
  readonly t: Column;
}

/** A value that moves with speed t; without t it stands still. */
export function dual(v: Column, t: Column = columns.integer(0n)): Dual {
  return { v, t };
}

export function add(a: Dual, b: Dual): Dual {
  return { v: columns.add(a.v, b.v), t: columns.add(a.t, b.t) };
}

export function subtract(a: Dual, b: Dual): Dual {
  return { v: columns.subtract(a.v, b.v), t: columns.subtract(a.t, b.t) };
}

export function negate(a: Dual): Dual {
  return { v: columns.negate(a.v), t: columns.negate(a.t) };
}

export function multiply(a: Dual, b: Dual): Dual {
  return {
    v: columns.multiply(a.v, b.v),
    t: columns.add(columns.multiply(a.t, b.v), columns.multiply(a.v, b.t)),
  };
}

/** Throws RangeError('division by zero'). */
export function divide(a: Dual, b: Dual): Dual {
  const v = columns.divide(a.v, b.v);
  return { v, t: columns.divide(columns.subtract(a.t, columns.multiply(v, b.t)), b.v) };
}

/** a^n for a whole n >= 0. */
export function power(a: Dual, n: number): Dual {
  const v = columns.power(a.v, n);
  if (n === 0) return { v, t: columns.integer(0n) };
  const slope = columns.multiply(columns.integer(BigInt(n)), columns.power(a.v, n - 1));
  return { v, t: columns.multiply(slope, a.t) };
}

/** As sqrt of a column; at zero it has no derivative and throws RangeError('division by zero'). */
export function sqrt(a: Dual): Dual {
  const v = columns.sqrt(a.v);
  return { v, t: columns.divide(a.t, columns.multiply(columns.integer(2n), v)) };
}

/** Throws RangeError at a kink: where the value is zero and moves. */
export function abs(a: Dual): Dual {
  const n = a.v.p.length;
  const p = a.v.p.map((_, i) => BigInt(columns.sign(a.v, i)));
  const moves = (i: number) => columns.sign(a.t, a.t.p.length === n ? i : 0) !== 0;
  const kink = p.findIndex((sign, i) => sign === 0n && moves(i));
  if (kink >= 0) throw new RangeError(`no derivative at the kink, value ${kink}`);
  const signs = { p, q: null, w: 0n, r: 1n };
  return { v: columns.multiply(signs, a.v), t: columns.multiply(signs, a.t) };
}

/** Throws RangeError where the two cross. */
export function max(a: Dual, b: Dual): Dual {
  return halve(add(add(a, b), abs(subtract(a, b))));
}

/** Throws RangeError where the two cross. */
export function min(a: Dual, b: Dual): Dual {
  return halve(subtract(add(a, b), abs(subtract(a, b))));
}

/** Length 1. */
export function sum(a: Dual): Dual {
  const each = columns.multiply(columns.integer(BigInt(a.v.p.length)), a.t);
  return { v: columns.sum(a.v), t: a.t.p.length === a.v.p.length ? columns.sum(a.t) : each };
}

function halve(a: Dual): Dual {
  return multiply(a, dual(columns.ratio(1n, 2n)));
}
