import { describe, expect, it } from 'vitest';
import type { Column } from '../src/exact/column.js';
import * as columns from '../src/exact/column.js';
import { symbols } from '../src/formula/ast.js';
import { evaluate } from '../src/formula/evaluate.js';
import { parse } from '../src/formula/parse.js';
import { perChannel } from '../src/formula/shape.js';
import { type Field, reading, variables } from '../src/run/identity.js';
import type { Op } from '../src/run/layer.js';
import { proofOf, strength } from '../src/run/proof.js';
import { suite } from '../src/suite.js';
import { published } from './evidence.js';
import { type Random, random } from './exact.random.js';
import { pointwise } from './formula.point.js';
import { points } from './identity.points.js';
import { type Case, fractions, rational, weighted } from './spec.case.js';
import { read } from './spec.read.js';

const { integer, ratio } = columns;

const identities = suite.laws.flatMap((law) => {
  const proof = proofOf(law, suite);
  return proof ? [{ ...law, law: law.law as string, proof }] : [];
});

const picked = ({ p, q, ...rest }: Column, which: readonly number[]): Column => ({
  ...rest,
  p: which.map((i) => p[i]!),
  q: q && which.map((i) => q[i]!),
});

const field: Field<Column> = {
  algebra: pointwise,
  pick: (value, which) => (value.p.length === 1 ? value : picked(value, which)),
};

/** Whether a text of the law holds in all elements. */
function holds({ id, of, law }: { id: string; of: Op; law: string }, { m, given }: Case): boolean {
  const about = { law: { of }, identity: suite.identities[id], m };
  const lookup = reading(suite.spec, about, field, (name) => given[name]);
  const truth = evaluate(parse(law), pointwise(m), lookup, perChannel);
  return truth.p.every((_, i) => columns.sign(truth, i) === 1);
}

/** Laws that name nothing but the specification's own, inequalities among them. */
const laws = suite.laws.flatMap(({ id, law, of, where }) => {
  if (typeof law !== 'string' || where || /^(isnan|nonfinite|same|refused|pure|right)/.test(law)) return [];
  const known = (name: string): boolean =>
    Object.hasOwn(variables(undefined), name) ||
    name === 'm' ||
    suite.spec.chapters[of].some((chapter) => Object.hasOwn(chapter, name));
  return symbols(parse(law)).every(known) && !suite.identities[id]?.answers ? [{ id, law, of }] : [];
});

const shown = ({ given }: Case): string =>
  JSON.stringify(given, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));

describe('identities hold on the specification itself, exactly', () => {
  it('and there are many', () => {
    expect(identities.length).toBeGreaterThan(75);
    const ids = identities.map(({ id }) => id);
    expect(Object.keys(suite.identities).filter((id) => !ids.includes(id))).toEqual([]);
    const chance = Math.min(...identities.map(({ proof }) => strength(proof)));
    published(`${ids.length} of ${suite.laws.length} laws are identities`);
    published(`up to a chance of 2^-${chance} each`);
  });

  // docs/laws.md publishes these chances: the points are drawn as it says, anew in each run, since chance is of the draw.
  it.each(identities)('$id: $law', (law) => {
    expect(strength(law.proof)).toBeGreaterThan(100);
    for (const point of points(law.id, law.proof.sizes)) expect(holds(law, point), shown(point)).toBe(true);
  });

  it.each([
    ['forward.zero-mean', 'sum(y) / m == beta + gamma / 2^200'],
    ['forward.unit-variance', 'sum((y - beta)^2) / m == gamma^2'],
    ['forward.scale', 'z - beta == a * (y - beta)'],
    ['forward.order', 'z == xhat'],
    ['running.update-variance', 'next_var == (1 - alpha) * running_var + alpha * sigma2'],
    ['limit.one-step', 'next_var == sigma2'],
    ['backward.dx', 'dx == gamma / s * (dy - sum(dy) / m - xhat * sum(dy * xhat) / (m - 1))'],
    ['backward.symmetric', 'dy * of_v == v * of_u'],
    ['backward.duplicate', 'twice_gamma == dgamma'],
  ])('a false identity in place of %s is found: %s', (id, law) => {
    const { of } = suite.laws.find((one) => one.id === id)!;
    const truths = points(id, [2, 3, 5]).map((point) => holds({ id, of, law }, point));
    expect(truths).not.toContain(true);
  });
});

describe('laws hold on small numbers, where channels do not vary and values coincide', () => {
  it('and there are many', () => {
    expect(laws.length).toBeGreaterThan(28);
  });

  it.each(laws)('$id: $law', (law) => {
    const from = random(law.id.length);
    for (let round = 0; round < 40; round++) {
      const drawn = fitting(law.id, from);
      expect(holds(law, drawn), shown(drawn)).toBe(true);
    }
  });

  it.each<[Op, string]>([
    ['train', 'y'],
    ['infer', 'y'],
    ['train', 'next_mean'],
    ['grad', 'dx'],
    ['grad', 'dgamma'],
    ['infer_grad', 'dx'],
    ['grad_grad', 'g_x'],
    ['grad_grad', 'g_dy'],
    ['grad_grad', 'g_x'],
    ['grad_grad', 'g_gamma'],
    ['grad_grad', 'g_dy'],
  ])('but no equation of %s holds when %s is moved by 2^-60', (op, name) => {
    const telling = laws.filter(
      ({ law, of }) => of === op && symbols(parse(law)).includes(name) && !law.includes('<='),
    );
    expect(telling.length).toBeGreaterThan(0);
    const from = random(3);
    for (const law of telling) {
      const survived = Array.from({ length: 8 }, () => {
        const { m, given } = fitting(law.id, from);
        const right = read(name, op, { m, given: { ...given, ...aboutOf(law, { m, given }) } });
        const first = Array.from({ length: right.p.length }, (_, i) => (i === 0 ? 2 ** -60 : 0));
        return holds(law, { m, given: { ...given, [name]: columns.add(right, columns.column(first)) } });
      });
      expect(survived, law.id).toContain(false);
    }
  });
});

/** A case of a size that the law is about, with what it draws besides. */
function fitting(id: string, from: Random): Case {
  const identity = suite.identities[id];
  const drawn = weighted(from, rational(from, identity?.sizes?.[0]));
  const own = Object.entries(identity?.free ?? {}).map(([name, kind]) => [
    name,
    fractions(from, kind === 'elements' ? drawn.m : 1),
  ]);
  return { m: drawn.m, given: { ...drawn.given, ...Object.fromEntries(own) } };
}

/** The data that a law is about, where not about all. */
const aboutOf = ({ id, of }: { id: string; of: Op }, drawn: Case): Record<string, Column> =>
  Object.fromEntries(
    Object.entries(suite.identities[id]?.about ?? {}).map(([name, text]) => [name, read(text, of, drawn)]),
  );

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
    const truth = (law: string, drawn: Case): boolean => holds({ id: '', of: 'train', law }, drawn);
    for (let round = 0; round < 50; round++) {
      const { m, given } = rational(from);
      const keep = { m, given: { ...given, keep: complement(given.alpha!) } };
      expect(truth('next_mean == keep * running_mean + (1 - keep) * mu', keep)).toBe(true);
      expect(truth('next_var == keep * running_var + (1 - keep) * batch_var', keep)).toBe(true);
      expect(truth('next_mean == running_mean + alpha * (mu - running_mean)', keep)).toBe(true);
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
