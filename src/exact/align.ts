import type { Column } from './column.js';
import { gcd, isqrt, twos } from './integer.js';

/** Columns brought to one length, one root and one denominator, entry by entry over plain integers. */
export type Binary = (x: bigint, y: bigint) => bigint;
export const plus: Binary = (x, y) => x + y;
export const minus: Binary = (x, y) => x - y;
export const times: Binary = (x, y) => x * y;

/** The length of a result. Throws RangeError when the lengths differ and neither is 1. */
export function span(a: Column, b: Column): number {
  const [n, k] = [a.p.length, b.p.length];
  if (n !== k && n !== 1 && k !== 1) throw new RangeError(`lengths ${n} and ${k} do not go together`);
  return n === 1 ? k : n;
}

/** f of the entries of both; a list of one entry is repeated n times. */
export function zip(n: number, a: readonly bigint[], b: readonly bigint[], f: Binary): bigint[] {
  const [i, j] = [a.length === 1 ? 0 : 1, b.length === 1 ? 0 : 1];
  const c = new Array<bigint>(n);
  for (let k = 0; k < n; k++) c[k] = f(a[i * k]!, b[j * k]!);
  return c;
}

export function scaled(a: readonly bigint[], factor: bigint): readonly bigint[] {
  return factor === 1n ? a : a.map((x) => x * factor);
}

/** Both with the same w. Throws RangeError unless the two roots differ by a rational factor only. */
export function onOneRoot(a: Column, b: Column): [Column, Column] {
  if (!a.q || !b.q || a.w === b.w) return [a, b];
  const root = isqrt(a.w * b.w);
  if (root * root !== a.w * b.w) throw new RangeError('needs two square roots');
  // sqrt(b.w) = root / a.w * sqrt(a.w)
  const g = gcd(root, a.w);
  const d = a.w / g;
  return [a, { p: scaled(b.p, d), q: scaled(b.q, root / g), w: a.w, r: b.r * d }];
}

/** Both with the same w and r; where one has a root, the other has one too, zero times. */
export function alike(a: Column, b: Column): [Column, Column] {
  const [x, y] = onOneRoot(a, b);
  const g = gcd(x.r, y.r);
  const w = x.q ? x.w : y.w;
  const r = x.r * (y.r / g);
  const lifted = ({ p, q }: Column, factor: bigint): Column => {
    const still = () => (x.q || y.q ? p.map(() => 0n) : null);
    return { p: scaled(p, factor), q: q ? scaled(q, factor) : still(), w, r };
  };
  return [lifted(x, y.r / g), lifted(y, x.r / g)];
}

/** Divisors such as m are short and must go, or they pile up; between longer numbers a gcd costs more than it saves. */
const short = 1n << 64n;

/**
 * A column in short terms: no root where none is left, no power of two common to all, and for a single value, which is
 * where denominators pile up, no common divisor either as long as the odd denominator is a short one.
 */
export function settle(p: readonly bigint[], q: readonly bigint[] | null, w: bigint, r: bigint): Column {
  const roots = q?.some((x) => x !== 0n) ? q : null;
  const lists = roots ? [p, roots] : [p];
  const common = commonTwos(lists, r);
  const odd = r >> BigInt(twos(r));
  let divisor = 1n;
  if (p.length === 1 && odd < short) divisor = lists.reduce((g, list) => gcd(g, list[0]!), odd);
  return {
    p: lowered(p, common, divisor),
    q: roots && lowered(roots, common, divisor),
    w: roots ? w : 0n,
    r: (r >> BigInt(common)) / divisor,
  };
}

function commonTwos(lists: readonly (readonly bigint[])[], r: bigint): number {
  let common = twos(r);
  for (const list of lists) {
    for (let i = 0; i < list.length && common > 0; i++) {
      const x = list[i]!;
      if (x !== 0n) common = Math.min(common, twos(x));
    }
  }
  return common;
}

function lowered(a: readonly bigint[], common: number, divisor: bigint): readonly bigint[] {
  if (common === 0 && divisor === 1n) return a;
  const shift = BigInt(common);
  return a.map(divisor === 1n ? (x) => x >> shift : (x) => (x >> shift) / divisor);
}
