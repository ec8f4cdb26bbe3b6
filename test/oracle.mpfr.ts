import * as gmp from 'gmp-wasm';
import { type Grid, grids } from './exact.mpfr.js';

/** One channel and its layer. */
export interface Channel {
  readonly x: readonly number[];
  readonly dy: readonly number[];
  readonly gamma: number;
  readonly beta: number;
  readonly epsilon: number;
  readonly alpha: number;
  readonly divisor: number;
  readonly running_mean: number;
  readonly running_var: number;
}

/** Every output of batch normalization, unrounded, as it stands in the paper; `round` is the only rounding. */
export type Oracle = (channel: Channel, round: Round) => Record<string, number[]>;
type Round = (output: string) => Grid;

/** What the formulas need of numbers. */
export interface Real<T> {
  sub(b: T): T;
  mul(b: T): T;
  div(b: T): T;
  sqrt(): T;
  neg(): T;
}

/** What is used of the library's floats; its own declaration of them is circular and comes to nothing. */
interface Float extends Real<Float> {
  readonly mpfr_t: number;
  add(b: Float): Float;
  abs(): Float;
  pow(n: number): Float;
  isZero(): boolean;
  lessOrEqual(b: Float): boolean;
}

/** Two passes in MPFR at `bits` bits. What cancels beyond half of them is zero, and what ties within half of them is a tie. */
export async function oracle(bits: number): Promise<Oracle> {
  const library = await gmp.init();
  const m = library.binding;
  const [widest, highest] = [m.mpfr_get_emin_min(), m.mpfr_get_emax_max()];
  const freely = () => [m.mpfr_set_emin(widest), m.mpfr_set_emax(highest)];
  const nearest = 0;
  /** Into the format, subnormals and overflow included; once, after the noise of the last bits is gone. */
  const rounded = (value: Float, grid: Grid): number => {
    const [precision, emin, emax] = grids[grid];
    const [y, clean] = [m.mpfr_t(), m.mpfr_t()];
    m.mpfr_init2(y, precision);
    m.mpfr_init2(clean, bits / 2);
    m.mpfr_set(clean, value.mpfr_t, nearest);
    const first = m.mpfr_set(y, clean, nearest);
    // MPFR's significands lie in [1/2, 1).
    m.mpfr_set_emin(emin - precision + 2);
    m.mpfr_set_emax(emax + 1);
    m.mpfr_subnormalize(y, m.mpfr_check_range(y, first, nearest), nearest);
    const held = m.mpfr_get_d(y, nearest);
    freely();
    m.mpfr_clears(y, clean);
    m.mpfr_t_frees(y, clean);
    return value.isZero() ? 0 : held;
  };
  return (channel, grid) => {
    freely();
    const context = library.getContext({ precisionBits: bits });
    const real = (value: number): Float => context.Float(value) as unknown as Float;
    const [zero, half] = [real(0), real(2).pow(-bits / 2)];
    const sum = (terms: readonly Float[]): Float => {
      const total = terms.reduce((a, b) => a.add(b), zero);
      const size = terms.reduce((a, b) => a.add(b.abs()), zero);
      return total.abs().lessOrEqual(size.mul(half)) ? zero : total;
    };
    const values = outputs(channel, real, sum);
    const entries = Object.entries(values).map(([name, list]) => [name, list.map((v) => rounded(v, grid(name)))]);
    context.destroy();
    return Object.fromEntries(entries) as Record<string, number[]>;
  };
}

/** The formulas, in whatever numbers; every cancellation is a sum. */
export function outputs<T extends Real<T>>(
  channel: Channel,
  real: (value: number) => T,
  sum: (terms: readonly T[]) => T,
): Record<string, T[]> {
  const [x, dy] = [channel.x.map(real), channel.dy.map(real)];
  const [gamma, beta, epsilon, alpha] = [channel.gamma, channel.beta, channel.epsilon, channel.alpha].map(real) as [
    T,
    T,
    T,
    T,
  ];
  const [before, variation] = [real(channel.running_mean), real(channel.running_var)];
  const m = real(x.length);
  const products = (a: readonly T[], b: readonly T[]): T[] => a.map((v, i) => v.mul(b[i]!));
  const normalized = (mean: T, variance: T) => {
    const s = sum([variance, epsilon]).sqrt();
    const xhat = x.map((v) => sum([v, mean.neg()]).div(s));
    return { s, xhat, y: xhat.map((v) => sum([gamma.mul(v), beta])), dgamma: sum(products(dy, xhat)) };
  };
  const mean = sum(x).div(m);
  const deviations = x.map((v) => sum([v, mean.neg()]));
  const variance = sum(products(deviations, deviations)).div(m);
  const train = normalized(mean, variance);
  const infer = normalized(before, variation);
  const dbeta = sum(dy);
  const dx = dy.map((g, i) => {
    const along = train.xhat[i]!.mul(train.dgamma).div(m);
    return gamma.div(train.s).mul(sum([g, dbeta.div(m).neg(), along.neg()]));
  });
  const blend = (old: T, fresh: T): T => sum([real(1).sub(alpha).mul(old), alpha.mul(fresh)]);
  return {
    y: train.y,
    mean: [mean],
    variance: [variance],
    inv_std: [real(1).div(train.s)],
    next_mean: [blend(before, mean)],
    next_var: [blend(variation, variance.mul(m).div(real(channel.divisor)))],
    dx,
    dgamma: [train.dgamma],
    dbeta: [dbeta],
    'infer y': infer.y,
    'infer_grad dx': dy.map((g) => gamma.mul(g).div(infer.s)),
    'infer_grad dgamma': [infer.dgamma],
    'infer_grad dbeta': [dbeta],
  };
}
