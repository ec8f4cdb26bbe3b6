import { arity, type Fn } from './ast.js';
import { down, ETA, PHI, R, rules, up } from './interval.js';
import { FormulaError } from './parse.js';

/** Ends of ranges; `step` is 0 for the one number of a channel, 1 for a block of elements. */
export interface Register {
  readonly lo: Float64Array;
  readonly hi: Float64Array;
  readonly step: 0 | 1;
}

/** One operation on `n` elements of its arguments. */
export type Kernel = (to: Register, args: readonly Register[], n: number) => void;

/** Outward, as in `settle`: a lower end beyond the largest number is that number; no number means that nothing is known. */
const outward =
  'l = l === Infinity ? MAX : l - (Math.abs(l) * PHI + ETA); h = h === -Infinity ? -MAX : h + (Math.abs(h) * PHI + ETA); ' +
  'if (l !== l || h !== h) { l = -Infinity; h = Infinity; }';

/** The commonest rules, written out: a call in the innermost loop costs ten times the arithmetic. */
const written: Partial<Record<Fn, string>> = {
  add: `l = al + bl; h = ah + bh; ${outward}`,
  subtract: `l = al - bh; h = ah - bl; ${outward}`,
  multiply: `const p = al * bl, q = al * bh, r = ah * bl, s = ah * bh; l = Math.min(p, q, r, s); h = Math.max(p, q, r, s); ${outward}`,
  negate: 'l = -ah; h = -al;',
  abs: 'l = Math.max(0, al, -ah); h = Math.max(-al, ah);',
  max: 'l = Math.max(al, bl); h = Math.max(ah, bh);',
  min: 'l = Math.min(al, bl); h = Math.min(ah, bh);',
};

const made = new Map<Fn, Kernel>();

/** The kernel of a function. Throws FormulaError for one that has no meaning for ranges. */
export function kernel(fn: Fn): Kernel {
  let known = made.get(fn);
  if (known) return known;
  const rule = rules[fn];
  if (!rule) throw new FormulaError(`${fn} has no meaning for ranges`);
  const build = new Function('rule', 'R', 'PHI', 'ETA', 'MAX', `return function (to, args, n) { ${loop(fn)} }`);
  made.set(fn, (known = build(rule, R, PHI, ETA, Number.MAX_VALUE) as Kernel));
  return known;
}

/** The loop of a function: an empty argument makes an empty result, otherwise the rule decides. */
function loop(fn: Fn): string {
  const names = ['a', 'b', 'c'].slice(0, arity[fn]);
  const each = (text: (name: string, k: number) => string, between: string): string => names.map(text).join(between);
  const registers = each((x, k) => `const ${x}L = args[${k}].lo, ${x}H = args[${k}].hi, ${x}s = args[${k}].step;`, ' ');
  const ranges = each((x) => `const ${x}l = ${x}L[i * ${x}s], ${x}h = ${x}H[i * ${x}s];`, ' ');
  const called = `rule(${each((x) => `${x}l, ${x}h`, ', ')}); l = R[0]; h = R[1];`;
  return `const lo = to.lo, hi = to.hi; ${registers}
    for (let i = 0; i < n; i += 1) {
      ${ranges}
      let l = Infinity, h = -Infinity;
      if (!(${each((x) => `${x}l > ${x}h`, ' || ')})) { ${written[fn] ?? called} }
      lo[i] = l; hi[i] = h;
    }`;
}

/** Adds `n` elements to a running total. */
export function addUp(total: Register, a: Register, n: number): void {
  let l = total.lo[0]!;
  let h = total.hi[0]!;
  for (let i = 0; i < n; i += 1) {
    const al = a.lo[i * a.step]!;
    const ah = a.hi[i * a.step]!;
    const none = l > h || al > ah;
    l = down(l + al);
    h = up(h + ah);
    if (none) [l, h] = [Infinity, -Infinity];
    else if (Number.isNaN(l) || Number.isNaN(h)) [l, h] = [-Infinity, Infinity];
  }
  total.lo[0] = l;
  total.hi[0] = h;
}

/** Raises a running largest magnitude. */
export function raise(total: Register, a: Register, n: number): void {
  let l = total.lo[0]!;
  let h = total.hi[0]!;
  for (let i = 0; i < n; i += 1) {
    const al = a.lo[i * a.step]!;
    const ah = a.hi[i * a.step]!;
    if (l > h || al > ah) [l, h] = [Infinity, -Infinity];
    else {
      l = Math.max(l, al, -ah);
      h = Math.max(h, -al, ah);
    }
  }
  total.lo[0] = l;
  total.hi[0] = h;
}
