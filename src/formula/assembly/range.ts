// Ranges of float64 numbers, rounded outward (../interval.ts has the rules of reading). A rule leaves its result in two
// globals, since a function of WebAssembly's first version gives back one number.

// u(1+2u) and the least subnormal: v -+ (|v|*PHI + ETA) lies at or beyond the float64 neighbour of v
// (Rump, Zimmermann, Boldo, Melquiond: Computing predecessor and successor in rounding to nearest, 2009).
export const PHI: f64 = 0.5 * f64.EPSILON * (1 + f64.EPSILON);
export const ETA: f64 = f64.MIN_VALUE;

export let least: f64 = 0;
export let most: f64 = 0;

export function ends(lo: f64, hi: f64): void {
  least = lo;
  most = hi;
}

export function down(v: f64): f64 {
  return v === Infinity ? f64.MAX_VALUE : v - (abs(v) * PHI + ETA);
}

export function up(v: f64): f64 {
  return v === -Infinity ? -f64.MAX_VALUE : v + (abs(v) * PHI + ETA);
}

/** Outward; an end that is no number means that nothing is known. */
export function outward(lo: f64, hi: f64): void {
  if (isNaN<f64>(lo) || isNaN<f64>(hi)) ends(-Infinity, Infinity);
  else ends(down(lo), up(hi));
}

/**
 * The sum of two ends each. An addition that underflows is exact, so there a share of the sum alone leads to its
 * neighbour, and 0 stays 0: subnormal ends would make every later product many times as slow.
 */
export function summed(lo: f64, hi: f64): void {
  if (hi - lo < Infinity) ends(lo - abs(lo) * f64.EPSILON, hi + abs(hi) * f64.EPSILON);
  else outward(lo, hi);
}

export function multiply(al: f64, ah: f64, bl: f64, bh: f64): void {
  if (al >= 0 && bl >= 0) {
    positive(al * bl, ah * bh, ah === 0 || bh === 0);
    return;
  }
  const p = al * bl;
  const q = al * bh;
  const r = ah * bl;
  const s = ah * bh;
  outward(min(min(p, q), min(r, s)), max(max(p, q), max(r, s)));
}

/** Of factors that are not negative no product is, and a factor of zero makes it zero. */
function positive(lo: f64, hi: f64, zero: bool): void {
  if (isNaN<f64>(lo) || isNaN<f64>(hi)) ends(-Infinity, Infinity);
  else ends(lo > 0 ? down(lo) : 0, zero ? 0 : up(hi));
}

export function square(lo: f64, hi: f64): void {
  const near = lo > 0 ? lo : hi < 0 ? -hi : 0;
  const far = hi > -lo ? hi : -lo;
  positive(near * near, far * far, far === 0);
}

export function divide(al: f64, ah: f64, bl: f64, bh: f64): void {
  if (bl <= 0 && bh >= 0) {
    ends(-Infinity, Infinity);
    return;
  }
  const p = al / bl;
  const q = al / bh;
  const r = ah / bl;
  const s = ah / bh;
  outward(min(min(p, q), min(r, s)), max(max(p, q), max(r, s)));
}

/** Integer powers only: the exponent is the one integer in its range. An even power of a range around 0 starts at 0. */
export function power(al: f64, ah: f64, bl: f64, bh: f64): void {
  const exponent = ceil(bl);
  if (exponent !== floor(bh)) unreachable(); // ../machine.ts refuses all but constant ones
  let n = i32(abs(exponent));
  const even = (n & 1) === 0;
  let lo = even ? max(max(0, al), -ah) : al;
  let hi = even ? max(-al, ah) : ah;
  let resultLo: f64 = 1;
  let resultHi: f64 = 1;
  for (; n > 0; n >>= 1) {
    if (n & 1) {
      multiply(resultLo, resultHi, lo, hi);
      resultLo = least;
      resultHi = most;
    }
    if (n > 1) {
      multiply(lo, hi, lo, hi);
      lo = least;
      hi = most;
    }
  }
  ends(even ? max(0, resultLo) : resultLo, resultHi);
  if (exponent < 0) divide(1, 1, least, most);
}

/** Below 0 the root is undefined: nothing is known, so nothing is demanded. */
export function root(lo: f64, hi: f64): void {
  if (hi < 0) ends(-Infinity, Infinity);
  else ends(max(0, down(sqrt(max(0, lo)))), up(sqrt(hi)));
}

/** 1 where it is so for sure, 0 where it is not for sure, else both. */
export function certain(yes: bool, no: bool): void {
  ends(yes ? 1 : 0, no ? 0 : 1);
}

export function sign(v: f64): f64 {
  return v > 0 ? 1 : v < 0 ? -1 : v;
}

export function alike(al: f64, ah: f64, bl: f64, bh: f64): bool {
  return al === ah && bl === bh && al === bl;
}
