import { describe, expect, it } from 'vitest';
import { double, single } from '../src/builtin/arithmetic.js';
import { builtins } from '../src/builtin/catalogue.js';
import { blocked, sequential } from '../src/builtin/order.js';
import { welford } from '../src/builtin/statistics.js';
import { sum, sumOfSquares } from '../src/builtin/sums.js';
import type { Format } from '../src/exact/format.js';
import { roundTo } from '../src/exact/grid.js';
import type { Layout } from '../src/wire/protocol.js';
import { array, ask, type Channel, exactly, inputs, interleave, noise, reference } from './builtin.reference.js';

const names = Object.keys(builtins);
const layouts: Layout[] = ['channels_first', 'channels_last'];

/**
 * Channels in which every operation of every kernel is exact: all prefixes have integer means, so that even Welford's
 * divisions are exact; m is a power of two; the variances 1/4, 13/4 and 61/4 plus epsilon = 3/4 are 1, 4 and 16.
 */
const dyadic: Channel[] = [
  { x: [5, 7, 6, 6, 6, 6, 6, 6], dy: [1, 0, 2, -1, 3, 0, 0, 3], gamma: -1.5, beta: 0.25, epsilon: 0.75 },
  { x: [-3, -3, 0, -2, -7, -3, -3, -3], dy: [2, 2, -4, 8, 0, 1, 0, -1], gamma: 2, beta: -3, epsilon: 0.75 },
  { x: [10, 10, 16, 12, 12, 12, 5, 19], dy: [0, 1, 4, 0, -2, 0, 8, -3], gamma: 0.5, beta: 1, epsilon: 0.75 },
];

describe('where all arithmetic is exact', () => {
  const asked = names.flatMap((name) =>
    layouts.flatMap((layout) => (['f64', 'f32', 'f16', 'bf16'] as Format[]).map((dtype) => ({ name, layout, dtype }))),
  );
  it.each(asked)('$name answers the formula itself, $layout, $dtype', async ({ name, layout, dtype }) => {
    const given = inputs(dyadic, 2, layout, dtype);
    const right = dyadic.map((channel) => reference(channel, exactly));
    const stored = (columns: number[][]) => interleave(columns, 2, layout).map((v) => roundTo(v, dtype));
    const { y, mean, variance, inv_std } = await ask(name, 'train', given);
    expect(y).toEqual(stored(right.map((channel) => channel.y)));
    expect(mean).toEqual([6, -3, 12]);
    if (variance) expect(variance).toEqual([0.25, 3.25, 15.25]);
    else expect(inv_std).toEqual([1, 0.5, 0.25]);
    const { dx, dgamma, dbeta } = await ask(name, 'grad', given);
    expect(dx).toEqual(stored(right.map((channel) => channel.dx)));
    expect(dgamma).toEqual(right.map((channel) => channel.dgamma));
    expect(dbeta).toEqual(right.map((channel) => channel.dbeta));
  });

  it.each(names)('%s infers with the running statistics', async (name) => {
    // (x - 8)/sqrt(3 + 1), and its derivatives.
    const given = {
      ...inputs([{ x: [8, 10, 2, 9], dy: [1, 2, 3, 5], gamma: -3, beta: 7, epsilon: 1 }], 2, 'channels_first', 'f32'),
      running_mean: array('f32', [1], [8]),
      running_var: array('f32', [1], [3]),
    };
    expect(await ask(name, 'infer', given)).toEqual({ y: [7, 4, 16, 5.5] });
    const gradient = { dx: [-1.5, -3, -4.5, -7.5], dgamma: [-4.5], dbeta: [11] };
    expect(await ask(name, 'infer_grad', given)).toEqual(gradient);
  });
});

describe('the arithmetic is that of the accumulation format', () => {
  const m = 1001;
  const channel = (c: number): Channel => {
    const x = noise(m, c).map((v) => Math.fround(v * 3 + 5));
    return { x, dy: noise(m, c + 10), gamma: Math.fround(1.7), beta: Math.fround(-0.3), epsilon: 1e-3 };
  };
  const channels = [channel(1), channel(2), channel(3)];
  const single32 = channels.map((c) => reference(c, Math.fround));
  const double64 = channels.map((c) => reference(c, exactly));

  it.each([
    { dtype: 'f32' as Format, right: single32 },
    { dtype: 'f64' as Format, right: double64 },
  ])('two-pass rounds after every operation, $dtype', async ({ dtype, right }) => {
    const given = inputs(channels, 7, 'channels_first', dtype);
    const train = await ask('two-pass', 'train', given);
    expect(train.mean).toEqual(right.map(({ mean }) => mean));
    expect(train.inv_std).toEqual(right.map(({ r }) => r));
    const spread = (columns: number[][]) => interleave(columns, 7, 'channels_first');
    expect(train.y).toEqual(spread(right.map(({ y }) => y)));
    const grad = await ask('two-pass', 'grad', given);
    expect(grad.dx).toEqual(spread(right.map(({ dx }) => dx)));
    expect(grad.dgamma).toEqual(right.map(({ dgamma }) => dgamma));
    expect(grad.dbeta).toEqual(right.map(({ dbeta }) => dbeta));
  });

  it('and the two arithmetics differ on these data', () => {
    expect(single32.map(({ dx }) => dx)).not.toEqual(double64.map(({ dx }) => dx.map(Math.fround)));
    expect(single32.map(({ y }) => y)).not.toEqual(double64.map(({ y }) => y.map(Math.fround)));
  });

  it('f32 loses what f64 keeps', async () => {
    // 2^24 + 1 is no f32: both ones vanish.
    const column: Channel = { x: [2 ** 24, 1, 1, -(2 ** 24)], dy: [1, 1, 1, 1], gamma: 1, beta: 0, epsilon: 1 };
    expect((await ask('two-pass', 'train', inputs([column], 1, 'channels_first', 'f32'))).mean).toEqual([0]);
    expect((await ask('two-pass', 'train', inputs([column], 1, 'channels_first', 'f64'))).mean).toEqual([0.5]);
  });

  it('folded rounds a scale and a shift', async () => {
    const { y } = await ask('folded', 'train', inputs(channels, 7, 'channels_first', 'f32'));
    const columns = channels.map(({ x, gamma, beta }, c) => {
      const { mean, r } = single32[c];
      const scale = Math.fround(gamma * r);
      const shift = Math.fround(beta - Math.fround(mean * scale));
      return x.map((v) => Math.fround(Math.fround(v * scale) + shift));
    });
    expect(y).toEqual(interleave(columns, 7, 'channels_first'));
    expect(columns).not.toEqual(single32.map((channel) => channel.y));
  });

  it('scalars are rounded before they are used', async () => {
    expect(single.sqrt(2)).toBe(Math.fround(Math.SQRT2));
    // Epsilon rounds to 2^-24, so the sum under the root is a tie and goes up to 1 + 2^-22; unrounded it goes down.
    const tie: Channel = { x: [1, 2, 1, 2], dy: [1, 1, 1, 1], gamma: 1, beta: 0, epsilon: 2 ** -24 - 2 ** -50 };
    const given = { ...inputs([tie], 2, 'channels_first', 'f32'), momentum: 0.1 };
    const still = { running_mean: array('f32', [1], [0]), running_var: array('f32', [1], [1 + 2 ** -23]) };
    const r = 1 - 2 ** -23;
    expect((await ask('two-pass', 'infer', { ...given, ...still })).y).toEqual([r, 2 * r, r, 2 * r]);
    const weight = Math.fround(0.1);
    const kept = Math.fround(0.9);
    const { running_mean } = await ask('two-pass', 'train', { ...given, running_mean: array('f32', [1], [7]) });
    expect(running_mean).toEqual([Math.fround(Math.fround(Math.fround(1 - weight) * 7) + Math.fround(weight * 1.5))]);
    const keras = await ask('keras', 'train', { ...given, ...still, momentum: 0.9 });
    expect(keras.running_mean).toEqual([Math.fround(Math.fround(1 - kept) * 1.5)]);
  });

  it.each(['f16', 'bf16'] as Format[])('%s accumulates in f32 and rounds once', async (dtype) => {
    const stored: Channel = { ...channels[0], x: channels[0].x.map((v) => roundTo(v, dtype)), dy: dyadic[0].dy };
    const short = { ...stored, x: stored.x.slice(0, 8) };
    const { y, mean } = await ask('two-pass', 'train', inputs([short], 2, 'channels_last', dtype));
    const right = reference(short, Math.fround);
    expect(mean).toEqual([right.mean]);
    expect(y).toEqual(right.y.map((v) => roundTo(v, dtype)));
  });
});

describe('sums', () => {
  it.each([1, 2, 1023, 1024, 1025, 2048, 2049, 5000, 262144, 262145])('blocks of %i keep the chain short', (m) => {
    let next = 0;
    const leaf = (lo: number, hi: number) => {
      expect(lo).toBe(next);
      next = hi;
      return hi - lo - 1;
    };
    const chain = blocked(m, leaf, (left, right) => Math.max(left, right) + 1);
    expect(next).toBe(m);
    expect(chain).toBeLessThanOrEqual(Math.min(m - 1, 1024 + Math.ceil(Math.log2(m))));
  });

  it('one long chain stagnates where blocks do not', async () => {
    const x = new Float64Array(2048).fill(1);
    x[0] = 2 ** 24;
    expect(sum(x, 0, sequential, single)).toBe(2 ** 24);
    expect(sum(x, 0, blocked, single)).toBe(2 ** 24 + 1024);
    expect(sum(x, 0, sequential, double)).toBe(2 ** 24 + 2047);
    expect(sumOfSquares(x, 1, blocked, double)).toBe((2 ** 24 - 1) ** 2);
    const given = inputs([{ x: [...x], dy: [...x], gamma: 1, beta: 0, epsilon: 1 }], 1, 'channels_first', 'f32');
    expect((await ask('sequential', 'train', given)).mean).toEqual([8192]);
    expect((await ask('sequential', 'grad', given)).dbeta).toEqual([2 ** 24]);
    expect((await ask('two-pass', 'train', given)).mean).toEqual([8192.5]);
    expect((await ask('two-pass', 'grad', given)).dbeta).toEqual([2 ** 24 + 1024]);
  });

  it.each(names)('%s merges blocks exactly where that is exact', async (name) => {
    // Constant within each block of 1024: t = x - 3 is -2, 2, -6, 6, the variance 20, r = 1/8.
    const x = Array.from({ length: 4096 }, (_, i) => [1, 5, -3, 9][Math.floor(i / 1024)]);
    const given = inputs([{ x, dy: x, gamma: 1, beta: 0, epsilon: 44 }], 64, 'channels_first', 'f32');
    const { y, mean } = await ask(name, 'train', given);
    expect(mean).toEqual([3]);
    expect(y).toEqual(x.map((v) => (v - 3) / 8));
    const { dx, dgamma, dbeta } = await ask(name, 'grad', given);
    expect({ dgamma, dbeta }).toEqual({ dgamma: [10240], dbeta: [12288] });
    expect(dx).toEqual(x.map((v) => ((v - 3) * (1 - 5 / 16)) / 8));
  });

  it('Welford merges blocks of unequal weight', () => {
    // Means 1 (2048 elements) and 4 (1024): 3 * fl(1/3) and 9 * 2048 * fl(1/3) round to 1 and 6144 in both formats.
    const x = Float64Array.from({ length: 3072 }, (_, i) => [0, 2, 4][Math.floor(i / 1024)]);
    expect(welford(x, blocked, single, 0)).toEqual({ mean: 2, variance: Math.fround(8 / 3) });
    expect(welford(x, blocked, double, 0)).toEqual({ mean: 2, variance: 8 / 3 });
  });
});

describe('mean far from 0', () => {
  const far: Channel = { x: [9999, 10001, 10001, 9999], dy: [1, 2, 0, 0], gamma: 1, beta: 0, epsilon: 3 };
  it.each(names)('%s', async (name) => {
    const { inv_std, variance } = await ask(name, 'train', inputs([far], 2, 'channels_first', 'f32'));
    const exact = inv_std ? inv_std[0] === 0.5 : variance[0] === 1;
    expect(exact).toBe(name !== 'one-pass');
  });

  it('what one pass makes negative is clamped', async () => {
    const x = new Array<number>(3).fill(Math.fround(999.9));
    const square = Math.fround(x[0] * x[0]);
    const total = x.reduce((partial) => Math.fround(partial + square), 0);
    const mean = Math.fround(x.reduce((partial, v) => Math.fround(partial + v), 0) / 3);
    expect(Math.fround(total / 3) - Math.fround(mean * mean)).toBeLessThan(0);
    const constant = { x, dy: x, gamma: 1, beta: 0, epsilon: 0.25 };
    expect((await ask('one-pass', 'train', inputs([constant], 1, 'channels_first', 'f32'))).inv_std).toEqual([2]);
  });
});
