import { describe, expect, test } from 'vitest';
import { losses } from '../bench/claims/loss.js';
import { Network, type Plan } from '../bench/claims/network.js';
import { gradients, type Norm, norm, normalize, remember } from '../bench/claims/norm.js';
import { learn } from '../bench/claims/train.js';
import { randn } from '../bench/data.js';
import { bind } from '../src/formula/evaluate.js';
import { type Floats, floats } from '../src/formula/float.js';
import { perChannel, type Shape } from '../src/formula/shape.js';
import { suite } from '../src/suite.js';
import { random } from './exact.random.js';

const [n, c] = [7, 3];
const both = { mean: true, variance: true };
const draw = randn(random(1));
const drawn = (size: number): Float64Array => Float64Array.from({ length: size }, draw);
const [x, dy] = [drawn(n * c), drawn(n * c)];

function layer(): Norm {
  const fresh = norm(c, { epsilon: 0.01, alpha: 0.25 });
  for (const values of [fresh.gamma, fresh.beta, fresh.running_mean]) values.set(drawn(c));
  fresh.running_var.set(drawn(c).map(Math.abs));
  return fresh;
}

/** What the texts of the specification come to. */
function spelled(op: 'train' | 'grad' | 'infer', of: Norm): (name: string) => Float64Array {
  const shape: Shape = [n, c, 1];
  const one = (value: number): Floats => ({ shape: [1, 1, 1], data: Float64Array.of(value) });
  const perC = (data: Float64Array): Floats => ({ shape: [1, c, 1], data: data.slice() });
  const given: Record<string, Floats> = {
    ...{ x: { shape, data: x }, dy: { shape, data: dy } },
    ...{ gamma: perC(of.gamma), beta: perC(of.beta) },
    ...{ running_mean: perC(of.running_mean), running_var: perC(of.running_var) },
    ...{ epsilon: one(of.epsilon), alpha: one(of.alpha), divisor: one(n - 1) },
  };
  const lookup = bind(suite.spec.chapters[op], floats(shape), (name) => given[name]);
  return (name) => lookup(name, perChannel).data;
}

/** The farthest that two are apart, beside the rounding of a float64. */
const apart = (a: Float64Array, b: Float64Array): number => {
  expect(a.length).toBe(b.length);
  return a.reduce((most, v, i) => Math.max(most, Math.abs(v - b[i])), 0) / Number.EPSILON;
};
const near = 256;

describe('the normalization of the claims is that of the specification', () => {
  const of = layer();
  const made = normalize(x, n, of);

  test.each(['mu', 'sigma2', 'inv_std', 'xhat', 'y'] as const)('%s', (name) => {
    expect(apart(made[name], spelled('train', of)(name))).toBeLessThan(near);
  });

  test('by running statistics', () => {
    const { y } = normalize(x, n, of, { mu: of.running_mean, sigma2: of.running_var });
    expect(apart(y, spelled('infer', of)('y'))).toBeLessThan(near);
  });

  test.each(['dx', 'dgamma', 'dbeta'] as const)('%s', (name) => {
    expect(apart(gradients(dy, n, of, made, both)[name], spelled('grad', of)(name))).toBeLessThan(near);
  });

  test('the running statistics, one batch later', () => {
    const said = ['next_mean', 'next_var'].map(spelled('train', of));
    remember(of, made, n);
    expect(apart(of.running_mean, said[0])).toBeLessThan(near);
    expect(apart(of.running_var, said[1])).toBeLessThan(near);
  });

  test.each(['mean', 'variance'])('a gradient that forgets the %s is not', (path) => {
    const { dx } = gradients(dy, n, of, made, { ...both, [path]: false });
    expect(apart(dx, spelled('grad', of)('dx'))).toBeGreaterThan(1e6);
  });
});

describe('the gradient of a whole network is that of its loss', () => {
  const target = Float64Array.from({ length: n }, (_, i) => i % 2);
  const data = { x, t: target, n };

  /** The farthest that a gradient is from the central difference of the loss, over all parameters. */
  function error(plan: Plan): number {
    const network = new Network(plan, random(3));
    learn(network, data, 'batch');
    const loss = (): number => losses[plan.loss].of(network.forward(x, n, 'batch'), target);
    const h = 2 ** -16;
    return Math.max(
      ...network.parameters.flatMap(({ value, slope }) =>
        [...slope].map((g, i) => {
          const at = value[i];
          value[i] = at + h;
          const above = loss();
          value[i] = at - h;
          const below = loss();
          value[i] = at;
          return Math.abs(g - (above - below) / (2 * h));
        }),
      ),
    );
  }

  const plans: Plan[] = (['identity', 'relu', 'tanh', 'sigmoid'] as const).flatMap((activation) =>
    ([true, false] as const).map((norm, i) => ({
      ...{ sizes: [c, 5, 4, 1], activation, norm },
      loss: i === 0 ? ('square' as const) : ('logistic' as const),
    })),
  );
  test.each(plans)('$activation, norm: $norm, $loss', (plan) => {
    expect(error(plan)).toBeLessThan(1e-8);
  });

  test.each(['mean', 'variance'])('not if it forgets the %s', (path) => {
    for (const plan of plans.filter(({ norm }) => norm))
      expect(error({ ...plan, paths: { ...both, [path]: false } })).toBeGreaterThan(1e-4);
  });

  test('dropout leaves out the share that it says, in training alone', () => {
    const plan: Plan = { sizes: [c, 400, 1], norm: false, activation: 'identity', loss: 'square', dropout: 0.25 };
    const network = new Network(plan, random(4));
    network.forward(x, n, 'train');
    const { kept } = network.passes[0];
    expect([...new Set(kept)].sort()).toEqual([0, 1 / 0.75]);
    expect(kept!.filter((v) => v === 0).length / kept!.length).toBeCloseTo(0.25, 1);
    network.forward(x, n, 'test');
    expect(network.passes[0].kept).toBeNull();
  });
});
