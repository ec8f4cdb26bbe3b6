import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layers } from '../properties/layer.js';
import { parts, ways } from '../properties/split.js';
import { builtins } from '../src/builtin/catalogue.js';
import { request } from '../src/run/layer.js';
import { casesOf } from '../src/run/run.js';
import { cut, joined, splitRequest } from '../src/run/split.js';
import { suite } from '../src/suite.js';
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
