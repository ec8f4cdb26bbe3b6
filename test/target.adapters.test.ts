import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openTarget } from '../src/target/open.js';
import type { Layout } from '../src/wire/protocol.js';
import type { Blob } from '../src/wire/safetensors.js';
import { type Dtype, sizeOf, type Tensor, tensor, values } from '../src/wire/tensor.js';
import { ok, root } from './fixtures/adapters.js';

/**
 * A batch that every right kernel must answer alike, bit for bit: in each channel half of the elements lie 1.5 above the
 * mean and half below, so that variance + epsilon = 4, and every sum is exact in any order.
 */
function question(op: string, dtype: Dtype, layout: Layout, shape: readonly number[]): Blob {
  const axis = layout === 'channels_first' ? 1 : shape.length - 1;
  const channels = shape[axis];
  const inner = sizeOf(shape.slice(axis + 1));
  const sample = sizeOf(shape.slice(1));
  const each = (of: (c: number) => number) =>
    tensor(
      dtype,
      [channels],
      Array.from({ length: channels }, (_, c) => of(c)),
    );
  const every = (of: (c: number, i: number) => number) =>
    tensor(
      dtype,
      shape,
      Array.from({ length: sizeOf(shape) }, (_, i) => of(Math.floor(i / inner) % channels, i)),
    );
  const inputs = {
    x: every((c, i) => c + (Math.floor(i / sample) % 2 ? 1.5 : -1.5)),
    gamma: each((c) => c + 0.5),
    beta: each((c) => 1 - c),
    running_mean: each((c) => 2 * c),
    running_var: each(() => 2.25),
    epsilon: tensor('f64', [1], [1.75]),
    ...(op === 'train' ? { momentum: tensor('f64', [1], [0.1]), count: tensor('i64', [1], [3]) } : {}),
    ...(op.endsWith('grad') ? { dy: every((_, i) => ((i * 11) % 7) / 4) } : {}),
  };
  return { metadata: { op, layout }, tensors: new Map(Object.entries(inputs)) };
}

const adapters = ['numpy_two_pass.py', 'plain.mjs'];
const shapes = [
  [4, 2],
  [2, 4, 2],
  [2, 2, 4, 2],
  [2, 1, 2, 2, 2],
];
const cases = (['channels_first', 'channels_last'] as const).flatMap((layout) =>
  ['train', 'infer', 'grad', 'infer_grad'].flatMap((op) => shapes.map((shape) => ({ op, layout, shape }))),
);

describe('the templates', () => {
  const open = (name: string) => openTarget(join(root, 'targets', name));

  test.each(adapters)('%s introduces itself', async (name) => {
    const target = await open(name);
    expect(await target.hello()).toMatchObject({
      ops: expect.arrayContaining(['train', 'infer', 'grad', 'infer_grad']),
      layouts: ['channels_first', 'channels_last'],
      profile: 'torch',
      saved: ['mean', 'inv_std'],
      unknown: {},
    });
    await target.close();
    expect(target.warnings).toEqual([]);
  });

  test('two languages, one answer: every output of every op, layout and rank, bit for bit', async () => {
    const [numpy, plain] = await Promise.all(adapters.map(open));
    for (const { op, layout, shape } of cases) {
      const request = question(op, 'f64', layout, shape);
      const [a, b] = (await Promise.all([numpy.ask(request), plain.ask(request)])).map(ok);
      const sorted = (tensors: ReadonlyMap<string, Tensor>) => [...tensors].sort(([p], [q]) => (p < q ? -1 : 1));
      expect(sorted(a).map(([name, { shape }]) => [name, sizeOf(shape)])).toEqual(
        sorted(b).map(([name, { shape }]) => [name, sizeOf(shape)]),
      );
      for (const [name, answer] of a) expect([name, ...values(answer)]).toEqual([name, ...values(b.get(name)!)]);
    }
    const tensors = ok(await plain.ask(question('train', 'f32', 'channels_first', [2, 2])));
    expect([...values(tensors.get('y')!)]).toEqual([0.625, -1.125, 1.375, 1.125]);
    await Promise.all([numpy.close(), plain.close()]);
  });

  test.each(adapters)('%s: one element per channel is an error, none is empty, and a count is raised', async (name) => {
    const target = await open(name);
    const one = await target.ask(question('train', 'f64', 'channels_first', [1, 2]));
    expect(one).toMatchObject({ status: 'error', message: expect.stringMatching(/more than 1 value per channel/) });
    const request = question('train', 'f32', 'channels_last', [0, 3, 2]);
    const empty = ok(await target.ask(request));
    expect(empty.get('y')).toMatchObject({ dtype: 'f32', shape: [0, 3, 2] });
    expect(empty.get('running_var')).toEqual(request.tensors.get('running_var'));
    expect([...values(empty.get('count')!)]).toEqual([4]);
    expect(ok(await target.ask(question('infer', 'f32', 'channels_first', [1, 2]))).size).toBe(1);
    await target.close();
  });

  test('f16 comes back as f16', async () => {
    const target = await open('numpy_two_pass.py');
    const tensors = ok(await target.ask(question('train', 'f16', 'channels_first', [4, 2])));
    expect([...tensors.values()].map(({ dtype }) => dtype).sort()).toEqual(['f16', 'f16', 'f16', 'f16', 'f16', 'i64']);
    await target.close();
  });
});
