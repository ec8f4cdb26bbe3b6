import type { Fn } from './ast.js';
import type { Algebra } from './evaluate.js';
import { type Axis, broadcast, fold, reduced, type Shape, scalar, size, steps } from './shape.js';

/** Numbers of any kind: what formulas over arrays of them need. */
export interface Numbers<T> {
  integer(value: number): T;
  /** What a function does; it reads no more operands than it has. Throws FormulaError for one that has no meaning there. */
  rule(fn: Fn): (a: T, b: T, c: T) => T;
}

/** Samples x channels x positions of such numbers. A linear layer has units for channels and inputs for positions. */
export interface Arrays<T> {
  readonly shape: Shape;
  readonly data: readonly T[];
}

/** Formulas over arrays of any numbers, along any axes: sums and `peak` run over those that a formula names. */
export function arrays<T>(batch: Shape, numbers: Numbers<T>): Algebra<Arrays<T>> {
  const one = (value: number): Arrays<T> => ({ shape: scalar, data: [numbers.integer(value)] });
  return {
    integer: one,
    count: (over) => one(size(batch) / size(reduced(batch, over))),
    apply(fn, args, over) {
      const [a] = args as readonly [Arrays<T>];
      if (fn === 'sum') return folded(a, batch, over, numbers.rule('add'), numbers.integer(0));
      if (fn === 'peak') {
        const abs = numbers.rule('abs');
        const sizes = { ...a, data: a.data.map((x) => abs(x, x, x)) };
        return folded(sizes, a.shape, over, numbers.rule('max'), numbers.integer(0));
      }
      const shape = args.map((arg) => arg.shape).reduce(broadcast);
      const [x, y = x, z = x] = args.map((arg) => stretched(arg, shape)) as [readonly T[], ...(readonly T[])[]];
      const rule = numbers.rule(fn);
      return { shape, data: x.map((own, i) => rule(own, y[i]!, z[i]!)) };
    },
  };
}

/** The elements of an array repeated along axes of length 1. */
export function stretched<T>({ shape: from, data }: Arrays<T>, to: Shape): readonly T[] {
  if (size(from) === size(to)) return data;
  if (data.length === 1) return Array<T>(size(to)).fill(data[0]!);
  const [dn, dc, ds] = steps(from);
  const out: T[] = [];
  for (let n = 0; n < to[0]; n += 1)
    for (let c = 0; c < to[1]; c += 1) for (let s = 0; s < to[2]; s += 1) out.push(data[n * dn + c * dc + s * ds]!);
  return out;
}

/** What is constant along an axis is summed along it as often as the batch is long. */
function folded<T>(
  a: Arrays<T>,
  batch: Shape,
  over: readonly Axis[],
  step: (so: T, x: T, _: T) => T,
  from: T,
): Arrays<T> {
  const along = (axis: Axis, i: 0 | 1 | 2): number => (over.includes(axis) && a.shape[i] === 1 ? batch[i] : a.shape[i]);
  const whole: Shape = [along('N', 0), along('C', 1), along('S', 2)];
  const data = stretched(a, whole);
  const shape = reduced(whole, over);
  const out = Array<T>(size(shape)).fill(from);
  fold(whole, over, (i, o) => {
    const x = data[i]!;
    out[o] = step(out[o]!, x, x);
  });
  return { shape, data: out };
}
