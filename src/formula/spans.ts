import { type Between, fixed } from '../exact/fixed.js';
import type { Numbers } from './arrays.js';
import type { Fn } from './ast.js';
import { down, up } from './interval.js';
import { FormulaError } from './parse.js';

/** A number between two doubles, both included; from -Infinity to Infinity where nothing is known. */
export interface Span {
  readonly lo: number;
  readonly hi: number;
}

export const unknown: Span = { lo: -Infinity, hi: Infinity };
export const span = (value: number): Span => (Number.isNaN(value) ? unknown : { lo: value, hi: value });

/** Rounded outward; an end that is no number means that nothing is known. Nothing plus nothing stays exactly nothing. */
function outward(lo: number, hi: number): Span {
  if (Number.isNaN(lo) || Number.isNaN(hi)) return unknown;
  return { lo: lo === 0 ? 0 : down(lo), hi: hi === 0 ? 0 : up(hi) };
}

const isZero = ({ lo, hi }: Span): boolean => lo === 0 && hi === 0;

/** A product that underflows to 0 is none of those that are exactly 0. */
function multiply(a: Span, b: Span): Span {
  if (isZero(a) || isZero(b)) return span(0);
  return hullOf(a.lo * b.lo, a.lo * b.hi, a.hi * b.lo, a.hi * b.hi);
}

/** Of four corners, rounded outward. */
function hullOf(a: number, b: number, c: number, d: number): Span {
  const lo = Math.min(a, b, c, d);
  return Number.isNaN(lo) ? unknown : { lo: down(lo), hi: up(Math.max(a, b, c, d)) };
}

function divide(a: Span, b: Span): Span {
  if (b.lo <= 0 && b.hi >= 0) return unknown;
  if (isZero(a)) return span(0);
  return hullOf(a.lo / b.lo, a.lo / b.hi, a.hi / b.lo, a.hi / b.hi);
}

const abs = (a: Span): Span =>
  a.lo >= 0 ? a : a.hi <= 0 ? { lo: -a.hi, hi: -a.lo } : { lo: 0, hi: Math.max(-a.lo, a.hi) };
const hull = (a: Span, b: Span): Span => ({ lo: Math.min(a.lo, b.lo), hi: Math.max(a.hi, b.hi) });
const flag = (yes: boolean, no: boolean): Span => ({ lo: yes ? 1 : 0, hi: no ? 0 : 1 });
const less = (a: Span, b: Span): Span => flag(a.hi < b.lo, a.lo >= b.hi);
const lessEqual = (a: Span, b: Span): Span => flag(a.hi <= b.lo, a.lo > b.hi);

function power(a: Span, { lo, hi }: Span): Span {
  if (lo !== hi || !Number.isInteger(lo)) throw new FormulaError('an exponent must be one integer');
  const base = lo % 2 === 0 ? abs(a) : a;
  let result = span(1);
  for (let i = 0; i < Math.abs(lo); i += 1) result = multiply(result, base);
  return lo < 0 ? divide(span(1), result) : result;
}

/** Fine enough for any double that an exponential is of use for: no library of ours says how far its own is off. */
const fine = fixed(96);
const [unit, far] = [2 ** -96, 600];

/** e to a double, rounded outward. */
function exp({ lo, hi }: Span): Span {
  const of = (end: number): Between => fine.exp(fine.double(end));
  const [from, to] = [Math.min(lo, far), Math.max(hi, -far)];
  const first = of(Math.max(from, -far));
  const last = from === to ? first : of(Math.min(to, far));
  const least = lo < -far ? 0 : down(Number(first.lo) * unit);
  return { lo: Math.max(0, least), hi: hi > far ? Infinity : up(Number(last.hi) * unit) };
}

const rules: Partial<Record<Fn, (a: Span, b: Span, c: Span) => Span>> = {
  add: (a, b) => outward(a.lo + b.lo, a.hi + b.hi),
  subtract: (a, b) => outward(a.lo - b.hi, a.hi - b.lo),
  multiply,
  divide,
  power,
  exp,
  abs,
  negate: (a) => ({ lo: -a.hi, hi: -a.lo }),
  sqrt: (a) => (a.hi < 0 ? unknown : { lo: Math.max(0, down(Math.sqrt(Math.max(0, a.lo)))), hi: up(Math.sqrt(a.hi)) }),
  min: (a, b) => ({ lo: Math.min(a.lo, b.lo), hi: Math.min(a.hi, b.hi) }),
  max: (a, b) => ({ lo: Math.max(a.lo, b.lo), hi: Math.max(a.hi, b.hi) }),
  less,
  lessEqual,
  greater: (a, b) => less(b, a),
  greaterEqual: (a, b) => lessEqual(b, a),
  equal: (a, b) => flag(a.lo === a.hi && b.lo === b.hi && a.lo === b.lo, a.hi < b.lo || b.hi < a.lo),
  choose: (test, a, b) => (test.lo > 0 ? a : test.hi === 0 ? b : hull(a, b)),
};

/** Formulas over spans: the true value is inside. What is not known of an operand is not known of the result. */
export const spans: Numbers<Span> = {
  integer: span,
  rule(fn) {
    const rule = rules[fn];
    if (!rule) throw new FormulaError(`${fn} has no range`);
    return rule;
  },
};
