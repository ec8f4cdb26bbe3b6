import { describe, expect, it } from 'vitest';
import type { Column } from '../src/exact/column.js';
import * as columns from '../src/exact/column.js';
import { symbols } from '../src/formula/ast.js';
import { bind, evaluate } from '../src/formula/evaluate.js';
import { parse } from '../src/formula/parse.js';
import { perChannel } from '../src/formula/shape.js';
import type { Op } from '../src/run/layer.js';
import { suite } from '../src/suite.js';
import { random } from './exact.random.js';
import { pointwise } from './formula.point.js';
import { type Case, fractions, rational } from './spec.case.js';

const { integer, ratio } = columns;

function read(text: string, op: Op, { m, given }: Case): Column {
  const algebra = pointwise(m);
  const lookup = bind(suite.spec.chapters[op], algebra, (name) => given[name]);
  return evaluate(parse(text), algebra, lookup, perChannel);
}

/** Whether a law's text holds in all elements. */
const holds = (law: string, op: Op, drawn: Case): boolean => {
  const truth = read(law, op, drawn);
  return truth.p.every((_, i) => columns.sign(truth, i) === 1);
};

/** The data that a law is about, where it is not about all. */
const about: Record<string, (drawn: Case) => Record<string, Column>> = {
  'forward.gamma-zero': () => ({ gamma: integer(0n) }),
  'forward.constant-channel': ({ m }) => ({ x: columns.column(new Array(m).fill(5)) }),
  'forward.two-point': () => ({ x: columns.column([3, 10]), dy: columns.column([1, 2]) }),
  'inference.center': ({ given }) => ({ x: given.running_mean! }),
  'backward.constant-dy': ({ m }) => ({ dy: columns.column(new Array(m).fill(-3)) }),
  'backward.dy-along-x': ({ given, m }) => ({ dy: columns.multiply(integer(BigInt(m)), given.x!) }),
  'frozen.constant-dy': ({ m }) => ({ dy: columns.column(new Array(m).fill(1)) }),
  'running.fixed-point': (drawn) => ({ running_mean: read('mu', 'train', drawn) }),
  // The weight of a first batch.
  'running.first-batch': () => ({ alpha: integer(1n) }),
  'running.alpha-one': () => ({ alpha: integer(1n) }),
  'running.alpha-zero': () => ({ alpha: integer(0n) }),
  'running.epsilon-large': () => ({ running_var: integer(0n), epsilon: integer(2n ** 14n) }),
  'backward.zero-dy': ({ m }) => ({ dy: columns.column(new Array(m).fill(0)) }),
  'corners.constant-offset': ({ m }) => ({ x: columns.column(new Array(m).fill(7)) }),
  'corners.running-variance-zero': () => ({ running_var: integer(0n) }),
  'corners.fresh-statistics': () => ({ running_mean: integer(0n), running_var: integer(1n) }),
  'corners.epsilon-large': () => ({ epsilon: integer(4n) }),
  'corners.epsilon-tiny': () => ({ epsilon: ratio(1n, 2n ** 60n) }),
};

/** Laws that speak of the specification alone: all their names are its own. */
const laws = suite.laws.flatMap(({ id, law, of, where }) => {
  if (typeof law !== 'string' || where) return [];
  const { given } = rational(random(1));
  const known = (name: string): boolean =>
    Object.hasOwn(given, name) ||
    name === 'm' ||
    suite.spec.chapters[of].some((chapter) => Object.hasOwn(chapter, name));
  return symbols(parse(law)).every(known) && !/^(isnan|nonfinite|same|refused|pure|right)/.test(law)
    ? [{ id, law, of }]
    : [];
});

describe('laws hold on the specification itself, exactly', () => {
  it('and there are many', () => {
    expect(laws.length).toBeGreaterThan(28);
    expect(laws.map(({ id }) => id)).toEqual(expect.arrayContaining(Object.keys(about)));
  });

  it.each(laws)('$id: $law', ({ id, law, of }) => {
    const from = random(id.length);
    for (let round = 0; round < 40; round++) {
      const drawn = fitting(id, rational(from));
      expect(holds(law, of, drawn), shown(drawn)).toBe(true);
    }
  });

  it.each<[Op, string]>([
    ['train', 'y'],
    ['infer', 'y'],
    ['train', 'next_mean'],
    ['grad', 'dx'],
    ['grad', 'dgamma'],
    ['infer_grad', 'dx'],
  ])('but no equation of %s holds when %s is moved by 2^-60', (op, name) => {
    const telling = laws.filter(
      ({ law, of }) => of === op && symbols(parse(law)).includes(name) && !law.includes('<='),
    );
    expect(telling.length).toBeGreaterThan(0);
    const from = random(3);
    for (const { id, law } of telling) {
      const survived = Array.from({ length: 8 }, () => {
        const { m, given } = fitting(id, rational(from));
        const right = read(name, op, { m, given });
        const moved = columns.add(right, columns.column(right.p.map((_, i) => (i === 0 ? 2 ** -60 : 0))));
        return holds(law, op, { m, given: { ...given, [name]: moved } });
      });
      expect(survived, id).toContain(false);
    }
  });
});

/** The case with the data that a law is about. */
function fitting(id: string, drawn: Case): Case {
  const given = { ...drawn.given, ...about[id]?.(drawn) };
  return { m: given.x!.p.length, given };
}

const shown = ({ given }: Case): string =>
  JSON.stringify(given, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));

describe('running averages', () => {
  const power = (base: Column, n: number): Column => columns.power(base, n);
  const complement = (alpha: Column): Column => columns.subtract(integer(1n), alpha);
  const updated = (batches: readonly Column[], { given }: Case): Column[] => {
    let running: Column[] = [given.running_mean!, given.running_var!];
    for (const x of batches) {
      const drawn = { m: x.p.length, given: { ...given, x, running_mean: running[0]!, running_var: running[1]! } };
      running = ['next_mean', 'next_var'].map((name) => read(name, 'train', drawn));
    }
    return running;
  };
  const entering = (x: Column, { given }: Case): Column[] =>
    ['mu', 'batch_var'].map((name) => read(name, 'train', { m: x.p.length, given: { ...given, x } }));

  it('after k batches have their closed form', () => {
    const from = random(31);
    for (let k = 1; k <= 8; k++) {
      const drawn = rational(from);
      const { alpha, running_mean, running_var } = drawn.given;
      const batches = Array.from({ length: k }, () => fractions(from, drawn.m));
      const start = [running_mean!, running_var!];
      updated(batches, drawn).forEach((running, which) => {
        const rest = columns.multiply(power(complement(alpha!), k), start[which]!);
        const closed = batches.reduce((sum, x, i) => {
          const weight = columns.multiply(alpha!, power(complement(alpha!), k - 1 - i));
          return columns.add(sum, columns.multiply(weight, entering(x, drawn)[which]!));
        }, rest);
        expect(columns.equal(running, closed)).toBe(true);
      });
    }
  });

  it('on one batch again and again, what is left of the start is (1 - alpha)^k of it', () => {
    const from = random(32);
    for (let k = 0; k <= 8; k++) {
      const drawn = rational(from);
      const { x, alpha, running_mean, running_var } = drawn.given;
      const still = entering(x!, drawn);
      updated(new Array(k).fill(x), drawn).forEach((running, which) => {
        const start = columns.subtract([running_mean!, running_var!][which]!, still[which]!);
        const left = columns.subtract(running, still[which]!);
        expect(columns.equal(left, columns.multiply(power(complement(alpha!), k), start))).toBe(true);
      });
    }
  });

  it('are the same in both conventions of momentum', () => {
    const from = random(33);
    for (let round = 0; round < 50; round++) {
      const { m, given } = rational(from);
      const keep = { m, given: { ...given, keep: complement(given.alpha!) } };
      expect(holds('next_mean == keep * running_mean + (1 - keep) * mu', 'train', keep)).toBe(true);
      expect(holds('next_var == keep * running_var + (1 - keep) * batch_var', 'train', keep)).toBe(true);
      expect(holds('next_mean == running_mean + alpha * (mu - running_mean)', 'train', keep)).toBe(true);
    }
  });

  it('with weights 1 / k are the plain average', () => {
    const from = random(34);
    const batches = Array.from({ length: 6 }, () => fractions(from, 3));
    const mean = batches.reduce((running, x, i) => {
      const given = { x, running_mean: running, alpha: ratio(1n, BigInt(i + 1)) };
      return read('next_mean', 'train', { m: 3, given });
    }, integer(99n));
    const plain = batches.reduce((sum, x) => columns.add(sum, columns.sum(x)), integer(0n));
    expect(columns.equal(mean, columns.divide(plain, integer(18n)))).toBe(true);
  });
});

describe('what batches say of a population, over all batches that can be drawn', () => {
  const mean = (values: readonly Column[]): Column =>
    columns.divide(values.reduce(columns.add), integer(BigInt(values.length)));
  const drawnFrom = (population: readonly number[], m: number): number[][] =>
    m === 0 ? [[]] : drawnFrom(population, m - 1).flatMap((batch) => population.map((value) => [...batch, value]));

  it.each([
    { population: [1, 4], m: 2 },
    { population: [-3, 0, 8], m: 4 },
    { population: [0.1, 0.25, -7, 12], m: 3 },
    { population: [5, 5, 5, 6, 1], m: 5 },
  ])('$population, batches of $m', ({ population, m }) => {
    const of = (values: readonly number[], name: string): Column =>
      read(name, 'train', { m: values.length, given: { x: columns.column(values) } });
    const [mu, sigma2] = [of(population, 'mu'), of(population, 'sigma2')];
    const batches = drawnFrom(population, m);
    expect(batches).toHaveLength(population.length ** m);
    const means = batches.map((batch) => of(batch, 'mu'));
    const size = integer(BigInt(m));
    // E[mu_B] = mu, Var[mu_B] = sigma^2 / m, E[V_B] m / (m - 1) = sigma^2
    expect(columns.equal(mean(means), mu)).toBe(true);
    const squares = means.map((value) => columns.power(columns.subtract(value, mu), 2));
    expect(columns.equal(mean(squares), columns.divide(sigma2, size))).toBe(true);
    const biased = mean(batches.map((batch) => of(batch, 'sigma2')));
    expect(columns.equal(columns.multiply(biased, ratio(BigInt(m), BigInt(m - 1))), sigma2)).toBe(true);
    expect(columns.equal(biased, sigma2)).toBe(false);
  });
});
