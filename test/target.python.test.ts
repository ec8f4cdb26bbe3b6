import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openTarget } from '../src/target/open.js';
import type { Reply, Target } from '../src/target/target.js';
import { tensor, values } from '../src/wire/tensor.js';
import { ok, root, trial } from './fixtures/adapters.js';
import { folder, training } from './fixtures/suspects.js';

const serve = (body: string, card = '"dtypes": ["f32", "bf16"]') => `
import os
print("importing")
import bnspec, numpy
def train(x, **others):
    ${body}
bnspec.serve({"name": "trial", ${card}}, train=train)
`;

describe('the Python kit', () => {
  test('prints go to the log, from Python and from below, before and after serve', async () => {
    const { reply, log } = await trial('a.py', serve('print("hello"); os.system("echo from below"); return {"y": x}'));
    expect(ok(reply as Reply).get('y')).toEqual(training().tensors.get('x'));
    expect(log).toMatch(/from below/);
    expect(log).toMatch(/importing/);
  });

  const bodies = [
    ['an exception', 'fail(KeyError("device"))', { status: 'error', message: "KeyError: 'device'" }],
    ['NotImplemented', 'NotImplemented', { status: 'breaks', reason: expect.stringMatching(/unsupported to train/) }],
    ['no dict', 'x', { status: 'error', message: 'TypeError: train returned ndarray, not a dict of arrays' }],
    [
      'an odd dtype',
      '{"y": x.astype("c8")}',
      { status: 'error', message: expect.stringMatching(/^TypeError: output y has dtype complex64/) },
    ],
    ['None left out', '{"y": x, "running_mean": None}', { status: 'ok' }],
    ['a strided array', '{"y": numpy.asfortranarray(x)}', { status: 'ok' }],
    ['a big-endian array', '{"y": x.astype(">f4")}', { status: 'ok' }],
    ['an input written with what it held', '{"y": numpy.multiply(x, 1, out=x)}', { status: 'ok' }],
    ['an input written to', '{"y": x.copy(), "z": x.fill(0)}', { status: 'ok', overwritten: ['x'] }],
    ['absent inputs', '{"y": x} if others["gamma"] is others["dy"] is None else {}', { status: 'ok' }],
    [
      'scalars',
      '{"y": x} if (others["epsilon"], others["layout"]) == (1e-5, "channels_first") else {}',
      { status: 'ok' },
    ],
  ] as const;

  test.each(bodies.map(([name, , expected], i) => [name, i, expected] as const))('%s', async (_, i, expected) => {
    const momentum = tensor('f64', [1], [i]);
    const reply = await (await kit).ask({
      ...training(),
      tensors: new Map([...training().tensors, ['momentum', momentum]]),
    });
    expect(reply).toMatchObject(expected);
    expect('overwritten' in reply).toBe('overwritten' in expected);
    if (expected.status === 'ok') expect(ok(reply).get('y')).toEqual(training().tensors.get('x'));
  });

  // One process for all of them: numpy takes its time to import.
  let kit: Promise<Target>;
  beforeAll(() => {
    const path = join(folder(), 'bodies.py');
    const list = bodies.map(([, body]) => `lambda x, others: ${body}`).join(',\n');
    const text = `def fail(error): raise error\nBODIES = [${list}]\n`;
    writeFileSync(path, text + serve('return BODIES[int(others["momentum"])](x, others)'));
    kit = openTarget(path);
  });
  afterAll(async () => (await kit).close());

  test('a split batch comes as lists and goes as lists; a linear layer with what stands behind it', async () => {
    const body = `import bnspec, numpy
def sync_grad(xs, dys, epsilon, layout):
    assert [x.shape for x in xs] == [(2, 3), (0, 3), (1, 3)] and len(dys) == 3, xs
    return {"dx": [2 * dy for dy in dys], "dgamma": None}
def sync_train(xs, dys, x):
    assert x is dys is None
    return {"y": xs[1:]}
def fold(weight, bias, after):
    if after == "relu": raise ValueError("behind " + after)
    xs = weight.fill(0)
    return {"weight": weight, "bias": bias}
bnspec.serve({"name": "split", "dtypes": ["f32"]}, sync_train=sync_train, sync_grad=sync_grad, fold=fold)`;
    const path = join(folder(), 'split.py');
    writeFileSync(path, body);
    const target = await openTarget(path);
    expect((await target.hello()).ops).toEqual(['sync_train', 'sync_grad', 'fold']);
    const part = (n: number, v: number) => tensor('f32', [n, 3], new Float64Array(3 * n).fill(v));
    const parts = (name: string) => [2, 0, 1].map((n, k) => [`${name}.${k}`, part(n, k + 1)] as const);
    const epsilon = ['epsilon', tensor('f64', [1], [0.5])] as const;
    const layout = 'channels_first';
    const grad = await target.ask({
      metadata: { op: 'sync_grad', layout },
      tensors: new Map([...parts('x'), ...parts('dy'), epsilon]),
    });
    expect([...ok(grad)]).toEqual([2, 0, 1].map((n, k) => [`dx.${k}`, part(n, 2 * k + 2)]));
    const train = await target.ask({
      metadata: { op: 'sync_train', layout },
      tensors: new Map([...parts('x'), epsilon]),
    });
    expect(train).toEqual({ status: 'breaks', reason: 'y.0: expected F32 [2, 3], got F32 [0, 3]' });
    const tensors = new Map([['weight', part(2, 7)], ['bias', tensor('f32', [2], [1, 2])], epsilon]);
    const folded = await target.ask({ metadata: { op: 'fold', layout, after: 'none' }, tensors });
    expect(folded).toMatchObject({ status: 'ok', overwritten: ['weight'] });
    expect(ok(folded).get('bias')).toEqual(tensors.get('bias'));
    const behind = await target.ask({ metadata: { op: 'fold', layout, after: 'relu' }, tensors });
    expect(behind).toMatchObject({ status: 'error', message: 'ValueError: behind relu' });
    await target.close();
  });

  test('bfloat16 travels as its bits, and the helpers round to nearest, ties to even', async () => {
    const x = tensor('bf16', [2, 3], [1, 1 / 3, -2.5, 1e38, Number.NaN, -Infinity]);
    const request = { ...training(), tensors: new Map([...training().tensors, ['x', x] as const]) };
    const body = `
    up, down = bnspec.bf16_to_float32, bnspec.float32_to_bf16
    assert x.dtype == numpy.uint16 and up(x).dtype == numpy.float32
    ties = numpy.array([1 + 2**-8, 1 + 3 * 2**-8, 3.4e38, -3.39e38, 2**-134, 2**-133], numpy.float32)
    assert up(down(ties)).tolist() == [1, 1 + 2**-6, float("inf"), up(numpy.array([0xff7f])).item(), 0, 2**-133], up(down(ties))
    nans = numpy.array([0x7f800001, 0xffffffff], numpy.uint32).view(numpy.float32)
    assert numpy.isnan(up(down(nans))).all()
    return {"y": down(up(x))}`;
    const { reply } = await trial('a.py', serve(body), request);
    expect(ok(reply as Reply).get('y')).toMatchObject({ dtype: 'bf16', shape: [2, 3] });
    expect(values(ok(reply as Reply).get('y')!)).toEqual(values(x));
  });

  test('an adapter named like a library does not hide it', async () => {
    const { reply } = await trial(
      'colorsys.py',
      serve('import colorsys; colorsys.rgb_to_hsv(0, 0, 0); return {"y": x}'),
    );
    expect(reply).toMatchObject({ status: 'ok' });
  });

  test('an adapter does not see those that we ship', async () => {
    const { reply } = await trial('a.py', 'import numpy_two_pass\n');
    expect(reply).toMatchObject({ kind: 'hello', detail: expect.stringMatching(/ModuleNotFoundError/) });
  });

  test('a module beside the adapter can be imported, and a copied kit works without ours', async () => {
    const place = folder();
    copyFileSync(join(root, 'targets/bnspec.py'), join(place, 'bnspec.py'));
    writeFileSync(join(place, 'beside.py'), 'def same(x): return {"y": x}\n');
    writeFileSync(join(place, 'a.py'), serve('import beside; return beside.same(x)').replace('print("importing")', ''));
    for (const spec of [join(place, 'a.py'), [process.env.BNSPEC_PYTHON ?? 'python3', join(place, 'a.py')]]) {
      const target = await openTarget(spec);
      expect(await target.ask(training())).toMatchObject({ status: 'ok' });
      await target.close();
    }
  });

  test.each([
    ['never serves', 'import bnspec\n', /never called bnspec\.serve/],
    ['does not parse', 'def train(:\n', /SyntaxError/],
    ['lacks a library', 'import no_such_library\n', /ModuleNotFoundError: No module named 'no_such_library'/],
  ])('a script that %s: no hello, and why', async (_, text, detail) => {
    const { reply } = await trial('a.py', text);
    expect(reply).toMatchObject({ kind: 'hello', detail: expect.stringMatching(detail) });
  });

  test('BNSPEC_PYTHON names another interpreter', async () => {
    vi.stubEnv('BNSPEC_PYTHON', '/no/such/python');
    const { reply } = await trial('a.py', '');
    vi.unstubAllEnvs();
    expect(reply).toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(/cannot run \/no\/such\/python/),
    });
  });
});
