import { expect, it } from 'vitest';
import type { Format } from '../src/exact/format.js';
import { roundTo } from '../src/exact/grid.js';
import type { Layer, Op } from '../src/run/layer.js';
import type { Subject } from '../src/run/subject.js';
import { claiming, lawsOf, ops, Question } from './acceptance.case.js';
import { nasty } from './acceptance.data.js';
import { type Backward, backwards, type Channel, type Forward, forwards, roots } from './algorithms.outputs.js';
import { type Divide, divisions, type Estimator, estimators, f, type Sum, sums } from './algorithms.statistics.js';
import { type Random, random } from './exact.random.js';

/** One right kernel: a way to do each part. */
interface Algorithm {
  readonly estimator: Estimator;
  readonly sum: Sum;
  readonly over: Divide;
  readonly root: (d: number) => number;
  readonly forward: Forward;
  readonly backward: Backward;
  /** The new running value, as a blend or as a step. */
  readonly update: (old: number, fresh: number, alpha: number) => number;
}

const updates = [
  (old: number, fresh: number, alpha: number) => f(f(f(1 - alpha) * old) + f(alpha * fresh)),
  (old: number, fresh: number, alpha: number) => f(old + f(alpha * f(fresh - old))),
];

function drawn(from: Random): { names: string; algorithm: Algorithm } {
  const names: string[] = [];
  const pick = <T>(of: Readonly<Record<string, T>>): T => {
    names.push(from.pick(Object.keys(of)));
    return of[names.at(-1)!]!;
  };
  const parts = { estimator: pick(estimators), sum: pick(sums), over: pick(divisions), root: pick(roots) };
  const algorithm = { ...parts, forward: pick(forwards), backward: pick(backwards), update: from.pick(updates) };
  return { names: names.join(', '), algorithm };
}

type First = Exclude<Op, 'grad_grad'>;
type Answers = Record<First, Record<string, number[]>>;

function channelOf(layer: Layer, c: number): { x: number[]; dy: number[]; at: number[] } {
  const at: number[] = [];
  const S = layer.x.length / (layer.N * layer.C);
  for (let n = 0; n < layer.N; n++) for (let s = 0; s < S; s++) at.push((n * layer.C + c) * S + s);
  return { x: at.map((i) => layer.x[i]!), dy: at.map((i) => layer.dy[i]!), at };
}

/** What the algorithm answers to every operation, under the conventions of torch. */
function answersOf(layer: Layer, { estimator, sum, over, root, forward, backward, update }: Algorithm): Answers {
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
      const d = f(variance + f(layer.epsilon));
      return { ...{ x, dy, gamma, beta, mean, variance, d }, r: root(d) };
    };
    const { mean, variance } = estimator.of(x, sum, over);
    const [batch, frozen] = [channel(mean, variance), channel(before, variation)];
    const alpha = f(layer.alpha);
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

/** What the kernel may claim of an operation, beside nothing. */
function claimsOf({ estimator, forward, backward }: Algorithm, op: First): Readonly<Record<string, string>>[] {
  const folded = op === 'train' || op === 'infer' ? forward.folded : op === 'grad' && backward.folded;
  const form = folded ? {} : { form: 'direct' };
  return [
    {},
    form,
    ...(estimator.kind === 'twopass' ? [{ ...form, algo: 'twopass', shift: 'none', sums: 'true' }] : []),
  ];
}

const subjects = new Map<string, Subject>();
const subjectOf = (claims: Readonly<Record<string, string>>): Subject => {
  const key = JSON.stringify(claims);
  const known = subjects.get(key) ?? claiming(claims);
  subjects.set(key, known);
  return known;
};

it('no right algorithm is rejected, in any combination of its parts', () => {
  const from = random(17);
  let [checked, open] = [0, 0];
  for (let round = 0; round < 250; round++) {
    const { names, algorithm } = drawn(from);
    const layer = nasty(from, from.pick(['f32', 'f32', 'f16', 'bf16'] as Format[]), 2);
    const answers = answersOf(layer, algorithm);
    const tier = algorithm.estimator.kind === 'onepass' || algorithm.backward.crossed ? 'semantic' : 'stable';
    for (const op of ops.filter((one) => one !== 'grad_grad'))
      for (const claims of claimsOf(algorithm, op)) {
        const question = new Question(layer, op, subjectOf(claims));
        for (const output of Object.keys(lawsOf[op])) {
          const format = output === 'y' || output === 'dx' ? layer.dtype : 'f32';
          const values = answers[op][output]!.map((value) => roundTo(value, format));
          const { elements, notCheckable, refuted } = question.judge(question.answered(output, values), tier);
          expect(refuted, `${names}: ${op} ${output} claiming ${JSON.stringify(claims)}`).toBe(null);
          checked += elements;
          open += notCheckable;
        }
      }
  }
  console.info(`${checked} elements of right algorithms on nasty data, none rejected, ${open} not checkable`);
  expect(checked).toBeGreaterThan(100_000);
  expect(open).toBeLessThan(checked / 5);
});
