import type { Format } from '../exact/format.js';
import type { Extents } from './batch.js';
import { ArgumentError } from './errors.js';
import type { Affine } from './exact.js';

/** Parameters of a layer, one number per channel; what is left out is the identity. */
export interface Layer {
  readonly gamma?: ArrayLike<number> | null;
  readonly beta?: ArrayLike<number> | null;
  readonly epsilon: number;
}

export interface Running {
  readonly running_mean: ArrayLike<number>;
  readonly running_var: ArrayLike<number>;
}

/** The parameters of channel c. */
export const affineOf = ({ gamma, beta, epsilon }: Layer, c: number): Affine => ({
  gamma: gamma?.[c] ?? 1,
  beta: beta?.[c] ?? 0,
  epsilon,
});

/** Throws ArgumentError where a list has not one number for each channel. */
export function fits(lists: Readonly<Record<string, ArrayLike<number> | null | undefined>>, { C }: Extents): void {
  for (const [argument, list] of Object.entries(lists))
    if (list && list.length !== C)
      throw new ArgumentError(argument, `${C} channels need as many values, got ${list.length}`);
}

/** The format that parameters and their gradients have beside data of a format. */
export const paramFormat = (format: Format): Format => (format === 'f64' ? 'f64' : 'f32');
