import { crc32 } from 'node:zlib';
import type { Drawn } from '../run/property.js';

/** A checksum of what was drawn; null of what is too large to be held, and of no case. */
export function markOf(drawn: Drawn | null): number | null {
  if (!drawn || drawn.layer.column) return null;
  const { layer, steps, ...rest } = drawn;
  const arrays = [layer.x, layer.dy, layer.gamma, layer.beta, layer.running_mean, layer.running_var];
  const words = JSON.stringify([
    layer.dtype,
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
