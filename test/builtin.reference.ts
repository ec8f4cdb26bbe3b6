import { builtins } from '../src/builtin/catalogue.js';
import { decode, encode } from '../src/exact/bits.js';
import type { Format } from '../src/exact/format.js';
import type { Array_, Data, Inputs } from '../src/target/kernel.js';
import type { Layout, Op } from '../src/wire/protocol.js';

/** The columns of one channel and what belongs to it. */
export interface Channel {
  readonly x: readonly number[];
  readonly dy: readonly number[];
  readonly gamma: number;
  readonly beta: number;
  readonly epsilon: number;
}

/** Rounds the result of one operation: Math.fround for f32, the identity for f64. */
export type Rounding = (value: number) => number;
export const exactly: Rounding = (value) => value;

/** Batch normalization of one channel and its gradients, written down as it stands in the paper. */
export function reference({ x, dy, gamma, beta, epsilon }: Channel, q: Rounding) {
  const m = x.length;
  const total = (terms: readonly number[]) => terms.reduce((sum, term) => q(sum + term), 0);
  const mean = q(total(x) / m);
  const variance = q(total(x.map((v) => q(q(v - mean) * q(v - mean)))) / m);
  const r = q(1 / q(Math.sqrt(q(variance + q(epsilon)))));
  const xhat = x.map((v) => q(q(v - mean) * r));
  const y = xhat.map((v) => q(q(gamma * v) + beta));
  const dbeta = total(dy);
  const dgamma = total(dy.map((g, i) => q(g * xhat[i])));
  const inner = dy.map((g, i) => q(q(g - q(dbeta / m)) - q(xhat[i] * q(dgamma / m))));
  const dx = inner.map((v) => q(q(gamma * r) * v));
  return { mean, variance, r, y, dx, dgamma, dbeta };
}

const storage = { f64: Float64Array, f32: Float32Array, f16: Uint16Array, bf16: Uint16Array };

export function array(dtype: Format, shape: number[], values: ArrayLike<number>): Array_ {
  return { dtype, shape, data: new storage[dtype](encode(values, dtype).slice().buffer) };
}

/** Lays columns of N*S values out as a tensor of N samples and S positions. */
export function interleave(columns: readonly (readonly number[])[], positions: number, layout: Layout): number[] {
  const count = columns.length;
  const all = new Array<number>(count * columns[0].length);
  columns.forEach((column, c) => {
    column.forEach((value, k) => {
      const [n, s] = [Math.floor(k / positions), k % positions];
      all[layout === 'channels_first' ? (n * count + c) * positions + s : k * count + c] = value;
    });
  });
  return all;
}

/** The inputs of every operation on channels that share epsilon, x being (N, C, S) or (N, S, C). */
export function inputs(channels: readonly Channel[], positions: number, layout: Layout, dtype: Format) {
  const samples = channels[0].x.length / positions;
  const count = channels.length;
  const shape = layout === 'channels_first' ? [samples, count, positions] : [samples, positions, count];
  const param = dtype === 'f64' ? 'f64' : 'f32';
  const each = (values: number[]) => array(param, [count], values);
  const spread = (columns: (readonly number[])[]) => array(dtype, shape, interleave(columns, positions, layout));
  return {
    x: spread(channels.map(({ x }) => x)),
    dy: spread(channels.map(({ dy }) => dy)),
    gamma: each(channels.map(({ gamma }) => gamma)),
    beta: each(channels.map(({ beta }) => beta)),
    running_mean: each(channels.map((_, c) => c + 1)),
    running_var: each(channels.map((_, c) => 2 * c + 1)),
    epsilon: channels[0].epsilon,
    momentum: 0.25,
    layout,
  } satisfies Inputs;
}

/** Asks a builtin kernel and decodes what it answers. Bits of sixteen are those of x's format. */
export async function ask(name: string, op: Op, given: Inputs) {
  const outputs = await builtins[name][op]!(given);
  const decoded: Record<string, number[]> = {};
  for (const [key, output] of Object.entries(outputs!)) {
    if (output instanceof Uint16Array)
      decoded[key] = [...decode(new Uint8Array(output.buffer), given.x.dtype as Format)];
    else decoded[key] = Array.from(output as Exclude<Data, Uint16Array>, Number);
  }
  return decoded;
}

/** Numbers in [-1, 1) that are values of f32, the same ones for the same seed. */
export function noise(length: number, seed: number): number[] {
  let state = seed;
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.fround(state / 2 ** 31 - 1);
  });
}
