import { folded, middles, segments } from './fold.js';
import { type Kernel, lanes } from './kernel.js';

/*
 * Kernels on f64 data. Elements are computed as the unevaluated sum of two doubles (pair.ts), with a bound on the error
 * of the whole channel; sums are taken of pieces short enough that no product and no addition rounds.
 */

export const range64: Kernel = {
  over: { x: 'f64' },
  given: {},
  keeps: { least: { as: 'f64', from: Infinity }, most: { as: 'f64', from: -Infinity }, odd: { as: 'f64', from: 0 } },
  does: `
    least = lesser(least, x)
    most = greater(most, x)
    odd = odd + (x - x)`,
};

/** `name` in three pieces, each rounded to the grid that A, B and C have; what is left marks the segment as off. */
const pieces = (name: string, [A, B, C]: readonly [string, string, string]): string => `
    ${name}1 = (${name} + ${A}) - ${A}
    rest = ${name} - ${name}1
    ${name}2 = (rest + ${B}) - ${B}
    ${name}3 = rest - ${name}2
    off = off | (${name}3 != (${name}3 + ${C}) - ${C})`;

const kept = { as: 'f64', from: 0 } as const;
const keeps = {
  ...{ sum1: kept, sum2: kept, sum3: kept, p2: kept, p3: kept, p4: kept, p5: kept, p6: kept },
  off: { as: 'm64', from: 0 },
} as const;

/** Sums of x, piece by piece, and of its squares: pn is the sum of the products of pieces i and j with i + j = n. */
export const squares64: Kernel = {
  over: { x: 'f64' },
  given: { A: 'f64', B: 'f64', C: 'f64', ...middles(8) },
  keeps,
  does: `${pieces('x', ['A', 'B', 'C'])}
    sum1 = sum1 + x1
    sum2 = sum2 + x2
    sum3 = sum3 + x3
    twice = x1 + x1
    p2 = p2 + x1 * x1
    p3 = p3 + twice * x2
    p4 = p4 + (twice * x3 + x2 * x2)
    p5 = p5 + (x2 + x2) * x3
    p6 = p6 + x3 * x3`,
  segment: { blocks: segments.f64 / lanes, ...folded(['sum1', 'sum2', 'sum3', 'p2', 'p3', 'p4', 'p5', 'p6']) },
};

export const products64: Kernel = {
  over: { x: 'f64', g: 'f64' },
  given: { A: 'f64', B: 'f64', C: 'f64', D: 'f64', E: 'f64', F: 'f64', ...middles(8) },
  keeps,
  does: `${pieces('x', ['A', 'B', 'C'])}${pieces('g', ['D', 'E', 'F'])}
    sum1 = sum1 + g1
    sum2 = sum2 + g2
    sum3 = sum3 + g3
    p2 = p2 + g1 * x1
    p3 = p3 + (g1 * x2 + g2 * x1)
    p4 = p4 + ((g1 * x3 + g3 * x1) + g2 * x2)
    p5 = p5 + (g2 * x3 + g3 * x2)
    p6 = p6 + g3 * x3`,
  segment: squares64.segment!,
};

/** d + de = name - from, exactly. */
const difference = (d: string, name: string, from: string): string => `
    ${d} = ${name} - ${from}
    away = ${d} - ${name}
    ${d}e = (${name} - (${d} - away)) - (${from} + away)`;

/** p + pe = (d + de) (k + kl), where k = kA + kB, halves of 26 bits; what is left out is the product of the low parts. */
const product = (p: string, d: string, k: string): string => `
    ${p} = ${d} * ${k}
    cut = ${d} * ${2 ** 27 + 1}
    upper = cut - (cut - ${d})
    lower = ${d} - upper
    ${p}e = (((upper * ${k}A - ${p}) + upper * ${k}B) + lower * ${k}A) + lower * ${k}B
    ${p}e = ${p}e + (${d} * ${k}l + ${d}e * ${k})`;

/** s + se = a + (b + be), se rounded. */
const total = (s: string, a: string, b: string, be: string): string => `
    ${s} = ${a} + ${b}
    away = ${s} - ${a}
    ${s}e = ((${a} - (${s} - away)) + (${b} - away)) + ${be}`;

const store = `
    l = s + (se - err)
    u = s + (se + err)`;
const rounded = (to: string): string => `${store}
    ${to} = l
    miss differ(l, u)`;
/** Rounded to f32, after a step outward: either bound was rounded to f64 itself. */
const roundedTwice = (to: string): string => `${store}
    near = f32(l - abs(l) * ${2 ** -52})
    far = f32(u + abs(u) * ${2 ** -52})
    ${to} = near
    miss differ(near, far)`;

const pair = (name: string) =>
  ({ [name]: 'f64', [`${name}A`]: 'f64', [`${name}B`]: 'f64', [`${name}l`]: 'f64' }) as const;
const constants = { ...pair('k'), b: 'f64', bl: 'f64', err: 'f64' } as const;

const y = `${difference('d', 'x', 'c')}${product('p', 'd', 'k')}${total('s', 'p', 'b', '(pe + bl)')}`;
const dx = `${difference('d', 'x', 'c')}${product('p', 'd', 'h')}${difference('e', 'g', 'a')}${product('q', 'e', 'k')}
    p = 0.0 - p${total('t', 'q', 'p', '(qe - pe)')}${total('s', 't', 'b', '(te + bl)')}`;

/** y = k (x - c) + b. */
export const forward64: Kernel = {
  over: { x: 'f64', y: 'f64' },
  given: { c: 'f64', ...constants },
  does: `${y}${rounded('y')}`,
};

/** dx = k (g - a) - h (x - c) + b. */
export const backward64: Kernel = {
  over: { x: 'f64', g: 'f64', dx: 'f64' },
  given: { c: 'f64', a: 'f64', ...pair('h'), ...constants },
  does: `${dx}${rounded('dx')}`,
};

/** The same from f32 to f32, for what f64 alone leaves open. */
export const forwardPairs: Kernel = {
  over: { x: 'f32', y: 'f32' },
  given: forward64.given,
  does: `${y}${roundedTwice('y')}`,
};

export const backwardPairs: Kernel = {
  over: { x: 'f32', g: 'f32', dx: 'f32' },
  given: backward64.given,
  does: `${dx}${roundedTwice('dx')}`,
};

/** dx = k g, off by `share` of itself at most; where that is next to nothing a product may have lost bits, so it is missed. */
export const scale64: Kernel = {
  over: { g: 'f64', dx: 'f64' },
  given: { ...pair('k'), share: 'f64' },
  does: `
    d = g
    de = g - g${product('p', 'd', 'k')}
    err = abs(p) * share
    l = (p + (pe - err)) + 0.0
    u = (p + (pe + err)) + 0.0
    dx = l
    miss (l != u) | ((abs(p) < ${2 ** -900}) & (g != 0.0))`,
};
