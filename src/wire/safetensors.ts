import { WireError } from './error.js';
import { type Frame, framing } from './frame.js';
import type { Entry, Limits } from './header.js';
import { bytesOf, type Dtype, type Tensor } from './tensor.js';

/** One request, reply or saved case. */
export interface Blob {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** What was read of tensors in a dtype that this protocol does not use: said in messages, never judged. */
  readonly foreign?: ReadonlyMap<string, { readonly dtype: string; readonly shape: readonly number[] }>;
}

const wireNames: Readonly<Record<Dtype, string>> = { f64: 'F64', f32: 'F32', f16: 'F16', bf16: 'BF16', i64: 'I64' };
const dtypes: ReadonlyMap<string, Dtype> = new Map(
  Object.entries(wireNames).map(([dtype, wireName]) => [wireName, dtype as Dtype]),
);

/** The dtype's name on the wire, such as BF16. */
export const wireName = (dtype: Dtype): string => wireNames[dtype];

/** One safetensors blob of the strict subset: body 8-aligned, tensors by falling element size then name, no holes. */
export function write(blob: Blob): Uint8Array {
  const parts = laidOut(blob);
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

const utf8 = new TextEncoder();

/** Larger blobs are not put together before they are sent. */
const large = 2 ** 20;

/** The bytes of `write`, one after the other; those of large tensors are the tensors' own. */
export function pieces(blob: Blob): readonly Uint8Array[] {
  const size = [...blob.tensors.values()].reduce((sum, { data }) => sum + data.length, 0);
  return size > large ? laidOut(blob) : [write(blob)];
}

/** The header, then every tensor in its place. */
function laidOut({ metadata, tensors }: Blob): readonly Uint8Array[] {
  const sorted = [...tensors].sort(
    ([a, { dtype: p }], [b, { dtype: q }]) => bytesOf[q] - bytesOf[p] || (a < b ? -1 : 1),
  );
  const members = [`"__metadata__":${JSON.stringify(metadata)}`];
  let end = 0;
  for (const [name, { dtype, shape, data }] of sorted) {
    const begin = end;
    end += data.length;
    const entry = { dtype: wireNames[dtype], shape, data_offsets: [begin, end] };
    members.push(`${JSON.stringify(name)}:${JSON.stringify(entry)}`);
  }
  const header = utf8.encode(`{${members.join()}}`);
  const padded = Math.ceil(header.length / 8) * 8;
  const head = new Uint8Array(8 + padded).fill(0x20, 8);
  new DataView(head.buffer).setBigUint64(0, BigInt(padded), true);
  head.set(header, 8);
  return [head, ...sorted.map(([, { data }]) => data)];
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
export function assemble({ header: { metadata, entries }, body }: Frame): Blob {
  const tensors = new Map<string, Tensor>();
  const foreign = new Map<string, Entry>();
  for (const entry of entries) {
    const { name, shape, begin, end } = entry;
    const dtype = dtypes.get(entry.dtype);
    if (dtype === undefined) foreign.set(name, entry);
    else tensors.set(name, { dtype, shape, data: body.subarray(begin, end) });
  }
  return foreign.size === 0 ? { metadata, tensors } : { metadata, tensors, foreign };
}
