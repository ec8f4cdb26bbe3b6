import { beforeAll, describe, expect, it } from 'vitest';
import { specKernel } from '../src/run/formula-kernel.js';
import { suite } from '../src/suite.js';
import type { Array_, Inputs, Kernel } from '../src/target/kernel.js';
import { figure, published } from './evidence.js';
import type { Grid } from './exact.mpfr.js';
import { type Random, random } from './exact.random.js';
import { decoded, families, near, stored } from './oracle.data.js';
import { type Channel, type Oracle, oracle } from './oracle.mpfr.js';

const C = 2;
const names: Readonly<Record<string, string>> = { next_mean: 'running_mean', next_var: 'running_var' };

interface Case {
  readonly format: Grid;
  readonly profile: 'torch' | 'keras3';
  readonly channels: readonly Channel[];
  readonly m: number;
  readonly layout: Inputs['layout'];
}

const parameterFormat = (format: Grid): Grid => (format === 'f64' ? 'f64' : 'f32');

function draw(from: Random, family: string, format: Grid): Case {
  const profile = from.pick(['torch', 'keras3'] as const);
  const m = from.pick(profile === 'torch' ? [2, 3, 4, 7, 8, 9] : [1, 2, 3, 4, 6, 8]);
  const param = parameterFormat(format);
  const parameter = (nice: readonly number[]): number =>
    from.unit() < 0.5 ? from.pick(nice) : near((from.unit() - 0.5) * 2 ** from.whole(-3, 8), param);
  const data = (): number[] => families[from.unit() < 0.7 ? family : 'normal']!(from, m, format);
  const drawn = Array.from({ length: C }, () => ({ x: families[family]!(from, m, format), dy: data() }));
  const constant = drawn.some(({ x }) => new Set(x).size === 1);
  const epsilon = from.pick([1e-12, 1e-5, Math.fround(1e-5), 2 ** -10, 1, 3, ...(constant ? [] : [0])]);
  const alpha = from.pick([1 / 4, 1 / 2, 1 / 8]);
  const channels = drawn.map(({ x, dy }) => ({
    ...{ x, dy, epsilon, alpha, divisor: profile === 'torch' ? m - 1 : m },
    ...{ gamma: parameter([0, 1, -1, 1 + 2 ** -8, 3, 1.5]), beta: parameter([0, 1, 1e4, 2 ** -9, 0.5]) },
    ...{ running_mean: parameter([0, 1, -1, 0.5]), running_var: near(Math.abs(parameter([1, 3, 4])) + 2 ** -9, param) },
  }));
  return { format, profile, channels, m, layout: from.pick(['channels_first', 'channels_last'] as const) };
}

/** Where element i of channel c lies: rank 3, of m / 2 samples at 2 positions where m is even. */
function places({ m, layout }: Case): { shape: number[]; at: (c: number, i: number) => number } {
  const S = m % 2 === 0 ? 2 : 1;
  if (layout === 'channels_last') return { shape: [m / S, S, C], at: (c, i) => i * C + c };
  return { shape: [m / S, C, S], at: (c, i) => (Math.floor(i / S) * C + c) * S + (i % S) };
}

function asked(drawn: Case): Inputs {
  const { format, channels, m, layout } = drawn;
  const { shape, at } = places(drawn);
  const spread = (of: 'x' | 'dy'): Array_ => {
    const all = new Array<number>(m * C);
    for (const [c, channel] of channels.entries())
      for (const [i, value] of channel[of].entries()) all[at(c, i)] = value;
    return { dtype: format, shape, data: stored(all, format) };
  };
  const param = parameterFormat(format);
  const each = (of: 'gamma' | 'beta' | 'running_mean' | 'running_var'): Array_ => ({
    dtype: param,
    shape: [C],
    data: stored(
      channels.map((channel) => channel[of]),
      param,
    ),
  });
  const [{ epsilon, alpha }] = channels as [Channel];
  const momentum = drawn.profile === 'keras3' ? 1 - alpha : alpha;
  const running = { running_mean: each('running_mean'), running_var: each('running_var') };
  return {
    x: spread('x'),
    dy: spread('dy'),
    gamma: each('gamma'),
    beta: each('beta'),
    ...running,
    epsilon,
    momentum,
    layout,
  };
}

/** The kernel's answers as the oracle names them: channel by channel. */
async function answered(kernel: Kernel, drawn: Case): Promise<Record<string, number[]>[]> {
  const inputs = asked(drawn);
  const { at } = places(drawn);
  const results = Array.from({ length: C }, (): Record<string, number[]> => ({}));
  for (const op of ['train', 'grad', 'infer', 'infer_grad'] as const)
    for (const [name, output] of Object.entries((await kernel[op]!(inputs))!)) {
      const data = output as Float64Array | Float32Array | Uint16Array;
      const values = Array.from(data, (v) => (data instanceof Uint16Array ? decoded[drawn.format](v) : v));
      const own = Object.entries(names).find(([, wire]) => op === 'train' && wire === name)?.[0] ?? name;
      const key = op === 'train' || op === 'grad' ? own : `${op} ${own}`;
      results.forEach((result, c) => {
        result[key] = values.length === C ? [values[c]!] : Array.from({ length: drawn.m }, (_, i) => values[at(c, i)]!);
      });
    }
  return results;
}

/** Bits that no cancellation of finite values of the format can eat up by half. */
const bits = { narrow: 4000, f64: 14_000 };
const rounds: Readonly<Record<Grid, number>> = { f64: 4, f32: 8, f16: 8, bf16: 8 };

describe('every output of the specification is what MPFR rounds to', () => {
  let narrow: Oracle;
  let wide: Oracle;
  beforeAll(async () => {
    [narrow, wide] = [await oracle(bits.narrow), await oracle(bits.f64)];
  });
  let count = 0;

  it.each(Object.keys(rounds) as Grid[])('%s', async (format) => {
    const from = random(format.length + 40);
    for (const family of Object.keys(families))
      for (let round = 0; round < rounds[format]; round++) {
        const drawn = draw(from, family, format);
        const right = format === 'f64' && family === 'bit patterns' ? wide : narrow;
        const kernel = specKernel(suite.spec, suite.profiles[drawn.profile]!, drawn.profile);
        const got = await answered(kernel, drawn);
        drawn.channels.forEach((channel, c) => {
          const wanted = right(channel, (output) => (/(y|dx)$/.test(output) ? format : parameterFormat(format)));
          expect(got[c], `${family} ${JSON.stringify(channel)}`).toEqual(wanted);
          count += Object.values(wanted).flat().length;
        });
      }
  });

  it('in at least ten thousand outputs', () => {
    expect(count).toBeGreaterThan(10_000);
    published(`${figure(count)} outputs, 0 differ`);
  });
});
