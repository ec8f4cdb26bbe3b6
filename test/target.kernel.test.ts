import { describe, expect, test } from 'vitest';
import { answer, type Inputs, type Kernel, type Outputs } from '../src/target/kernel.js';
import { local } from '../src/target/local.js';
import type { Blob } from '../src/wire/safetensors.js';
import { type Tensor, tensor } from '../src/wire/tensor.js';
import { training } from './fixtures/suspects.js';

/** A kernel whose `train` is the function under test. */
const training_ = (train: (inputs: Inputs) => unknown): Kernel => ({
  card: {
    name: 'k',
    dtypes: ['f32', 'bf16'],
    layouts: ['channels_first'],
    sums: true,
    chain: 7,
    ops: ['train', 'infer'],
  },
  train: train as (inputs: Inputs) => Outputs,
});

const asked = (tensors: Record<string, Tensor>): Blob => ({
  metadata: { op: 'train', id: '5', layout: 'channels_last' },
  tensors: new Map(Object.entries({ epsilon: tensor('f64', [1], [0.1]), ...tensors })),
});

describe('a kernel', () => {
  test('gets its inputs as typed arrays, scalars as numbers, absent ones not at all', async () => {
    let seen: Inputs | undefined;
    const kernel = training_((inputs) => {
      seen = inputs;
    });
    const x = tensor('bf16', [1, 2], [1, -2]);
    const tensors = {
      x,
      gamma: tensor('f32', [2], [3, 4]),
      momentum: tensor('f64', [1, 1], [0.9]),
      count: tensor('i64', [1], [7]),
    };
    await answer(kernel, asked(tensors));
    expect(seen).toEqual({
      layout: 'channels_last',
      x: { dtype: 'bf16', shape: [1, 2], data: new Uint16Array([0x3f80, 0xc000]) },
      gamma: { dtype: 'f32', shape: [2], data: new Float32Array([3, 4]) },
      epsilon: 0.1,
      momentum: 0.9,
      count: 7n,
    });
  });

  test('works on copies: overwriting x, or y later, changes nothing outside', async () => {
    const y = new Float32Array(6).fill(1);
    const kernel = training_(({ x }) => {
      (x.data as Float32Array).fill(9);
      return { y };
    });
    const request = training();
    const reply = await answer(kernel, request);
    y.fill(2);
    expect(request.tensors).toEqual(training().tensors);
    expect(reply.tensors.get('y')).toEqual(tensor('f32', [2, 3], [1, 1, 1, 1, 1, 1]));
  });

  test('is told on when it writes to an input, and not when it only reads them', async () => {
    const y = new Float32Array(6);
    const writing = training_(({ x, epsilon }) => {
      (x.data as Float32Array)[5] += 1 + epsilon;
      return { y };
    });
    expect((await answer(writing, training())).metadata).toMatchObject({ status: 'ok', overwritten: 'x' });
    expect(await local('k', writing).ask(training())).toMatchObject({ status: 'ok', overwritten: ['x'] });
    const reading = training_(({ x }) => ({ y: x.data }));
    expect((await answer(reading, training())).metadata).not.toHaveProperty('overwritten');
    expect(await local('k', reading).ask(training())).not.toHaveProperty('overwritten');
  });

  test('is told on for NaN and signs of zero too: bits count', async () => {
    const request = asked({ x: tensor('f32', [1, 2], [Number.NaN, 0]) });
    const writing = training_(({ x }) => {
      (x.data as Float32Array)[1] = -0;
      return { y: new Float32Array(2) };
    });
    expect((await answer(writing, request)).metadata.overwritten).toBe('x');
    expect(
      (
        await answer(
          training_(({ x }) => ({ y: x.data })),
          request,
        )
      ).metadata.overwritten,
    ).toBeUndefined();
  });

  test.each([
    ['values alone take the shape of x', { y: new Float32Array(6) }, 'f32', [2, 3]],
    ['other names are lists', { y: new Float32Array(6), mean: new Float32Array(3) }, 'f32', [2, 3]],
    ['another number of values is a list', { y: new Float32Array(5) }, 'f32', [5]],
    ['a shape counts', { y: { shape: [3, 2], data: new Float32Array(6) } }, 'f32', [3, 2]],
    ['a dtype counts', { y: { dtype: 'bf16', shape: [6], data: new Uint16Array(6) } }, 'bf16', [6]],
    ['doubles are not rounded for it', { y: new Float64Array(6) }, 'f64', [2, 3]],
    ['a view into a larger buffer', { y: new Float32Array(new ArrayBuffer(64), 8, 6) }, 'f32', [2, 3]],
  ])('%s', async (_, outputs, dtype, shape) => {
    const { metadata, tensors } = await answer(
      training_(() => outputs),
      training(),
    );
    expect(metadata.status).toBe('ok');
    expect(tensors.get('y')).toMatchObject({ dtype, shape });
  });

  test.each(['f16', 'bf16'] as const)('sixteen bits are those of the format of x, here %s', async (dtype) => {
    const request = asked({ x: tensor(dtype, [2, 2], [1, 2, 3, 4]) });
    const { tensors } = await answer(
      training_(({ x }) => ({ y: x.data })),
      request,
    );
    expect(tensors.get('y')).toEqual(request.tensors.get('x'));
  });

  test.each([
    ['a thrown error', () => Promise.reject(new Error('bad\nday')), 'error', 'bad#xAday'],
    ['anything thrown', () => Promise.reject(Object.create(null)), 'error', '[object Object]'],
    ['a list of numbers', () => ({ y: [1, 2] }), 'error', 'y must be a typed array, or { shape, data }'],
    ['bytes', () => ({ y: new Uint8Array(6) }), 'error', 'y is a Uint8Array, which has no dtype here'],
    [
      'a shape that does not fit',
      () => ({ y: { shape: [7], data: new Float32Array(6) } }),
      'error',
      'y: shape [7] for 6 elements',
    ],
    ['nothing', () => undefined, 'unsupported', 'train returned nothing'],
  ])('%s is %s', async (_, train, status, message) => {
    expect((await answer(training_(train), training(3, '9'))).metadata).toEqual({ id: '9', status, message });
  });

  const split: Blob = {
    metadata: { op: 'sync_grad', id: '5', layout: 'channels_first' },
    tensors: new Map([
      ['epsilon', tensor('f64', [1], [0.1])],
      ...[2, 0, 1].flatMap((n, k): [string, Tensor][] => [
        [`x.${k}`, tensor('f32', [n, 2], new Float64Array(2 * n).fill(k))],
        [`dy.${k}`, tensor('f32', [n, 2], new Float64Array(2 * n).fill(-k))],
      ]),
    ]),
  };
  const replica = (sync_grad: NonNullable<Kernel['sync_grad']>): Kernel => ({
    card: { name: 'k', dtypes: ['f32'] },
    sync_grad,
  });

  test('gets a split batch as lists, and answers in lists', async () => {
    const kernel = replica(({ xs, dys, ...rest }) => {
      expect(rest).toEqual({ epsilon: 0.1, layout: 'channels_first' });
      expect(xs.map(({ shape }) => shape)).toEqual([
        [2, 2],
        [0, 2],
        [1, 2],
      ]);
      return { dx: dys!.map(({ data }) => data), dbeta: new Float32Array(2) };
    });
    const { tensors } = await answer(kernel, split);
    expect([...tensors.keys()]).toEqual(['dx.0', 'dx.1', 'dx.2', 'dbeta']);
    for (const k of [0, 1, 2]) expect(tensors.get(`dx.${k}`)).toEqual(split.tensors.get(`dy.${k}`));
    expect(await local('k', kernel).ask(split)).toMatchObject({ status: 'ok' });
  });

  test('is told on where it writes to a part, and breaks where it lacks one', async () => {
    const writing = replica(({ xs, dys }) => {
      (xs[2].data as Float32Array)[0] = 9;
      return { dx: dys!.map(({ data }) => data) };
    });
    expect((await answer(writing, split)).metadata.overwritten).toBe('x.2');
    const short = replica(({ dys }) => ({ dx: dys!.slice(1).map(({ data }) => data) }));
    const reason = 'dx.0: expected F32 [2, 2], got F32 [0]';
    expect(await local('k', short).ask(split)).toEqual({ status: 'breaks', reason });
  });

  test('folds: the weight comes back in its own shape, whatever there is of bias', async () => {
    const request: Blob = {
      metadata: { op: 'fold', id: '5', layout: 'channels_first', after: 'relu' },
      tensors: new Map([
        ['weight', tensor('bf16', [3, 2, 1, 2], new Float64Array(12).fill(2))],
        ['epsilon', tensor('f64', [1], [0.1])],
      ]),
    };
    const fold: NonNullable<Kernel['fold']> = ({ weight, bias, after }) => {
      expect([bias, after]).toEqual([undefined, 'relu']);
      return { weight: weight.data, bias: new Float32Array(3) };
    };
    const { tensors } = await answer({ card: { name: 'k', dtypes: 'bf16' }, fold }, request);
    expect(tensors.get('weight')).toEqual(request.tensors.get('weight'));
    expect(tensors.get('bias')).toMatchObject({ dtype: 'f32', shape: [3] });
  });

  test.each([
    ['sync_train', 'x.0'],
    ['fold', 'weight'],
  ])('a request for %s that lacks %s is an error', async (op, name) => {
    const kernel = { ...training_(() => ({})), sync_train: () => ({}), fold: () => ({}) };
    const message = `a request for ${op} needs ${name}`;
    expect((await answer(kernel, { ...asked({}), metadata: { op } })).metadata).toMatchObject({ message });
  });

  test('a request that lacks x is an error, an unknown op unsupported', async () => {
    const kernel = training_(() => ({}));
    expect((await answer(kernel, asked({}))).metadata).toMatchObject({
      status: 'error',
      message: 'a request for train needs x',
    });
    for (const op of ['constructor', 'card', 'layer']) {
      expect((await answer(kernel, { ...asked({}), metadata: { op } })).metadata.status).toBe('unsupported');
    }
  });
});

describe('a target in this process', () => {
  test('says hello with the card of the kernel', async () => {
    const { ops: _, ...card } = training_(() => ({})).card;
    const hello = await local('k', { card, infer: () => undefined } as unknown as Kernel).hello();
    expect(hello).toMatchObject({
      name: 'k',
      ops: ['infer'],
      dtypes: ['f32', 'bf16'],
      claims: { sums: 'true', chain: '7' },
    });
  });

  test.each([
    ['a right one', { y: new Float32Array(6) }, { status: 'ok' }],
    ['a short one', { y: new Float32Array(5) }, { status: 'breaks', reason: 'y: expected F32 [2, 3], got F32 [5]' }],
    [
      'none',
      undefined,
      { status: 'breaks', reason: expect.stringMatching(/^answers unsupported to train, which its card names/) },
    ],
  ])('answers %s as one behind a pipe does', async (_, outputs, reply) => {
    expect(
      await local(
        'k',
        training_(() => outputs),
      ).ask(training()),
    ).toMatchObject(reply);
  });
});
