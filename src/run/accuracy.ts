import { column } from '../exact/column.js';
import { type Format, formats } from '../exact/format.js';
import { always, never, point, type Ranges, up } from '../formula/interval.js';
import type { Card } from '../wire/protocol.js';
import { elements, type Layer } from './layer.js';
import { keeps, type Profile } from './profile.js';
import type { Tier } from './report.js';

/**
 * The longest chain of additions that `stable` grants beyond the depth of a tree: what blocked, pairwise or wider
 * accumulating sums achieve at any batch size. The one tuned constant of the acceptance model (docs/acceptance.md).
 */
export const chainOfStable = 1024;

const halfUlpOfOne = (format: Format): number => 2 ** -formats[format].p;

/** What a target computes with: its accumulation format, and what its card claims. */
export function accumulator(layer: Layer, { claims }: Card): Format {
  return (claims.accumulator as Format | undefined) ?? layer.param;
}

/** The symbols that the bounds are given, beside those of the case. */
export function accuracy(layer: Layer, card: Card, profile: Profile, tier: Tier): ReadonlyMap<string, Ranges> {
  const { claims } = card;
  const acc = accumulator(layer, card);
  const spec = formats[acc];
  const m = elements(layer);
  const u = halfUlpOfOne(acc);
  const saved = (claims.save_format as Format | undefined) ?? layer.param;
  const narrower = formats[saved].p < spec.p;
  const tree = Math.ceil(Math.log2(Math.max(1, m)));
  const longest = tier === 'stable' ? Math.min(m - 1, chainOfStable + tree) : m - 1;
  const h = Math.max(0, Math.min(longest, Number(claims.chain ?? longest)));
  const yes = (claimed: boolean): Ranges => (claimed ? always : never);
  const sums = claims.sums === 'true' && claims.shift === 'none';
  const exactly = sums ? exactSums(layer, spec.p) : null;
  const chain = (free: readonly boolean[] | undefined): Ranges => perChannel(layer.C, (c) => (free?.[c] ? 0 : h));
  return new Map<string, Ranges>([
    ['u', point(u)],
    ['eta', point(claims.ftz === 'true' ? 2 ** spec.emin : spec.tiny / 2 || spec.tiny)],
    ['Omega', point(spec.max)],
    ['h', point(h)],
    ['h_mean', chain(exactly?.mean)],
    ['h_var', chain(exactly?.variance)],
    ['k', point(Number(claims.rsqrt_ulp ?? 2))],
    ['u_saved', narrower ? point(halfUlpOfOne(saved)) : never],
    ['eta_saved', narrower ? point(formats[saved].tiny / 2) : never],
    ['u_fold', point(Math.max(u, claims.fold_format ? halfUlpOfOne(claims.fold_format as Format) : 0))],
    ['ln_m', point(up(up(Math.log(Math.max(1, m)))))],
    ['log2_m', point(up(up(Math.log2(Math.max(1, m)))))],
    ['unbounded', { shape: [1, 1, 1], lo: Float64Array.of(0), hi: Float64Array.of(Infinity) }],
    ['semantic', yes(tier === 'semantic')],
    ['twopass', yes(claims.algo === 'twopass')],
    ['sums', yes(sums)],
    ['unshifted', yes(claims.shift === 'none')],
    ['direct', yes(claims.form === 'direct')],
    ['ftz', yes(claims.ftz === 'true')],
    ['kept', yes(keeps(profile))],
    ['debiased', yes(profile.update === 'debias')],
  ]);
}

const perChannel = (C: number, value: (c: number) => number): Ranges => {
  const data = Float64Array.from({ length: C }, (_, c) => value(c));
  return { shape: [1, C, 1], lo: data, hi: data };
};

/**
 * Channels whose data lie on a grid so coarse that every partial sum, in any order, is exact in p bits: of x, and of
 * the squared deviations. The latter also need an exact mean, hence a power of two for m, since a kernel may multiply
 * by a rounded 1/m.
 */
function exactSums(layer: Layer, p: number): { mean: boolean[]; variance: boolean[] } {
  const limit = 1n << BigInt(p);
  const fits = (steps: readonly bigint[]): boolean =>
    BigInt(steps.length) * peak(steps) < limit && steps.reduce((sum, n) => sum + n * n, 0n) < limit;
  const [mean, variance]: [boolean[], boolean[]] = [[], []];
  for (let c = 0; c < layer.C; c += 1) {
    const values = channel(layer, layer.x, c);
    // Whole steps of the grid that all the values lie on: sums are measured in these.
    const steps = values.every(Number.isFinite) ? column(values).p : [];
    const m = BigInt(steps.length);
    const total = steps.reduce((sum, n) => sum + n, 0n);
    const centred = m > 0n && (m & (m - 1n)) === 0n && total % m === 0n;
    mean.push(m > 0n && fits(steps));
    variance.push(mean[c]! && centred && fits(steps.map((n) => n - total / m)));
  }
  return { mean, variance };
}

const peak = (steps: readonly bigint[]): bigint =>
  steps.reduce((most, n) => (n < 0n ? (-n > most ? -n : most) : n > most ? n : most), 0n);

/** The elements of one channel, samples first. */
export function channel(layer: Layer, values: Float64Array, c: number): Float64Array {
  const S = values.length / (layer.N * layer.C) || 0;
  const out = new Float64Array(layer.N * S);
  for (let n = 0, k = 0; n < layer.N; n += 1)
    for (let s = 0, i = (n * layer.C + c) * S; s < S; s += 1) out[k++] = values[i + s]!;
  return out;
}
