import { describe, expect, it } from 'vitest';
import type { Format } from '../src/exact/format.js';
import type { Tensor } from '../src/oracle/batch.js';
import { ArgumentError } from '../src/oracle/errors.js';
import { Oracle } from '../src/oracle/oracle.js';
import { statistics } from '../src/oracle/statistics.js';
import { random } from './exact.random.js';
import { values } from './oracle.compare.js';
import { families, stored, tensor } from './oracle.drawn.js';

const oracle = new Oracle();
const layer = { gamma: [1.5, -2, 0.75], beta: [0.5, 0, 3], epsilon: 1e-5 };

describe('layouts and shapes', () => {
  const from = random(3);
  const columns = (m: number, format: Format): number[][] => [0, 1, 2].map(() => families.normal!(from, m, format));
  const shapes = [
    [2, 1],
    [6, 3],
    [98, 49],
    [200, 100],
    [9000, 4500],
    [9000, 1],
  ] as const;

  it.each(shapes)('%i elements in runs of %i are those of each channel alone', (m, S) => {
    for (const format of ['f32', 'f64', 'f16'] as const) {
      const [x, dy] = [columns(m, format), columns(m, format)];
      const alone = x.map((column, c) => {
        const own = { gamma: [layer.gamma[c]!], beta: [layer.beta[c]!], epsilon: layer.epsilon };
        const [one, gradient] = [tensor([column], format), tensor([dy[c]!], format)];
        return { y: values(oracle.train(one, own).y), dx: values(oracle.grad(one, gradient, own).dx) };
      });
      for (const layout of ['channels_first', 'channels_last'] as const) {
        const [xs, gs] = [tensor(x, format, layout, S), tensor(dy, format, layout, S)];
        const expected = (name: 'y' | 'dx'): Tensor =>
          tensor(
            alone.map((c) => c[name]),
            format,
            layout,
            S,
          );
        expect(oracle.train(xs, layer).y).toEqual(expected('y'));
        expect(oracle.grad(xs, gs, layer).dx).toEqual(expected('dx'));
        expect(oracle.grad(xs, gs, layer, { into: xs.data }).dx.data).toEqual(expected('dx').data);
      }
    }
  });
});

it('channels last are those of channels first where they are copied together, too', () => {
  const from = random(4);
  const [C, m] = [19, 2 ** 14];
  for (const format of ['f32', 'bf16'] as const) {
    const draw = (): number[][] => Array.from({ length: C }, () => families.normal!(from, m, format));
    const [x, dy] = [draw(), draw()];
    const [first, last] = (['channels_first', 'channels_last'] as const).map((layout) => {
      const [xs, gs] = [tensor(x, format, layout, 64), tensor(dy, format, layout, 64)];
      const { y, sums } = oracle.train(xs, { epsilon: 1e-5 });
      expect(oracle.sums(xs)).toEqual(sums);
      return { y, ...oracle.grad(xs, gs, { epsilon: 1e-5 }, { sums }) };
    }) as [Both, Both];
    expect([last.dgamma, last.dbeta]).toEqual([first.dgamma, first.dbeta]);
    for (const name of ['y', 'dx'] as const) {
      const columns = x.map((): number[] => []);
      for (const [i, value] of values(first[name]).entries()) columns[Math.floor(i / 64) % C]!.push(value);
      const expected = tensor(columns, format, 'channels_last', 64).data;
      expect(last[name].data.findIndex((v, i) => !Object.is(v, expected[i]))).toBe(-1);
    }
  }
});

type Both = ReturnType<Oracle['grad']> & { readonly y: Tensor };

describe('what is not finite', () => {
  const of = (data: number[]): Tensor => ({
    format: 'f16',
    shape: [4, 1],
    layout: 'channels_first',
    data: stored(data, 'f16'),
  });
  const own = { gamma: [2], beta: [1], epsilon: 1 };
  const running = { running_mean: [1], running_var: [3] };
  const [x, dy] = [of([1, 2, 3, 4]), of([1, 0, 2, -1])];
  const [beyond, nan] = [of([1, Infinity, 3, 4]), of([1, NaN, 3, 4])];

  it('in training leaves nothing of its channel', () => {
    for (const odd of [beyond, nan]) {
      expect(values(oracle.train(odd, own).y)).toEqual([NaN, NaN, NaN, NaN]);
      const { dx, dgamma, dbeta } = oracle.grad(odd, dy, own);
      expect([...values(dx), ...dgamma, ...dbeta]).toEqual([NaN, NaN, NaN, NaN, NaN, 2]);
    }
    expect(oracle.grad(x, beyond, own).dbeta[0]).toBe(Infinity);
    expect(oracle.grad(x, of([1, Infinity, -Infinity, 4]), own).dbeta[0]).toBeNaN();
  });

  it('in inference stays where it is', () => {
    expect(values(oracle.infer(beyond, { ...own, ...running }).y)).toEqual([1, Infinity, 3, 4]);
    expect(values(oracle.infer(nan, { ...own, ...running }).y)).toEqual([1, NaN, 3, 4]);
    expect(values(oracle.inferGrad(x, beyond, { ...own, ...running }).dx)).toEqual([1, Infinity, 3, 4]);
    expect(oracle.inferGrad(x, beyond, { ...own, ...running }).dgamma[0]).toBe(Infinity);
  });

  it('shows in the statistics', () => {
    const batch = statistics(oracle.sums(beyond), 1, 'f32', { ...running, alpha: 0.5, divisor: 3 });
    expect(batch).toEqual({
      ...{ mean: Float64Array.of(Infinity), variance: Float64Array.of(NaN), inv_std: Float64Array.of(NaN) },
      ...{ next_mean: Float64Array.of(Infinity), next_var: Float64Array.of(NaN) },
    });
  });

  it('as a parameter', () => {
    expect(values(oracle.train(x, { ...own, gamma: [Infinity] }).y)).toEqual([
      -Infinity,
      -Infinity,
      Infinity,
      Infinity,
    ]);
    expect(values(oracle.train(x, { ...own, epsilon: Infinity }).y)).toEqual([1, 1, 1, 1]);
    expect(values(oracle.train(x, { ...own, beta: [NaN] }).y)).toEqual([NaN, NaN, NaN, NaN]);
    expect(values(oracle.infer(x, { ...own, ...running, running_var: [-2] }).y)).toEqual([NaN, NaN, NaN, NaN]);
  });
});

describe('arguments that do not fit are named, and nothing is written', () => {
  const x: Tensor = { format: 'f32', shape: [2, 3, 2], layout: 'channels_first', data: new Float32Array(12).fill(7) };
  const faults: Record<string, [argument: string, call: () => unknown]> = {
    'an array too short': ['x', () => oracle.train({ ...x, data: new Float32Array(11) }, layer)],
    'an array of another kind': ['x', () => oracle.train({ ...x, data: new Float64Array(12) }, layer)],
    'a dtype that is none': ['x', () => oracle.train({ ...x, format: 'f8' as Format }, layer)],
    'a shape without channels': ['x', () => oracle.train({ ...x, shape: [12] }, layer)],
    'an extent of 0': ['x', () => oracle.train({ ...x, shape: [0, 3], data: new Float32Array(0) }, layer)],
    'an extent that is no whole number': ['x', () => oracle.train({ ...x, shape: [2.5, 3] }, layer)],
    'a layout that is none': ['x', () => oracle.train({ ...x, layout: 'NCHW' as Tensor['layout'] }, layer)],
    'a gamma too long': ['gamma', () => oracle.train(x, { ...layer, gamma: [1, 2, 3, 4] })],
    'a beta too short': ['beta', () => oracle.train(x, { ...layer, beta: [1] })],
    'a running mean too short': [
      'running_mean',
      () => oracle.infer(x, { ...layer, running_mean: [], running_var: [1, 1, 1] }),
    ],
    'a dy of another shape': ['dy', () => oracle.grad(x, { ...x, shape: [4, 3, 1] }, layer)],
    'a dy of another dtype': ['dy', () => oracle.grad(x, { ...x, format: 'f16', data: new Uint16Array(12) }, layer)],
    'a dy of another layout': ['dy', () => oracle.grad(x, { ...x, layout: 'channels_last' }, layer)],
    'sums of another batch': [
      'sums',
      () => oracle.grad(x, x, layer, { sums: oracle.sums({ ...x, shape: [4, 3, 1] }).slice(1) }),
    ],
    'nowhere to write to': ['into', () => oracle.train(x, layer, { into: new Float32Array(3) })],
  };
  it.each(Object.entries(faults))('%s', (_, [argument, call]) => {
    expect(call).toThrow(ArgumentError);
    expect(call).toThrow(expect.objectContaining({ argument }));
    expect(x.data.every((v) => v === 7)).toBe(true);
  });
});

it('a certificate says what was done', () => {
  const from = random(9);
  const x = tensor([families.normal!(from, 4096, 'f32')], 'f32');
  const { certificate } = oracle.train(x, { epsilon: 1e-5 });
  expect(certificate).toMatchObject({ elements: 4096, exactChannels: 0, special: 0 });
  const spread = oracle.train(tensor([families['spread 2^30']!(from, 1024, 'f32')], 'f32'), { epsilon: 1e-5 });
  expect(spread.certificate.slow).toBe(2);
});
