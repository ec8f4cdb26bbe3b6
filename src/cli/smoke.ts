import { formats } from '../exact/format.js';
import { type Layer, type Op, request } from '../run/layer.js';
import { counts, type Profile } from '../run/profile.js';
import type { Card } from '../wire/protocol.js';
import type { Blob } from '../wire/safetensors.js';

const ops: readonly Op[] = ['train', 'infer', 'grad', 'infer_grad', 'grad_grad'];

/** The smallest case that a target with this card can be asked: three samples, two channels, numbers that any format holds. */
export function smoke(card: Card, profile: Profile): Blob | null {
  const op = ops.find((name) => card.ops.includes(name));
  const dtype = card.dtypes.includes('f32') ? 'f32' : card.dtypes[0];
  const [layout] = card.layouts;
  const rank = Math.min(...card.ranks);
  if (op === undefined || dtype === undefined || layout === undefined || !Number.isFinite(rank)) return null;
  const param = card.paramDtype === 'f32' && formats[dtype].bytes < formats.f32.bytes ? 'f32' : dtype;
  const layer: Layer = {
    ...{ dtype, param, layout, N: 3, C: 2, spatial: Array<number>(rank - 2).fill(1) },
    x: Float64Array.of(1, 10, 2, 20, 4, 40),
    dy: Float64Array.of(1, 0, 0, 2, 0, 1),
    vx: Float64Array.of(0, 1, 2, 0, 1, -1),
    vgamma: Float64Array.of(1, 2),
    vbeta: Float64Array.of(3, 1),
    gamma: Float64Array.of(2, -1),
    beta: Float64Array.of(0, 3),
    running_mean: Float64Array.of(0, 8),
    running_var: Float64Array.of(1, 4),
    epsilon: 0.25,
    alpha: 0.125,
    count: counts(profile) ? 1 : null,
  };
  return request(op, layer, profile, 'smoke');
}
