import fc from 'fast-check';
import type { Layer } from '../src/run/layer.js';
import { counts, keeps } from '../src/run/profile.js';
import type { Grid, Terms } from '../src/run/property.js';
import { distribution, drawnAnew } from './channel.js';
import { between, pick, type Rng, sign } from './random.js';
import { price, simpler } from './simpler.js';
import { sizes } from './size.js';
import { weighted } from './weights.js';

/** What a law wants of the layers it is checked on. */
export interface Wish {
  /** Small integers, so that shifted, doubled and averaged data stay exact in every format. */
  readonly integers?: boolean;
  /** Now and then sizes with tails, lanes and long sums. */
  readonly tails?: boolean;
  /** Exactly this many elements per channel, as samples of one position. */
  readonly m?: number;
  /** Just this size: samples, channels, positions. */
  readonly size?: readonly [N: number, C: number, S: number];
  /** Just this shape of a real network, where the target has its rank: too large to be held, so drawn by channels. */
  readonly shape?: readonly [N: number, C: number, ...spatial: number[]];
  /** Now and then one element per channel. */
  readonly single?: boolean;
  /** Samples for several batches as drawn; shrinking may leave one. */
  readonly several?: boolean;
  /** At least so many samples. */
  readonly samples?: number;
  /** |mean| over deviation, as powers of ten: drawn between the two. */
  readonly offset?: readonly [number, number];
  /** Rank 2 only. */
  readonly flat?: boolean;
  /** Now and then without running statistics, or without gamma and beta, where the dialect allows it. */
  readonly bare?: boolean;
  /** Gamma always there; beta often absent. */
  readonly scaled?: boolean;
  /** Beta always there; gamma often absent. */
  readonly shifted?: boolean;
  /** Gamma and beta always there. */
  readonly affine?: boolean;
  /** The layer made to fit the law, as drawn and at every step of shrinking: one that fits is left as it is. */
  readonly adapt?: (layer: Layer) => Layer;
  /** With weights of the gradients, for the second order. */
  readonly second?: boolean;
  /** Only the widest dtype that the target has. */
  readonly widest?: boolean;
}

/**
 * Layers aimed at mistakes: every channel has its own distribution and parameters, N, C and S differ, the mean is not 0,
 * epsilon weighs about as much as the variance, gamma has either sign and is never 1, running statistics are not
 * fresh, both means of dy show. Which mistakes each choice uncovers: docs/acceptance.md, "Drawing cases".
 */
export function layers(terms: Terms, wish: Wish = {}): fc.Arbitrary<Layer> {
  return new LayerArbitrary(terms, wish);
}

/** One layer and nothing else: what most laws are given. */
export const one =
  (wish: Wish = {}) =>
  (terms: Terms): fc.Arbitrary<{ layer: Layer }> =>
    fc.record({ layer: layers(terms, wish) });

/** The layer before its first batch, where batches are counted. */
export const atFirst = (layer: Layer): Layer => (layer.count ? { ...layer, count: 0 } : layer);

class LayerArbitrary extends fc.Arbitrary<Layer> {
  readonly #terms: Terms;
  readonly #wish: Wish;

  constructor(terms: Terms, wish: Wish) {
    super();
    this.#terms = terms;
    this.#wish = wish;
  }

  override generate(random: fc.Random): fc.Value<Layer> {
    const drawn = draw(random, this.#terms, this.#wish);
    return new fc.Value(this.#wish.adapt?.(drawn) ?? drawn, undefined);
  }

  override canShrinkWithoutContext(value: unknown): value is Layer {
    return typeof value === 'object' && value !== null && 'x' in value;
  }

  override shrink(layer: Layer): fc.Stream<fc.Value<Layer>> {
    const wish = this.#wish;
    const least = wish.m ?? 2;
    const kept = { samples: Math.max(wish.samples ?? 1, wish.m ?? 1), elements: least, terms: this.#terms };
    const { adapt } = wish;
    const fitting = adapt ? fitted(simpler(layer, kept), adapt, price(layer)) : simpler(layer, kept);
    return fc.stream(fitting).map((value) => new fc.Value(value, undefined));
  }
}

/** Only what stays simpler once it fits: else shrinking might go round in a circle. */
function* fitted(candidates: Iterable<Layer>, adapt: (layer: Layer) => Layer, limit: number): Generator<Layer> {
  for (const candidate of candidates) {
    const next = adapt(candidate);
    if (price(next) < limit) yield next;
  }
}

function draw(rng: Rng, terms: Terms, wish: Wish): Layer {
  const [N, C, spatial] = sizes(rng, terms, wish);
  const { data, param } = pick(rng, formats(terms, wish));
  const S = spatial.reduce((a, b) => a * b, 1);
  const epsilon = epsilonOf(rng, data, param, terms, wish);
  const channels = Array.from({ length: C }, () => distribution(rng, data, epsilon, wish));
  const column = wish.shape && drawnAnew(channels, N * S, rng.nextInt(0, 2 ** 31 - 1));
  const x = new Float64Array(column ? 0 : N * C * S);
  const dy = new Float64Array(x.length);
  for (let i = 0; i < x.length; i += 1) {
    const channel = channels[Math.floor(i / S) % C]!;
    x[i] = channel.x(rng);
    dy[i] = channel.dy(x[i]!, rng);
  }
  const each = (value: (channel: (typeof channels)[number]) => number): Float64Array =>
    Float64Array.from(channels, (channel) => param.round(value(channel)));
  const optional = terms.profile.affine === 'optional' && !wish.affine;
  const absent = (often: boolean | undefined): boolean => optional && rng.nextDouble() < (often ? 0.3 : 0.1);
  const bare = wish.bare && optional && rng.nextDouble() < 0.2;
  const untracked = wish.bare && terms.profile.tracking === 'optional' && rng.nextDouble() < 0.3;
  const loudest = param.name === 'f16' ? 7 : 14;
  const layer: Layer = {
    dtype: data.name,
    param: param.name,
    layout: pick(rng, terms.layouts),
    ...{ N, C, spatial, x, dy, epsilon },
    ...(column ? { column } : {}),
    gamma:
      bare || (!wish.scaled && absent(wish.shifted))
        ? null
        : each(
            () =>
              (wish.affine || rng.nextDouble() >= 0.04 ? sign(rng) : 0) *
              2 ** (pick(rng, [-9, -5, -1.5, -1.5, -0.7, -0.7, 0.6, 0.6, 1.4, 1.4, 4]) + between(rng, -0.1, 0.1)),
          ),
    beta:
      bare || (!wish.shifted && absent(wish.scaled))
        ? null
        : each(
            () =>
              (wish.affine || rng.nextDouble() >= 0.08 ? sign(rng) : 0) *
              between(rng, 0.3, 3) *
              pick(rng, [1, 1, 1, 1, 1, 1, 1, 16]),
          ),
    running_mean: untracked
      ? null
      : each(({ mean, sigma }) => mean + sign(rng) * Math.sqrt(sigma ** 2 + epsilon) * between(rng, 0.2, 2)),
    running_var: untracked
      ? null
      : each(
          ({ sigma }) =>
            Math.max(sigma ** 2, epsilon / 8) * 2 ** (between(rng, -2, 2) + pick(rng, [0, 0, 0, 0, 0, 0, 0, loudest])),
        ),
    alpha: alphaOf(rng, terms, wish),
    count: counts(terms.profile) ? pick(rng, [0, 0, 0, 1, 2, 3, 9, 40]) : null,
  };
  return wish.second ? weighted(layer, channels, rng, { data, param }, wish.integers ?? false) : layer;
}

/** Exact sums of very many float64 values take long: there the narrower dtypes speak for it, where the target has any. */
function formats(terms: Terms, { widest: only, size, shape }: Wish): Terms['dtypes'] {
  if (only) return [widest(terms)];
  const short = terms.dtypes.filter(({ data }) => data.p < 53);
  const large = shape !== undefined || (size && size[0] * size[1] * size[2] > 4096);
  return large && short.length > 0 ? short : terms.dtypes;
}

/** Of every magnitude that layers are made with, 0 included, mostly above 2^-17; of few bits where a law will multiply it. */
function epsilonOf(rng: Rng, data: Grid, param: Grid, { profile }: Terms, { integers }: Wish): number {
  if (!integers && !profile.positive && rng.nextDouble() < 0.04) return 0;
  const usual = data.name === 'f16' ? -10 : -17;
  const exponent = !integers && rng.nextDouble() < 0.15 ? between(rng, 2 * usual, usual) : between(rng, usual, 0);
  if (integers) return 2 ** Math.floor(exponent) * (1 + rng.nextInt(0, 7) / 8);
  const epsilon = param.round(2 ** exponent);
  return profile.scalars === 'f32' ? Math.fround(epsilon) : epsilon;
}

/** The weight of the new batch: short, so that 1 - alpha is exact; or a momentum as people write it, in the words of the dialect. */
function alphaOf(rng: Rng, { profile }: Terms, { integers }: Wish): number {
  if (integers || rng.nextDouble() < 0.8)
    return Math.round(pick(rng, [0.05, 0.2, 0.3, 0.7, 0.9]) * between(rng, 0.9, 1.1) * 2 ** 12) / 2 ** 12;
  const usual = pick(rng, keeps(profile) ? [0.9, 0.99, 0.999] : [0.1, 0.01, 0.9]);
  const momentum = profile.scalars === 'f32' ? Math.fround(usual) : usual;
  return keeps(profile) ? 1 - momentum : momentum;
}

/** The dtype with the most bits. */
export const widest = (terms: Terms): Terms['dtypes'][number] =>
  terms.dtypes.reduce((best, next) => (next.data.p > best.data.p ? next : best));
