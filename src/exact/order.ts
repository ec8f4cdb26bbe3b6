import { alike, settle, span } from './align.js';
import { at, type Column, compare, negate, sign } from './column.js';

/** |a|, value by value. */
export function abs(a: Column): Column {
  return select(a, negate(a), (i) => sign(a, i) < 0);
}

/** The greater of both, value by value. Throws RangeError('needs two square roots') where one column cannot hold both. */
export function max(a: Column, b: Column): Column {
  return select(a, b, (i, j) => compare(a, i, b, j) < 0);
}

/** The lesser of both, value by value. Throws as max does. */
export function min(a: Column, b: Column): Column {
  return select(a, b, (i, j) => compare(a, i, b, j) > 0);
}

/** The greatest value of the column, length 1. */
export function greatest(a: Column): Column {
  return at(
    a,
    a.p.reduce((best, _, i) => (compare(a, i, a, best) > 0 ? i : best), first(a)),
  );
}

/** The least value of the column, length 1. */
export function least(a: Column): Column {
  return at(
    a,
    a.p.reduce((best, _, i) => (compare(a, i, a, best) < 0 ? i : best), first(a)),
  );
}

function first(a: Column): number {
  if (a.p.length === 0) throw new RangeError('an empty column has no extremes');
  return 0;
}

/** b's value where `second` says so, a's elsewhere. */
function select(a: Column, b: Column, second: (i: number, j: number) => boolean): Column {
  const n = span(a, b);
  const [x, y] = alike(a, b);
  const [s, t] = [a.p.length === 1 ? 0 : 1, b.p.length === 1 ? 0 : 1];
  const taken = Array.from({ length: n }, (_, i) => second(s * i, t * i));
  const pick = (u: readonly bigint[], v: readonly bigint[]) => taken.map((b, i) => (b ? v[t * i]! : u[s * i]!));
  return settle(pick(x.p, y.p), x.q && y.q && pick(x.q, y.q), x.w, x.r);
}
