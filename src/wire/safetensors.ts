import { type Described, described, wireNames } from './described.js';
import { WireError } from './error.js';
import { type Frame, framing } from './frame.js';
import type { Entry, Limits } from './header.js';
import type { Dtype, Tensor } from './tensor.js';

/** One request, reply or saved case. */
export interface Blob {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** What was read of tensors in a dtype that this protocol does not use: said in messages, never judged. */
  readonly foreign?: ReadonlyMap<string, { readonly dtype: string; readonly shape: readonly number[] }>;
  /** The same in blobs of one stream that differ in nothing but their id and the bytes of their tensors. */
  readonly kind?: object;
}

const dtypes: ReadonlyMap<string, Dtype> = new Map(
  Object.entries(wireNames).map(([dtype, wireName]) => [wireName, dtype as Dtype]),
);

/** The dtype's name on the wire, such as BF16. */
export const wireName = (dtype: Dtype): string => wireNames[dtype];

/** One safetensors blob of the strict subset: body 8-aligned, tensors by falling element size then name, no holes. */
export function write(blob: Blob): Uint8Array {
  return together(described(blob));
}

/** Larger blobs are not put together before they are sent. */
const large = 2 ** 20;

/** The bytes of `write`, one after the other; those of large tensors are the tensors' own. */
export function pieces(blob: Blob): readonly Uint8Array[] {
  const whole = described(blob);
  if (whole.size <= large) return [together(whole)];
  return [headOf(whole, 0), ...whole.tensors.map(({ data }) => data)];
}

function together(whole: Described): Uint8Array {
  const bytes = headOf(whole, whole.size);
  let at = bytes.length - whole.size;
  for (const { data } of whole.tensors) {
    bytes.set(data, at);
    at += data.length;
  }
  return bytes;
}

/** The length of the header and the header, blanks behind it, with room for so many bytes. */
function headOf({ header, length }: Described, room: number): Uint8Array {
  const bytes = new Uint8Array(8 + length + room);
  bytes[0] = length;
  bytes[1] = length >> 8;
  bytes[2] = length >> 16;
  bytes[3] = length >> 24;
  let at = 8;
  for (const part of header) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes.fill(0x20, at, 8 + length);
}

/** Reads one whole blob, no byte more or less. Its tensors share no memory with `bytes`. Throws WireError. */
export function read(bytes: Uint8Array, limits?: Limits): Blob {
  const frames = framing(limits);
  const [frame, second] = frames.push(bytes);
  const { unfinished } = frames;
  if (frame === undefined) {
    const short = unfinished?.need ? `${unfinished.need - unfinished.have} bytes short` : 'no header';
    throw new WireError(`${bytes.length} bytes are no whole blob: ${short}`);
  }
  if (second !== undefined || unfinished) throw new WireError('there are bytes after the blob');
  return assemble(frame);
}

/** Cuts a body into tensors, as its checked header says. */
export function assemble({ header: { metadata, entries, kind }, body }: Frame): Blob {
  const tensors = new Map<string, Tensor>();
  const foreign = new Map<string, Entry>();
  for (const entry of entries) {
    const { name, shape, begin, end } = entry;
    const dtype = dtypes.get(entry.dtype);
    if (dtype === undefined) foreign.set(name, entry);
    else tensors.set(name, { dtype, shape, data: body.subarray(begin, end) });
  }
  const blob = kind === undefined ? { metadata, tensors } : { metadata, tensors, kind };
  return foreign.size === 0 ? blob : { ...blob, foreign };
}
