import { describe, expect, test } from 'vitest';
import { type Card, CardError, checkReply, expectedOutputs, readCard, writeCard } from '../src/wire/protocol.js';
import type { Blob } from '../src/wire/safetensors.js';
import { type Dtype, scalar, sizeOf, type Tensor, tensor, values } from '../src/wire/tensor.js';

const metadata = {
  name: 'torch',
  version: '2.13.0+cpu',
  ops: 'train,infer,grad',
  dtypes: 'f64,f32,f16,bf16',
  param_dtype: 'f32',
  layouts: 'channels_first,channels_last',
  ranks: '2,4',
  saved: 'mean,inv_std',
  profile: 'torch',
  chain: '1024',
  deterministic: 'false',
  divisor: 'm',
  views: 'permuted',
};

describe('a card', () => {
  test('is read, and written back', () => {
    const card = readCard(metadata);
    expect(card).toEqual({
      name: 'torch',
      version: '2.13.0+cpu',
      ops: ['train', 'infer', 'grad'],
      dtypes: ['f64', 'f32', 'f16', 'bf16'],
      paramDtype: 'f32',
      layouts: ['channels_first', 'channels_last'],
      ranks: [2, 4],
      saved: ['mean', 'inv_std'],
      profile: 'torch',
      claims: { chain: '1024', deterministic: 'false' },
      profileKeys: { divisor: 'm' },
      unknown: { views: 'permuted' },
    });
    expect(writeCard(card)).toEqual(metadata);
  });

  test('has defaults for all but three keys', () => {
    expect(readCard({ name: 'a', ops: 'train', dtypes: 'f32', id: '7', status: 'ok', bnspec: '1' })).toEqual({
      name: 'a',
      version: '',
      ops: ['train'],
      dtypes: ['f32'],
      paramDtype: 'same',
      layouts: ['channels_first'],
      ranks: [2, 3, 4, 5],
      saved: [],
      claims: {},
      profileKeys: {},
      unknown: {},
    });
  });

  test.each([
    ['name', undefined, 'the card lacks name; it must have name, ops, dtypes'],
    ['dtypes', 'f32,float16', 'the card says dtypes = "float16"; allowed is one of f64 f32 f16 bf16'],
    ['ops', 'trian', /^the card says ops = "trian"; allowed is one of train infer grad/],
    ['ops', 'train, infer', /^the card says ops = " infer"/],
    ['param_dtype', 'f64', 'the card says param_dtype = "f64"; allowed is one of same f32'],
    ['ranks', '1,2', 'the card says ranks = "1"; allowed is one of 2 3 4 5'],
    ['saved', 'var', 'the card says saved = "var"; allowed is one of mean variance inv_std'],
    ['tier', 'good', 'the card says tier = "good"; allowed is one of exact faithful stable semantic'],
    ['chain', '-1', 'the card says chain = "-1"; allowed is a number'],
    ['rsqrt_ulp', '1e3', 'the card says rsqrt_ulp = "1e3"; allowed is a number'],
    ['sums', 'yes', 'the card says sums = "yes"; allowed is one of true false'],
  ])('%s = %s is refused with the key, the value and what is allowed', (key, value, message) => {
    const { [key]: _, ...others } = { ...metadata } as Record<string, string>;
    const read = () => readCard(value === undefined ? others : { ...metadata, [key]: value });
    expect(read).toThrow(CardError);
    expect(read).toThrow(message);
  });

  test('may bring keys of Object.prototype', () => {
    const hostile = Object.fromEntries([...Object.entries(metadata), ['__proto__', 'x'], ['constructor', 'y']]);
    expect(Object.entries(readCard(hostile).unknown)).toEqual([
      ['views', 'permuted'],
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
  });
});

const card = (changed: Partial<Card> = {}): Card => ({ ...readCard(metadata), ...changed });
const zeros = (dtype: Dtype, shape: readonly number[]): Tensor => tensor(dtype, shape, new Float64Array(sizeOf(shape)));

function request(op: string, layout: string, x: Tensor, names: readonly string[]): Blob {
  return { metadata: { op, layout }, tensors: new Map([['x', x], ...names.map((name) => [name, x] as const)]) };
}

describe('the outputs of a right reply', () => {
  const listed = (blob: Blob, of: Card) =>
    [...expectedOutputs(blob, of)].map(([name, { dtype, shape }]) => `${name} ${dtype} ${shape}`);

  test.each([
    ['train', [], ['y bf16 2,3,4', 'mean f32 3', 'inv_std f32 3']],
    ['train', ['running_mean'], ['y bf16 2,3,4', 'mean f32 3', 'inv_std f32 3']],
    [
      'train',
      ['running_mean', 'running_var', 'count'],
      ['y bf16 2,3,4', 'mean f32 3', 'inv_std f32 3', 'running_mean f32 3', 'running_var f32 3', 'count i64 1'],
    ],
    ['infer', ['running_mean', 'running_var', 'gamma'], ['y bf16 2,3,4']],
    ['grad', ['dy'], ['dx bf16 2,3,4']],
    ['grad', ['dy', 'gamma', 'beta'], ['dx bf16 2,3,4', 'dgamma f32 3', 'dbeta f32 3']],
    ['infer_grad', ['dy', 'beta'], ['dx bf16 2,3,4', 'dbeta f32 3']],
  ])('%s with %j', (op, names, expected) => {
    expect(listed(request(op, 'channels_first', zeros('bf16', [2, 3, 4]), names), card())).toEqual(expected);
  });

  test.each([
    ['channels_last', 'f32', [2, 3, 4], 'same', 'f32 4'],
    ['channels_last', 'f16', [2, 3], 'same', 'f16 3'],
    ['channels_first', 'f16', [2, 3], 'f32', 'f32 3'],
    ['channels_first', 'f64', [2, 3, 1, 1, 5], 'f32', 'f64 3'],
  ] as const)('%s %s %j, parameters %s: per channel %s', (layout, dtype, shape, paramDtype, expected) => {
    const blob = request('train', layout, zeros(dtype, shape), []);
    expect(listed(blob, card({ paramDtype, saved: ['mean'] }))).toEqual([`y ${dtype} ${shape}`, `mean ${expected}`]);
  });

  const split = (op: string, layout: string, names: readonly string[]): Blob => {
    const parts = [zeros('bf16', [2, 3, 4]), zeros('bf16', [0, 3, 4]), zeros('bf16', [5, 3, 4])];
    const [x] = parts;
    const numbered = ['x', 'dy'].flatMap((name) => parts.map((part, k) => [`${name}.${k}`, part] as const));
    return { metadata: { op, layout }, tensors: new Map([...numbered, ...names.map((name) => [name, x] as const)]) };
  };

  test.each([
    ['sync_train', [], ['mean f32 3', 'inv_std f32 3']],
    [
      'sync_train',
      ['running_mean', 'running_var', 'count'],
      ['mean f32 3', 'inv_std f32 3', 'running_mean f32 3', 'running_var f32 3', 'count i64 1'],
    ],
    ['sync_grad', ['gamma', 'beta'], ['dgamma f32 3', 'dbeta f32 3']],
    ['sync_grad', ['beta'], ['dbeta f32 3']],
  ])('%s with %j: a part for each, and the rest once', (op, names, others) => {
    const output = op === 'sync_train' ? 'y' : 'dx';
    const parts = [`${output}.0 bf16 2,3,4`, `${output}.1 bf16 0,3,4`, `${output}.2 bf16 5,3,4`];
    expect(listed(split(op, 'channels_first', names), card())).toEqual([...parts, ...others]);
  });

  test('a split batch counts its channels as every batch does', () => {
    const outputs = expectedOutputs(split('sync_train', 'channels_last', []), card());
    expect(outputs.get('mean')).toEqual({ dtype: 'f32', shape: [4] });
  });

  const linear = (layout: string, shape: readonly number[]): Blob => ({
    metadata: { op: 'fold', layout },
    tensors: new Map([['weight', zeros('f16', shape)]]),
  });

  test.each([
    ['channels_first', [2, 3], 'same', 'bias f16 2'],
    ['channels_last', [2, 3], 'f32', 'bias f32 3'],
    ['channels_first', [5, 2, 3, 3], 'f32', 'bias f32 5'],
    ['channels_last', [3, 3, 2, 5], 'same', 'bias f16 5'],
  ] as const)('fold, %s %j, parameters %s: %s', (layout, shape, paramDtype, bias) => {
    expect(listed(linear(layout, shape), card({ paramDtype }))).toEqual([`weight f16 ${shape}`, bias]);
  });

  test.each([
    ['train', 'x'],
    ['sync_train', 'x.0'],
    ['fold', 'weight'],
  ])('none are known of %s without %s', (op, name) => {
    const blob = { metadata: { op, layout: 'channels_first' }, tensors: new Map() };
    expect(() => expectedOutputs(blob, card())).toThrow(`a request for ${op} needs ${name}`);
  });

  test.each([
    ['all parts', {}, null],
    ['a part missing', { 'y.1': null }, 'y.1: expected BF16 [0, 3, 4], got no such output'],
    ['parts in another order', { 'y.0': zeros('bf16', [5, 3, 4]) }, 'y.0: expected BF16 [2, 3, 4], got BF16 [5, 3, 4]'],
    ['a part of another dtype', { 'y.2': zeros('f32', [5, 3, 4]) }, 'y.2: expected BF16 [5, 3, 4], got F32 [5, 3, 4]'],
    [
      'the whole in one',
      { 'y.0': null, y: zeros('bf16', [7, 3, 4]) },
      'y.0: expected BF16 [2, 3, 4], got no such output',
    ],
  ])('a reply to a split batch with %s', (_, changed: Record<string, Tensor | null>, verdict) => {
    const asked = split('sync_train', 'channels_first', []);
    const given: Record<string, Tensor | null> = {
      ...Object.fromEntries([2, 0, 5].map((n, k) => [`y.${k}`, zeros('bf16', [n, 3, 4])])),
      ...changed,
    };
    const tensors = new Map(Object.entries(given).filter((entry): entry is [string, Tensor] => entry[1] !== null));
    expect(checkReply(asked, card({ saved: [] }), { metadata: {}, tensors })).toBe(verdict);
  });

  const asked = request('train', 'channels_first', zeros('f32', [2, 3]), ['running_mean', 'running_var', 'count']);
  const right = new Map([
    ['y', zeros('f32', [2, 3])],
    ...['mean', 'inv_std', 'running_mean', 'running_var'].map((name) => [name, zeros('f32', [3])] as const),
    ['count', zeros('i64', [])],
    ['extra', zeros('f16', [7])],
  ]);

  test.each([
    ['all there, a count of any one-element shape, and one more', {}, null],
    ['a missing one', { inv_std: null }, 'inv_std: expected F32 [3], got no such output'],
    ['a wrong dtype', { mean: zeros('f64', [3]) }, 'mean: expected F32 [3], got F64 [3]'],
    ['a wrong rank', { running_var: zeros('f32', [1, 3]) }, 'running_var: expected F32 [3], got F32 [1, 3]'],
    ['a transposed y', { y: zeros('f32', [3, 2]) }, 'y: expected F32 [2, 3], got F32 [3, 2]'],
    ['two counts', { count: zeros('i64', [2]) }, 'count: expected I64 [1], got I64 [2]'],
  ])('%s', (_, changed: Record<string, Tensor | null>, verdict) => {
    const tensors = new Map(right);
    for (const [name, given] of Object.entries(changed)) {
      if (given) tensors.set(name, given);
      else tensors.delete(name);
    }
    expect(checkReply(asked, card(), { metadata: {}, tensors })).toBe(verdict);
  });
});

describe('tensors', () => {
  test('round once into their dtype, and give the exact values back', () => {
    expect([...values(tensor('bf16', [2], [1 + 2 ** -9, 3]))]).toEqual([1, 3]);
    expect([...values(tensor('f32', [1], [0.1]))]).toEqual([Math.fround(0.1)]);
    expect([...values(tensor('i64', [3], [-1, 0, 2 ** 53 - 1]))]).toEqual([-1, 0, 2 ** 53 - 1]);
    expect(tensor('i64', [1], [-2]).data).toEqual(new Uint8Array([254, 255, 255, 255, 255, 255, 255, 255]));
  });

  test('refuse what does not fit', () => {
    expect(() => tensor('f32', [2, 3], [1])).toThrow('shape [2,3] holds 6 elements, got 1');
    expect(() => tensor('i64', [1], [0.5])).toThrow(RangeError);
    expect(() => values({ dtype: 'i64', shape: [1], data: new Uint8Array(8).fill(127) })).toThrow(/beyond 2\^53/);
    expect(() => scalar(zeros('f64', [2]))).toThrow('one element is needed, got shape [2]');
    expect(scalar(tensor('f64', [1, 1], [0.25]))).toBe(0.25);
  });
});
