import type { Array_, Outputs } from '../target/kernel.js';
import type { StageInputs, StepsInputs } from '../target/network-inputs.js';
import { type Arithmetic, accumulation } from './arithmetic.js';
import { grad } from './backward.js';
import { infer, train } from './forward.js';
import { type Link, linkOf, unweigh, weigh } from './link.js';
import type { Method } from './method.js';
import { optimizerOf } from './optimizer.js';
import { load, type Reals } from './storage.js';

/** A stage on its way: its parameters and statistics as they have become. */
interface Stage {
  readonly link: Link;
  readonly activation: string;
  readonly values: Record<string, Reals>;
}

/** What a batch leaves in a stage for the way back. */
interface Left {
  readonly before: Reals;
  readonly z: Array_;
  readonly y: Reals;
  readonly a: Reals;
}

const trained = ['weight', 'bias', 'gamma', 'beta'] as const;
const kept = ['running_mean', 'running_var'] as const;

/** Trains a small network on one batch after the other, and predicts one example by the running statistics. */
export function steps(method: Method, inputs: StepsInputs, back: typeof unweigh = unweigh): Outputs {
  const { xs, targets, x } = inputs;
  const dtype = x.dtype as 'f64' | 'f32';
  const { arithmetic: a } = accumulation(dtype);
  const stages = stagesOf(inputs);
  const step = optimizerOf(inputs, a);
  const array = (values: Reals, shape: readonly number[]): Array_ => ({
    dtype,
    shape: [...shape],
    data: dtype === 'f64' ? Float64Array.from(values) : Float32Array.from(values),
  });
  const outputs: Record<string, Array_> = {};
  const losses: number[] = [];
  for (const [k, batch] of xs.entries()) {
    const N = batch.shape[0];
    const left: Left[] = [];
    let before: Reals = load(batch);
    for (const stage of stages) {
      const one = forward(
        method,
        stage,
        before,
        N,
        { ...inputs, count: inputs.count === undefined ? undefined : BigInt(k) },
        array,
        a,
      );
      left.push(one);
      before = one.a;
    }
    const { J, d } = loss(before, load(targets[k]), N, a);
    losses.push(J);
    let dA: Reals = d;
    for (const [i, stage] of [...stages.entries()].toReversed()) {
      const gradients = backward(method, stage, left[i], dA, inputs.epsilon, array, a, back);
      dA = gradients.dbefore;
      outputs[`y.${i + 1}`] = array(left[i].y, [N, ...stage.link.sample]);
      for (const name of trained) {
        if (!stage.values[name]) continue;
        const gradient = gradients[`d${name}`]!;
        outputs[`d${name}.${i + 1}`] = array(gradient, inputs.stages[i][name]!.shape);
        stage.values[name] = step(`${name}.${i}`, stage.values[name], gradient, k + 1);
      }
    }
  }
  outputs.loss = array(Float64Array.from(losses), [losses.length]);
  for (const [i, { values }] of stages.entries())
    for (const name of [...trained, ...kept])
      if (values[name]) outputs[`${name}.${i + 1}`] = array(values[name], inputs.stages[i][name]!.shape);
  outputs.prediction = array(predict(method, stages, load(x), inputs.epsilon, array, a), [
    1,
    ...stages.at(-1)!.link.sample,
  ]);
  return outputs;
}

type Make = (values: Reals, shape: readonly number[]) => Array_;

function stagesOf({ stages, x }: StepsInputs): Stage[] {
  let sample: readonly number[] = x.shape.slice(1);
  return stages.map((stage: StageInputs) => {
    const link = linkOf(stage, sample);
    sample = link.sample;
    const values: Record<string, Reals> = {};
    for (const name of [...trained, ...kept]) if (stage[name]) values[name] = load(stage[name]);
    return { link, activation: stage.activation, values };
  });
}

function forward(
  method: Method,
  { link, activation, values }: Stage,
  before: Reals,
  N: number,
  { epsilon, momentum, count }: Pick<StepsInputs, 'epsilon' | 'momentum'> & { count?: bigint | undefined },
  array: Make,
  a: Arithmetic,
): Left {
  const z = array(weigh(link, values.weight, values.bias ?? null, before, a), [N, ...link.sample]);
  const answered = train(method, {
    ...{ x: z, epsilon, layout: 'channels_first' },
    ...(momentum === undefined ? {} : { momentum }),
    ...(count === undefined ? {} : { count }),
    ...perUnit(values, link, array),
  });
  for (const name of kept) values[name] = answered[name]!;
  const y = answered.y as Reals;
  return { before, z, y, a: y.map((v) => activate(activation, v, a)) };
}

const perUnit = (values: Record<string, Reals>, { units }: Link, array: Make) =>
  Object.fromEntries(['gamma', 'beta', ...kept].map((name) => [name, array(values[name], [units])]));

function backward(
  method: Method,
  stage: Stage,
  left: Left,
  dA: Reals,
  epsilon: number,
  array: Make,
  a: Arithmetic,
  back: typeof unweigh,
) {
  const { link, activation, values } = stage;
  const dy = left.y.map((y, i) => slope(activation, y, left.a[i], dA[i], a));
  const { gamma, beta } = perUnit(values, link, array);
  const through = { x: left.z, dy: array(dy, left.z.shape), gamma, beta, epsilon, layout: 'channels_first' } as const;
  const { dx, dgamma, dbeta } = grad(method, through);
  return { ...back(link, values.weight, left.before, dx as Reals, a), dgamma, dbeta } as Record<string, Reals>;
}

function predict(
  method: Method,
  stages: readonly Stage[],
  example: Reals,
  epsilon: number,
  array: Make,
  a: Arithmetic,
) {
  let before = example;
  for (const { link, activation, values } of stages) {
    const x = array(weigh(link, values.weight, values.bias ?? null, before, a), [1, ...link.sample]);
    const { y } = infer(method, { x, epsilon, layout: 'channels_first', ...perUnit(values, link, array) });
    before = (y as Reals).map((v) => activate(activation, v, a));
  }
  return before;
}

function activate(name: string, y: number, a: Arithmetic): number {
  if (name === 'relu') return Math.max(y, 0);
  if (name === 'sigmoid') return a.divide(1, a.add(1, a.round(Math.exp(-y))));
  return name === 'tanh' ? a.round(Math.tanh(y)) : y;
}

function slope(name: string, y: number, A: number, dA: number, a: Arithmetic): number {
  if (name === 'relu') return y > 0 ? dA : 0;
  if (name === 'sigmoid') return a.multiply(a.multiply(dA, A), a.subtract(1, A));
  return name === 'tanh' ? a.multiply(dA, a.subtract(1, a.multiply(A, A))) : dA;
}

function loss(A: Reals, T: Reals, N: number, a: Arithmetic) {
  let J = 0;
  const d = new Float64Array(A.length);
  for (let i = 0; i < A.length; i++) {
    const far = a.subtract(A[i], T[i]);
    J = a.add(J, a.multiply(far, far));
    d[i] = a.divide(far, N);
  }
  return { J: a.divide(J, 2 * N), d };
}
