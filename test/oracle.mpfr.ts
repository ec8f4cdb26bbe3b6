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

/** What is used of the library's floats; its own declaration of them is circular and comes to nothing. */
interface Real {
  readonly mpfr_t: number;
  add(b: Real): Real;
  sub(b: Real): Real;
  mul(b: Real): Real;
  div(b: Real): Real;
  sqrt(): Real;
  neg(): Real;
  abs(): Real;
  pow(n: number): Real;
  isZero(): boolean;
  lessOrEqual(b: Real): boolean;
}

/** Two passes in MPFR at `bits` bits. What cancels beyond half of them is zero, and what ties within half of them is a tie. */
export async function oracle(bits: number): Promise<Oracle> {
  const library = await gmp.init();
  const m = library.binding;
  const [widest, highest] = [m.mpfr_get_emin_min(), m.mpfr_get_emax_max()];
  const freely = () => [m.mpfr_set_emin(widest), m.mpfr_set_emax(highest)];
  const nearest = 0;
  /** Into the format, subnormals and overflow included; once, after the noise of the last bits is gone. */
  const rounded = (value: Real, grid: Grid): number => {
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
    const values = outputs(channel, (value) => context.Float(value) as unknown as Real, bits);
    const entries = Object.entries(values).map(([name, list]) => [name, list.map((v) => rounded(v, grid(name)))]);
    context.destroy();
    return Object.fromEntries(entries) as Record<string, number[]>;
  };
}

function outputs(channel: Channel, real: (value: number) => Real, bits: number): Record<string, Real[]> {
  const [x, dy] = [channel.x.map(real), channel.dy.map(real)];
  const [gamma, beta, epsilon, alpha] = [channel.gamma, channel.beta, channel.epsilon, channel.alpha].map(
    real,
  ) as Real[];
  const [before, variation] = [real(channel.running_mean), real(channel.running_var)];
  const [m, zero, half] = [real(x.length), real(0), real(2).pow(-bits / 2)];
  /** Every cancellation of the formulas is a sum. */
  const sum = (terms: readonly Real[]): Real => {
    const total = terms.reduce((a, b) => a!.add(b!), zero);
    const size = terms.reduce((a, b) => a!.add(b!.abs()), zero);
    return total.abs().lessOrEqual(size.mul(half)) ? zero : total;
  };
  const products = (a: readonly Real[], b: readonly Real[]): Real[] => a.map((v, i) => v.mul(b[i]!));
  const normalized = (mean: Real, variance: Real) => {
    const s = variance.add(epsilon!).sqrt();
    const xhat = x.map((v) => sum([v, mean.neg()]).div(s));
    return { s, xhat, y: xhat.map((v) => sum([gamma!.mul(v), beta!])), dgamma: sum(products(dy, xhat)) };
  };
  const mean = sum(x).div(m);
  const deviations = x.map((v) => sum([v, mean.neg()]));
  const variance = sum(products(deviations, deviations)).div(m);
  const train = normalized(mean, variance);
  const infer = normalized(before, variation);
  const dbeta = sum(dy);
  const dx = dy.map((g, i) => {
    const along = train.xhat[i]!.mul(train.dgamma).div(m);
    return gamma!.div(train.s).mul(sum([g, dbeta.div(m).neg(), along.neg()]));
  });
  const blend = (old: Real, fresh: Real): Real => sum([real(1).sub(alpha!).mul(old), alpha!.mul(fresh)]);
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
    'infer_grad dx': dy.map((g) => gamma!.mul(g).div(infer.s)),
    'infer_grad dgamma': [infer.dgamma],
    'infer_grad dbeta': [dbeta],
  };
}
