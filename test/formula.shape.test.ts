import { expect, test } from 'vitest';
import { type Axis, broadcast, expand, fold, reduced, type Shape, scalar, size, steps } from '../src/formula/shape.js';

const shapes: Shape[] = [
  [2, 3, 4],
  [1, 3, 1],
  [2, 1, 4],
  [1, 1, 1],
  [2, 3, 1],
  [1, 1, 4],
];

/** Where element (n, c, s) of `to` stands in an array of shape `from`. */
const place = ([N, C, S]: Shape, n: number, c: number, s: number): number =>
  ((N === 1 ? 0 : n) * C + (C === 1 ? 0 : c)) * S + (S === 1 ? 0 : s);

function each([N, C, S]: Shape, visit: (n: number, c: number, s: number) => void): void {
  for (let n = 0; n < N; n++) for (let c = 0; c < C; c++) for (let s = 0; s < S; s++) visit(n, c, s);
}

test('an axis of length 1 stretches, and others must agree', () => {
  expect(broadcast([2, 3, 1], [1, 3, 4])).toEqual([2, 3, 4]);
  expect(broadcast(scalar, [5, 6, 7])).toEqual([5, 6, 7]);
  expect(() => broadcast([2, 3, 4], [2, 2, 4])).toThrow(new RangeError('shapes [2,3,4] and [2,2,4] do not broadcast'));
  for (const a of shapes) for (const b of shapes) expect(broadcast(a, b)).toEqual(broadcast(b, a));
});

test.each<[readonly Axis[], Shape]>([
  [
    ['N', 'S'],
    [1, 3, 1],
  ],
  [['C'], [2, 1, 4]],
  [['N', 'C', 'S'], scalar],
  [[], [2, 3, 4]],
])('reduced over %j, 2 x 3 x 4 is %j', (over, shape) => {
  expect(reduced([2, 3, 4], over)).toEqual(shape);
  expect(size([2, 3, 4]) / size(shape)).toBe(over.reduce((m, axis) => m * { N: 2, C: 3, S: 4 }[axis], 1));
});

test('a stretched array repeats its elements along the stretched axes', () => {
  for (const from of shapes) {
    const data = Float64Array.from({ length: size(from) }, (_, i) => 10 + i);
    for (const to of shapes.map((shape) => broadcast(from, shape))) {
      const wanted: number[] = [];
      each(to, (n, c, s) => wanted.push(data[place(from, n, c, s)]!));
      expect([...expand(data, from, to)], `${from} to ${to}`).toEqual(wanted);
    }
    expect(expand(data, from, from)).toBe(data);
  }
});

test('a fold visits every element once, in order, with the place it reduces into', () => {
  const overs: (readonly Axis[])[] = [['N', 'S'], ['C'], ['N'], ['S'], ['N', 'C', 'S'], []];
  for (const from of shapes)
    for (const over of overs) {
      const wanted: number[][] = [];
      let i = 0;
      each(from, (n, c, s) => wanted.push([i++, place(reduced(from, over), n, c, s)]));
      const seen: number[][] = [];
      fold(from, over, (element, into) => seen.push([element, into]));
      expect(seen, `${from} over ${over}`).toEqual(wanted);
    }
});

test('steps lead from an element to its neighbour along each axis, and nowhere where there is none', () => {
  expect(steps([2, 3, 4])).toEqual([12, 4, 1]);
  expect(steps([1, 3, 1])).toEqual([0, 1, 0]);
  for (const shape of shapes) {
    const [dn, dc, ds] = steps(shape);
    each(shape, (n, c, s) => expect(n * dn + c * dc + s * ds).toBe(place(shape, n, c, s)));
  }
});
