import type { Numbers } from './arrays.js';
import type { Fn } from './ast.js';
import type { Algebra } from './evaluate.js';
import { FormulaError } from './parse.js';
import { type Axis, broadcast, expand, fold, reduced, type Shape, scalar, size } from './shape.js';

/** Plain float64 arrays of samples x channels x positions: what wrong kernels compute with. Errors are those of float64. */
export interface Floats {
  readonly shape: Shape;
  readonly data: Float64Array;
}

const flag = (b: boolean): number => (b ? 1 : 0);

const unary: Partial<Record<Fn, (a: number) => number>> = {
  negate: (a) => -a,
  abs: Math.abs,
  sign: Math.sign,
  sqrt: Math.sqrt,
  exp: Math.exp,
  floor: Math.floor,
};

const binary: Partial<Record<Fn, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  power: (a, b) => a ** b,
  min: Math.min,
  max: Math.max,
  equal: (a, b) => flag(a === b),
  unequal: (a, b) => flag(a !== b),
  less: (a, b) => flag(a < b),
  lessEqual: (a, b) => flag(a <= b),
  greater: (a, b) => flag(a > b),
  greaterEqual: (a, b) => flag(a >= b),
  both: (a, b) => a && b,
  either: (a, b) => a || b,
};

/** One number after the other. */
export const doubles: Numbers<number> = {
  integer: (value) => value,
  rule(fn) {
    const rule = fn === 'choose' ? (test: number, a: number, b: number) => (test ? a : b) : (unary[fn] ?? binary[fn]);
    if (!rule) throw new FormulaError(`${fn} has no meaning in floating point`);
    return rule;
  },
};

/** Arithmetic on a batch of the given shape. */
export function floats(batch: Shape): Algebra<Floats> {
  const of = (value: number): Floats => ({ shape: scalar, data: Float64Array.of(value) });
  const count = (over: readonly Axis[]): Floats => of(size(batch) / size(reduced(batch, over)));
  return {
    integer: of,
    count,
    apply(fn, args, over) {
      const [a, b, c] = args as [Floats, Floats, Floats];
      const one = unary[fn];
      if (one) return { shape: a.shape, data: a.data.map(one) };
      const two = binary[fn];
      if (two) return zip(a, b, two);
      if (fn === 'sum') return reduce(stretched(a, batch, over), over, (total, x) => total + x);
      if (fn === 'peak') return reduce(a, over, (most, x) => Math.max(most, Math.abs(x)));
      if (fn === 'choose')
        return zip(
          zip(a, b, (t, x) => (t ? x : NaN)),
          zip(a, c, (t, x) => (t ? NaN : x)),
          pick,
        );
      const reading = readings[fn];
      if (reading) return reading(a, batch);
      throw new FormulaError(`${fn} has no meaning in floating point`);
    },
  };
}

const pick = (a: number, b: number): number => (Number.isNaN(a) ? b : a);

function zip(a: Floats, b: Floats, op: (x: number, y: number) => number): Floats {
  const shape = broadcast(a.shape, b.shape);
  const [x, y] = [expand(a.data, a.shape, shape), expand(b.data, b.shape, shape)];
  return { shape, data: x.map((value, i) => op(value, y[i]!)) };
}

/** A sum runs over the whole batch even where its argument is constant along an axis: sum(1) is m. */
function stretched(a: Floats, batch: Shape, over: readonly Axis[]): Floats {
  const along = (axis: Axis, i: 0 | 1 | 2): number => (over.includes(axis) && a.shape[i] === 1 ? batch[i] : a.shape[i]);
  const shape: Shape = [along('N', 0), along('C', 1), along('S', 2)];
  return { shape, data: expand(a.data, a.shape, shape) };
}

function reduce(a: Floats, over: readonly Axis[], step: (so: number, x: number) => number): Floats {
  const shape = reduced(a.shape, over);
  const data = new Float64Array(size(shape));
  fold(a.shape, over, (i, o) => (data[o] = step(data[o]!, a.data[i]!)));
  return { shape, data };
}

/** Tensors read in a wrong order, as real kernels have: from the channel before, by position, in the other layout. */
const readings: Partial<Record<Fn, (a: Floats, batch: Shape) => Floats>> = {
  neighbour: (a, [, channels]) => {
    const shape: Shape = [a.shape[0], channels, a.shape[2]];
    const data = expand(a.data, a.shape, shape);
    const at = (n: number, c: number, s: number): number => (n * channels + c) * shape[2] + s;
    return { shape, data: tabulate(shape, (n, c, s) => data[at(n, (c + channels - 1) % channels, s)]!) };
  },
  byPosition: (a, batch) => {
    const data = expand(a.data, a.shape, [1, batch[1], 1]);
    return { shape: batch, data: tabulate(batch, (_n, _c, s) => data[s % batch[1]]!) };
  },
  reread: (a, batch) => {
    const data = expand(a.data, a.shape, batch);
    const [, channels, positions] = batch;
    return { shape: batch, data: tabulate(batch, (n, c, s) => data[(n * positions + s) * channels + c]!) };
  },
};

/** An array from a function of its indices. */
export function tabulate([N, C, S]: Shape, value: (n: number, c: number, s: number) => number): Float64Array {
  const data = new Float64Array(N * C * S);
  let i = 0;
  for (let n = 0; n < N; n += 1)
    for (let c = 0; c < C; c += 1) for (let s = 0; s < S; s += 1) data[i++] = value(n, c, s);
  return data;
}
