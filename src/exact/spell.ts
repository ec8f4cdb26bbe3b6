import type { Column } from './column.js';
import { gcd, magnitude } from './integer.js';

/** Value i as people write it: `3/4`, `sqrt(5) / 2`, `1/2 - 3 sqrt(2) / 2`; in lowest terms, no square left under the root. */
export function spell(a: Column, i = 0): string {
  const [p, q] = [a.p[i]!, a.q ? a.q[i]! : 0n];
  if (q === 0n || a.w === 0n) return fraction(p, a.r);
  const [outer, w] = squarefree(a.w);
  const root = multiple(q * outer, a.r, `sqrt(${w})`);
  if (p === 0n) return root;
  const whole = fraction(p, a.r);
  return root.startsWith('-') ? `${whole} - ${root.slice(1)}` : `${whole} + ${root}`;
}

/** All values of a column, in brackets; one alone is its own text. */
export const spellAll = (a: Column): string =>
  a.p.length === 1 ? spell(a) : `[${a.p.map((_, i) => spell(a, i)).join(', ')}]`;

function fraction(n: bigint, d: bigint): string {
  const g = gcd(n, d);
  return d === g ? String(n / g) : `${n / g}/${d / g}`;
}

function multiple(n: bigint, d: bigint, of: string): string {
  const g = gcd(n, d);
  const [top, bottom] = [magnitude(n / g), d / g];
  const text = `${top === 1n ? '' : `${top} `}${of}${bottom === 1n ? '' : ` / ${bottom}`}`;
  return n < 0n ? `-${text}` : text;
}

/** w = outer^2 * rest, by the squares of small numbers: what counterexamples have under their roots is small. */
function squarefree(w: bigint): [outer: bigint, rest: bigint] {
  let [outer, rest] = [1n, w];
  for (let n = 2n; n * n <= rest && n < 1000n; n += 1n)
    while (rest % (n * n) === 0n) [outer, rest] = [outer * n, rest / (n * n)];
  return [outer, rest];
}
