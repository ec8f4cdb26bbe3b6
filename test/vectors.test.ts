import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it, test } from 'vitest';
import { builtins } from '../src/builtin/catalogue.js';
import { specKernel } from '../src/run/formula-kernel.js';
import type { Tier } from '../src/run/report.js';
import { terms } from '../src/run/select.js';
import { subject } from '../src/run/subject.js';
import { reachable } from '../src/run/wrong.js';
import { suite } from '../src/suite.js';
import type { Kernel } from '../src/target/kernel.js';
import { local } from '../src/target/local.js';
import { type Blob, read } from '../src/wire/safetensors.js';
import { values } from '../src/wire/tensor.js';
import { bnspec, folder } from './cli.process.js';

const home = join(folder(), 'vectors');
const said = await bnspec(['vectors', home, '--dtype', 'f32,bf16']);
const json = (path: string) => JSON.parse(readFileSync(join(home, path), 'utf8'));
const index = json('vectors.json');

interface Listed {
  readonly id: string;
  readonly files: readonly string[];
  readonly kills: Readonly<Record<string, Tier>>;
}

const listed: readonly Listed[] = index.vectors;
const vectors = listed.map((one) => ({ ...one, blob: read(readFileSync(join(home, one.files[0]!))) }));

/** The laxest tier that a kernel's answers to the stored request miss; null if they miss none. */
async function missed(
  kernel: Kernel,
  { blob, id }: { readonly blob: Blob; readonly id: string },
): Promise<Tier | null> {
  const asked = new Map([...blob.tensors].filter(([name]) => !name.includes('.')));
  const reply = await local(id, kernel).ask({ metadata: { ...blob.metadata, id }, tensors: asked });
  if (reply.status !== 'ok') throw new Error(`${id}: ${JSON.stringify(reply)}`);
  const number = (name: string) => values(blob.tensors.get(name)!);
  const inside = (tier: Tier) =>
    [...reply.tensors].every(([name, tensor]) => {
      if (!blob.tensors.has(`${tier}.least.${name}`)) return true;
      const [got, least, most] = [values(tensor), number(`${tier}.least.${name}`), number(`${tier}.most.${name}`)];
      return got.every((v, i) => least[i] === -Infinity || (least[i]! <= v && v <= most[i]!));
    });
  return (['semantic', 'stable', 'faithful'] as const).find((tier) => !inside(tier)) ?? null;
}

describe('vectors as they are written', () => {
  it('are many and small, and tell what they tell', () => {
    expect(said).toMatchObject({ code: 0, err: '' });
    expect(said.out).toMatch(/^wrote (\d+) vectors of profile torch, and \d+ tests of ONNX/);
    expect(vectors.length).toBeGreaterThan(30);
    expect(Object.keys(index.mistakes).length).toBeGreaterThan(130);
    expect(readdirSync(join(home, 'safetensors'))).toHaveLength(vectors.length);
  });

  test('what none tells needs a long batch, more than one question, or one that is not finite', () => {
    const names: Readonly<Record<string, string>> = {
      inference: 'hides-negative-variance',
      numerics: 'count-in-bfloat count-in-half count-product one-chain',
      dtype: 'output-in-accumulator',
      memory: 'nan-leaks narrow-index overwrites-dy overwrites-gamma updates-in-backward updates-in-inference',
      edge: 'reads-nan-as-zero single-answered skips-nan zero-for-nan',
      state:
        'accumulates-gradients drifts-in-inference racing-update remembers-beginning remembers-inference remembers-shape stale-gradient',
    };
    const ids = Object.entries(names).flatMap(([chapter, all]) => all.split(' ').map((name) => `${chapter}.${name}`));
    expect(index.untold).toEqual(ids);
  });

  test('right kernels lie within every interval of what they are, the specification within all', async () => {
    const names = ['two-pass', 'welford', 'shifted', 'folded', 'sequential'];
    const spec = specKernel(suite.spec, suite.profiles.torch!, 'torch');
    for (const vector of vectors) {
      expect(await missed(spec, vector), vector.id).toBeNull();
      for (const name of names) {
        const misses = await missed(builtins[name]!, vector);
        expect([null, 'faithful'], `${name} on ${vector.id}`).toContain(misses);
      }
    }
  });

  test('every mistake misses each of its vectors, at the tier that is named and no laxer', async () => {
    const card = await local('spec', specKernel(suite.spec, suite.profiles.torch!, 'torch')).hello();
    const judged = subject({ ...card, claims: {} } as typeof card, suite.profiles.torch!, suite.spec);
    const asked = terms(judged, ['f32', 'bf16'], card.layouts);
    const wrongs = new Map(reachable(suite, judged, asked, 'stable').map((wrong) => [wrong.id, wrong]));
    let told = 0;
    for (const vector of vectors)
      for (const [id, tier] of Object.entries(vector.kills)) {
        expect(await missed(wrongs.get(id)!.kernel(), vector), `${id} on ${vector.id}`).toBe(tier);
        told += 1;
      }
    expect(told).toBeGreaterThan(1000);
  });

  test('an answer is right, and in the order of its interval', () => {
    for (const { blob, id } of vectors)
      for (const [name, tensor] of blob.tensors) {
        if (!name.startsWith('expected.')) continue;
        const at = (which: string) => values(blob.tensors.get(`${which}.${name.slice(9)}`)!);
        const ends = ['semantic.least', 'stable.least', 'expected', 'stable.most', 'semantic.most'].map(at);
        for (const i of values(tensor).keys())
          for (const [k, end] of ends.slice(1).entries())
            expect(end[i], `${id} ${name}`).toBeGreaterThanOrEqual(ends[k]![i]!);
      }
  });

  test('JSON says the same', () => {
    for (const { blob, files } of vectors) {
      const { inputs, outputs } = json(files[1]!);
      const numbers = (all: readonly unknown[]) => Float64Array.from(all, Number);
      for (const [name, { values: all }] of Object.entries<{ values: unknown[] }>(inputs))
        expect(numbers(all)).toEqual(values(blob.tensors.get(name)!));
      for (const [name, { expected, stable }] of Object.entries<{ expected: unknown[]; stable: { most: unknown[] } }>(
        outputs,
      )) {
        expect(numbers(expected)).toEqual(values(blob.tensors.get(`expected.${name}`)!));
        expect(numbers(stable.most)).toEqual(values(blob.tensors.get(`stable.most.${name}`)!));
      }
    }
  });

  test('a folder that is not empty stays as it is', async () => {
    const again = await bnspec(['vectors', home]);
    expect(again).toMatchObject({ code: 2, err: expect.stringContaining('is not empty') });
  });
});

const kernel = (epsilon: string) => `
import numpy as np
def infer(x, running_mean, running_var, epsilon, layout, dtype, gamma=None, beta=None, **_):
    axes = [1] * x.ndim
    axes[1 if layout == "channels_first" else -1] = -1
    of = lambda v, absent: absent if v is None else v.astype("f8").reshape(axes)
    y = (x - of(running_mean, 0)) / np.sqrt(of(running_var, 1) + ${epsilon}) * of(gamma, 1) + of(beta, 0)
    if dtype != "BF16": return {"y": y.astype("f4")}
    bits = y.astype("f4").view("u4")
    return {"y": ((bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF0000).astype("u4").view("f4")}
`;

describe("the layout of ONNX's backend tests", () => {
  const proto = (folder: string, file: string) => readFileSync(join(home, folder, 'test_data_set_0', `${file}.pb`));
  /** The float32 numbers of a TensorProto: its last field. */
  const numbers = (folder: string, file: string, length: number) => {
    const bytes = proto(folder, file);
    return new Float32Array(new Uint8Array(bytes.subarray(bytes.length - 4 * length)).buffer);
  };

  test('ONNX Runtime reads every model, and answers within the intervals', async () => {
    const nodes: readonly { folder: string; op: string; dtype: string; shape: number[] }[] = index.onnx;
    const asked = nodes.filter(({ op, dtype }) => op === 'infer' && dtype === 'f32');
    expect(asked.length).toBeGreaterThan(2);
    for (const { folder, shape } of asked) {
      const session = await InferenceSession.create(join(home, folder, 'model.onnx'));
      const [size, C] = [shape.reduce((a, b) => a * b, 1), shape[1]!];
      const feeds = session.inputNames.map((name, i) => {
        const all = numbers(folder, `input_${i}`, i === 0 ? size : C);
        return [name, new Tensor('float32', all, i === 0 ? shape : [C])] as const;
      });
      const { Y } = await session.run(Object.fromEntries(feeds));
      const got = Y!.data as Float32Array;
      const [least, most] = ['stable_least_0', 'stable_most_0'].map((file) => numbers(folder, file, size));
      expect(got.every((v, i) => least![i]! <= v && v <= most![i]!)).toBe(true);
    }
  });
});

describe('a reader of thirty lines', () => {
  test.each([
    ['epsilon[0]', 0, /^$/],
    ['0 * epsilon[0]', 1, /infer-f32-\d+: y is outside stable at \[/],
  ])('in Python, for a kernel with %s', (epsilon, code, says) => {
    const file = join(home, 'kernel.py');
    writeFileSync(file, kernel(epsilon));
    const { status, stdout, stderr } = spawnSync('python3', [join(home, 'read.py'), file], { encoding: 'utf8' });
    expect(status, stderr).toBe(code);
    expect(stdout).toMatch(says);
  });

  test('in C, for a kernel with and without epsilon', () => {
    const compiled = (text: string, name: string) => {
      writeFileSync(join(home, `${name}.c`), text);
      execFileSync('cc', ['-Wall', '-Werror', '-o', join(home, name), join(home, `${name}.c`), '-lm']);
      return (file: string) => spawnSync(join(home, name), [join(home, file)], { encoding: 'utf8' }).status;
    };
    const text = readFileSync(join(home, 'read.c'), 'utf8');
    const ids = listed.filter(({ id }) => id.startsWith('infer-f32'));
    const files = ids.map(({ files: [first] }) => first!).filter((file) => file && first(file));
    const right = files.map(compiled(text, 'right'));
    const wrong = files.map(compiled(text.replace('+ (float)epsilon', '+ 0 * (float)epsilon'), 'wrong'));
    expect(right).toEqual(files.map(() => 0));
    expect(wrong).toContain(1);
  });
});

const first = (file: string): boolean => read(readFileSync(join(home, file))).metadata.layout === 'channels_first';
