import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layers } from '../properties/layer.js';
import * as laws from '../properties/resnet.js';
import { builtins } from '../src/builtin/catalogue.js';
import { pack, unpack } from '../src/run/case-file.js';
import { check, lawOf } from '../src/run/check.js';
import { type CaseJudgement, judgeCase } from '../src/run/judge-case.js';
import { cut, held, slabs, whole } from '../src/run/large.js';
import { clauses } from '../src/run/law.js';
import { type Layer, request, sizeOf } from '../src/run/layer.js';
import { Log } from '../src/run/log.js';
import type { Property } from '../src/run/property.js';
import type { Tier } from '../src/run/report.js';
import { refusal } from '../src/run/select.js';
import type { Kernel } from '../src/target/kernel.js';
import { local } from '../src/target/local.js';
import { type Judged, judged } from './judging.js';
import { type Faults, plain } from './resnet.kernel.js';

type Shape = readonly [N: number, C: number, ...spatial: number[]];
type Dtype = 'f64' | 'f32' | 'f16' | 'bf16';
const all = Object.values(laws) as Property[];

/** As a thorough run asks: only there are large cases drawn. */
const thorough = async (kernel: Kernel, profile = 'torch'): Promise<Judged> => {
  const of = await judged(kernel, profile);
  return { ...of, terms: { ...of.terms, longest: Infinity } };
};

/** One large layer of this shape, whatever its size. */
function large(of: Judged, shape: Shape, dtype: Dtype = 'f32', layout: Layer['layout'] = 'channels_first', seed = 1) {
  const dtypes = of.terms.dtypes.filter(({ data }) => data.name === dtype);
  const one = layers({ ...of.terms, dtypes, layouts: [layout] }, { shape, affine: true });
  return fc.sample(one, { seed, numRuns: 1 })[0]!;
}

const tiers = ['semantic', 'stable', 'faithful', 'exact'] as const;

const judge = (of: Judged, law: Property, layer: Layer, figured: readonly Tier[] = []) =>
  judgeCase(law, clauses(lawOf(law, of.subject)!, law.id), { layer }, { ...of, log: new Log(), figured }, tiers);

describe('a large layer', () => {
  const shapes: Shape[] = [
    [3, 5, 7, 4],
    [2, 3, 11],
  ];

  it.each(['channels_first', 'channels_last'] as const)('travels as one that is held, %s', async (layout) => {
    const of = await thorough(builtins['two-pass']!);
    for (const dtype of ['f64', 'f32', 'f16', 'bf16'] as const)
      for (const shape of shapes) {
        const layer = large(of, shape, dtype, layout);
        expect([layer.x.length, sizeOf(layer)]).toEqual([0, shape.reduce((a, b) => a * b)]);
        expect(request('grad', layer, of.subject.profile, '1')).toEqual(
          request('grad', held(layer), of.subject.profile, '1'),
        );
      }
  });

  it('is cut along every axis, and saved whole', async () => {
    const layer = large(await thorough(builtins['two-pass']!), [3, 5, 7]);
    const full = held(layer);
    const part = held(cut(layer, { N: [1, 3], C: [2, 5], S: [4, 6] }));
    for (const [n, c, s] of [
      [0, 0, 0],
      [1, 2, 1],
    ] as const)
      expect(part.x[(n * 3 + c) * 2 + s]).toBe(full.x[((n + 1) * 5 + c + 2) * 7 + s + 4]);
    expect([part.N, part.C, part.spatial, part.gamma]).toEqual([2, 3, [2], full.gamma!.slice(2)]);
    expect(cut(layer, whole(layer))).toEqual({ ...layer, column: expect.any(Function) });
    const about = {
      law: 'resnet.forward',
      target: ['x'],
      profile: 'torch',
      tier: 'semantic',
      seed: 1,
      path: '',
    } as const;
    expect(unpack(pack({ ...about, drawn: { layer } }), 'file').drawn.layer).toEqual(full);
  });
});

/** What is judged; but the ulps of halves, which are not counted where the oracle says that all are rounded right. */
const told = ({ byTier }: CaseJudgement, dtype: Dtype) =>
  [...byTier].map(([tier, judged]) => [tier, dtype === 'f32' ? judged : { ...judged, ulps: null }]);

describe('judged by channels', () => {
  const sizes: Shape[] = [
    [4, 17, 43, 47],
    [2, 3, 190, 180],
  ];

  it.each(['f32', 'f16', 'bf16'] as const)('a case comes to what it comes to whole, %s', async (dtype) => {
    const wrong = (c: number): number => (c === 2 ? 2 ** -20 : 0);
    // of halves the oracle settles what is large enough, and says no more than that it is right
    const figured = dtype === 'f32' ? tiers : [];
    const others = [builtins['one-pass']!, plain({ raised: wrong })];
    for (const kernel of [builtins['two-pass']!, ...(dtype === 'f32' ? others : [])]) {
      const of = await thorough(kernel);
      for (const [i, law] of all.entries())
        for (const shape of sizes) {
          const layer = large(of, shape, dtype, of.terms.layouts[i % of.terms.layouts.length], i);
          expect([...slabs(layer)].length).toBeGreaterThan(2);
          const [own, together] = [await judge(of, law, layer, figured), await judge(of, law, held(layer), figured)];
          expect(told(own, dtype)).toEqual(told(together, dtype));
        }
    }
  });

  it('even where a formula reads the number of channels', async () => {
    const kernel = builtins['two-pass']!;
    const of = await thorough({ ...kernel, card: { ...kernel.card, profile: 'mlpack' } }, 'mlpack');
    const layer = { ...large(of, [4, 20_000, 1]), epsilon: 16 };
    expect([...slabs(layer)]).toHaveLength(2);
    const { byTier } = await judge(of, laws.running, layer);
    expect(byTier.get('semantic')!.refuted).not.toBeNull(); // the divisor is m - 1 + epsilon / C there
    expect(byTier).toEqual((await judge(of, laws.running, held(layer))).byTier);
  });
});

describe('a kernel that is wrong in large layers only', () => {
  const run = async (faults: Faults, law: Property, shape: Shape) => {
    const of = await thorough(plain(faults));
    const layer = large(of, shape);
    const signal = new AbortController().signal;
    const one: Property = { ...law, examples: () => [{ layer }] };
    const log = new Log();
    const options = { ...of, required: 'semantic', seed: 1, cases: 1, signal, log } as const;
    const { status, refuted, details } = await check(one, lawOf(law, of.subject)!, options);
    return { status, refuted, details, log, all: sizeOf(layer) };
  };

  it('is refuted at its place: the last element of the last channel', async () => {
    const last = (c: number, { C }: { C: number }): number => (c === C - 1 ? 1 : 0);
    const of = await thorough(plain({ raised: last }));
    const { byTier } = await judge(of, laws.forward, large(of, [8, 1030, 3, 3]));
    expect(byTier.get('semantic')!.refuted).toMatchObject({ place: 1029 * 9, shape: [8, 1030, 9] });
  });

  it('by its channel alone, where that fails too', async () => {
    const { status, refuted } = await run({ raised: (c) => (c >= 1024 ? 0.5 : 0) }, laws.inference, [2, 1030, 7, 7]);
    expect(status).toBe('fails');
    const { layer } = refuted!.drawn;
    expect(layer.C).toBeGreaterThan(1024); // fewer channels are right
    expect(sizeOf(layer)).toBeLessThan(8 * 1030);
    expect(layer.column).toBeUndefined();
  });

  it('by a channel that is still long enough', async () => {
    const skipped = ({ N, S }: { N: number; S: number }): number => (N * S > 2 ** 15 ? 4096 : 0);
    const { status, refuted, all, log } = await run({ skipped }, laws.running, [8, 16, 80, 80]);
    expect(status).toBe('fails');
    const { layer } = refuted!.drawn;
    expect([layer.C, sizeOf(layer) > 2 ** 15, sizeOf(layer) < all / 16]).toEqual([1, true, true]);
    expect(log.exchanges.every(({ layer }) => layer.x.length > 0)).toBe(true);
    expect([...log.cases.values()].flat().every(({ layer }) => !layer.column)).toBe(true);
  });

  it('and without its mistake is not', async () => {
    const right = await run({}, laws.backward, [2, 1030, 7, 7]);
    expect([right.status, right.refuted]).toEqual(['holds', null]);
  });
});

describe('the chapter', () => {
  it('is asked in thorough runs alone, and there in every shape, format and layout', async () => {
    const of = await thorough(builtins['two-pass']!);
    for (const law of all) {
      expect(refusal(law, of.subject, { ...of.terms, longest: 2 ** 18 })).toMatch(/--effort thorough/);
      expect(refusal(law, of.subject, of.terms)).toBeNull();
      const drawn = law.examples!(of.terms).map(({ layer }) => layer);
      expect(new Set(drawn.slice(0, 12).map(({ C, spatial }) => [C, ...spatial].join('x'))).size).toBe(12);
      expect(new Set(drawn.map(({ N }) => N))).toEqual(new Set([...drawn.map(({ N }) => N), 1, 8, 32]));
      expect(new Set(drawn.map(({ dtype, layout }) => `${dtype} ${layout}`)).size).toBe(6);
    }
    expect(Math.max(...laws.forward.examples!(of.terms).map(({ layer }) => sizeOf(layer)))).toBe(32 * 64 * 112 * 112);
  });
});

describe('inputs too large to be copied', () => {
  it('are named when a kernel writes to them', async () => {
    const right = plain();
    const of = await thorough({
      ...right,
      train(inputs) {
        const outputs = right.train!(inputs);
        (inputs.x.data as Float32Array)[2 ** 20] += 1;
        return outputs;
      },
    });
    const layer = large(of, [4, 64, 72, 72]);
    const asked = request('train', layer, of.subject.profile, '1');
    expect(await of.target.ask(asked)).toMatchObject({ status: 'ok', overwritten: ['x'] });
    expect(await local('right', right).ask(asked)).not.toHaveProperty('overwritten');
    expect([...(await judge(of, laws.forward, layer)).byTier.values()].some(({ refuted }) => refuted)).toBe(false);
  });
});
