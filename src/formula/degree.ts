import type { Fn } from './ast.js';
import type { Algebra } from './evaluate.js';
import { FormulaError } from './parse.js';

/**
 * How long a value can be as a fraction: a polynomial of total degree at most `over` in what is drawn and in the square
 * roots it holds, over one of degree at most `under`. A root counts with half the degree of what stands under it.
 */
export interface Degree {
  readonly over: number;
  readonly under: number;
  /** Whether the value, and whether its denominator, is another one for each element of the channel. */
  readonly along: boolean;
  readonly varies: boolean;
  /** The square roots it holds. */
  readonly roots: ReadonlySet<symbol>;
  /** A root for each element. */
  readonly loose: boolean;
  /** The value itself, of a whole number. */
  readonly value?: number;
  /** Drawn with one sign, so that its absolute value is it or its negative. */
  readonly signed?: true;
}

const none: ReadonlySet<symbol> = new Set();
const still = { over: 0, under: 0, along: false, varies: false, roots: none, loose: false } as const;
const whole = (value: number): Degree => ({ ...still, value });

/** What is drawn: one number, or one for each element. */
export const drawn = (along: boolean, signed = false): Degree => ({
  ...still,
  ...{ over: 1, along },
  ...(signed ? { signed: true } : {}),
});

const known = (value: number | undefined): Pick<Degree, 'value'> => (value === undefined ? {} : { value });

const both = (a: Degree, b: Degree) => ({
  along: a.along || b.along,
  varies: a.varies || b.varies,
  roots: new Set([...a.roots, ...b.roots]),
  loose: a.loose || b.loose,
});

/** p/q + r/s = (ps + rq) / qs */
const sum = (a: Degree, b: Degree): Degree => ({
  over: Math.max(a.over + b.under, b.over + a.under),
  under: a.under + b.under,
  ...both(a, b),
});
const product = (a: Degree, b: Degree): Degree => ({ over: a.over + b.over, under: a.under + b.under, ...both(a, b) });
const inverse = (a: Degree): Degree => ({
  ...{ over: a.under, under: a.over, along: a.along, varies: a.varies || a.along },
  ...{ roots: a.roots, loose: a.loose },
});

const calculated =
  (degree: (a: Degree, b: Degree) => Degree, value: (a: number, b: number) => number) =>
  (a: Degree, b: Degree): Degree => ({
    ...degree(a, b),
    ...known(a.value === undefined || b.value === undefined ? undefined : value(a.value, b.value)),
  });

function power(base: Degree, { value: exponent }: Degree): Degree {
  if (exponent === undefined || !Number.isInteger(exponent))
    throw new FormulaError('a power has a degree only if its exponent is a whole number');
  const { signed: _, value, ...turned } = exponent < 0 ? inverse(base) : base;
  const n = Math.abs(exponent);
  return {
    ...turned,
    ...{ over: n * turned.over, under: n * turned.under },
    ...known(value === undefined ? undefined : value ** exponent),
  };
}

/** The degrees of formulas over a batch of m elements. Throws FormulaError for what is no fraction of polynomials and roots. */
export function degrees(m: number): Algebra<Degree> {
  const rules: Partial<Record<Fn, (a: Degree, b: Degree) => Degree>> = {
    add: calculated(sum, (a, b) => a + b),
    subtract: calculated(sum, (a, b) => a - b),
    multiply: calculated(product, (a, b) => a * b),
    divide: (a, b) => product(a, inverse(b)),
    negate: (a) => ({ ...a, ...known(a.value === undefined ? undefined : -a.value) }),
    power,
    /** sqrt(p/q) = sqrt(pq) / q where q > 0 */
    sqrt(a) {
      if (a.roots.size > 0) throw new FormulaError('a root in a root has no degree here');
      const { along, varies, under } = a;
      return { ...{ over: (a.over + under) / 2, under, along, varies }, roots: new Set([Symbol()]), loose: along };
    },
    /** Elements of one denominator add up over it, and others over the product of all. */
    sum(a) {
      if (a.loose) throw new FormulaError('a sum of roots, one for each element, has no degree here');
      const others = a.varies ? (m - 1) * a.under : 0;
      return { ...still, over: a.over + others, under: a.under + others, roots: a.roots };
    },
    abs: (a) => fixed(a, a),
    sign: (a) => fixed(a, whole(1)),
  };
  return {
    integer: whole,
    count: () => whole(m),
    apply(fn, args) {
      const rule = rules[fn];
      if (!rule) throw new FormulaError(`${fn} has no degree`);
      return rule(args[0]!, args[1]!);
    },
  };
}

function fixed(a: Degree, degree: Degree): Degree {
  if (!a.signed) throw new FormulaError('only what is drawn with one sign has an absolute value of its degree');
  const { value: _, signed: __, ...rest } = degree;
  return rest;
}

/**
 * What an equation comes to over one denominator, without roots: the degree of the norm of its numerator.
 *
 * Let t be what is drawn, from a convex region where everything under a root is positive, and s1 ... sK the roots as
 * functions there, each of a polynomial (see `sqrt`). Left minus right is N / M with N a polynomial in t and s of degree
 * n = max(over + under', over' + under) at most. The s generate an extension of Q(t) of degree 2^K at most, in which N has
 * as many conjugates: itself with other signs of some s. Their product, the norm, lies in Q(t) and is integral over Q[t],
 * so it is a polynomial; along no ray does a conjugate grow faster than the n-th power, so its degree is 2^K n at most. It is
 * 0 wherever N is, and 0 everywhere only if N is. So a false equation holds at a point whose coordinates are drawn
 * independently, each from a set of |S| numbers, with probability 2^K n / |S| at most (Schwartz and Zippel), and at k
 * points with the k-th power of that. Points where M is 0 have no value, and would fail the test.
 */
export function degreeOf(left: Degree, right: Degree): number {
  const n = Math.max(left.over + right.under, right.over + left.under);
  return Math.ceil(2 ** new Set([...left.roots, ...right.roots]).size * n);
}
