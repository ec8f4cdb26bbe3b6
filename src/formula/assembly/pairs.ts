import { ETA, ends, least, most, multiply, PHI, summed } from './range';
import { beside, put } from './register';

// The commonest two operations, on two ranges at a time where nothing is empty, infinite or undefined; else one by one. The
// last pair may read and write a range too many: a register has room for it.

const nothing: v128 = f64x2.splat(0);
const infinite: v128 = f64x2.splat(Infinity);
const epsilon: v128 = f64x2.splat(f64.EPSILON);
const phi: v128 = f64x2.splat(PHI);
const eta: v128 = f64x2.splat(ETA);

/** Both ranges of a pair. */
const both: i32 = 3;

export function addition(minus: bool, to: i32, a: i32, b: i32, n: i32): void {
  for (const end = to + 8 * n; to < end; to += 16, a += 16, b += 16) {
    const al = v128.load(a);
    const ah = v128.load(a + beside);
    const bl = v128.load(b);
    const bh = v128.load(b + beside);
    const lo = minus ? f64x2.sub(al, bh) : f64x2.add(al, bl);
    const hi = minus ? f64x2.sub(ah, bl) : f64x2.add(ah, bh);
    const bounded = f64x2.lt(f64x2.sub(hi, lo), infinite);
    if (i64x2.bitmask(v128.and(v128.and(f64x2.le(al, ah), f64x2.le(bl, bh)), bounded)) === both) {
      v128.store(to, f64x2.sub(lo, f64x2.mul(f64x2.abs(lo), epsilon)));
      v128.store(to + beside, f64x2.add(hi, f64x2.mul(f64x2.abs(hi), epsilon)));
    } else {
      sum(minus, to, a, b);
      sum(minus, to + 8, a + 8, b + 8);
    }
  }
}

function sum(minus: bool, to: i32, a: i32, b: i32): void {
  const al = load<f64>(a);
  const ah = load<f64>(a + beside);
  const bl = load<f64>(b);
  const bh = load<f64>(b + beside);
  if (al > ah || bl > bh) ends(Infinity, -Infinity);
  else if (minus) summed(al - bh, ah - bl);
  else summed(al + bl, ah + bh);
  put(to, least, most);
}

export function product(to: i32, a: i32, b: i32, n: i32): void {
  for (const end = to + 8 * n; to < end; to += 16, a += 16, b += 16) {
    const al = v128.load(a);
    const ah = v128.load(a + beside);
    const bl = v128.load(b);
    const bh = v128.load(b + beside);
    const p = f64x2.mul(al, bl);
    const q = f64x2.mul(al, bh);
    const r = f64x2.mul(ah, bl);
    const s = f64x2.mul(ah, bh);
    // One instruction each, unlike min and max; these overlook NaN, but the sum of the four does not.
    const lo = f64x2.pmin(f64x2.pmin(p, q), f64x2.pmin(r, s));
    const hi = f64x2.pmax(f64x2.pmax(p, q), f64x2.pmax(r, s));
    const bounded = f64x2.lt(f64x2.abs(f64x2.add(f64x2.add(p, q), f64x2.add(r, s))), infinite);
    if (i64x2.bitmask(v128.and(v128.and(f64x2.le(al, ah), f64x2.le(bl, bh)), bounded)) === both) {
      const down = f64x2.sub(lo, f64x2.add(f64x2.mul(f64x2.abs(lo), phi), eta));
      const up = f64x2.add(hi, f64x2.add(f64x2.mul(f64x2.abs(hi), phi), eta));
      // Of factors that are not negative no product is, and a factor of zero makes it zero.
      const positive = v128.and(f64x2.ge(al, nothing), f64x2.ge(bl, nothing));
      const zero = v128.and(positive, v128.or(f64x2.eq(ah, nothing), f64x2.eq(bh, nothing)));
      v128.store(to, v128.andnot(down, v128.andnot(positive, f64x2.gt(lo, nothing))));
      v128.store(to + beside, v128.andnot(up, zero));
    } else {
      multiplied(to, a, b);
      multiplied(to + 8, a + 8, b + 8);
    }
  }
}

function multiplied(to: i32, a: i32, b: i32): void {
  const al = load<f64>(a);
  const ah = load<f64>(a + beside);
  const bl = load<f64>(b);
  const bh = load<f64>(b + beside);
  if (al > ah || bl > bh) ends(Infinity, -Infinity);
  else multiply(al, ah, bl, bh);
  put(to, least, most);
}
