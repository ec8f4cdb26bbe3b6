import { exponent, scale } from './float.js';
import { type Format, formats } from './format.js';

/** The nearest value of the format, ties to even; beyond the largest by half a step or more, infinity. */
export function roundTo(value: number, format: Format): number {
  if (format === 'f64' || value === 0 || !Number.isFinite(value)) return value;
  if (format === 'f32') return Math.fround(value);
  const { max } = formats[format];
  const quantum = quantumAt(value, format);
  // From 2^52 on doubles are the integers, so adding and taking away rounds to an integer, ties to even.
  const steps = Math.abs(scale(value, -quantum)) + 2 ** 52 - 2 ** 52;
  const size = scale(steps, quantum);
  const rounded = size > max ? Infinity : size;
  return value < 0 ? -rounded : rounded;
}

/** The least value of the format above `value`, which need not itself be one. Above the largest comes Infinity. */
export function nextUp(value: number, format: Format): number {
  const { p, emin, max, tiny } = formats[format];
  if (Number.isNaN(value)) return value;
  if (value >= max) return Infinity;
  if (value < -max) return -max;
  if (value === 0) return tiny;
  if (format === 'f32') return nextSingle(value);
  const quantum = quantumAt(value, format);
  if (value > 0) return scale(Math.floor(scale(value, -quantum)) + 1, quantum);
  const steps = scale(-value, -quantum);
  // Below a power of two the grid is twice as fine.
  const finer = steps === 2 ** (p - 1) && quantum > emin - p + 1;
  return finer ? -scale(2 * steps - 1, quantum - 1) : -scale(Math.ceil(steps) - 1, quantum);
}

const single = new Float32Array(1);
const pattern = new Int32Array(single.buffer);

/** Of singles, neighbours in value are neighbours in bits. */
function nextSingle(value: number): number {
  single[0] = value;
  if (single[0]! > value) return single[0]!;
  pattern[0]! += value > 0 ? 1 : -1;
  return single[0]!;
}

/** The greatest value of the format below `value`, which need not itself be one. Below the lowest comes -Infinity. */
export function nextDown(value: number, format: Format): number {
  return -nextUp(-value, format);
}

/** The exponent of the format's grid around a finite value other than zero. */
function quantumAt(value: number, format: Format): number {
  const { p, emin } = formats[format];
  return Math.max(exponent(value), emin) - p + 1;
}
