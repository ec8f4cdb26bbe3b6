import { folded, middles, segments } from './fold.js';
import { type Kernel, lanes } from './kernel.js';

/*
 * Kernels on f32 data, in f64 arithmetic. Those that give an element back compute it twice, a bound on the error below
 * and above; where both round to the same f32 the exact value lies between and so does too, because rounding is
 * monotone; the others are missed, and left to the next tier (forward.ts, backward.ts).
 */

/**
 * Least and greatest element by their bits, made integers of the same order (`inOrder`): NaN lies beyond the infinities, so
 * it needs no test of its own, and JavaScript is three times as fast as on floats.
 */
export const range: Kernel = {
  over: { x: 'f32' },
  given: {},
  keeps: { least: { as: 'i32', from: 0x7fffffff }, most: { as: 'i32', from: -0x80000000 } },
  does: `
    k = bits(x)
    k = k ^ ((k >> 31) & 0x7fffffff)
    least = lesser(least, k)
    most = greater(most, k)`,
};

const none = { as: 'f64', from: 0 } as const;
const keeps = { sum: none, high: none, low: none, off: { as: 'i32', from: 0 } } as const;

/**
 * Sums of x and of its squares, without any rounding where no x but 0 has bits below a limit (sums.ts has the reason):
 * `high` and `low` make up the squares, cut where D has its last bit. The test adds 2^31 - 1 to the bits, so that 0 comes
 * out on top of all others; `floor` is the limit, with as much added. A segment with an element below it is missed.
 */
export const squares: Kernel = {
  over: { x: 'f32' },
  given: { D: 'f64', floor: 'i32', ...middles(3) },
  keeps,
  does: `
    off = off | ((bits(x) & 0x7fffffff) + 0x7fffffff < floor)
    v = f64(x)
    sum = sum + v
    p = v * v
    q = (p + D) - D
    high = high + q
    low = low + (p - q)`,
  segment: { blocks: segments.f32 / lanes, ...folded(['sum', 'high', 'low']) },
};

/** Likewise sums of g and of its products with x. */
export const products: Kernel = {
  over: { x: 'f32', g: 'f32' },
  given: { D: 'f64', floor: 'i32', floorG: 'i32', ...middles(3) },
  keeps,
  does: `
    off = off | ((bits(x) & 0x7fffffff) + 0x7fffffff < floor) | ((bits(g) & 0x7fffffff) + 0x7fffffff < floorG)
    v = f64(g)
    sum = sum + v
    p = v * x
    q = (p + D) - D
    high = high + q
    low = low + (p - q)`,
  segment: squares.segment!,
};

/** y = k (x - c) + b, where b lies from `low` to `high`: the bound on the error stands in these two. */
export const forward: Kernel = {
  over: { x: 'f32', y: 'f32' },
  given: { c: 'f64', k: 'f64', low: 'f64', high: 'f64' },
  does: `
    v = k * (x - c)
    a = f32(v + low)
    b = f32(v + high)
    y = a
    miss differ(a, b)`,
};

/** dx = k (g - a) - h (x - c) + b, likewise. */
export const backward: Kernel = {
  over: { x: 'f32', g: 'f32', dx: 'f32' },
  given: { c: 'f64', h: 'f64', a: 'f64', k: 'f64', low: 'f64', high: 'f64' },
  does: `
    v = k * (g - a) - h * (x - c)
    l = f32(v + low)
    u = f32(v + high)
    dx = l
    miss differ(l, u)`,
};

/** dx = k g, where k lies from `low` to `high`. The zero makes -0 of no exact zero, and is too small for any other. */
export const scale: Kernel = {
  over: { g: 'f32', dx: 'f32' },
  given: { low: 'f64', high: 'f64' },
  does: `
    l = f32(low * g + 0.0)
    u = f32(high * g + 0.0)
    dx = l
    miss (l != u)`,
};
