import { describe, expect, it } from 'vitest';
import { column, compare, sum } from '../src/exact/column.js';
import type { Format } from '../src/exact/format.js';
import { Bins } from '../src/oracle/bins.js';
import { type Host, kernels } from '../src/oracle/engine.js';
import { Oracle } from '../src/oracle/oracle.js';
import type { Sums } from '../src/oracle/sums.js';
import { type Random, random } from './exact.random.js';
import { families, tensor } from './oracle.drawn.js';

const view = new DataView(new ArrayBuffer(8));

/** A double in units of 2^-1074, from its bits: nothing of src/ takes part. */
function units(v: number): bigint {
  view.setFloat64(0, v);
  const bits = view.getBigUint64(0);
  const [exponent, fraction] = [Number((bits >> 52n) & 2047n), bits & ((1n << 52n) - 1n)];
  const size = exponent === 0 ? fraction : (fraction | (1n << 52n)) << BigInt(exponent - 1);
  return bits >> 63n === 0n ? size : -size;
}

const added = (terms: readonly bigint[]): bigint => terms.reduce((a, b) => a + b, 0n);

/** Whether the sums are those of the lists, in units of 2^-1074 and 2^-2148. */
function right(sums: Sums, x: readonly number[], g: readonly number[]): boolean {
  const [xs, gs] = [x.map(units), g.map(units)];
  const held = (value: NonNullable<Sums['far']>['sum'], n: bigint, bits: bigint): boolean =>
    compare(value, 0, { p: [n], q: null, w: 0n, r: 1n << bits }, 0) === 0;
  const own = sums.far?.sum ?? sum(column(sums.sum));
  const products = sums.far?.products ?? sum(column(sums.products));
  return held(own, added(gs), 1074n) && held(products, added(gs.map((v, i) => v * xs[i]!)), 2148n);
}

const sizes = [1, 3, 4, 255, 256, 257, 511, 513, 1030, 3000];

/** Channels of every family whose sums are wrong. */
function wrong(oracle: Oracle, format: Format, from: Random): string[] {
  return Object.entries(families).flatMap(([name, family]) =>
    sizes.flatMap((m) => {
      const x = family(from, m, format);
      const [sums] = oracle.sums(tensor([x], format)) as [Sums];
      return right(sums, x, x) ? [] : [`${name} ${m}`];
    }),
  );
}

describe.each(['wasm', 'js'] as Host[])('sums are those of an independent addition of integers: %s', (host) => {
  it.each(['f64', 'f32', 'f16', 'bf16'] as Format[])('%s', (format) => {
    expect(wrong(new Oracle(host), format, random(11))).toEqual([]);
  });
});

it.each([
  ['f32', 'squares', '(bits(x) & 0x7fffffff) + 0x7fffffff < floor', 'bits(x) < bits(x)'],
  ['f64', 'squares64', 'x3 != (x3 + C) - C', 'x3 != x3'],
] as const)('and would be wrong without the test of the grid: %s', (format, name, test, never) => {
  const kernel = { ...kernels[name], does: kernels[name].does.replace(test, never) };
  expect(kernel.does).not.toBe(kernels[name].does);
  expect(wrong(new Oracle('wasm', { ...kernels, [name]: kernel }), format, random(11)).length).toBeGreaterThan(5);
});

it('a channel of 2^19 and more', () => {
  const m = 2 ** 19 + 77;
  const from = random(5);
  const x = Array.from({ length: m }, () => Math.fround(from.unit() * 3 - 1));
  const [sums] = new Oracle('wasm').sums(tensor([x], 'f32')) as [Sums];
  expect(right(sums, x, x)).toBe(true);
  expect(sums.m).toBe(m);
});

it('bins add up whatever the exponents', () => {
  const from = random(8);
  for (const spread of [0, 8, 100]) {
    const bins = new Bins();
    // The product of the second with itself leaves out next to nothing, far below what others do.
    const draw = (): number => from.pick([from.unit() + 1, 1 + 2 ** -52]) * 2 ** from.whole(-spread, spread);
    const [x, g] = [0, 0].map(() => Array.from({ length: 3000 }, draw)) as [number[], number[]];
    for (const [i, v] of x.entries()) bins.add(v, g[i]!);
    bins.flush();
    expect(bins.far).toBe(false);
    const sums = { sum: bins.sum, products: bins.products, far: null } as Partial<Sums> as Sums;
    expect(right(sums, x, g)).toBe(true);
  }
});
