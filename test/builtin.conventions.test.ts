import { describe, expect, it } from 'vitest';
import { builtins } from '../src/builtin/catalogue.js';
import type { Inputs } from '../src/target/kernel.js';
import type { Op } from '../src/wire/protocol.js';
import { array, ask, type Channel, inputs, interleave, noise } from './builtin.reference.js';

const names = Object.keys(builtins);
const torchLike = names.filter((name) => builtins[name].card.profile === 'torch');
const ops: Op[] = ['train', 'infer', 'grad', 'infer_grad'];
const channel: Channel = { x: [0, 3, 6], dy: [1, 0, 1], gamma: 2, beta: -1, epsilon: 3 };
const given = inputs([channel], 1, 'channels_first', 'f32');

describe('layout', () => {
  const channels = [1, 2, 3].map(
    (c): Channel => ({ x: noise(60, c), dy: noise(60, c + 7), gamma: c, beta: -c, epsilon: 0.1 }),
  );
  const first = inputs(channels, 10, 'channels_first', 'f32');
  const last = inputs(channels, 10, 'channels_last', 'f32');
  const columns = (values: number[]) => channels.map((_, c) => values.filter((_, i) => Math.floor(i / 10) % 3 === c));

  it.each(names.flatMap((name) => ops.map((op) => ({ name, op }))))(
    'does not touch a bit: $name $op',
    async (asked) => {
      const { y, dx, ...others } = await ask(asked.name, asked.op, first);
      const transposed = await ask(asked.name, asked.op, last);
      for (const [key, value] of Object.entries(others)) expect(transposed[key]).toEqual(value);
      expect(transposed.y ?? transposed.dx).toEqual(interleave(columns(y ?? dx), 10, 'channels_last'));
    },
  );

  it('ranks 2 to 5 are the same data', async () => {
    const { y } = await ask('two-pass', 'train', first);
    const tall = (shape: number[], layout: Inputs['layout'], x: Inputs['x']) =>
      ask('two-pass', 'train', { ...first, layout, x: { ...x, shape } });
    expect((await tall([6, 3, 5, 2], 'channels_first', first.x)).y).toEqual(y);
    expect((await tall([6, 3, 1, 5, 2], 'channels_first', first.x)).y).toEqual(y);
    const flat = await tall([60, 3], 'channels_last', last.x);
    expect(flat.y).toEqual(interleave(columns(y), 10, 'channels_last'));
    expect(await tall([60, 3], 'channels_first', last.x)).toEqual(flat);
  });
});

describe('running statistics', () => {
  // mean 3, variance 6 (divisor 3) or 9 (divisor 2); running 1 and 1; momentum 1/4.
  it.each(torchLike)('%s: momentum weighs the new batch, the divisor is m - 1', async (name) => {
    // Welford is exact here too: the prefix means are 0, 3/2 and 3.
    const { running_mean, running_var } = await ask(name, 'train', given);
    expect({ running_mean, running_var }).toEqual({ running_mean: [0.75 * 1 + 0.25 * 3], running_var: [0.75 + 2.25] });
  });

  it('keras: momentum weighs what is kept, the divisor is m', async () => {
    const { running_mean, running_var } = await ask('keras', 'train', given);
    expect({ running_mean, running_var }).toEqual({ running_mean: [0.25 * 1 + 0.75 * 3], running_var: [0.25 + 4.5] });
  });

  it.each(names)('%s: a count alone makes the average cumulative', async (name) => {
    const { momentum: _, ...cumulative } = given;
    const answer = await ask(name, 'train', { ...cumulative, count: 3n });
    expect(answer.running_mean).toEqual([0.75 * 1 + 0.25 * 3]);
    expect(answer.count).toEqual([4]);
    expect((await ask(name, 'train', { ...cumulative, count: 0n })).running_mean).toEqual([3]);
  });

  it.each(names)('%s: momentum goes before the count', async (name) => {
    const answer = await ask(name, 'train', { ...given, count: 7n });
    expect({ ...answer, count: undefined }).toEqual({ ...(await ask(name, 'train', given)), count: undefined });
    expect(answer.count).toEqual([8]);
  });

  it('come back only where both were given, and need a weight', async () => {
    const { momentum: _, ...weightless } = given;
    await expect(ask('two-pass', 'train', weightless)).rejects.toThrow('momentum');
    const { running_var: __, ...half } = weightless;
    expect(Object.keys(await ask('two-pass', 'train', half)).sort()).toEqual(['inv_std', 'mean', 'y']);
  });
});

describe('affine', () => {
  it.each(names)('%s: absent is gamma 1, beta 0', async (name) => {
    const { gamma: _, beta: __, ...bare } = given;
    const unit = { ...given, gamma: array('f32', [1], [1]), beta: array('f32', [1], [0]) };
    expect(await ask(name, 'train', bare)).toEqual(await ask(name, 'train', unit));
    expect(await ask(name, 'grad', bare)).toEqual({ dx: (await ask(name, 'grad', unit)).dx });
    const { beta: ___, ...onlyGamma } = given;
    expect(Object.keys(await ask(name, 'infer_grad', onlyGamma))).toEqual(['dx', 'dgamma']);
  });
});

describe('m = 1 and m = 0', () => {
  const one = inputs([{ x: [5], dy: [2], gamma: 3, beta: 7, epsilon: 1 }], 1, 'channels_first', 'f32');
  const none = { ...given, x: array('f32', [0, 1, 4], []), dy: array('f32', [0, 1, 4], []), count: 1n };

  it.each(torchLike)('%s: one element trains nothing', async (name) => {
    await expect(ask(name, 'train', one)).rejects.toThrow('Expected more than 1 value per channel when training');
    await expect(ask(name, 'grad', one)).rejects.toThrow('Expected more than 1 value per channel when training');
    // gamma/sqrt(1 + 1) * dy
    const r = Math.fround(1 / Math.fround(Math.sqrt(2)));
    expect((await ask(name, 'infer_grad', one)).dx).toEqual([Math.fround(Math.fround(3 * r) * 2)]);
  });

  it('keras: one element has variance 0', async () => {
    const { y, mean, variance, running_var } = await ask('keras', 'train', one);
    expect({ y, mean, variance, running_var }).toEqual({ y: [7], mean: [5], variance: [0], running_var: [0.25] });
    expect(await ask('keras', 'grad', one)).toEqual({ dx: [0], dgamma: [0], dbeta: [2] });
  });

  it.each(names)('%s: an empty batch changes no statistics', async (name) => {
    const { y, mean, running_mean, running_var, count } = await ask(name, 'train', none);
    expect(mean).toEqual([NaN]);
    expect({ y, running_mean, running_var, count }).toEqual({ y: [], running_mean: [1], running_var: [1], count: [2] });
    expect(await ask(name, 'grad', none)).toEqual({ dx: [], dgamma: [0], dbeta: [0] });
    expect(await ask(name, 'infer', none)).toEqual({ y: [] });
  });
});

describe('what is not finite', () => {
  const quiet: Channel = { x: [0, 3, 6, 1], dy: [1, 0, 1, 2], gamma: 2, beta: -1, epsilon: 3 };
  const loud = (x: number[]) => inputs([{ ...quiet, x }, quiet], 2, 'channels_last', 'f32');

  it.each(names)('%s: stays in its channel and never turns finite', async (name) => {
    const calm = await ask(name, 'train', loud([...quiet.x]));
    for (const bad of [Number.NaN, Infinity, -Infinity]) {
      for (const x of [
        [bad, 3, 6, 1],
        [0, 3, bad, 1],
      ]) {
        const { y, running_mean, running_var } = await ask(name, 'train', loud(x));
        expect(y.filter((v, i) => i % 2 === 0 && Number.isFinite(v))).toEqual([]);
        expect(y.filter((_, i) => i % 2 === 1)).toEqual(calm.y.filter((_, i) => i % 2 === 1));
        expect([running_mean[0], running_var[0]].filter(Number.isFinite)).toEqual([]);
        expect([running_mean[1], running_var[1]]).toEqual([calm.running_mean[1], calm.running_var[1]]);
      }
    }
  });

  it('a negative running variance gives NaN', async () => {
    expect((await ask('folded', 'infer', { ...given, running_var: array('f32', [1], [-4]) })).y).toEqual([
      NaN,
      NaN,
      NaN,
    ]);
  });
});

describe('what does not fit', () => {
  const three = array('f32', [3], [1, 2, 3]);
  const misfits: { says: string; wrong: Partial<Inputs>; op?: Op }[] = [
    { says: 'gamma has shape [3]; x has channels [1]', wrong: { gamma: three } },
    { says: 'running_var has shape [3]', wrong: { running_var: three } },
    { says: 'beta is f64; beside this x it must be f32', wrong: { beta: array('f64', [1], [1]) } },
    { says: 'x has rank 1', wrong: { x: three } },
    { says: 'dy is f32 [3]; x is f32 [3, 1, 1]', wrong: { dy: three }, op: 'grad' },
    { says: 'x is i64', wrong: { x: { dtype: 'i64', shape: [3, 1], data: new BigInt64Array(3) } } },
  ];
  it.each(misfits)('$says', async ({ says, wrong, op = 'train' }) => {
    await expect(ask('two-pass', op, { ...given, ...wrong })).rejects.toThrow(says);
  });

  it('dy and running statistics are needed where they are read', async () => {
    const { dy: _, running_mean: __, ...poor } = given;
    await expect(ask('two-pass', 'grad', poor)).rejects.toThrow('dy is missing');
    await expect(ask('two-pass', 'infer', poor)).rejects.toThrow('running_mean is missing');
  });
});
