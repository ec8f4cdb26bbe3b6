import { describe, expect, it } from 'vitest';
import { builtins } from '../src/builtin/catalogue.js';
import type { Array_, FoldInputs, SplitInputs } from '../src/target/kernel.js';
import { array } from './builtin.reference.js';

const names = Object.keys(builtins);
const plain = (outputs: unknown): unknown =>
  JSON.parse(JSON.stringify(outputs, (_, v: unknown) => (ArrayBuffer.isView(v) ? [...(v as Float32Array)] : v)));

// One channel [5, 7, 3, 9], mean 6 and variance 5, in parts whose means and counts differ; epsilon 4 makes s = 3.
const shards = (values: number[][]): Array_[] => values.map((part) => array('f32', [part.length, 1], part));
const batch = { layout: 'channels_first', epsilon: 4, momentum: 0.25 } as const;
const still = { running_mean: array('f32', [1], [2]), running_var: array('f32', [1], [4]) };

describe.each([
  ['uneven', [[5], [7, 3, 9]]],
  ['empty', [[], [5, 7, 3], [], [9]]],
  ['one each', [[5], [7], [3], [9]]],
  ['alone', [[5, 7, 3, 9]]],
])('a split batch, %s', (_, values) => {
  it.each(names)('%s answers for the whole, part by part', async (name) => {
    const kernel = builtins[name]!;
    const outputs = await kernel.sync_train!({ ...batch, ...still, xs: shards(values) });
    const { y, mean, running_mean, running_var } = plain(outputs) as Record<string, number[] | number[][]>;
    const near = (v: number) => expect.closeTo(v, 5);
    expect(y).toEqual(values.map((part) => part.map((v) => near((v - 6) / 3))));
    expect(mean).toEqual([near(6)]);
    const [kept, taken] = name === 'keras' ? [0.25, 5] : [0.75, 20 / 3];
    expect(running_mean).toEqual([near(kept * 2 + (1 - kept) * 6)]);
    expect(running_var).toEqual([near(kept * 4 + (1 - kept) * taken)]);
  });

  it.each(names)('%s takes the gradient from the sums of all', async (name) => {
    const dys = shards(values.map((part) => part.map((v) => v - 4)));
    const inputs: SplitInputs = { ...batch, xs: shards(values), dys, gamma: array('f32', [1], [3]) };
    const { dx, dgamma, dbeta } = plain(await builtins[name]!.sync_grad!(inputs)) as Record<string, unknown>;
    // dy = x - 4: its mean is 2, sum(dy * xhat) = 20 / 3, so dx = dy - 2 - xhat * 5 / 3
    const right = values.map((part) => part.map((v) => expect.closeTo(v - 6 - ((v - 6) / 3) * (5 / 3), 5)));
    expect({ dx, dgamma, dbeta }).toEqual({ dx: right, dgamma: [expect.closeTo(20 / 3, 5)], dbeta: undefined });
  });
});

it.each(names.filter((name) => name !== 'keras'))('%s refuses one element in all, in however many parts', (name) => {
  const alone = { ...batch, xs: shards([[], [5]]) };
  expect(() => builtins[name]!.sync_train!(alone)).toThrow('Expected more than 1 value per channel when training');
});

describe('folding', () => {
  const two = (...values: number[]) => array('f32', [2], values);
  const given: FoldInputs = {
    ...{ layout: 'channels_first', epsilon: 1, after: 'none' },
    weight: array('f32', [2, 3], [1, 2, 3, 4, 5, 6]),
    ...{ bias: two(10, 20), gamma: two(-2, 3), beta: two(0.5, 1) },
    ...{ running_mean: two(4, 8), running_var: two(3, 0) },
  };

  it.each(names)('%s scales weight and bias, and shifts the bias', async (name) => {
    // scales -2 / 2 and 3 / 1
    const folded = plain(await builtins[name]!.fold!(given));
    expect(folded).toEqual({ weight: [-1, -2, -3, 12, 15, 18], bias: [-5.5, 37] });
    const { bias: _, ...unbiased } = given;
    expect(plain(await builtins[name]!.fold!(unbiased))).toMatchObject({ bias: [4.5, -23] });
    const last = { ...given, layout: 'channels_last', weight: array('f32', [3, 2], [1, 4, 2, 5, 3, 6]) } as const;
    expect(plain(await builtins[name]!.fold!(last))).toMatchObject({ weight: [-1, 12, -2, 15, -3, 18] });
  });

  it('a ReLU between the two is refused', () => {
    expect(() => builtins['two-pass']!.fold!({ ...given, after: 'relu' })).toThrow('relu stands between the layers');
  });
});
