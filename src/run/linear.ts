import type { Blob } from '../wire/safetensors.js';
import type { Tensor } from '../wire/tensor.js';
import { type Layer, request } from './layer.js';
import type { Profile } from './profile.js';

/**
 * A linear or convolution layer in front of one that infers, said by two layers that share its parameters and
 * statistics: a folded weight is what arrives behind the frozen layer of a weight above it, a folded bias its output
 * for a bias.
 */
export interface Linear {
  /** One sample, whose `dy` is the weight: for each output channel a weight per position. */
  readonly weight: Layer;
  /** One sample of one position, whose `x` is the bias, in the format of the parameters; 0 where there is none. */
  readonly bias: Layer;
  readonly biased: boolean;
}

/** What stands between the linear layer and the normalization. */
export type After = 'none' | 'relu';

/** The question to fold one into the other. */
export function foldRequest({ weight, bias, biased }: Linear, after: After, profile: Profile, id: string): Blob {
  const { metadata, tensors } = request('infer_grad', weight, profile, id);
  const { x: _, dy, ...others } = Object.fromEntries(tensors);
  // Axes of a weight are those of one sample; its output channel comes first or last, as a layer's channels do.
  const folded: Record<string, Tensor> = { ...others, weight: { ...dy!, shape: dy!.shape.slice(1) } };
  if (biased) folded.bias = { ...request('infer', bias, profile, id).tensors.get('x')!, shape: [bias.C] };
  return { metadata: { ...metadata, op: 'fold', after }, tensors: new Map(Object.entries(folded)) };
}
