import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTarget as openFromSource } from '../src/target/open.js';
import type { Reply, Target } from '../src/target/target.js';
import type { Layout } from '../src/wire/protocol.js';
import type { Blob } from '../src/wire/safetensors.js';
import { type Dtype, sizeOf, type Tensor, tensor, values } from '../src/wire/tensor.js';
import { training } from './fixtures/suspects.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = () => mkdtempSync(join(tmpdir(), 'bnspec-'));
let openTarget: typeof openFromSource;

/** The module host runs in a process of its own, so it must be compiled first, as it is when installed. */
beforeAll(async () => {
  const place = folder();
  const config = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: { rootDir: root, outDir: join(place, 'dist'), typeRoots: [join(root, 'node_modules/@types')] },
    files: ['open.ts', 'module-host.ts'].map((file) => join(root, 'src/target', file)),
    include: [],
  };
  writeFileSync(join(place, 'package.json'), '{"type":"module"}');
  writeFileSync(join(place, 'tsconfig.json'), JSON.stringify(config));
  symlinkSync(join(root, 'targets'), join(place, 'targets'));
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', place], { stdio: 'inherit' });
  ({ openTarget } = await import(pathToFileURL(join(place, 'dist/src/target/open.js')).href));
});

const ok = (reply: Reply): ReadonlyMap<string, Tensor> => {
  expect(reply).toMatchObject({ status: 'ok' });
  return (reply as Extract<Reply, { status: 'ok' }>).tensors;
};

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
      ops: ['train', 'infer', 'grad', 'infer_grad'],
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

/** Runs one adapter text and asks it to train. */
async function trial(name: string, text: string, request: Blob = training()) {
  const path = join(folder(), name);
  writeFileSync(path, text);
  const target = await openTarget(path);
  const reply = await target.ask(request).catch((error: unknown) => error);
  const log = (target as Required<Target>).log();
  await target.close();
  return { reply, log, warnings: target.warnings };
}

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
    ['an exception', 'raise(KeyError("device"))', { status: 'error', message: "KeyError: 'device'" }],
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
    ['inputs it may overwrite', '{"y": numpy.multiply(x, 1, out=x)}', { status: 'ok' }],
    ['absent inputs', '{"y": x, **dict.fromkeys(["gamma"], others["gamma"] or others["dy"])}', { status: 'ok' }],
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
    if (expected.status === 'ok') expect(ok(reply).get('y')).toEqual(training().tensors.get('x'));
  });

  // One process for all of them: numpy takes its time to import.
  let kit: Promise<Target>;
  beforeAll(() => {
    const path = join(folder(), 'bodies.py');
    const list = bodies.map(
      ([, body]) => `lambda x, others: ${body.replace(/^raise\((.*)\)$/, '(_ for _ in ()).throw($1)')}`,
    );
    writeFileSync(
      path,
      `BODIES = [${list.join(',\n')}]\n${serve('return BODIES[int(others["momentum"])](x, others)')}`,
    );
    kit = openTarget(path);
  });
  afterAll(async () => (await kit).close());

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
    for (const spec of [join(place, 'a.py'), ['python3', join(place, 'a.py')]]) {
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
    process.env.BNSPEC_PYTHON = '/no/such/python';
    const { reply } = await trial('a.py', '');
    process.env.BNSPEC_PYTHON = undefined;
    delete process.env.BNSPEC_PYTHON;
    expect(reply).toMatchObject({ kind: 'usage', message: expect.stringMatching(/cannot run \/no\/such\/python/) });
  });
});

const module_ = (body: string) => `
export const card = { name: 'trial', dtypes: ['f32'] };
export async function train({ x }) { ${body} }
`;

describe('a JavaScript module', () => {
  const y = '{ y: x.data }';

  test.each([
    ['prints', `console.log('hello'); process.stdout.write('bare'); return ${y};`],
    ['prints below Node', `(await import('node:fs')).writeSync(1, 'native'); return ${y};`],
  ])('that %s answers', async (_, body) => {
    const { reply } = await trial('a.mjs', module_(body));
    expect(ok(reply as Reply).get('y')).toEqual(training().tensors.get('x'));
  });

  test.each([
    ['patches the language', `Array.prototype.join = () => '{'; return ${y};`, { status: 'breaks' }],
    ['exits', 'process.exit(0)', { status: 'breaks', reason: 'ended without a reply, code 0' }],
    ['throws', 'throw new Error("no device")', { status: 'error', message: 'no device' }],
    [
      'fails out of turn',
      'setTimeout(() => { throw new Error("late") }, 1); await new Promise(() => {})',
      { status: 'breaks', reason: 'ended without a reply, code 1', detail: expect.stringMatching(/Error: late/) },
    ],
  ])('that %s', async (_, body, expected) => {
    expect((await trial('a.mjs', module_(body))).reply).toMatchObject(expected);
    expect([1, 2].join()).toBe('1,2');
  });

  test('may export a kernel as its default, also from CommonJS', async () => {
    const text = `const train = ({ x }) => (${y});\nconst card = { name: 'd', dtypes: 'f32' };\n`;
    expect((await trial('a.mjs', `${text} export default { card, train };`)).reply).toMatchObject({ status: 'ok' });
    expect((await trial('a.cjs', `${text} module.exports = { card, train };`)).reply).toMatchObject({ status: 'ok' });
  });

  test.each([
    ['has no card', 'export const train = () => {};', /exports no card/],
    ['does not parse', 'export const', /SyntaxError/],
  ])('that %s: no hello, and why', async (_, text, detail) => {
    const { reply } = await trial('a.mjs', text);
    expect(reply).toMatchObject({ kind: 'hello', detail: expect.stringMatching(detail) });
  });

  test('in TypeScript runs where Node can run it, and is refused with the cure elsewhere', async () => {
    const path = join(folder(), 'a.ts');
    writeFileSync(path, module_(`return ${y};`).replace('{ x }', '{ x }: { x: { data: Float32Array } }'));
    const native = (process.features as { typescript?: unknown }).typescript;
    if (native) {
      const target = await openTarget(path);
      expect(await target.ask(training())).toMatchObject({ status: 'ok' });
      await target.close();
    } else {
      const message = expect.stringMatching(/a\.ts is TypeScript: Node 22\.18 and later run it as it is, this is \d/);
      await expect(openTarget(path)).rejects.toMatchObject({ kind: 'usage', message });
      await expect(openFromSource(path)).rejects.toMatchObject({ kind: 'usage', message });
    }
  });
});
