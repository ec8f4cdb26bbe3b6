import type { Format } from '../exact/format.js';
import type { Shape } from '../formula/shape.js';
import type { Layout } from '../wire/protocol.js';
import type { Blob } from '../wire/safetensors.js';
import { type Tensor, tensor } from '../wire/tensor.js';
import { columns } from './columns.js';
import { keeps, type Profile } from './profile.js';

/**
 * One batch and its layer, as drawn. Values are those of their formats, held in float64; tensors of data run over
 * samples, channels, positions in this order whatever the layout on the wire.
 */
export interface Layer {
  readonly dtype: Format;
  /** Format of parameters and statistics. */
  readonly param: Format;
  readonly layout: Layout;
  readonly N: number;
  readonly C: number;
  /** Extents of the position axes; [] is a batch of rank 2. */
  readonly spatial: readonly number[];
  readonly x: Float64Array;
  readonly dy: Float64Array;
  /**
   * Of a layer too large to be held: x and dy are empty, and channel `c` of either is drawn anew whenever it is read, in
   * the order of samples, positions.
   */
  readonly column?: (c: number, name: 'x' | 'dy') => Float64Array;
  /** Per channel; null where that part of the layer is absent. */
  readonly gamma: Float64Array | null;
  readonly beta: Float64Array | null;
  readonly running_mean: Float64Array | null;
  readonly running_var: Float64Array | null;
  /** Weights of dx, dgamma and dbeta in L, whose gradients are the second order; there only where those are asked. */
  readonly vx?: Float64Array;
  readonly vgamma?: Float64Array | null;
  readonly vbeta?: Float64Array | null;
  readonly epsilon: number;
  /** Weight of the new batch in the running average, where the caller says it; what momentum is made of. */
  readonly alpha: number;
  /** Batches seen before; null where the dialect does not ask. */
  readonly count: number | null;
}

export const positions = (layer: Layer): number => layer.spatial.reduce((size, extent) => size * extent, 1);
export const shapeOf = (layer: Layer): Shape => [layer.N, layer.C, positions(layer)];
/** Elements per channel: the m of the formulas. */
export const elements = (layer: Layer): number => layer.N * positions(layer);
/** Elements of x, whether it is held or not. */
export const sizeOf = (layer: Layer): number => elements(layer) * layer.C;

/** The layer's weight in the words of the profile. */
export const momentumOf = ({ alpha }: Pick<Layer, 'alpha'>, profile: Profile): number =>
  keeps(profile) ? 1 - alpha : alpha;

export type Op = 'train' | 'infer' | 'grad' | 'infer_grad' | 'grad_grad';

/** The request that asks `op` of this layer, in the words of the profile. Throws RangeError where its weights are missing. */
export function request(op: Op, layer: Layer, profile: Profile, id: string): Blob {
  const tensors = new Map<string, Tensor>();
  const perChannel = (name: 'gamma' | 'beta' | 'running_mean' | 'running_var' | 'vgamma' | 'vbeta'): void => {
    const values = layer[name];
    if (values) tensors.set(name, tensor(layer.param, [layer.C], values));
  };
  tensors.set('x', inputOf(layer, 'x'));
  perChannel('gamma');
  if (op !== 'grad_grad') perChannel('beta');
  if (op === 'grad_grad') {
    if (!layer.vx) throw new RangeError('a layer that is asked for grad_grad needs vx');
    tensors.set('vx', data(layer, layer.vx));
    perChannel('vgamma');
    perChannel('vbeta');
  }
  if (op === 'grad' || op === 'infer_grad' || op === 'grad_grad') tensors.set('dy', inputOf(layer, 'dy'));
  if (op !== 'grad' && op !== 'grad_grad' && !(op === 'train' && profile.update === 'none')) {
    perChannel('running_mean');
    perChannel('running_var');
  }
  tensors.set('epsilon', tensor('f64', [1], [layer.epsilon]));
  if (op === 'train' && tensors.has('running_mean')) {
    if (profile.update !== 'cumulative') tensors.set('momentum', tensor('f64', [1], [momentumOf(layer, profile)]));
    if (layer.count !== null) tensors.set('count', tensor('i64', [1], [layer.count]));
  }
  return { metadata: { bnspec: '1', op, id, layout: layer.layout }, tensors };
}

/** x or dy as it travels; in memory of its own, so that a kernel may be given it as it is. */
export function inputOf(layer: Layer, name: 'x' | 'dy'): Tensor {
  const { column, dtype, layout, C } = layer;
  if (!column) return data(layer, layer[name]);
  const all = columns(dtype, layout, shapeOf(layer));
  for (let c = 0; c < C; c += 1) all.put(c, column(c, name));
  return { dtype, shape: extentsOf(layer), data: all.bytes };
}

/** Values of x's shape as they travel. */
export function data(layer: Layer, values: Float64Array): Tensor {
  const first = layer.layout === 'channels_first';
  return tensor(layer.dtype, extentsOf(layer), first ? values : reorder(values, shapeOf(layer), 'to channels last'));
}

const extentsOf = ({ layout, N, C, spatial }: Layer): number[] =>
  layout === 'channels_first' ? [N, C, ...spatial] : [N, ...spatial, C];

/** Swaps the channel axis with the positions, either way. */
export function reorder(
  values: Float64Array,
  [N, C, S]: Shape,
  way: 'to channels last' | 'to channels first',
): Float64Array {
  const out = new Float64Array(values.length);
  for (let n = 0; n < N; n += 1)
    for (let c = 0; c < C; c += 1)
      for (let s = 0; s < S; s += 1) {
        const [first, last] = [(n * C + c) * S + s, (n * S + s) * C + c];
        if (way === 'to channels last') out[last] = values[first]!;
        else out[first] = values[last]!;
      }
  return out;
}
