import type { Arrays, Numbers } from '../formula/arrays.js';
import { type Shape, size } from '../formula/shape.js';
import { placesOf, type Stage } from './network.js';

/** Where a stage stands in a network. */
export interface Standing {
  readonly stage: Stage;
  readonly units: number;
  /** Shape of what one example is to it. */
  readonly example: readonly number[];
  /** Positions of its output; 1 after a linear layer. */
  readonly positions: number;
}

/** An array of this shape, each element taken from a place of another. */
const taken = <T>(shape: Shape, { data }: Arrays<T>, at: (i: number) => number): Arrays<T> => ({
  shape,
  data: Array.from({ length: size(shape) }, (_, i) => data[at(i)]!),
});

/** What a unit sees: one row per sample, or of a convolution per sample and position, channels by rows by columns of its window. */
export function patches<T>(A: Arrays<T>, place: Standing, samples: number): Arrays<T> {
  if (place.stage.shape.length === 2) return A;
  const { at, inputs } = windows(place);
  return taken([samples * place.positions, 1, inputs], A, at);
}

/** Gradients of overlapping patches, added up where they are of one pixel. */
export function joined<T>(dA_in: Arrays<T>, place: Standing, samples: number, numbers: Numbers<T>): Arrays<T> {
  if (place.stage.shape.length === 2) return dA_in;
  const { at, pixels } = windows(place);
  const data = Array<T>(samples * pixels).fill(numbers.integer(0));
  const add = numbers.rule('add');
  for (const [i, value] of dA_in.data.entries()) data[at(i)] = add(data[at(i)]!, value, value);
  return { shape: [samples, 1, pixels], data };
}

/** The pixel that an element of all patches is taken from. */
function windows({ stage: { shape }, example, positions }: Standing) {
  const [, channels, height, width] = shape as [number, number, number, number];
  const [, rows, columns] = example as [number, number, number];
  const [, across] = placesOf(shape, example) as [number, number];
  const inputs = channels * height * width;
  const pixels = channels * rows * columns;
  const at = (i: number): number => {
    const [row, k] = [Math.floor(i / inputs), i % inputs];
    const [n, p] = [Math.floor(row / positions), row % positions];
    const [c, within] = [Math.floor(k / (height * width)), k % (height * width)];
    const y = Math.floor(p / across) + Math.floor(within / width);
    return n * pixels + (c * rows + y) * columns + (p % across) + (within % width);
  };
  return { at, inputs, pixels };
}

/** Samples by channel by position, of samples times positions by channel: as the wire has a batch. */
export function byChannel<T>(Y: Arrays<T>, { units, positions }: Standing, samples: number): Arrays<T> {
  return taken([samples, units, positions], Y, (i) => {
    const [n, c, p] = [Math.floor(i / (units * positions)), Math.floor(i / positions) % units, i % positions];
    return (n * positions + p) * units + c;
  });
}

/** The inputs of the next layer: all of a sample in one row. */
export const features = <T>(A: Arrays<T>, place: Standing, samples: number): Arrays<T> => ({
  ...byChannel(A, place, samples),
  shape: [samples, 1, place.units * place.positions],
});

/** The way back from `features`. */
export function byUnit<T>(dA: Arrays<T>, { units, positions }: Standing, samples: number): Arrays<T> {
  return taken([samples * positions, units, 1], dA, (i) => {
    const [row, c] = [Math.floor(i / units), i % units];
    return (Math.floor(row / positions) * units + c) * positions + (row % positions);
  });
}
