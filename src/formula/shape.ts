/** Axes of a batch: samples, channels, positions. A formula reduces over some of them. */
export type Axis = 'N' | 'C' | 'S';
export type Shape = readonly [n: number, c: number, s: number];
export const scalar: Shape = [1, 1, 1];
export const perChannel: readonly Axis[] = ['N', 'S'];

export const size = ([n, c, s]: Shape): number => n * c * s;

/** The common shape of two operands; an axis of length 1 stretches. Throws RangeError for other mismatches. */
export function broadcast(a: Shape, b: Shape): Shape {
  const axis = (i: 0 | 1 | 2): number => {
    if (a[i] !== b[i] && a[i] !== 1 && b[i] !== 1) throw new RangeError(`shapes [${a}] and [${b}] do not broadcast`);
    return a[i] === 1 ? b[i] : a[i];
  };
  return [axis(0), axis(1), axis(2)];
}

/** The shape that remains, with length 1 along every reduced axis. */
export const reduced = ([n, c, s]: Shape, over: readonly Axis[]): Shape => [
  over.includes('N') ? 1 : n,
  over.includes('C') ? 1 : c,
  over.includes('S') ? 1 : s,
];

const sameShape = (a: Shape, b: Shape): boolean => a[0] === b[0] && a[1] === b[1] && a[2] === b[2];

/** `data` of shape `from` stretched to `to`; the same array if nothing stretches. */
export function expand(data: Float64Array, from: Shape, to: Shape): Float64Array {
  if (sameShape(from, to)) return data;
  const out = new Float64Array(size(to));
  if (size(from) === 1) return out.fill(data[0]!);
  const [dn, dc, ds] = steps(from);
  let k = 0;
  for (let n = 0; n < to[0]; n += 1)
    for (let c = 0; c < to[1]; c += 1)
      for (let s = 0, i = n * dn + c * dc; s < to[2]; s += 1, i += ds) out[k++] = data[i]!;
  return out;
}

/** Calls `visit(i, o)` for each element `i` with the place `o` it reduces into. */
export function fold(from: Shape, over: readonly Axis[], visit: (i: number, o: number) => void): void {
  const [dn, dc, ds] = steps(reduced(from, over));
  let i = 0;
  for (let n = 0; n < from[0]; n += 1)
    for (let c = 0; c < from[1]; c += 1)
      for (let s = 0, o = n * dn + c * dc; s < from[2]; s += 1, o += ds) visit(i++, o);
}

/** Distance in memory between neighbours along each axis; 0 where the axis has length 1. */
export const steps = ([n, c, s]: Shape): readonly [number, number, number] => [
  n === 1 ? 0 : c * s,
  c === 1 ? 0 : s,
  s === 1 ? 0 : 1,
];
