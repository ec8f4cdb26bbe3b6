import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { builtins } from '../src/builtin/catalogue.js';
import { answer, type Kernel } from '../src/target/kernel.js';
import { local } from '../src/target/local.js';
import { openTarget } from '../src/target/open.js';
import type { Handles, NewLayer } from '../src/target/stateful.js';
import type { Target } from '../src/target/target.js';
import { type Card, checkReply, expectedOutputs, readCard } from '../src/wire/protocol.js';
import type { Blob } from '../src/wire/safetensors.js';
import { tensor, values } from '../src/wire/tensor.js';
import { ok, root } from './fixtures/adapters.js';
import { folder } from './fixtures/suspects.js';
import { list, made, step, table } from './layer.step.js';

describe('the outputs of a right reply to a step', () => {
  const card = (paramDtype: 'same' | 'f32'): Card =>
    readCard({ name: 'k', ops: 'layer', dtypes: 'bf16', param_dtype: paramDtype });
  const x = tensor('bf16', [3, 2], [1, 2, 3, 4, 5, 6]);
  const listed = (blob: Blob, of: Card) =>
    [...expectedOutputs(blob, of)].map(([name, { dtype, shape }]) => `${name} ${dtype} ${shape}`);
  const half = { dtype: 'bf16' };

  test.each([
    ['new', {}, half, []],
    ['train', { x }, half, ['y bf16 3,2']],
    ['infer', { x }, half, ['y bf16 3,2']],
    ['grad', { dy: x }, half, ['dx bf16 3,2', 'dgamma f32 2']],
    ['grad', { dy: x }, { ...half, parameters: '' }, ['dx bf16 3,2']],
    ['grad', { dy: x }, { ...half, parameters: 'gamma,beta' }, ['dx bf16 3,2', 'dgamma f32 2', 'dbeta f32 2']],
    ['state', {}, half, ['gamma f32 2', 'running_mean f32 2', 'running_var f32 2', 'count i64 1']],
    ['state', {}, { ...half, track: 'false', parameters: 'beta' }, ['beta f32 2']],
    ['load', { gamma: list(1, 2) }, half, []],
    ['drop', {}, half, []],
  ] as const)('%s of %o, %o', (name, tensors, changed, expected) => {
    expect(listed(step(name, 'a', tensors, changed), card('f32'))).toEqual(expected);
  });

  test('parameters have the dtype of x where the card says so', () => {
    expect(listed(step('state', 'a', {}, { ...half, track: 'false' }), card('same'))).toEqual(['gamma bf16 2']);
  });

  test('a step without its data is refused, a missing output named', () => {
    expect(() => expectedOutputs(step('train', 'a'), card('f32'))).toThrow('the step train of a layer needs x');
    expect(() => expectedOutputs(step('grad', 'a', { x }), card('f32'))).toThrow('the step grad of a layer needs dy');
    const reply = { metadata: {}, tensors: new Map([['dx', x]]) };
    expect(checkReply(step('grad', 'a', { dy: x }, half), card('f32'), reply)).toBe(
      'dgamma: expected F32 [2], got no such output',
    );
  });
});

describe('the host of a JavaScript layer', () => {
  const seen: unknown[] = [];
  const kernel: Kernel = {
    card: { name: 'k', dtypes: ['f32', 'bf16'] },
    layer(given: NewLayer) {
      seen.push(given);
      return {
        train: (inputs) => void seen.push(inputs),
        infer: ({ x }) => ({ y: x.data }),
        grad: ({ dy }) => ({ dx: dy.data }),
        state: async () => ({ count: BigInt64Array.of(3n), running_mean: new Uint16Array(2) }),
        load: (inputs) => void seen.push(inputs),
      };
    },
  };
  const handles: Handles = new Map();
  const tell = (blob: Blob) => answer(kernel, blob, handles);

  test('hands each step what it is about', async () => {
    const { metadata } = await tell(made('a'));
    expect(metadata.status).toBe('ok');
    expect(seen.at(-1)).toMatchObject({
      channels: 2,
      rank: 2,
      dtype: 'f32',
      track: true,
      epsilon: 0.75,
      momentum: 0.5,
    });
    expect(seen.at(-1)).toMatchObject({ gamma: { data: new Float32Array([2, -1]) }, layout: 'channels_first' });
    await tell(step('train', 'a', { x: table([1, 2]) }, { track: 'false' }));
    expect(seen.at(-1)).toMatchObject({ x: { shape: [1, 2] }, track: false });
    await tell(step('load', 'a', { running_var: list(5, 6), count: tensor('i64', [1], [4]) }));
    expect(seen.at(-1)).toMatchObject({ running_var: { data: new Float32Array([5, 6]) }, count: 4n });
  });

  test('gives shapes and dtypes to what comes back', async () => {
    await tell(made('a', { dtype: 'bf16' }));
    const dy = tensor('bf16', [1, 2], [1, 2]);
    expect((await tell(step('grad', 'a', { dy }, { dtype: 'bf16' }))).tensors.get('dx')).toEqual(dy);
    const { tensors } = await tell(step('state', 'a', {}, { dtype: 'bf16' }));
    expect(tensors.get('running_mean')).toMatchObject({ dtype: 'bf16', shape: [2] });
    expect(tensors.get('count')).toEqual(tensor('i64', [1], [3]));
  });

  test('keeps the handles: what was dropped or never made is an error', async () => {
    await tell(made('b'));
    expect((await tell(step('drop', 'b'))).metadata.status).toBe('ok');
    for (const blob of [step('infer', 'b', { x: table([1, 2]) }), step('drop', 'b'), step('state', 'never')])
      expect((await tell(blob)).metadata).toMatchObject({
        status: 'error',
        message: expect.stringMatching(/dropped, or never made/),
      });
    expect((await tell(step('state', 'a'))).metadata.status).toBe('ok');
    expect((await tell(step('fly', 'a'))).metadata).toMatchObject({
      status: 'error',
      message: 'a layer has no step fly',
    });
    expect((await tell(step('train', 'a', { x: table([1, 2]) }))).metadata.status).toBe('unsupported');
    expect((await tell(step('infer', 'a'))).metadata).toMatchObject({
      status: 'error',
      message: expect.stringMatching(/needs x/),
    });
  });

  test('two targets of one kernel have layers of their own', async () => {
    const [one, two] = [local('one', builtins['two-pass']), local('two', builtins['two-pass'])];
    await one.ask(made('a'));
    expect(await one.ask(step('state', 'a'))).toMatchObject({ status: 'ok' });
    expect(await two.ask(step('state', 'a'))).toMatchObject({ status: 'error' });
  });
});

/** All steps once, with small numbers: x = [[1, 0], [3, 4]], means 2 and 2, variances 1 and 4 (2 and 8 with m - 1). */
async function through(target: Target): Promise<void> {
  const x = table([1, 0], [3, 4]);
  const numbers = async (blob: Blob, name: string) => [...values(ok(await target.ask(blob)).get(name)!)];
  ok(await target.ask(made('a')));
  expect(await numbers(step('state', 'a'), 'running_var')).toEqual([1, 1]);
  const y = await numbers(step('train', 'a', { x }), 'y');
  expect(y[0]).toBeCloseTo(-2 / Math.sqrt(1.75), 6);
  expect(await numbers(step('state', 'a'), 'running_mean')).toEqual([1, 1]);
  expect(await numbers(step('state', 'a'), 'running_var')).toEqual([1.5, 4.5]);
  expect(await numbers(step('state', 'a'), 'count')).toEqual([1]);
  ok(await target.ask(step('infer', 'a', { x })));
  const dx = await numbers(step('grad', 'a', { dy: table([1, 1], [0, 0]) }), 'dx');
  expect(dx[0]).toBeCloseTo(2 / Math.sqrt(2.25), 6);
  expect(dx[1]).toBeCloseTo(-1 / Math.sqrt(5.25), 6);
  ok(await target.ask(made('b')));
  ok(
    await target.ask(
      step('load', 'b', { running_mean: list(7, 8), count: tensor('i64', [1], [9]), gamma: list(3, 5) }),
    ),
  );
  expect(await numbers(step('state', 'b'), 'gamma')).toEqual([3, 5]);
  expect(await numbers(step('state', 'b'), 'running_mean')).toEqual([7, 8]);
  expect(await numbers(step('state', 'b'), 'running_var')).toEqual([1, 1]);
  expect(await numbers(step('state', 'b'), 'count')).toEqual([9]);
  expect(await numbers(step('state', 'a'), 'running_mean')).toEqual([1, 1]);
  ok(await target.ask(step('train', 'a', { x: table([100, 100], [0, 1]) }, { track: 'false' })));
  expect(await numbers(step('state', 'a'), 'running_mean')).toEqual([1, 1]);
  ok(await target.ask(step('drop', 'a')));
  expect(await target.ask(step('infer', 'a', { x }))).toMatchObject({ status: 'error' });
  ok(await target.ask(made('c', { track: 'false' })));
  const [first] = await numbers(step('infer', 'c', { x }, { track: 'false' }), 'y');
  expect(first).toBeCloseTo(-2 / Math.sqrt(1.75), 6);
  expect([...ok(await target.ask(step('state', 'c', {}, { track: 'false' }))).keys()]).toEqual(['gamma']);
}

describe('every step, asked of', () => {
  test.each(['two-pass', 'welford'])('builtin:%s', async (name) => {
    await through(local(name, builtins[name]));
  });

  const adapter = `
import numpy
import bnspec

class Layer:
    def __init__(self, channels, track, epsilon, momentum, gamma, dtype, rank):
        assert (channels, dtype, rank) == (2, "f32", 2)
        self.gamma, self.epsilon, self.momentum, self.count = gamma, epsilon, momentum, 0
        self.mean, self.var = (numpy.zeros(2, "f"), numpy.ones(2, "f")) if track else (None, None)
    def train(self, x, track):
        mean, var = x.mean(0), x.var(0)
        if track and self.mean is not None:
            self.mean = (1 - self.momentum) * self.mean + self.momentum * mean
            self.var = (1 - self.momentum) * self.var + self.momentum * x.var(0, ddof=1)
            self.count += 1
        return self.normalized(x, mean, var)
    def infer(self, x):
        return self.train(x, False) if self.mean is None else self.normalized(x, self.mean, self.var)
    def normalized(self, x, mean, var):
        self.r = (var + self.epsilon) ** -0.5
        return {"y": ((x - mean) * self.r * self.gamma).astype("f")}
    def grad(self, dy):
        return {"dx": (dy * self.gamma * self.r).astype("f"), "dgamma": self.gamma}
    def state(self):
        kept = {"gamma": self.gamma, "running_mean": self.mean, "running_var": self.var}
        kept = {name: value if value is None else value.astype("f") for name, value in kept.items()}
        return dict(kept, count=None if self.mean is None else self.count)
    def load(self, gamma, running_mean, count):
        self.gamma, self.mean, self.count = gamma, running_mean, count

bnspec.serve({"name": "trial", "dtypes": ["f32"]}, layer=Layer)
`;
  test('a class in Python', async () => {
    const path = join(folder(), 'layer.py');
    writeFileSync(path, adapter);
    const target = await openTarget(path);
    expect((await target.hello()).ops).toEqual(['layer']);
    await through(target);
    await target.close();
    expect(target.warnings).toEqual([]);
  });
});

describe('a process that dies in the midst of a sequence', () => {
  const text = (marker: string) => `
import { appendFileSync, existsSync } from 'node:fs';
const [file, most] = ${marker};
export const card = { name: 'dying', dtypes: ['f32'], profile: 'torch' };
export const layer = () => ({
  infer({ x }) {
    if (most > 1 || !existsSync(file)) { appendFileSync(file, 'x'); process.exit(7); }
    return { y: x.data };
  },
  train: ({ x }) => ({ y: x.data }),
  grad: ({ dy }) => ({ dx: dy.data }),
  state: () => ({}),
  load() {},
});
`;
  let marker: string;
  beforeAll(() => {
    marker = join(folder(), 'died');
  });
  let target: Target;
  afterAll(() => target.close());

  test('is not asked the step again by itself: a fresh one would know no handle', async () => {
    const path = join(folder(), 'dying.mjs');
    writeFileSync(path, text(JSON.stringify([marker, 1])));
    target = await openTarget(path);
    ok(await target.ask(made('a')));
    const infer = () => target.ask(step('infer', 'a', { x: table([1, 2]) }));
    expect(await infer()).toMatchObject({ status: 'breaks', reason: 'ended without a reply, code 7', lost: true });
    expect(readFileSync(marker, 'utf8')).toBe('x');
    expect(await infer()).toMatchObject({ status: 'error', message: expect.stringMatching(/no layer a/) });
    ok(await target.ask(made('a')));
    ok(await infer());
  });
});

test('the adapters that ship a layer say so', () => {
  expect(readFileSync(join(root, 'targets/torch.py'), 'utf8')).toMatch(/layer=Layer\b/);
});
