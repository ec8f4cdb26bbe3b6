import type { Blob } from '../wire/safetensors.js';
import type { Reply } from './target.js';

/** A request that waits for its turn. */
export interface Pending {
  readonly request: Blob;
  resolve(reply: Reply): void;
  reject(cause: unknown): void;
}

/**
 * So many requests are sent at once, and so many bytes: a target that answers all of them is woken once, and answers the
 * last while its first replies are read.
 */
export const [most, bytes] = [64, 2 ** 20];

/**
 * Takes from the head of the line what may be sent at once. A step of a stateful layer goes by itself: after a crash it
 * could not be asked again.
 */
export function together(line: Pending[]): Pending[] {
  let [count, size] = [0, 0];
  for (const { request } of line) {
    size += sizeOf(request);
    if (count > 0 && (count === most || size > bytes || request.metadata.op === 'layer')) break;
    count += 1;
    if (request.metadata.op === 'layer') break;
  }
  return line.splice(0, count);
}

/** Bytes of its tensors. */
export function sizeOf({ tensors }: Blob): number {
  let size = 0;
  for (const { data } of tensors.values()) size += data.length;
  return size;
}
