import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layers } from '../properties/layer.js';
import { parts, ways } from '../properties/split.js';
import { builtins } from '../src/builtin/catalogue.js';
import type { Answered } from '../src/run/answer.js';
import { asker } from '../src/run/asker.js';
import { diagnose } from '../src/run/diagnose.js';
import { mutantKernel } from '../src/run/formula-kernel.js';
import { request } from '../src/run/layer.js';
import { Log } from '../src/run/log.js';
import { edited } from '../src/run/mutant.js';
import { casesOf } from '../src/run/run.js';
import { cut, joined, splitRequest } from '../src/run/split.js';
import { reachable } from '../src/run/wrong.js';
import { suite } from '../src/suite.js';
import type { Kernel } from '../src/target/kernel.js';
import { partsOf } from '../src/wire/protocol.js';
import { asked, judged, verdict } from './judging.js';

const of = await judged(builtins['two-pass']!, 'torch');
const drawn = fc.sample(layers(of.terms, { samples: 5 }), { seed: 1, numRuns: 24 });
const all = Object.values(ways);

describe('a split batch', () => {
  it('has all samples, in order, however it is parted', () => {
    for (const layer of drawn)
      for (const way of all) {
        const sizes = parts(layer, way);
        expect(sizes.every((size) => Number.isInteger(size) && size >= 0)).toBe(true);
        const { tensors: whole } = request('grad', layer, of.subject.profile, '1');
        const { tensors } = splitRequest('sync_grad', layer, sizes, of.subject.profile, '1');
        expect(partsOf(tensors, 'x').map(({ shape }) => shape[0])).toEqual(sizes);
        const answered = new Map(partsOf(tensors, 'dy').map((part, k) => [`dx.${k}`, part]));
        expect(joined(answered).get('dx')).toEqual({ ...whole.get('dy')!, data: expect.anything() });
        expect(Buffer.compare(joined(answered).get('dx')!.data, whole.get('dy')!.data)).toBe(0);
        for (const name of ['gamma', 'beta', 'epsilon']) expect(tensors.get(name)).toEqual(whole.get(name));
        expect([tensors.has('x'), tensors.has('dy')]).toEqual([false, false]);
      }
  });

  it('must be all of the batch', () => {
    const [layer] = drawn;
    const ask = (sizes: number[]) => () => splitRequest('sync_train', layer!, sizes, of.subject.profile, '1');
    expect(ask([1, 1])).toThrow(`parts of 1, 1 samples are 2 of ${layer!.N}`);
    expect(ask([layer!.N, 0, 0])).not.toThrow();
  });

  it('is cut where it is said', () => {
    const x = { dtype: 'f16', shape: [3, 2], data: new Uint8Array(12).map((_, i) => i) } as const;
    expect(cut(x, [1, 0, 2]).map(({ shape, data }) => [shape, [...data]])).toEqual([
      [
        [1, 2],
        [0, 1, 2, 3],
      ],
      [[0, 2], []],
      [
        [2, 2],
        [4, 5, 6, 7, 8, 9, 10, 11],
      ],
    ]);
  });

  it('is asked 3 and 7 of 10, 0, 5 and 1 of 6, and one sample each', () => {
    const [layer] = drawn;
    expect(parts({ ...layer!, N: 10 }, ways.uneven)).toEqual([3, 7]);
    expect(parts({ ...layer!, N: 6 }, ways.emptyFirst)).toEqual([0, 5, 1]);
    expect(parts({ ...layer!, N: 3 }, ways.singles)).toEqual([1, 1, 1]);
    expect(parts({ ...layer!, N: 3 }, ways.alone)).toEqual([3]);
  });
});

describe('split or folded', () => {
  const laws = suite.laws.filter(({ id }) => /^(sync|fold)\./.test(id));

  it.each(Object.keys(builtins))('%s holds every law, and none is vacuous', async (name) => {
    const kernel = builtins[name]!;
    const target = await judged(kernel, String(kernel.card.profile));
    const able = asked(target).filter((law) => laws.includes(law));
    expect(able.length).toBeGreaterThanOrEqual(laws.length - 2);
    for (const law of able) {
      const required = name === 'one-pass' ? 'semantic' : 'stable';
      const { status, message, refuted } = await verdict(law, target, { cases: 2 * casesOf.standard, required });
      expect([law.id, status, message, refuted]).toEqual([law.id, 'holds', null, null]);
    }
  });
});

describe('a mistake', () => {
  const diagnosed = async (kernel: Kernel) => {
    const target = await judged(kernel, 'torch');
    const log = new Log();
    const laws = asked(target).filter(({ id }) => /^(sync|fold|forward\.output|inference\.output)/.test(id));
    const missed = { refuted: [] as string[], broken: [] as string[] };
    for (const law of laws) {
      const { status } = await verdict(law, target, { cases: 8, log });
      if (status === 'fails') missed.refuted.push(law.id);
      if (status === 'breaks') missed.broken.push(law.id);
    }
    const suspects = { wrongs: reachable(suite, target.subject, target.terms, 'semantic'), profiles: suite.profiles };
    return diagnose(log, target.subject, suspects, 'semantic', missed);
  };
  const named = (id: string) => suite.kernels.find((wrong) => wrong.id === id)!.make();

  it.each([
    ['sync.local-count', 'sync_train'],
    ['sync.local-mean', 'sync_grad'],
    ['fold.bias-unscaled', 'fold'],
  ])('%s is laid to %s alone', async (id, op) => {
    const found = await diagnosed(named(id));
    expect(found.map((diagnosis) => diagnosis.op)).toContain(op);
    expect(found.filter((diagnosis) => ['train', 'infer', 'grad', 'infer_grad'].includes(diagnosis.op))).toEqual([]);
  });

  it('of the whole batch, which splitting hands on, is said once', async () => {
    const mutant = suite.mutants.find(({ id }) => id === 'forward.no-epsilon')!;
    const { profile, edits } = mutant;
    expect(edits).toHaveLength(1);
    const kernel = mutantKernel(mutant.id, edited(suite.spec, mutant), suite.profiles[profile]!, profile);
    expect((await diagnosed(kernel)).map(({ kind, id, op }) => [kind, id, op])).toEqual([
      ['mutant', mutant.id, 'train'],
    ]);
  });
});

describe('claims of sums over one batch', () => {
  it('say nothing of a merge', async () => {
    const right = builtins['two-pass']!;
    const claiming = { ...right, card: { ...right.card, algo: 'twopass', sums: true, shift: 'none', chain: 8 } };
    const { target, subject } = await judged(claiming, 'torch');
    const bn = asker(target, subject, new Log(), 'claims');
    const layer = drawn[0]!;
    const most = ({ exchange, output }: Answered) =>
      exchange.reference.allowed(output, 'stable').hi.reduce((a, b) => Math.max(a, b));
    const whole = await bn.train(layer);
    const merged = await bn.syncTrain(layer, parts(layer, ways.uneven));
    for (const name of ['mean', 'inv_std', 'y', 'next_var']) {
      expect(most(merged[name]!)).toBeGreaterThan(most(whole[name]!));
    }
  });
});
