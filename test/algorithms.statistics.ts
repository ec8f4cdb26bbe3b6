import type { Format } from '../src/exact/format.js';
import { roundTo } from '../src/exact/grid.js';

/** Right ways to compute the statistics of a channel, each operation rounded: to float32, unless said. */
let arithmetic: Format = 'f32';

/** Rounds the result of one operation. */
export const f = (value: number): number => (arithmetic === 'f32' ? Math.fround(value) : roundTo(value, arithmetic));

/** The format that `f` rounds to. */
export const rounding = (): Format => arithmetic;

/** What comes of `compute` where every operation rounds to this format. */
export function computing<T>(format: Format, compute: () => T): T {
  const before = arithmetic;
  arithmetic = format;
  try {
    return compute();
  } finally {
    arithmetic = before;
  }
}

export type Sum = (terms: readonly number[]) => number;
/** Division of a sum by m: as it stands, or by a rounded 1 / m. */
export type Divide = (sum: number, m: number) => number;

const chain: Sum = (terms) => terms.reduce((sum, term) => f(sum + term), 0);
const pairwise: Sum = (terms) => {
  if (terms.length < 2) return terms[0] ?? 0;
  const middle = terms.length >> 1;
  return f(pairwise(terms.slice(0, middle)) + pairwise(terms.slice(middle)));
};

export const sums: Readonly<Record<string, Sum>> = {
  forward: chain,
  backward: (terms) => chain([...terms].reverse()),
  pairwise,
  'four lanes': (terms) => pairwise([0, 1, 2, 3].map((lane) => chain(terms.filter((_, i) => i % 4 === lane)))),
  'largest first': (terms) => chain([...terms].sort((a, b) => Math.abs(b) - Math.abs(a))),
  'positives first': (terms) => chain([...terms].sort((a, b) => b - a)),
};

export const divisions: Readonly<Record<string, Divide>> = {
  division: (sum, m) => f(sum / m),
  reciprocal: (sum, m) => f(sum * f(1 / m)),
};

export interface Statistics {
  readonly mean: number;
  readonly variance: number;
}

export interface Estimator {
  /** What it may claim, and the tier it is held to. */
  readonly kind: 'twopass' | 'stable' | 'onepass';
  of(x: readonly number[], sum: Sum, over: Divide): Statistics;
}

const square = (t: number): number => f(t * t);
const centred = (x: readonly number[], by: number): number[] => x.map((v) => f(v - by));
const clamped = (variance: number): number => Math.max(0, variance);

/** About a sample that stands in for the mean, in one pass or two. */
const shifted = (by: (x: readonly number[]) => number, passes: 1 | 2): Estimator => ({
  kind: 'stable',
  of(x, sum, over) {
    const shift = by(x);
    const t = centred(x, shift);
    const rest = over(sum(t), x.length);
    const mean = f(shift + rest);
    if (passes === 2) return { mean, variance: over(sum(centred(x, mean).map(square)), x.length) };
    return { mean, variance: clamped(f(over(sum(t.map(square)), x.length) - square(rest))) };
  },
});

interface Part {
  readonly n: number;
  readonly mean: number;
  readonly m2: number;
}

function merge(a: Part, b: Part): Part {
  const n = a.n + b.n;
  const delta = f(b.mean - a.mean);
  const weight = f(b.n / n);
  return { n, mean: f(a.mean + f(delta * weight)), m2: f(f(a.m2 + b.m2) + f(square(delta) * f(a.n * weight))) };
}

const merging = (join: (parts: readonly Part[]) => Part): Estimator => ({
  kind: 'stable',
  of(x, _, over) {
    const { n, mean, m2 } = join(x.map((v) => ({ n: 1, mean: v, m2: 0 })));
    return { mean, variance: over(m2, n) };
  },
});

const tree = (parts: readonly Part[]): Part => {
  if (parts.length === 1) return parts[0]!;
  const middle = parts.length >> 1;
  return merge(tree(parts.slice(0, middle)), tree(parts.slice(middle)));
};

export const estimators: Readonly<Record<string, Estimator>> = {
  'two-pass': {
    kind: 'twopass',
    of(x, sum, over) {
      const mean = over(sum(x), x.length);
      return { mean, variance: over(sum(centred(x, mean).map(square)), x.length) };
    },
  },
  'two-pass, corrected': {
    kind: 'stable',
    of(x, sum, over) {
      const mean = over(sum(x), x.length);
      const t = centred(x, mean);
      return { mean, variance: clamped(over(f(sum(t.map(square)) - f(square(sum(t)) / x.length)), x.length)) };
    },
  },
  Welford: {
    kind: 'stable',
    of(x, _, over) {
      let [mean, m2] = [0, 0];
      x.forEach((v, i) => {
        const delta = f(v - mean);
        mean = f(mean + over(delta, i + 1));
        m2 = f(m2 + f(delta * f(v - mean)));
      });
      return { mean, variance: over(m2, x.length) };
    },
  },
  'merges in a tree': merging(tree),
  'merges the wrong way': merging((parts) => parts.reduce((all, part) => merge(part, all))),
  'shifted by the first': shifted((x) => x[0]!, 1),
  'shifted by the last': shifted((x) => x.at(-1)!, 1),
  'shifted by the largest': shifted((x) => x.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a)), 1),
  'shifted, two-pass': shifted((x) => x[0]!, 2),
  'one-pass': {
    kind: 'onepass',
    of(x, sum, over) {
      const mean = over(sum(x), x.length);
      return { mean, variance: clamped(f(over(sum(x.map(square)), x.length) - square(mean))) };
    },
  },
};
