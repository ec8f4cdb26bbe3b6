import { addition, product } from './pairs';
import { alike, certain, divide, down, ends, least, most, power, root, sign, square, up } from './range';
import { beside, put } from './register';

/** Numbers of operations; ../machine.ts writes them. */
export enum Operation {
  square,
  add,
  subtract,
  multiply,
  negate,
  abs,
  max,
  min,
  sign,
  floor,
  sqrt,
  divide,
  power,
  equal,
  unequal,
  less,
  lessEqual,
  greater,
  greaterEqual,
  both,
  either,
  choose,
}

/** One operation on `n` ranges: an empty argument makes an empty result (of a choice only its condition). */
export function operate(operation: Operation, to: i32, a: i32, b: i32, c: i32, n: i32): void {
  if (operation === Operation.add || operation === Operation.subtract) {
    addition(operation === Operation.subtract, to, a, b, n);
    return;
  }
  if (operation === Operation.multiply) {
    product(to, a, b, n);
    return;
  }
  const two = operation >= Operation.divide || operation === Operation.max || operation === Operation.min;
  for (const end = to + 8 * n; to < end; to += 8, a += 8, b += 8, c += 8) {
    const al = load<f64>(a);
    const ah = load<f64>(a + beside);
    const bl = load<f64>(b);
    const bh = load<f64>(b + beside);
    if (al > ah || (two && operation !== Operation.choose && bl > bh)) ends(Infinity, -Infinity);
    else if (operation === Operation.choose) choose(al, ah, bl, bh, load<f64>(c), load<f64>(c + beside));
    else if (two) binary(operation, al, ah, bl, bh);
    else unary(operation, al, ah);
    put(to, least, most);
  }
}

function unary(operation: Operation, lo: f64, hi: f64): void {
  if (operation === Operation.square) square(lo, hi);
  else if (operation === Operation.negate) ends(-hi, -lo);
  else if (operation === Operation.abs) ends(max(max(0, lo), -hi), max(-lo, hi));
  else if (operation === Operation.sign) ends(sign(lo), sign(hi));
  else if (operation === Operation.floor) ends(floor(lo), floor(hi));
  else root(lo, hi);
}

function binary(operation: Operation, al: f64, ah: f64, bl: f64, bh: f64): void {
  if (operation === Operation.max || operation === Operation.either) ends(max(al, bl), max(ah, bh));
  else if (operation === Operation.min || operation === Operation.both) ends(min(al, bl), min(ah, bh));
  else if (operation === Operation.divide) divide(al, ah, bl, bh);
  else if (operation === Operation.power) power(al, ah, bl, bh);
  else if (operation === Operation.equal) certain(alike(al, ah, bl, bh), ah < bl || bh < al);
  else if (operation === Operation.unequal) certain(ah < bl || bh < al, alike(al, ah, bl, bh));
  else if (operation === Operation.less) certain(ah < bl, al >= bh);
  else if (operation === Operation.lessEqual) certain(ah <= bl, al > bh);
  else if (operation === Operation.greater) certain(al > bh, ah <= bl);
  else certain(al >= bh, ah < bl);
}

/** The branch that a sure condition takes, else the hull of both. */
function choose(no: f64, yes: f64, al: f64, ah: f64, bl: f64, bh: f64): void {
  if (no === 1) ends(al, ah);
  else if (yes === 0) ends(bl, bh);
  else ends(min(al, bl), max(ah, bh));
}

/** Adds `n` ranges to the total at `to`; an empty one makes an empty sum. */
export function addUp(to: i32, a: i32, n: i32): void {
  let lo = load<f64>(to);
  let hi = load<f64>(to + beside);
  let empty = lo > hi;
  const end = a + 8 * n;
  for (let at = a; at < end; at += 8) {
    const l = load<f64>(at);
    const h = load<f64>(at + beside);
    if (l > h) empty = true;
    lo += l;
    hi += h;
    lo -= abs(lo) * f64.EPSILON; // as in `summed`
    hi += abs(hi) * f64.EPSILON;
  }
  if (empty) put(to, Infinity, -Infinity);
  else if (hi - lo < Infinity) put(to, lo, hi);
  else carefully(to, a, end);
}

/** The same where ends are infinite: beyond the largest number is not at infinity. */
function carefully(to: i32, a: i32, end: i32): void {
  for (; a < end; a += 8) {
    const lo = down(load<f64>(to) + load<f64>(a));
    const hi = up(load<f64>(to + beside) + load<f64>(a + beside));
    if (isNaN<f64>(lo) || isNaN<f64>(hi)) put(to, -Infinity, Infinity);
    else put(to, lo, hi);
  }
}

/** Raises the largest magnitude at `to` by `n` ranges. */
export function raise(to: i32, a: i32, n: i32): void {
  let lo = load<f64>(to);
  let hi = load<f64>(to + beside);
  let empty = lo > hi;
  for (const end = a + 8 * n; a < end; a += 8) {
    const l = load<f64>(a);
    const h = load<f64>(a + beside);
    if (l > h) empty = true;
    lo = max(lo, max(l, -h));
    hi = max(hi, max(-l, h));
  }
  if (empty) put(to, Infinity, -Infinity);
  else put(to, lo, hi);
}
