import type { Layer, Op } from '../src/run/layer.js';
import type { Backward, Channel, Forward } from './algorithms.outputs.js';
import { type Divide, type Estimator, f, rounding, type Sum } from './algorithms.statistics.js';

/** One right kernel: a way to do each part. */
export interface Algorithm {
  readonly estimator: Estimator;
  readonly sum: Sum;
  readonly over: Divide;
  readonly root: (d: number) => number;
  readonly forward: Forward;
  readonly backward: Backward;
  /** The new running value, as a blend or as a step. */
  readonly update: (old: number, fresh: number, alpha: number) => number;
}

export const updates = [
  (old: number, fresh: number, alpha: number) => f(f(f(1 - alpha) * old) + f(alpha * fresh)),
  (old: number, fresh: number, alpha: number) => f(old + f(alpha * f(fresh - old))),
];

/** Epsilon and momentum: they are held in float32 at least, since float16 has nothing near their usual sizes. */
const scalar = (value: number): number => (rounding() === 'f16' ? Math.fround(value) : f(value));

/** The operations that the algorithms are of. */
export type First = Exclude<Op, 'grad_grad'>;
export const firsts: readonly First[] = ['train', 'infer', 'grad', 'infer_grad'];
export type Answers = Record<First, Record<string, number[]>>;

function channelOf(layer: Layer, c: number): { x: number[]; dy: number[]; at: number[] } {
  const at: number[] = [];
  const S = layer.x.length / (layer.N * layer.C);
  for (let n = 0; n < layer.N; n++) for (let s = 0; s < S; s++) at.push((n * layer.C + c) * S + s);
  return { x: at.map((i) => layer.x[i]!), dy: at.map((i) => layer.dy[i]!), at };
}

/** What the algorithm answers to every operation, under the conventions of torch. */
export function answersOf(layer: Layer, { estimator, sum, over, root, forward, backward, update }: Algorithm): Answers {
  const answers: Answers = { train: {}, infer: {}, grad: {}, infer_grad: {} };
  const put = (op: First, output: string, at: readonly number[], values: readonly number[]): void => {
    const list = (answers[op][output] ??= []);
    values.forEach((value, i) => {
      list[at[i]!] = value;
    });
  };
  for (let c = 0; c < layer.C; c++) {
    const { x, dy, at } = channelOf(layer, c);
    const [gamma, beta, before, variation] = (['gamma', 'beta', 'running_mean', 'running_var'] as const).map(
      (name) => layer[name]![c]!,
    ) as [number, number, number, number];
    const channel = (mean: number, variance: number): Channel => {
      const d = f(variance + scalar(layer.epsilon));
      return { ...{ x, dy, gamma, beta, mean, variance, d }, r: root(d) };
    };
    const { mean, variance } = estimator.of(x, sum, over);
    const [batch, frozen] = [channel(mean, variance), channel(before, variation)];
    const alpha = scalar(layer.alpha);
    const entering = f(f(variance * x.length) / (x.length - 1));
    const train = {
      mean,
      variance,
      inv_std: batch.r,
      next_mean: update(before, mean, alpha),
      next_var: update(variation, entering, alpha),
    };
    for (const [output, value] of Object.entries(train)) put('train', output, [c], [value]);
    put('train', 'y', at, forward.y(batch));
    put('infer', 'y', at, forward.y(frozen));
    const { dx, dgamma, dbeta } = backward.gradients(batch, sum);
    put('grad', 'dx', at, dx);
    put(
      'infer_grad',
      'dx',
      at,
      dy.map((g) => f(f(gamma * frozen.r) * g)),
    );
    const still = f(sum(dy.map((g, i) => f(g * f(x[i]! - before)))) * frozen.r);
    for (const [op, value] of [
      ['grad', dgamma],
      ['infer_grad', still],
    ] as const)
      put(op, 'dgamma', [c], [value]);
    for (const op of ['grad', 'infer_grad'] as const) put(op, 'dbeta', [c], [dbeta]);
  }
  return answers;
}
