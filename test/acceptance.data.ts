import { type Format, formats } from '../src/exact/format.js';
import { roundTo } from '../src/exact/grid.js';
import type { Layer } from '../src/run/layer.js';
import type { Random } from './exact.random.js';

const normal = (from: Random): number => 2 * (from.unit() + from.unit() + from.unit() - 1.5);
const sign = (from: Random): number => from.pick([-1, 1]);
const power = (from: Random, low: number, high: number): number => 2 ** (low + (high - low) * from.unit());
const list = (m: number, value: (i: number) => number): number[] => Array.from({ length: m }, (_, i) => value(i));

/** Data that are hard on some right kernel: m values of a channel, before they are rounded to the format. */
const channels: readonly ((from: Random, m: number, format: Format) => number[])[] = [
  (from, m) => list(m, () => normal(from) * 2),
  // the mean up to a million deviations away from 0
  (from, m, format) => {
    const deviation = power(from, -6, 6);
    const mean = sign(from) * deviation * 10 ** (from.unit() * (format === 'f16' ? 3 : 6));
    return list(m, () => mean + deviation * normal(from));
  },
  // one outlier, first, last or anywhere
  (from, m) => {
    const place = from.pick([0, m - 1, from.whole(0, m - 1)]);
    const outlier = sign(from) * power(from, 5, 12);
    return list(m, (i) => (i === place ? outlier : 1 + normal(from) / 8));
  },
  // constant, and constant but for one last bit
  (from, m, format) => {
    const value = roundTo(sign(from) * power(from, -8, 12), format);
    const moved = from.unit() < 0.5 ? -1 : from.whole(0, m - 1);
    return list(m, (i) => (i === moved ? value * (1 + 2 ** (1 - formats[format].p)) : value));
  },
  // subnormal, or nearly
  (from, m, format) => list(m, () => from.whole(-60, 60) * formats[format].tiny * 2 ** from.whole(0, 3)),
  // exponents far apart
  (from, m, format) => list(m, () => normal(from) * 2 ** from.whole(-20, format === 'f16' ? 12 : 20)),
  // pairs that cancel
  (from, m) => list(m, (i) => (i % 2 === 0 ? 1 : -1) * (1000 + (i >> 1)) + (i === m - 1 ? normal(from) : 0)),
  // whole numbers, many of them equal
  (from, m) => list(m, () => from.whole(-3, 3)),
  // in order of size
  (from, m) => list(m, (i) => sign(from) * i * i + 1),
];

const scales = [0, 0, 0, 0, -10, 10, -30, 30, -60, 60];

interface Drawn {
  readonly x: number[];
  readonly dy: number[];
  readonly gamma: number;
  readonly beta: number;
  readonly running_mean: number;
  readonly running_var: number;
  readonly variance: number;
}

function drawChannel(from: Random, m: number, format: Format): Drawn {
  const scale = format === 'f16' ? 1 : 2 ** from.pick(scales);
  const x = from
    .pick(channels)(from, m, format)
    .map((v) => roundTo(v * scale, format));
  const mean = x.reduce((a, b) => a + b) / m;
  const variance = x.reduce((a, b) => a + (b - mean) ** 2, 0) / m;
  const deviation = Math.sqrt(variance) || 1;
  const gamma = from.pick([
    0,
    1,
    -1,
    sign(from) * power(from, -10, 10),
    sign(from) * power(from, -2, 2),
    2 ** from.pick([-60, -30, 30, 60]),
  ]);
  const against = -gamma * ((x[0]! - mean) / deviation);
  const [c0, c1, size] = [normal(from), normal(from), 2 ** from.pick(format === 'f16' ? [0, 5] : [0, 0, -20, 20])];
  const noise = from.pick([0, 2 ** -12, 1, 1]);
  return {
    ...{ x, variance, gamma, beta: from.pick([0, against, 1000 * normal(from), normal(from)]) },
    dy: x.map((v) => roundTo(size * (noise * normal(from) + c0 + (c1 * (v - mean)) / deviation), format)),
    running_mean: from.pick([mean, mean + deviation * normal(from), 0, 1000 * deviation]),
    running_var: Math.min(2 ** 120, from.pick([variance, Math.abs(variance * normal(from)), 0, 2 ** -30, 1])),
  };
}

const sizes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 31, 64, 100, 257];

/** A layer of two channels with parameters and epsilon to match; epsilon 0 only where no variance is. */
export function nasty(from: Random, dtype: Format, least = 1, sizesOfM: readonly number[] = sizes): Layer {
  const m = from.pick(sizesOfM.filter((size) => size >= least));
  const C = 2;
  const S = m % 4 === 0 && from.unit() < 0.5 ? 4 : 1;
  const drawn = list(C, () => 0).map(() => drawChannel(from, m, dtype));
  const param: Format = dtype === 'f64' ? 'f64' : 'f32';
  const near = Math.min(drawn[0]!.variance * power(from, -2, 2), 2 ** 100);
  const spread = (of: 'x' | 'dy'): Float64Array => {
    const all = new Float64Array(m * C);
    drawn.forEach((channel, c) => {
      channel[of].forEach((value, i) => {
        all[(Math.floor(i / S) * C + c) * S + (i % S)] = value;
      });
    });
    return all;
  };
  const each = (of: Exclude<keyof Drawn, 'x' | 'dy'>): Float64Array =>
    Float64Array.from(drawn, (channel) => roundTo(channel[of], param));
  return {
    ...{
      dtype,
      param,
      layout: from.pick(['channels_first', 'channels_last'] as const),
      N: m / S,
      C,
      spatial: S === 1 ? [] : [S],
    },
    ...{ x: spread('x'), dy: spread('dy'), gamma: each('gamma'), beta: each('beta') },
    ...{ running_mean: each('running_mean'), running_var: each('running_var') },
    epsilon: from.pick([0, 1e-12, 1e-5, 1e-3, 1, near, near]),
    count: null,
    alpha: from.pick([0, 1, 0.1, 0.25, 1e-3, 1e-6, from.unit()]),
  };
}

/** The same with weights of its gradients: noise, with a level and a slope of any size, and now and then 0. */
export function weighted(from: Random, layer: Layer): Layer {
  const [c0, c1, size] = [normal(from), normal(from), 2 ** from.pick(layer.dtype === 'f16' ? [0, 5] : [0, 0, -20, 20])];
  const noise = from.pick([0, 2 ** -12, 1, 1]);
  const [least, most] = [layer.x.reduce((a, b) => Math.min(a, b)), layer.x.reduce((a, b) => Math.max(a, b))];
  const along = (v: number): number => (v - (least + most) / 2) / (most - least || 1);
  const vx = layer.x.map((v) => roundTo(size * (noise * normal(from) + c0 + c1 * along(v)), layer.dtype));
  const each = (): Float64Array =>
    Float64Array.from(list(layer.C, () => roundTo(from.pick([0, 1, normal(from), power(from, -20, 20)]), layer.param)));
  return { ...layer, vx, vgamma: each(), vbeta: each() };
}
