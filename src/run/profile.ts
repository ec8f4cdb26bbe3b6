/**
 * A dialect: one framework as a point of a normal form. Keys, their meaning and their sources are in spec/profiles.
 * Backward has no dialects.
 */
export interface Profile {
  readonly title: string;
  /** What the running variance divides by, as formula text over m. */
  readonly divisor: string;
  /** What momentum weighs: the new batch (`take`), the old value (`keep`); `none`: the caller averages. */
  readonly update: 'take' | 'keep' | 'none';
  /** What training answers to one element per channel. */
  readonly m1: 'error' | 'nan' | 'zero' | 'undefined';
  /** Default momentum in the profile's own words, and epsilon; null where the caller must give them. */
  readonly momentum: number | null;
  readonly epsilon: number | null;
  /** Initial running mean and variance. */
  readonly initial: readonly [mean: number, variance: number] | null;
  /** Which batch statistics the operation hands out. */
  readonly saved: readonly ('mean' | 'variance' | 'inv_std')[];
  /** Whether gamma and beta may be absent. */
  readonly affine: 'optional' | 'required';
  /** Whether training may go without running statistics. */
  readonly tracking: 'optional' | 'required';
  /** The format in which epsilon and momentum reach a kernel; wider ones would be rounded on the way. */
  readonly scalars: 'f64' | 'f32';
  readonly source: string;
}
