import type { Inputs } from '../target/kernel.js';
import type { Arithmetic } from './arithmetic.js';
import type { Reals } from './storage.js';

/** What a new running value is made of: old * running + fresh * batch. */
export interface Weights {
  readonly old: number;
  readonly fresh: number;
}

/** The points in which frameworks differ: momentum, the running variance's divisor, a channel of one element. */
export interface Convention {
  readonly profile: string;
  /** Running mean and variance of a fresh layer. */
  readonly initial: readonly [mean: number, variance: number];
  /** Throws where training on m elements per channel is refused. */
  readonly admit: (m: number, shape: readonly number[]) => void;
  readonly weights: (momentum: number, arithmetic: Arithmetic) => Weights;
  /** The variance that enters the running one, from that with divisor m. */
  readonly runningVariance: (variance: number, m: number, arithmetic: Arithmetic) => number;
}

const complement = (weight: number, a: Arithmetic) => a.subtract(1, weight);

/** torch: momentum is the new batch's weight, the divisor is m - 1, one element per channel is an error. */
export const torch: Convention = {
  profile: 'torch',
  initial: [0, 1],
  admit(m, shape) {
    if (m !== 1) return;
    throw new Error(`Expected more than 1 value per channel when training, got input size [${shape.join(', ')}]`);
  },
  weights(momentum, a) {
    const fresh = a.round(momentum);
    return { old: complement(fresh, a), fresh };
  },
  runningVariance: (variance, m, a) => a.multiply(variance, a.divide(a.round(m), a.round(m - 1))),
};

/** Keras 3: momentum is the weight that is kept, the divisor is m, one element per channel has variance 0. */
export const keras: Convention = {
  profile: 'keras3',
  initial: [0, 1],
  admit() {},
  weights(momentum, a) {
    const old = a.round(momentum);
    return { old, fresh: complement(old, a) };
  },
  runningVariance: (variance) => variance,
};

/** The weights of this update: by momentum, or 1/(batches so far) where only a count was given. */
export function weightsOf({ momentum, count }: Inputs, convention: Convention, a: Arithmetic): Weights {
  if (momentum !== undefined) return convention.weights(momentum, a);
  if (count === undefined) throw new Error('running statistics need a momentum, or a count for a cumulative average');
  const fresh = a.divide(1, a.round(Number(count + 1n)));
  return { old: complement(fresh, a), fresh };
}

/** The running values after one batch, channel by channel. */
export function blend(running: Reals, batch: Reals, { old, fresh }: Weights, a: Arithmetic): Reals {
  return running.map((v, c) => a.add(a.multiply(old, v), a.multiply(fresh, batch[c])));
}
