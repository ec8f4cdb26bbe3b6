import { sigmoid } from './activation.js';

/** A loss on average over the outputs, and its gradient. Labels of the logistic loss are 0 and 1. */
export interface Loss {
  readonly of: (output: Float64Array, target: Float64Array) => number;
  readonly slope: (output: Float64Array, target: Float64Array) => Float64Array;
}

export const losses = {
  square: {
    of: (out: Float64Array, target: Float64Array) => average(out, (o, i) => (o - target[i]) ** 2 / 2),
    slope: (out: Float64Array, target: Float64Array) => out.map((o, i) => (o - target[i]) / out.length),
  },
  logistic: {
    // log(1 + e^o) - t o, with no overflow for large o
    of: (out: Float64Array, target: Float64Array) =>
      average(out, (o, i) => Math.max(o, 0) + Math.log1p(Math.exp(-Math.abs(o))) - o * target[i]),
    slope: (out: Float64Array, target: Float64Array) => out.map((o, i) => (sigmoid(o) - target[i]) / out.length),
  },
} as const satisfies Readonly<Record<string, Loss>>;

function average(all: Float64Array, of: (value: number, i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < all.length; i += 1) sum += of(all[i], i);
  return sum / all.length;
}
