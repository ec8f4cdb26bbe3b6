import type { Channel } from './algorithms.outputs.js';
import { f, type Sum } from './algorithms.statistics.js';

/** Right ways to compute the second order from the statistics, each operation rounded to float32. */
export interface Weighted extends Channel {
  readonly vx: readonly number[];
  readonly vgamma: number;
  readonly vbeta: number;
}

export interface Seconds {
  readonly g_x: number[];
  readonly g_gamma: number;
  readonly g_dy: number[];
}

export interface Second {
  readonly folded: boolean;
  /** Multiplies by x before it subtracts the mean: right at `semantic` only. */
  readonly crossed: boolean;
  of(channel: Weighted, sum: Sum): Seconds;
}

type List = readonly number[];
const each = (list: List, of: (v: number, i: number) => number): number[] => list.map((v, i) => f(of(v, i)));
const product = (a: List, b: List, sum: Sum): number => sum(each(a, (v, i) => v * b[i]!));

/** By the normalized input, as the specification writes it; `mirrored` sums dy times p_vx for g_gamma. */
const byXhat =
  (mirrored: boolean) =>
  ({ x, dy, vx, gamma, vgamma, vbeta, mean, r }: Weighted, sum: Sum): Seconds => {
    const m = x.length;
    const xhat = each(x, (v) => f(v - mean) * r);
    const project = (v: List): { p: number[]; slope: number } => {
      const [level, slope] = [f(sum(v) / m), f(product(v, xhat, sum) / m)];
      return { p: each(v, (w, i) => f(w - level) - f(xhat[i]! * slope)), slope };
    };
    const [a, b] = [project(dy), project(vx)];
    const H = mirrored ? product(dy, b.p, sum) : product(vx, a.p, sum);
    const [scale, share] = [f(gamma * r), f(H / m)];
    const along = each(x, (_, i) => f(xhat[i]! * share) + f(f(b.p[i]! * a.slope) + f(a.p[i]! * b.slope)));
    return {
      g_x: each(x, (_, i) => f(f(vgamma * r) * a.p[i]!) - f(f(scale * r) * along[i]!)),
      g_gamma: f(r * H),
      g_dy: each(x, (_, i) => f(scale * b.p[i]!) + f(f(vgamma * xhat[i]!) + vbeta)),
    };
  };

/** As PyTorch's double backward writes it: by deviations and powers of the inverse deviation, the sums expanded. */
function expanded({ x, dy, vx, gamma, vgamma, vbeta, mean, r }: Weighted, sum: Sum): Seconds {
  const m = x.length;
  const t = each(x, (v) => v - mean);
  const [r2, r3] = [f(r * r), f(f(r * r) * r)];
  const [G, P, Gv, Pv] = [sum(dy), product(dy, t, sum), sum(vx), product(vx, t, sum)];
  const inner = f(f(f(f(Gv * G) / m) - product(dy, vx, sum)) + f(f(f(r2 * P) * Pv) * f(3 / m)));
  const first = (v: List, S: number, Q: number, scale: number): number[] =>
    each(v, (w, i) => f(scale / m) * f(f(f(m * w) - S) - f(f(t[i]! * r2) * Q)));
  const gX = each(x, (_, i) => {
    const t3 = f(t[i]! * r3);
    const [a, b] = [f(f(f(Pv * r3) / m) * f(f(G / m) - dy[i]!)), f(f(f(P * r3) / m) * f(f(Gv / m) - vx[i]!))];
    const byInput = f(gamma * f(f(f(f(t3 * inner) / m) + a) + b));
    const byGamma = f(vgamma * f(f(f(dy[i]! * r) + f(f(r * G) / -m)) + f(f(t3 * P) / -m)));
    return f(byInput + byGamma);
  });
  const byInput = first(vx, Gv, Pv, f(gamma * r));
  return {
    g_x: gX,
    g_gamma: product(vx, first(dy, G, P, r), sum),
    g_dy: each(byInput, (v, i) => f(v + f(f(vgamma * t[i]!) * r)) + vbeta),
  };
}

/** Everything as A dy + B vx + C x + D; `crossed` takes the products with x instead of the deviations. */
const coefficients =
  (crossed: boolean) =>
  ({ x, dy, vx, gamma, vgamma, vbeta, mean, r }: Weighted, sum: Sum): Seconds => {
    const m = x.length;
    const t = each(x, (v) => v - mean);
    const along = (v: List, S: number): number => (crossed ? f(product(v, x, sum) - f(mean * S)) : product(v, t, sum));
    const [G, Gv] = [sum(dy), sum(vx)];
    const [P, Pv] = [along(dy, G), along(vx, Gv)];
    const [r2, scale] = [f(r * r), f(gamma * r)];
    const [c, cv] = [f(f(r2 * P) / m), f(f(r2 * Pv) / m)];
    const H = f(f(product(vx, dy, sum) - f(f(G * Gv) / m)) - f(c * Pv));
    const q = f(f(r2 * H) / m);
    const own = f(vgamma * r);
    const A = f(own - f(scale * cv));
    const B = f(-scale * c);
    const C = f(-f(own * c) - f(scale * f(q - f(2 * f(c * cv)))));
    const D = f(-f(f(f(A * G) + f(B * Gv)) / m) - f(C * mean));
    const K = f(own - f(scale * cv));
    const L = f(vbeta - f(f(f(scale * Gv) / m) + f(K * mean)));
    return {
      g_x: each(x, (v, i) => f(f(A * dy[i]!) + f(B * vx[i]!)) + f(f(C * v) + D)),
      g_gamma: f(r * H),
      g_dy: each(x, (v, i) => f(f(scale * vx[i]!) + f(K * v)) + L),
    };
  };

/** As a program is differentiated in reverse: to the normalized input, to the deviations, and their means taken off last. */
function derived({ x, dy, vx, gamma, vgamma, vbeta, mean, r }: Weighted, sum: Sum): Seconds {
  const m = x.length;
  const t = each(x, (v) => v - mean);
  const xhat = each(t, (v) => v * r);
  const [level, slope] = [f(sum(dy) / m), f(product(dy, xhat, sum) / m)];
  const p = each(dy, (v, i) => f(v - level) - f(xhat[i]! * slope));
  const scale = f(gamma * r);
  const w = each(vx, (v) => scale * v);
  const slopeOfW = f(product(w, xhat, sum) / m);
  const byP = each(w, (v, i) => f(v - f(sum(w) / m)) - f(xhat[i]! * slopeOfW));
  const byXhat = each(x, (_, i) => f(vgamma * dy[i]!) - f(f(w[i]! * slope) + f(dy[i]! * slopeOfW)));
  const H = product(vx, p, sum);
  const byR = f(f(gamma * H) + product(byXhat, t, sum));
  const byVariance = f(f(byR * f(f(r * r) * r)) * -0.5);
  const byT = each(byXhat, (v, i) => f(v * r) + f(f(byVariance * 2) * f(t[i]! / m)));
  const centre = f(sum(byT) / m);
  return {
    g_x: each(byT, (v) => v - centre),
    g_gamma: f(r * H),
    g_dy: each(byP, (v, i) => f(v + f(vgamma * xhat[i]!)) + vbeta),
  };
}

export const secondOrders: Readonly<Record<string, Second>> = {
  'by the normalized input': { folded: false, crossed: false, of: byXhat(false) },
  'by the normalized input, mirrored': { folded: false, crossed: false, of: byXhat(true) },
  'expanded, as PyTorch': { folded: false, crossed: false, of: expanded },
  'by coefficients': { folded: true, crossed: false, of: coefficients(false) },
  'by coefficients and products with x': { folded: true, crossed: true, of: coefficients(true) },
  'as derived from a program': { folded: false, crossed: false, of: derived },
};
