import type { Blob } from '../wire/safetensors.js';
import type { Tensor } from '../wire/tensor.js';
import type { Array_ } from './kernel.js';

/** Tensors of so many bytes are not copied: the kernel works on those of the request, and answers its own. */
export const large = 2 ** 22;
export const lent = ({ data }: Tensor): boolean => data.length >= large && data.byteOffset % 8 === 0;

/** What large inputs are known by, once the kernel has had them. */
export const marks = ({ tensors }: Blob): ReadonlyMap<string, number> =>
  new Map([...tensors].filter(([, given]) => lent(given)).map(([name, { data }]) => [name, markOf(data)]));

/** The inputs that no longer hold the bytes that were asked; of large ones only their mark is known. */
export function overwritten(
  arrays: ReadonlyMap<string, Array_>,
  { tensors }: Blob,
  before: ReadonlyMap<string, number>,
): string[] {
  const changed = [...arrays].filter(
    ([
      name,
      {
        data: { buffer, byteOffset, byteLength },
      },
    ]) => {
      const mark = before.get(name);
      const now = new Uint8Array(buffer, byteOffset, byteLength);
      return mark === undefined ? differ(now, tensors.get(name)!.data) : mark !== markOf(now);
    },
  );
  return changed.map(([name]) => name);
}

/** Whether two pieces of memory hold other bytes; word by word where both lie so. */
function differ(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return true;
  const whole = (a.byteOffset | b.byteOffset | a.length) % 4 === 0;
  const [p, q] = whole ? [words(a), words(b)] : [a, b];
  for (let i = 0; i < p.length; i++) if (p[i] !== q[i]) return true;
  return false;
}

/** A mark of 32 bits (FNV-1a by words) that any change of one element alters, and one of several nearly always. */
function markOf(bytes: Uint8Array): number {
  let mark = 0x811c9dc5;
  for (const word of words(bytes)) mark = Math.imul(mark ^ word, 0x01000193);
  for (const byte of bytes.subarray(bytes.length & ~3)) mark = Math.imul(mark ^ byte, 0x01000193);
  return mark;
}

const words = ({ buffer, byteOffset, length }: Uint8Array): Uint32Array =>
  new Uint32Array(buffer, byteOffset, length >> 2);
