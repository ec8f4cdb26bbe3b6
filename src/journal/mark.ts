import { crc32 } from 'node:zlib';
import type { Drawn } from '../run/property.js';

/** A checksum of what was drawn; null of what is too large to be held, and of no case. */
export function markOf(drawn: Drawn | null): number | null {
  if (!drawn || drawn.layer.column) return null;
  const { layer, steps, ...rest } = drawn;
  const { x, dy, gamma, beta, running_mean, running_var, vx, vgamma, vbeta } = layer;
  const arrays = [x, dy, gamma, beta, running_mean, running_var, vx, vgamma, vbeta];
  const words = JSON.stringify([
    arrays.map((values) => values?.length),
    layer.dtype,
    layer.param,
    layer.layout,
    layer.N,
    layer.C,
    layer.spatial,
    layer.epsilon,
    layer.alpha,
    layer.count,
    steps,
    rest,
  ]);
  return arrays.reduce(
    (sum, values) => (values ? crc32(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), sum) : sum),
    crc32(words),
  );
}
