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
  return together(described(blob));
}

const utf8 = new TextEncoder();

/** Larger blobs are not put together before they are sent. */
const large = 2 ** 20;

/** The bytes of `write`, one after the other; those of large tensors are the tensors' own. */
export function pieces(blob: Blob): readonly Uint8Array[] {
  const whole = described(blob);
  if (whole.size <= large) return [together(whole)];
  const head = new Uint8Array(8 + whole.length);
  fillHead(head, whole);
  return [head, ...whole.tensors.map(({ data }) => data)];
}

function together(whole: Described): Uint8Array {
  const bytes = new Uint8Array(8 + whole.length + whole.size);
  fillHead(bytes, whole);
  let at = 8 + whole.length;
  for (const { data } of whole.tensors) {
    bytes.set(data, at);
    at += data.length;
  }
  return bytes;
}

/** A header, its length with blanks behind it, the tensors in their places, and their size. */
interface Described {
  readonly header: Uint8Array;
  readonly length: number;
  readonly tensors: readonly Tensor[];
  readonly size: number;
}

function described({ metadata, tensors }: Blob): Described {
  const sorted = [...tensors].sort((a, b) => bytesOf[b[1].dtype] - bytesOf[a[1].dtype] || (a[0] < b[0] ? -1 : 1));
  let [text, size] = [`{"__metadata__":${JSON.stringify(metadata)}`, 0];
  for (const [name, { dtype, shape, data }] of sorted) {
    const begin = size;
    size += data.length;
    text += `,${JSON.stringify(name)}:{"dtype":"${wireNames[dtype]}","shape":[${shape}],"data_offsets":[${begin},${size}]}`;
  }
  text += '}';
  const header = utf8.encode(text);
  return { header, length: 8 * Math.ceil(header.length / 8), tensors: sorted.map(([, given]) => given), size };
}

function fillHead(bytes: Uint8Array, { header, length }: Described): void {
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(0, length, true);
  bytes.set(header, 8);
  bytes.fill(0x20, 8 + header.length, 8 + length);
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
