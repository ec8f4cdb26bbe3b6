import type { Ranges } from '../formula/interval.js';

/** The numbers 0 … count - 1 along the axis of samples: the index of a law that sums over batches. */
export function numbered(count: number): Ranges {
  const data = Float64Array.from({ length: count }, (_, i) => i);
  return { shape: [count, 1, 1], lo: data, hi: data };
}
