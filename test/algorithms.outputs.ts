import { nextDown, nextUp } from '../src/exact/grid.js';
import { f, rounding, type Statistics, type Sum } from './algorithms.statistics.js';

/** Right ways to go on from the statistics, each operation rounded to the format of `computing` (or fused where it says so). */
export interface Channel extends Statistics {
  readonly x: readonly number[];
  readonly dy: readonly number[];
  readonly gamma: number;
  readonly beta: number;
  /** The variance plus epsilon, and its inverse root. */
  readonly d: number;
  readonly r: number;
}

/** The largest number of the format that is not above 1 / sqrt(d); in float64 within an ulp of it. */
function below(d: number): number {
  const r = 1 / Math.sqrt(d);
  return f(r) > r ? nextDown(f(r), rounding()) : f(r);
}
const up = (r: number): number => nextUp(r, rounding());
/** The second of two ulps, which in float64 the root and the division have used up. */
const again = (step: (r: number) => number, r: number): number => (rounding() === 'f64' ? r : step(r));
const down = (r: number): number => nextDown(r, rounding());

/** Inverse roots: within two ulps, as a card without a word on it is granted. */
export const roots: Readonly<Record<string, (d: number) => number>> = {
  'root, then division': (d) => f(1 / f(Math.sqrt(d))),
  rounded: (d) => f(1 / Math.sqrt(d)),
  'up to two ulps high': (d) => again(up, up(below(d))),
  'up to two ulps low': (d) => again(down, below(d)),
};

export interface Forward {
  readonly folded: boolean;
  y(channel: Channel): number[];
}

const scaleOf = ({ gamma, r }: Channel): number => f(gamma * r);
const direct = (y: (t: number, channel: Channel) => number): Forward => ({
  folded: false,
  y: (channel) => channel.x.map((v) => y(f(v - channel.mean), channel)),
});
const folded = (y: (v: number, channel: Channel) => number): Forward => ({
  folded: true,
  y: (channel) => channel.x.map((v) => y(v, channel)),
});

export const forwards: Readonly<Record<string, Forward>> = {
  'as the paper writes it': direct((t, { gamma, beta, r }) => f(f(gamma * f(t * r)) + beta)),
  'scale first': direct((t, channel) => f(f(scaleOf(channel) * t) + channel.beta)),
  'division by the root': direct((t, { gamma, beta, d }) => f(f(gamma * f(t / f(Math.sqrt(d)))) + beta)),
  fused: direct((t, channel) => f(scaleOf(channel) * t + channel.beta)),
  'scale and shift': folded((v, channel) => {
    const scale = scaleOf(channel);
    return f(f(v * scale) + f(channel.beta - f(channel.mean * scale)));
  }),
  'scale and shift, fused': folded((v, channel) => {
    const scale = scaleOf(channel);
    return f(v * scale + f(channel.beta - channel.mean * scale));
  }),
  'two products': folded((v, { mean, r, gamma, beta }) => f(f(f(v * r) - f(mean * r)) * gamma + beta)),
};

export interface Gradients {
  readonly dx: number[];
  readonly dgamma: number;
  readonly dbeta: number;
}

export interface Backward {
  readonly folded: boolean;
  /** Multiplies by x before it subtracts the mean: right at `semantic` only. */
  readonly crossed: boolean;
  gradients(channel: Channel, sum: Sum): Gradients;
}

const deviations = ({ x, mean }: Channel): number[] => x.map((v) => f(v - mean));
const products = (a: readonly number[], b: readonly number[]): number[] => a.map((v, i) => f(v * b[i]!));

/** What all but the first form do with dbeta and the product of dy and the deviations. */
const through =
  (product: (channel: Channel, dbeta: number, sum: Sum) => number) =>
  (channel: Channel, sum: Sum): Gradients => {
    const [t, m, dbeta] = [deviations(channel), channel.x.length, sum(channel.dy)];
    const P = product(channel, dbeta, sum);
    const slope = f(f(f(channel.r * channel.r) * P) / m);
    const dx = channel.dy.map((g, i) => f(scaleOf(channel) * f(f(g - f(dbeta / m)) - f(t[i]! * slope))));
    return { dx, dgamma: f(P * channel.r), dbeta };
  };
const plain = (channel: Channel, _: number, sum: Sum): number => sum(products(channel.dy, deviations(channel)));

/** The chain rule by hand, through the variance and the mean, as textbooks program it. */
function chainRule(channel: Channel, sum: Sum): Gradients {
  const { dy, gamma, r } = channel;
  const [t, m] = [deviations(channel), dy.length];
  const dxhat = dy.map((g) => f(g * gamma));
  const dvariance = f(f(sum(products(dxhat, t)) * -0.5) * f(r * f(r * r)));
  const dmean = f(f(sum(dxhat) * -r) + f(dvariance * f(sum(t.map((v) => -2 * v)) / m)));
  const dx = dxhat.map((g, i) => f(f(f(g * r) + f(f(dvariance * (2 * t[i]!)) / m)) + f(dmean / m)));
  return { dx, dgamma: f(plain(channel, 0, sum) * r), dbeta: sum(dy) };
}

/** dx = A dy + B x + C. */
function threeCoefficients(channel: Channel, sum: Sum): Gradients {
  const { x, dy, mean, r } = channel;
  const [P, dbeta, m] = [plain(channel, 0, sum), sum(dy), dy.length];
  const A = scaleOf(channel);
  const B = f(f(f(-A * f(r * r)) * P) / m);
  const C = f(f(-B * mean) - f(f(A * dbeta) / m));
  return { dx: dy.map((g, i) => f(f(f(A * g) + f(B * x[i]!)) + C)), dgamma: f(P * r), dbeta };
}

export const backwards: Readonly<Record<string, Backward>> = {
  'by deviations': { folded: false, crossed: false, gradients: through(plain) },
  'by the chain rule': { folded: false, crossed: false, gradients: chainRule },
  'by three coefficients': { folded: true, crossed: false, gradients: threeCoefficients },
  'by products with x': {
    folded: false,
    crossed: true,
    gradients: through(({ x, dy, mean }, dbeta, sum) => f(sum(products(dy, x)) - f(mean * dbeta))),
  },
};
