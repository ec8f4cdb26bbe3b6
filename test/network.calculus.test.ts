import { describe, expect, test } from 'vitest';
import { add, type Column, column, compare, integer, multiply, ratio } from '../src/exact/column.js';
import { type Between, fixed } from '../src/exact/fixed.js';
import { bind } from '../src/formula/evaluate.js';
import { exacts } from '../src/formula/exact.js';
import { perChannel } from '../src/formula/shape.js';
import { certainly, exactly, plainly } from '../src/run/calculus.js';
import { Foresight } from '../src/run/foreseen.js';
import { learn } from '../src/run/learning.js';
import type { Network } from '../src/run/network.js';
import { optimizers } from '../src/run/network.js';
import { mistaken } from '../src/run/network-kernel.js';
import { subject } from '../src/run/subject.js';
import { suite } from '../src/suite.js';
import { drawn, kinds, torch, type Wanted } from './network.drawn.js';

const texts = [suite.spec.network.chapters, torch] as const;
const by = (network: Network) => ({ momentum: network.alpha });
const certain = (network: Network, bits: number) => learn(network, certainly(bits, ...texts), by(network));

/** Each kind by gradient descent, and each optimizer over several batches. */
const all: [string, Network][] = [
  ...Object.entries(kinds).map(([name, wanted]): [string, Network] => [name, drawn(wanted)]),
  ...optimizers.map((optimizer): [string, Network] => [optimizer, drawn({ ...kinds.relu!, optimizer, batches: 2 })]),
];

const rational = (n: bigint, bits: number): Column => ratio(n, 1n << BigInt(bits));
const encloses = ({ lo, hi }: Between, value: Column, bits: number): boolean =>
  compare(rational(lo, bits), 0, value, 0) <= 0 && compare(value, 0, rational(hi, bits), 0) <= 0;

describe.each(all)('a network: %s', (_name, network) => {
  const wide = certain(network, 128);

  test('with 256 bits all lies within what 128 bits leave open, and in float64 near it', () => {
    const narrow = certain(network, 256);
    const floats = learn(network, plainly(...texts), by(network));
    expect([...narrow.keys()]).toEqual([...wide.keys()]);
    for (const [name, { data }] of wide)
      for (const [i, { lo, hi }] of data.entries()) {
        const inner = narrow.get(name)!.data[i]!;
        expect(lo << 128n <= inner.lo && inner.hi <= hi << 128n, name).toBe(true);
        const value = Number(lo) / 2 ** 128;
        expect(hi - lo < 1n << 64n, `${name} is known to 64 bits`).toBe(true);
        const away = Math.abs(floats.get(name)!.data[i]! - value);
        expect(away).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(value)));
      }
  });

  test('the ranges of right kernels contain it, and those of stable ones lie in those of all', () => {
    const foresight = new Foresight(network, suite.spec.network, torch);
    const [stable, semantic] = [foresight.at('stable'), foresight.at('semantic')];
    const grid = fixed(128);
    for (const [name, { data }] of wide)
      for (const [i, { lo, hi }] of data.entries()) {
        const [narrow, range] = [stable.get(name)!.data[i]!, semantic.get(name)!.data[i]!];
        expect(range.lo <= narrow.lo && narrow.hi <= range.hi, name).toBe(true);
        expect(Number.isFinite(narrow.lo) && Number.isFinite(narrow.hi), name).toBe(true);
        expect(grid.double(narrow.lo).lo <= hi && lo <= grid.double(narrow.hi).hi, name).toBe(true);
      }
  });
});

describe('backpropagation', () => {
  const [step, bits] = [2 ** -40, 256];

  /** The gradients that are not the derivative of the loss, by what certified arithmetic makes of these texts. */
  function wrongSlopes(network: Network, spec = suite.spec): string[] {
    const { formulas } = subject(torch.card, torch.profile, spec);
    const calculus = certainly(bits, spec.network.chapters, { formulas });
    const learned = (of: Network) => learn(of, calculus, by(of));
    const gradients = learned(network);
    const moved = (stage: number, name: 'gamma', i: number, by: number): Between => {
      const stages = network.stages.map((one, k) =>
        k === stage ? { ...one, [name]: one[name].with(i, one[name][i]! + by) } : one,
      );
      return learned({ ...network, stages }).get('loss')!.data[0]!;
    };
    return network.stages.flatMap((stage, k) =>
      (['weight', 'bias', 'gamma', 'beta'] as const).flatMap((name) =>
        [...(stage[name] ?? [])].flatMap((_, i) => {
          const slope = (moved(k, name as 'gamma', i, step).lo - moved(k, name as 'gamma', i, -step).hi) << 39n;
          const { lo } = gradients.get(`d${name}.${k + 1}`)!.data[i]!;
          // A central difference is off by a sixth of the third derivative times step^2 = 2^-80.
          const off = slope > lo ? slope - lo : lo - slope;
          return off < 1n << BigInt(bits - 60) ? [] : [`d${name}.${k + 1}`];
        }),
      ),
    );
  }

  test.each(Object.keys(kinds))('of %s is the derivative of the loss', (kind) => {
    expect(wrongSlopes(drawn(kinds[kind]!, 3))).toEqual([]);
  });

  test.each([
    ['weight-gradient-averaged', 'identity', 'dweight.2'],
    ['bias-gradient-magnitude', 'biased', 'dbias.1'],
    ['input-gradient-unweighted', 'identity', 'dgamma.1'],
    ['identity-gradient-stopped', 'identity', 'dbeta.2'],
    ['relu-gradient-open', 'relu', 'dgamma.1'],
    ['sigmoid-gradient-once', 'sigmoid', 'dgamma.1'],
    ['tanh-gradient-linear', 'tanh', 'dgamma.1'],
    ['statistics-constant', 'convolution', 'dweight.1'],
    ['loss-gradient-unaveraged', 'identity', 'dbeta.2'],
  ])('and that of network.%s is not', (id, kind, gradient) => {
    const mutant = suite.networkMutants.find((one) => one.id === `network.${id}`)!;
    expect(wrongSlopes(drawn(kinds[kind]!, 3), mistaken(suite.spec, mutant))).toContain(gradient);
  });
});

describe('where one root suffices', () => {
  const single = (activation: 'identity' | 'relu', rate: number): Network => {
    const wanted: Wanted = { activations: [activation], shapes: [[1, 2]], example: [2], rate };
    return drawn(wanted, 7);
  };

  test.each(['identity', 'relu'] as const)('%s: exactly, as the chapters of normalization have it', (activation) => {
    const network = single(activation, 0);
    const [exact, near] = [learn(network, exactly(...texts), by(network)), certain(network, 160)];
    for (const name of ['y.1', 'dgamma.1', 'dbeta.1', 'running_mean.1', 'running_var.1', 'prediction', 'dweight.1'])
      for (const [i, value] of exact.get(name)!.data.entries())
        expect(encloses(near.get(name)!.data[i]!, value, 160), name).toBe(true);
    const [{ weight, ...stage }] = network.stages as [Network['stages'][0]];
    const { x } = network.batches[0]!;
    const input = (k: number): Column => multiply(column([weight[k]!]), column(x.filter((_, i) => i % 2 === k)));
    const given: Record<string, Column> = {
      ...{ x: add(input(0), input(1)), epsilon: column([network.epsilon]), momentum: column([network.alpha]) },
      ...{ gamma: column(stage.gamma), beta: column(stage.beta), count: integer(0n) },
      ...{ running_mean: column(stage.running_mean), running_var: column(stage.running_var) },
    };
    const lookup = bind(torch.formulas.train, exacts(4), (name) => given[name]);
    const same = { y: 'y.1', next_mean: 'running_mean.1', next_var: 'running_var.1' };
    for (const [formula, name] of Object.entries(same)) {
      const whole = lookup(formula, perChannel);
      for (const [i, value] of exact.get(name)!.data.entries()) expect(compare(whole, i, value, 0)).toBe(0);
    }
  });

  test('two roots that meet have no exact value here, and are enclosed instead', () => {
    const network = drawn({ activations: ['identity'], shapes: [[2, 2]], example: [2] });
    expect(() => learn(network, exactly(...texts), by(network))).toThrow(RangeError);
    expect(() => learn(single('identity', 0.125), exactly(...texts), by(network))).toThrow(RangeError);
    expect(certain(network, 64).get('prediction')!.data).toHaveLength(2);
  });

  test('an exponential has none either', () => {
    const network = drawn(kinds.tanh!);
    expect(() => learn(network, exactly(...texts), by(network))).toThrow('exp has no exact meaning');
  });
});
