import type { Ranges } from '../formula/interval.js';

/** Values per channel, exactly as they are. */
export const perChannel = (values: Float64Array): Ranges => ({ shape: [1, values.length, 1], lo: values, hi: values });

/** The numbers 0 … count - 1 along the axis of samples: the index of a law that sums over batches. */
export function numbered(count: number): Ranges {
  const data = Float64Array.from({ length: count }, (_, i) => i);
  return { shape: [count, 1, 1], lo: data, hi: data };
}
