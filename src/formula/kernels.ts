import { arity, type Fn } from './ast.js';
import { down, ETA, PHI, R, rules, up } from './interval.js';
import { FormulaError } from './parse.js';

/** Ends of ranges, one after the other. */
export interface Register {
  readonly lo: Float64Array;
  readonly hi: Float64Array;
}

const ULP = 2 ** -52;

/** One operation on `n` elements of its arguments. */
export type Kernel = (to: Register, args: readonly Register[], n: number) => void;

/**
 * Outward, as in `settle`. An addition that underflows is exact, so there a share of the sum alone leads to its
 * neighbour, and 0 stays 0: subnormal ends would make every later product many times as slow.
 */
const outward = (underflow: 'exact' | 'rounded'): string => {
  const off = (end: string): string => `Math.abs(${end}) * ${underflow === 'exact' ? 'ULP' : 'PHI + ETA'}`;
  return `if (h - l < Infinity) { l -= ${off('l')}; h += ${off('h')}; }
    else if (l !== l || h !== h) { l = -Infinity; h = Infinity; }
    else { l = l === Infinity ? MAX : l - (Math.abs(l) * PHI + ETA); h = h === -Infinity ? -MAX : h + (Math.abs(h) * PHI + ETA); }`;
};

/** Of factors that are not negative no product is, and a factor of zero makes it zero. */
const product = (al: string, ah: string, bl: string, bh: string): string =>
  `l = ${al} * ${bl}; h = ${ah} * ${bh};
    if (l !== l || h !== h) { l = -Infinity; h = Infinity; }
    else {
      l = l > 0 ? (l === Infinity ? MAX : l - (l * PHI + ETA)) : 0;
      h = ${ah} === 0 || ${bh} === 0 ? 0 : h + (h * PHI + ETA);
    }`;

/** The commonest rules, written out: a call in the innermost loop costs ten times the arithmetic. */
const written: Partial<Record<Fn | 'square', string>> = {
  square: `const q = al > 0 ? al : ah < 0 ? -ah : 0, r = ah > -al ? ah : -al; ${product('q', 'r', 'q', 'r')}`,
  add: `l = al + bl; h = ah + bh; ${outward('exact')}`,
  subtract: `l = al - bh; h = ah - bl; ${outward('exact')}`,
  multiply: `if (al >= 0 && bl >= 0) { ${product('al', 'ah', 'bl', 'bh')} }
    else { const p = al * bl, q = al * bh, r = ah * bl, s = ah * bh; l = Math.min(p, q, r, s); h = Math.max(p, q, r, s); ${outward('rounded')} }`,
  negate: 'l = -ah; h = -al;',
  abs: 'l = Math.max(0, al, -ah); h = Math.max(-al, ah);',
  max: 'l = Math.max(al, bl); h = Math.max(ah, bh);',
  min: 'l = Math.min(al, bl); h = Math.min(ah, bh);',
};

const made = new Map<Fn | 'square', Kernel>();

/** The kernel of a function. Throws FormulaError for one that has no meaning for ranges. */
export function kernel(fn: Fn | 'square'): Kernel {
  let known = made.get(fn);
  if (known) return known;
  const rule = fn === 'square' ? null : rules[fn];
  if (!rule && !written[fn]) throw new FormulaError(`${fn} has no meaning for ranges`);
  const build = new Function('rule', 'R', 'PHI', 'ETA', 'ULP', 'MAX', `return function (to, args, n) { ${loop(fn)} }`);
  made.set(fn, (known = build(rule, R, PHI, ETA, ULP, Number.MAX_VALUE) as Kernel));
  return known;
}

/** The loop of a function: an empty argument makes an empty result (of a choice only its condition), else the rule decides. */
function loop(fn: Fn | 'square'): string {
  const names = ['a', 'b', 'c'].slice(0, fn === 'square' ? 1 : arity[fn]);
  const each = (text: (name: string, k: number) => string, between: string): string => names.map(text).join(between);
  const registers = each((x, k) => `const ${x}L = args[${k}].lo, ${x}H = args[${k}].hi;`, ' ');
  const ranges = each((x) => `const ${x}l = ${x}L[i], ${x}h = ${x}H[i];`, ' ');
  const empty = fn === 'choose' ? 'al > ah' : each((x) => `${x}l > ${x}h`, ' || ');
  const called = `rule(${each((x) => `${x}l, ${x}h`, ', ')}); l = R[0]; h = R[1];`;
  return `const lo = to.lo, hi = to.hi; ${registers}
    for (let i = 0; i < n; i += 1) {
      ${ranges}
      let l = Infinity, h = -Infinity;
      if (!(${empty})) { ${written[fn] ?? called} }
      lo[i] = l; hi[i] = h;
    }`;
}

/** Adds `n` elements, from `at` on, to a running total of channel `c`. */
export function addUp(total: Register, c: number, a: Register, at: number, n: number): void {
  const { lo, hi } = a;
  let l = total.lo[c]!;
  let h = total.hi[c]!;
  let empty = l > h;
  for (let i = at; i < at + n; i += 1) {
    const al = lo[i]!;
    const ah = hi[i]!;
    if (al > ah) empty = true;
    l += al;
    h += ah;
    // An addition that underflows is exact, so a share of the sum alone leads to its neighbour; and 0 stays 0.
    l -= Math.abs(l) * ULP;
    h += Math.abs(h) * ULP;
  }
  if (empty || !(h - l < Infinity)) [l, h] = carefully(total, c, a, at, n);
  total.lo[c] = l;
  total.hi[c] = h;
}

/** The same where ends are infinite: an empty range makes an empty sum; beyond the largest number is not at infinity. */
function carefully(total: Register, c: number, { lo, hi }: Register, at: number, n: number): [number, number] {
  let [l, h] = [total.lo[c]!, total.hi[c]!];
  for (let i = at; i < at + n; i += 1) {
    if (l > h || lo[i]! > hi[i]!) return [Infinity, -Infinity];
    [l, h] = [down(l + lo[i]!), up(h + hi[i]!)];
    if (Number.isNaN(l) || Number.isNaN(h)) [l, h] = [-Infinity, Infinity];
  }
  return [l, h];
}

/** Raises a running largest magnitude of channel `c` by `n` elements, from `at` on. */
export function raise(total: Register, c: number, a: Register, at: number, n: number): void {
  const { lo, hi } = a;
  let l = total.lo[c]!;
  let h = total.hi[c]!;
  let empty = l > h;
  for (let i = at; i < at + n; i += 1) {
    const al = lo[i]!;
    const ah = hi[i]!;
    if (al > ah) empty = true;
    if (al > l) l = al;
    if (-ah > l) l = -ah;
    if (ah > h) h = ah;
    if (-al > h) h = -al;
  }
  total.lo[c] = empty ? Infinity : l;
  total.hi[c] = empty ? -Infinity : h;
}
