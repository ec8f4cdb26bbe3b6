import type { Layer } from '../src/run/layer.js';
import type { Grid } from '../src/run/property.js';
import type { Wish } from './layer.js';
import { between, normal, pick, type Rng, seeded, sign } from './random.js';

/** How the data of one channel are distributed, and its dy. */
export interface Channel {
  readonly mean: number;
  readonly sigma: number;
  /** An element. */
  x(rng: Rng): number;
  /** The gradient that arrives at the element x. */
  dy(x: number, rng: Rng): number;
}

/** Draws one channel's distribution, and how its dy leans on the data. */
export function distribution(
  rng: Rng,
  format: Grid,
  epsilon: number,
  wish: Pick<Wish, 'integers' | 'offset'>,
): Channel {
  const small = wish.integers ?? false;
  const loudData = !small && format.name !== 'f16' && rng.nextDouble() < 0.1 ? 2 ** 14 : 1;
  const sigma = small
    ? 4
    : rng.nextDouble() < 0.6
      ? Math.sqrt(epsilon) * 2 ** between(rng, -2, 2)
      : loudData * 2 ** between(rng, -3, 3);
  const far = rng.nextDouble() < 0.2;
  const most = format.p < 12 ? 1 : 3;
  const [least, largest] = wish.offset ?? (far ? [1, most] : [-1, 0.6]);
  const mean = small
    ? rng.nextInt(-4, 4)
    : sign(rng) * sigma * 10 ** between(rng, least, Math.min(largest, format.p < 12 ? 1.5 : largest));
  const oneSided = !small && rng.nextDouble() < 0.2;
  const whole = !small && rng.nextDouble() < 0.1;
  const value = (rng: Rng): number => {
    if (small) return mean + rng.nextInt(-6, 6);
    const deviation = sigma * normal(rng);
    const at = mean + (oneSided ? Math.abs(deviation) : deviation);
    return whole && sigma > 0 ? Math.round(at / sigma) * sigma : at;
  };
  const loud = pick(rng, [1, 1, 1, 1, 1, 1, 1, 256]);
  const lean = (): number => sign(rng) * between(rng, 0.3, 2) * loud;
  const [slope, level, noise] = [lean(), lean(), between(rng, 0.1, 1) * loud];
  const dy = (x: number, rng: Rng): number => {
    if (small) return rng.nextInt(-8, 8);
    const xhat = (x - mean) / (Math.sqrt(sigma ** 2 + epsilon) || 1);
    return format.round(slope * xhat + level + noise * normal(rng));
  };
  return { mean, sigma, x: (rng) => format.round(value(rng)), dy };
}

/** The columns of a large layer, m elements each, every one from a generator of its own: any can be drawn again alone. */
export function drawnAnew(channels: readonly Channel[], m: number, seed: number): NonNullable<Layer['column']> {
  const x = (c: number): Float64Array => {
    const [rng, values] = [seeded(seed, 2 * c), new Float64Array(m)];
    for (let i = 0; i < m; i += 1) values[i] = channels[c]!.x(rng);
    return values;
  };
  return (c, name) => {
    const values = x(c);
    if (name === 'x') return values;
    const rng = seeded(seed, 2 * c + 1);
    for (let i = 0; i < m; i += 1) values[i] = channels[c]!.dy(values[i]!, rng);
    return values;
  };
}
