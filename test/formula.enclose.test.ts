import { describe, expect, it } from 'vitest';
import { type Column, column, compare } from '../src/exact/column.js';
import { roundTo } from '../src/exact/grid.js';
import { type Fn, type Node, print } from '../src/formula/ast.js';
import type { Chapter } from '../src/formula/chapter.js';
import { enclosures } from '../src/formula/enclose.js';
import { bind, evaluate } from '../src/formula/evaluate.js';
import { type Floats, floats } from '../src/formula/float.js';
import { always, never, point, points, type Ranges } from '../src/formula/interval.js';
import { parse } from '../src/formula/parse.js';
import { perChannel, type Shape, size } from '../src/formula/shape.js';
import { suite } from '../src/suite.js';
import { type Random, random } from './exact.random.js';
import { pointwise } from './formula.point.js';

/** Numbers of a channel (`element`) or one number (`channel`), in which every function has its place. */
function numeric(from: Random, depth: number, grain: 'element' | 'channel'): Node {
  const call = (fn: Fn, ...args: Node[]): Node => ({ kind: 'call', fn, args });
  const number = (value: number): Node => ({ kind: 'number', value });
  const any = (): Node => numeric(from, depth - 1, from.unit() < 0.6 ? grain : 'channel');
  if (depth === 0) {
    if (from.unit() < 0.2) return number(from.whole(0, 5));
    return { kind: 'symbol', name: from.pick(grain === 'element' ? ['x', 'y', 'f'] : ['c', 'd', 'm', 'g']) };
  }
  const kind = from.unit();
  if (grain === 'channel' && kind < 0.3)
    return call(from.pick(['sum', 'peak'] as const), numeric(from, depth - 1, 'element'));
  if (grain === 'channel' && kind < 0.4) return call('sqrt', call('abs', any()));
  if (kind < 0.5) return call('power', any(), number(from.whole(0, 3)));
  if (kind < 0.6) return call(from.pick(['negate', 'abs', 'sign', 'floor'] as const), any());
  if (kind < 0.7)
    return call(
      'choose',
      call(from.pick(['less', 'lessEqual', 'greater', 'equal'] as const), any(), any()),
      any(),
      any(),
    );
  return call(from.pick(['add', 'subtract', 'multiply', 'divide', 'min', 'max'] as const), any(), any());
}

const formulas: Chapter = { f: { is: 'x * c - g', says: '' }, g: { is: 'sum(x * y) / m + d', says: '' } };

/** Mostly ordinary, now and then next to an end of float64. */
const value = (from: Random): number =>
  from.pick([
    () => from.whole(-6, 6) / 2,
    () => (from.unit() - 0.5) * 10,
    () => (from.unit() - 0.5) * 2 ** from.whole(-40, 40),
    () => from.pick([0, Number.MIN_VALUE, 2 ** -1022, 2 ** 600, -(2 ** -600), Number.MAX_VALUE]),
  ])();

/** Numbers, and ranges around them: mostly points. */
function around(from: Random, shape: Shape): { at: Float64Array; ranges: Ranges } {
  const at = Float64Array.from({ length: size(shape) }, () => value(from));
  const width = (): number => (from.unit() < 0.6 ? 0 : from.unit() * 2 ** from.whole(-50, 3));
  return { at, ranges: { shape, lo: at.map((v) => v - width()), hi: at.map((v) => v + width()) } };
}

const isInside = (right: Column, i: number, lo: number, hi: number): boolean =>
  (lo === -Infinity || compare(column([lo]), 0, right, i) <= 0) &&
  (hi === Infinity || compare(right, i, column([hi]), 0) <= 0);

/** Switches: known before a formula is made ready. */
const off = { at: Float64Array.of(0), ranges: never };
const on = { at: Float64Array.of(1), ranges: always };

describe('random trees at random points', () => {
  it('the exact value lies inside', () => {
    const from = random(8);
    let [checked, known] = [0, 0];
    for (let round = 0; round < 6000; round++) {
      const batch: Shape = [from.whole(1, 3), 1, from.whole(1, 3)];
      const m = size(batch);
      const given = {
        x: around(from, batch),
        y: around(from, batch),
        c: from.unit() < 0.5 ? around(from, [1, 1, 1]) : from.pick([off, on]),
        d: around(from, [1, 1, 1]),
      };
      const node = numeric(from, from.whole(1, 4), from.pick(['element', 'channel']));
      const right = exactly(node, m, given);
      if (!right) continue;
      const named = (name: string): Ranges | undefined =>
        name === 'm' ? point(m) : (given as Record<string, { ranges: Ranges }>)[name]?.ranges;
      const { lo, hi } = enclosures([formulas], batch, named)(node);
      // What is the same everywhere, such as 0 * x, may come as one range.
      const places = Math.max(lo.length, right.p.length);
      expect([1, places], print(node)).toContain(lo.length);
      for (let i = 0; i < places; i++) {
        const [low, high] = lo.length === 1 ? [lo[0]!, hi[0]!] : [lo[i]!, hi[i]!];
        const place = right.p.length === 1 ? 0 : i;
        expect(isInside(right, place, low, high), `${print(node)} in [${low}, ${high}]`).toBe(true);
        checked += 1;
        if (high - low < Infinity) known += 1;
      }
    }
    expect(checked).toBeGreaterThan(8000);
    expect(known).toBeGreaterThan(checked / 2);
  });

  /** Null where the value is undefined, or needs two roots. */
  function exactly(node: Node, m: number, given: Record<string, { at: Float64Array }>): Column | null {
    const algebra = pointwise(m);
    const lookup = bind([formulas], algebra, (name) => given[name] && column(given[name].at));
    try {
      return evaluate(node, algebra, lookup);
    } catch (cause) {
      if (cause instanceof RangeError) return null;
      throw cause;
    }
  }
});

describe('the formulas of the suite', () => {
  const batch: Shape = [3, 2, 5];
  const normal = (from: Random): number => 2 * (from.unit() + from.unit() + from.unit() - 1.5);
  const list = (from: Random, length: number): Float64Array =>
    Float64Array.from({ length }, () => roundTo(3 + 2 * normal(from), 'f32'));
  const inputs = (from: Random): Record<string, Ranges> => ({
    ...Object.fromEntries(['x', 'dy', 'vx'].map((name) => [name, points(batch, list(from, 30))])),
    ...Object.fromEntries(
      ['gamma', 'beta', 'running_mean', 'vgamma', 'vbeta'].map((name) => [name, points([1, 2, 1], list(from, 2))]),
    ),
    running_var: points([1, 2, 1], list(from, 2).map(Math.abs)),
    ...{ m: point(15), epsilon: point(2 ** -10), alpha: point(0.25), divisor: point(14) },
    ...{ momentum: point(0.75), count: point(3) },
  });
  const own = ({ lo, shape }: Ranges, c: number): Column =>
    column(lo.filter((_, i) => lo.length === 1 || Math.floor(i / shape[2]) % 2 === c));
  const ops = ['train', 'infer', 'grad', 'infer_grad', 'grad_grad'] as const;

  it.each(ops)('of %s contain the exact value, and tell it apart in float32', (op) => {
    const from = random(4);
    const chapters = suite.spec.chapters[op];
    let [checked, told] = [0, 0];
    for (let round = 0; round < 10; round++) {
      const given = inputs(from);
      const enclosed = enclosures(chapters, batch, (name) => given[name]);
      const exact = [0, 1].map((c) => bind(chapters, pointwise(15), (name) => given[name] && own(given[name], c)));
      for (const name of chapters.flatMap((chapter) => Object.keys(chapter))) {
        const { lo, hi, shape } = enclosed(parse(name));
        const right = exact.map((lookup) => lookup(name, perChannel));
        lo.forEach((low, i) => {
          const place = right[0]!.p.length === 1 ? 0 : Math.floor(i / (2 * shape[2])) * shape[2] + (i % shape[2]);
          expect(
            isInside(right[Math.floor(i / shape[2]) % 2]!, place, low, hi[i]!),
            `${name} in [${low}, ${hi[i]}]`,
          ).toBe(true);
          checked += 1;
          if (roundTo(low, 'f32') === roundTo(hi[i]!, 'f32')) told += 1;
        });
      }
    }
    expect(checked).toBeGreaterThan(300);
    expect(told).toBeGreaterThan(0.99 * checked);
  });

  // In float64 the same steps in the same order land inside, since every step is rounded outward there.
  it.each(ops)('the bounds of %s contain what float64 makes of them', (op) => {
    const from = random(6);
    const chapters = [...suite.spec.bounds[op], ...suite.spec.chapters[op]];
    const batchStatistics = !op.startsWith('infer') ? ['mu', 'sigma2'] : [];
    let [ranges, known] = [0, 0];
    for (let round = 0; round < 10; round++) {
      const flags = ['semantic', 'twopass', 'sums', 'unshifted', 'direct', 'ftz', 'kept', 'debiased'].map((name) => [
        name,
        from.pick([never, always]),
      ]);
      const parameters = {
        u: 2 ** -24,
        eta: 2 ** -150,
        Omega: 2 ** 127,
        h: 14,
        h_mean: 14,
        h_var: 0,
        k: 2,
        u_saved: 2 ** -11,
        eta_saved: 2 ** -25,
        u_fold: 2 ** -24,
        ln_m: 2.8,
        log2_m: 4,
        unbounded: 2 ** 100,
      };
      const given: Record<string, Ranges> = { ...inputs(from), ...Object.fromEntries(flags) };
      for (const [name, number] of Object.entries(parameters)) given[name] = point(number);
      if (from.unit() < 0.5) given.u_saved = given.eta_saved = never;
      const near = bind<Floats>(
        chapters,
        floats(batch),
        (name) => given[name] && { shape: given[name].shape, data: given[name].lo },
      );
      for (const name of batchStatistics) given[name] = points([1, 2, 1], near(name, perChannel).data);
      const enclosed = enclosures(chapters, batch, (name) => given[name]);
      for (const name of suite.spec.bounds[op].flatMap((chapter) => Object.keys(chapter))) {
        const { lo, hi } = enclosed(parse(name));
        const { data } = near(name, perChannel);
        // A switch that is off may leave one number of what float64 computes for every element, and the other way round.
        for (let i = 0; i < Math.max(data.length, hi.length); i++) {
          const [number, low, high] = [data[i % data.length]!, lo[i % lo.length]!, hi[i % hi.length]!];
          expect(low <= number && number <= high, `${name}: ${number} in [${low}, ${high}]`).toBe(true);
          ranges += 1;
          if (high - low <= 1e-9 * Math.abs(number)) known += 1;
        }
      }
    }
    expect(known).toBeGreaterThan(0.9 * ranges);
  });
});
