import type { Inputs, SplitInputs } from '../target/kernel.js';
import type { Arithmetic } from './arithmetic.js';
import { throughBatch } from './backward.js';
import { gather, scatter } from './channels.js';
import { apply, track } from './forward.js';
import { type Layer, layerOf, likeInput } from './layer.js';
import type { Method } from './method.js';
import { type Normalizer, standardize } from './normalize.js';
import { type Moments, merge, type Statistics } from './statistics.js';
import { blank, type Reals, type Stored, store } from './storage.js';
import { sum, sumOfProducts } from './sums.js';

/** One replica's sums of dy and of dy * xhat, over m elements. */
export interface Sums {
  readonly m: number;
  readonly dy: number;
  readonly product: number;
}

/** What replicas make of what each of them has found in one channel. */
export interface Exchange {
  /** The statistics of the whole batch, and how many elements it has. */
  readonly merged: (shards: readonly Moments[], a: Arithmetic) => Statistics & { readonly m: number };
  /** The sums that replica k takes its gradient from. */
  readonly reduced: (shards: readonly Sums[], k: number, a: Arithmetic) => Sums;
}

/** Counts are added; means and squared deviations are merged with their weights, a shard of nothing having none. */
export const exchange: Exchange = {
  merged(shards, a) {
    const some = shards.filter(({ n }) => n > 0);
    const { n, mean, m2 } = some.reduce((left, right) => merge(left, right, a), { n: 0, mean: 0, m2: 0 });
    return { m: n, mean: n > 0 ? mean : Number.NaN, variance: a.divide(m2, a.round(n)) };
  },
  reduced: (shards, _, a) =>
    shards.reduce((left, right) => ({
      m: left.m + right.m,
      dy: a.add(left.dy, right.dy),
      product: a.add(left.product, right.product),
    })),
};

/** The shards as layers of their own. */
function shardsOf({ xs, dys, ...layer }: SplitInputs): { inputs: Inputs; layer: Layer }[] {
  return xs.map((x, k) => {
    const inputs = { ...layer, x, ...(dys && { dy: dys[k]! }) };
    return { inputs, layer: layerOf(inputs) };
  });
}

type Shards = ReturnType<typeof shardsOf>;

/** The statistics of every channel, from those of the shards. Throws where training on so many elements is refused. */
function statisticsOf(shards: Shards, { estimate, order, convention }: Method, { merged }: Exchange) {
  const [{ layer, inputs }] = shards;
  const { arithmetic: a, epsilon } = layer;
  const total = shards.reduce((m, shard) => m + shard.layer.channels.m, 0);
  convention.admit(total, [total, ...inputs.x.shape.slice(1)]);
  const momentsOf = ({ layer: { x, channels } }: Shards[number], c: number): Moments => {
    const column = new Float64Array(channels.m);
    gather(x, c, channels, column);
    const { mean, variance } = estimate(column, order, a, epsilon);
    return { n: channels.m, mean, m2: a.multiply(variance, a.round(channels.m)) };
  };
  return Array.from({ length: layer.channels.count }, (_, c) =>
    merged(
      shards.map((shard) => momentsOf(shard, c)),
      a,
    ),
  );
}

/** Normalizes every shard by the statistics of all of them; answers those the method saves, and the updated running ones. */
export function syncTrain(method: Method, inputs: SplitInputs, by: Exchange = exchange) {
  const shards = shardsOf(inputs);
  const [{ layer, inputs: first }] = shards;
  const { arithmetic: a, paramFormat, epsilon, channels } = layer;
  const found = statisticsOf(shards, method, by);
  const inverse = found.map(({ variance }) => method.invert(variance, epsilon, a));
  const list = (values: readonly number[]): Reals => {
    const reals = blank(values.length, paramFormat);
    reals.set(values);
    return reals;
  };
  const saved = {
    mean: list(found.map(({ mean }) => mean)),
    variance: list(found.map(({ variance }) => variance)),
    inv_std: list(inverse),
  };
  const whole = { ...layer, channels: { ...channels, m: found[0]?.m ?? 0 } };
  return {
    y: shards.map((shard) => apply(shard.layer, method, (c) => ({ mean: saved.mean[c], r: inverse[c] }))),
    ...Object.fromEntries(method.saved.map((name) => [name, saved[name]])),
    ...track(whole, method, first, saved.mean, saved.variance),
    ...(inputs.count === undefined ? {} : { count: BigInt64Array.of(inputs.count + 1n) }),
  };
}

/** Gradients of training, whose sums are those of all replicas. */
export function syncGrad(method: Method, inputs: SplitInputs, by: Exchange = exchange) {
  const shards = shardsOf(inputs);
  const [{ layer }] = shards;
  const { arithmetic: a, paramFormat, epsilon, channels, format } = layer;
  const dx = shards.map((shard) => blank(shard.layer.x.length, format));
  const dgamma = blank(channels.count, paramFormat);
  const dbeta = blank(channels.count, paramFormat);
  for (const [c, { mean, variance }] of statisticsOf(shards, method, by).entries()) {
    const r = method.invert(variance, epsilon, a);
    const columns = shards.map((shard) => columnsOf(shard, c, { mean, r }));
    const sums = columns.map(({ xhat, dy }) => ({
      m: dy.length,
      dy: sum(dy, 0, method.order, a),
      product: sumOfProducts(dy, xhat, method.order, a),
    }));
    for (const [k, { xhat, dy }] of columns.entries()) {
      const { m, dy: total, product } = by.reduced(sums, k, a);
      if (k === 0) [dgamma[c], dbeta[c]] = [product, total];
      const scale = a.multiply(layer.gamma[c], r);
      throughBatch(dy, { m, xhat, dgamma: product, dbeta: total, scale }, a);
      scatter(dy, dx[k], c, shards[k].layer.channels);
    }
  }
  return {
    dx: dx.map((values): Stored => store(values, format)),
    ...(inputs.gamma ? { dgamma } : {}),
    ...(inputs.beta ? { dbeta } : {}),
  };
}

/** One channel of a shard: its normalized inputs, and its dy. */
function columnsOf({ inputs, layer }: Shards[number], c: number, by: Normalizer) {
  const { x, channels, arithmetic } = layer;
  const [xhat, dy] = [new Float64Array(channels.m), new Float64Array(channels.m)];
  gather(x, c, channels, xhat);
  standardize(xhat, by, arithmetic);
  gather(likeInput('dy', inputs), c, channels, dy);
  return { xhat, dy };
}
