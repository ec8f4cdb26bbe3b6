import type { StageInputs } from '../target/network-inputs.js';
import type { Arithmetic } from './arithmetic.js';
import type { Reals } from './storage.js';

/** How a linear layer or a convolution is tied to what comes before it: for each place of its output the inputs it sees. */
export interface Link {
  readonly units: number;
  /** Places of the output: one after a linear layer. */
  readonly places: number;
  /** Shape of one sample of the output. */
  readonly sample: readonly number[];
  /** Inputs of a unit at one place, and those of the whole sample. */
  readonly inputs: number;
  readonly pixels: number;
  at(place: number, input: number): number;
}

const product = (extents: readonly number[]) => extents.reduce((a, b) => a * b, 1);

/** Reads it off the weight: [units, inputs], or [units, channels, rows, columns] of a window that goes where it fits. */
export function linkOf({ weight: { shape } }: StageInputs, before: readonly number[]): Link {
  const [units, ...window] = shape as [number, ...number[]];
  const [inputs, pixels] = [product(window), product(before)];
  if (window.length === 1) return { units, places: 1, sample: [units], inputs, pixels, at: (_, k) => k };
  const [, rows, columns] = before as [number, number, number];
  const [, height, width] = window as [number, number, number];
  const [down, across] = [rows - height + 1, columns - width + 1];
  const at = (place: number, k: number): number => {
    const [channel, y, x] = [Math.floor(k / (height * width)), Math.floor(k / width) % height, k % width];
    return (channel * rows + Math.floor(place / across) + y) * columns + (place % across) + x;
  };
  return { units, places: down * across, sample: [units, down, across], inputs, pixels, at };
}

/** What every unit makes of its inputs, samples by units by places; the bias is added where there is one. */
export function weigh(link: Link, weight: Reals, bias: Reals | null, before: Reals, a: Arithmetic): Float64Array {
  const { units, places, inputs, pixels, at } = link;
  const out = new Float64Array((before.length / pixels) * units * places);
  for (let i = 0; i < out.length; i++) {
    const [n, c, p] = [Math.floor(i / (units * places)), Math.floor(i / places) % units, i % places];
    let sum = bias ? bias[c] : 0;
    for (let k = 0; k < inputs; k++)
      sum = a.add(sum, a.multiply(weight[c * inputs + k], before[n * pixels + at(p, k)]));
    out[i] = sum;
  }
  return out;
}

/** Gradients of the weight, the bias and the inputs. */
export function unweigh(link: Link, weight: Reals, before: Reals, dz: Reals, a: Arithmetic) {
  const { units, places, inputs, pixels, at } = link;
  const dweight = new Float64Array(weight.length);
  const dbias = new Float64Array(units);
  const dbefore = new Float64Array(before.length);
  for (let i = 0; i < dz.length; i++) {
    const [n, c, p] = [Math.floor(i / (units * places)), Math.floor(i / places) % units, i % places];
    dbias[c] = a.add(dbias[c], dz[i]);
    for (let k = 0; k < inputs; k++) {
      const [w, j] = [c * inputs + k, n * pixels + at(p, k)];
      dweight[w] = a.add(dweight[w], a.multiply(dz[i], before[j]));
      dbefore[j] = a.add(dbefore[j], a.multiply(dz[i], weight[w]));
    }
  }
  return { dweight, dbias, dbefore };
}
