import { partsOf } from '../wire/protocol.js';
import type { Blob } from '../wire/safetensors.js';
import type { Array_, Inputs } from './kernel.js';

/** A stage of a small network: linear or a convolution (by the rank of its weight), normalization, an activation. */
export interface StageInputs {
  readonly weight: Array_;
  readonly bias?: Array_;
  readonly gamma: Array_;
  readonly beta: Array_;
  readonly running_mean: Array_;
  readonly running_var: Array_;
  readonly activation: string;
}

/** A network to train on one batch after the other; `x` is an example to predict then. Channels come first, whatever the layout. */
export interface StepsInputs extends Pick<Inputs, 'x' | 'epsilon' | 'momentum' | 'count' | 'layout'> {
  readonly xs: readonly Array_[];
  readonly targets: readonly Array_[];
  readonly stages: readonly StageInputs[];
  readonly optimizer: string;
  readonly rate: number;
  readonly decay: number;
  readonly decay_square: number;
  readonly delta: number;
}

/** Stages by their numbers on the wire, which begin with 1; and the targets of each batch. */
export function networkOf({ activations = '', optimizer }: Blob['metadata'], arrays: ReadonlyMap<string, Array_>) {
  const stages = activations.split(',').map((activation, i) => {
    const names = ['weight', 'bias', 'gamma', 'beta', 'running_mean', 'running_var'];
    const own = names.flatMap((name) => {
      const array = arrays.get(`${name}.${i + 1}`);
      return array ? [[name, array] as const] : [];
    });
    return { activation, ...Object.fromEntries(own) };
  });
  return { stages, optimizer, targets: partsOf(arrays, 'target') };
}
