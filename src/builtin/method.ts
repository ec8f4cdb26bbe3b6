import type { Invert, Normalize } from './normalize.js';
import type { Order } from './order.js';
import type { Convention } from './running.js';
import type { Estimator } from './statistics.js';

/** A batch statistic that `train` may answer beside y. */
export type Saved = 'mean' | 'variance' | 'inv_std';

/** A way to compute batch normalization: every choice that two right kernels may make differently. */
export interface Method {
  readonly estimate: Estimator;
  /** The order of every sum over a channel. */
  readonly order: Order;
  readonly invert: Invert;
  readonly normalize: Normalize;
  readonly convention: Convention;
  /** How it averages, where not as its convention does. */
  readonly update?: 'cumulative';
  readonly saved: readonly Saved[];
}
