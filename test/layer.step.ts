import type { Blob } from '../src/wire/safetensors.js';
import { type Tensor, tensor } from '../src/wire/tensor.js';

const about = { dtype: 'f32', layout: 'channels_first', channels: '2', rank: '2', track: 'true', parameters: 'gamma' };
let asked = 0;

/** A step of the layer `handle`, with tensors by name. */
export function step(name: string, handle: string, tensors: Record<string, Tensor> = {}, changed = {}): Blob {
  asked += 1;
  const metadata = { bnspec: '1', op: 'layer', id: `s${asked}`, step: name, handle, ...about, ...changed };
  return { metadata, tensors: new Map(Object.entries(tensors)) };
}

export const scalar = (value: number) => tensor('f64', [1], [value]);
export const list = (...of: number[]) => tensor('f32', [of.length], of);
export const table = (...rows: number[][]) => tensor('f32', [rows.length, rows[0].length], rows.flat());
export const made = (handle: string, changed = {}) =>
  step('new', handle, { gamma: list(2, -1), epsilon: scalar(0.75), momentum: scalar(0.5) }, changed);
