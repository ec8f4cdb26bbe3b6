import { describe, expect, test } from 'vitest';
import { misconceptions } from '../spec/misconceptions.js';
import { shown } from '../src/docs/misconceptions.js';
import { cases, type Misconception, meant, same, search, sides } from '../src/run/misconception.js';
import { edited } from '../src/run/mutant.js';
import { type Small, smallest } from '../src/run/smallest.js';
import { suite } from '../src/suite.js';

const all = Object.entries<Misconception>(misconceptions);
const { spec } = suite;
const differs = (one: Misconception, small: Small): boolean => {
  const { right, wrong } = sides(one, spec, small);
  return meant(one, spec, small) && right !== null && (wrong === null || !same(right, wrong));
};
const ofSome = function* (one: Misconception): Generator<Small> {
  let left = 150;
  for (const small of cases(one, spec)) {
    if (!meant(one, spec, small)) continue;
    if (left === 0) return;
    yield small;
    left -= 1;
  }
};

/** On how many cases both texts agree under these formulas, and on how many not; those that no one root can say are left out. */
function agreement(one: Misconception, formulas = spec): { agree: number; differ: number } {
  let [agree, differ] = [0, 0];
  for (const small of ofSome(one)) {
    try {
      const { right } = sides(one, formulas, small);
      const { wrong } = sides(one, spec, small);
      if (right === null || wrong === null ? right === wrong : same(right, wrong)) agree += 1;
      else differ += 1;
    } catch (cause) {
      if (!/^needs (a|two) square roots?/.test((cause as Error).message)) throw cause;
    }
  }
  return { agree, differ };
}

describe.each(all)('%s', (id, one) => {
  test('is refuted by a smallest case: no case before it in the order of size differs', () => {
    const { found, before } = search(one, spec);
    expect(found).not.toBeNull();
    const order = cases(one, spec);
    for (let i = 0; i < before; i += 1) expect(differs(one, order.next().value as Small)).toBe(false);
    const first = order.next().value as Small;
    expect(first).toEqual({ m: found!.m, given: found!.given });
    expect(differs(one, first)).toBe(true);
  });

  test('said rightly, it is not refuted', () => {
    for (const truth of [one.right, ...(one.is === undefined ? [] : [one.is])]) {
      const limit = search(one, spec).before + 300;
      expect(search({ ...one, wrong: truth }, spec, limit)).toEqual({ found: null, before: limit });
    }
  });

  test.each(one.mutants)('is what %s does', (mutant) => {
    const wrong = suite.mutants.find((candidate) => candidate.id === mutant)!;
    expect(wrong.wrongAt).not.toBeNull();
    const { agree, differ } = agreement(one, edited(spec, wrong));
    expect(differ).toBe(0);
    expect(agree).toBeGreaterThan(5);
    expect(agreement(one).differ, 'and not what the specification does').toBeGreaterThan(0);
  });

  test('is said in sentences, under a name of its own', () => {
    for (const text of [one.claims, one.says]) expect(text).toMatch(/^[A-Z].*\.$/);
    expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
    for (const where of one.seen) expect(where).toMatch(/^([\w.-]+\/[\w.-]+#\d+|textbook)$/);
  });
});

describe('the order of size', () => {
  const sizeOf = ({ given }: Small): number =>
    Object.values(given)
      .flat(2)
      .reduce((sum, value) => sum + [0, 1, -1, 2, -2].indexOf(value), 0);

  test('has every case once, the fewest elements first, then the smallest numbers', () => {
    const drawn: Small[] = [];
    for (const small of smallest(['x', 'b'], 1))
      if (small.m < 3) drawn.push(small);
      else break;
    expect(drawn).toHaveLength(5 ** 2 + 5 ** 3);
    expect(new Set(drawn.map((small) => JSON.stringify(small))).size).toBe(drawn.length);
    for (const [i, small] of drawn.entries()) {
      const { [i - 1]: before = small } = drawn;
      expect(before.m === small.m ? sizeOf(before) <= sizeOf(small) : before.m < small.m).toBe(true);
    }
  });

  test('gives each channel elements of its own', () => {
    const [, second] = smallest(['x', 'gamma'], 2);
    expect(second).toEqual({ m: 1, given: { x: [[0], [0]], gamma: [[2]] } });
  });
});

describe('the search can fail', () => {
  const one: Misconception = misconceptions['no-count'];

  test('a statement that is true of small batches alone is refuted by a larger one', () => {
    const found = (limit?: number) => search({ ...one, wrong: 'sum((x - mu)^2) / 2' }, spec, limit).found;
    expect(found(5 + 5 ** 2)).toBeNull();
    expect(found()!.m).toBe(3);
  });

  test('a mutant that is another mistake is not taken for this one', () => {
    const other = suite.mutants.find(({ id }) => id === 'forward.root-of-count-in-variance')!;
    expect(agreement(one, edited(spec, other)).differ).toBeGreaterThan(0);
  });

  test('a name that nobody gives is an error', () => {
    expect(() => search({ ...one, wrong: 'median' }, spec)).toThrow("nothing gives 'median'");
  });

  test('values that no one root can say are an error, never taken for alike', () => {
    expect(() => search({ ...one, wrong: 'sqrt(sqrt(2))' }, spec)).toThrow('square root of a square root');
  });
});

test('a counterexample is shown with exact values, and with none where there is none', () => {
  const text = (id: keyof typeof misconceptions) =>
    shown(misconceptions[id], search(misconceptions[id], spec).found!, suite);
  expect(text('no-count').split('\n')).toEqual(['x = [0, 1]', 'sigma2 = 1/4', 'said: sum((x - mu)^2) = 1/2']);
  expect(text('other-mean')).toContain('x = [0] | [1]');
  expect(text('no-epsilon')).toContain('said: (x - mu) / sqrt(sigma2) = no value');
  expect(text('parameters-averaged')).toContain('alpha = 1/2');
  const [, asked, y, z] = text('bias-kept').split('\n');
  expect([asked, y!.slice(1)]).toEqual(['z is y with x = x + b', z!.slice(1)]);
});
