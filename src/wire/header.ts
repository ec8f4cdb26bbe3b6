import { WireError } from './error.js';
import { type Json, type Numeral, parse } from './json.js';

/** Largest header and body that are read, in bytes. */
export interface Limits {
  readonly header: number;
  readonly body: number;
}

export const limits: Limits = { header: 2 ** 20, body: 2 ** 28 };

/** Where a tensor lies in the body: [begin, end) in bytes. */
export interface Entry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  readonly metadata: Readonly<Record<string, string>>;
  readonly entries: readonly Entry[];
  /** Length of the body in bytes. */
  readonly size: number;
  /** The same in headers that differ in nothing but their id. */
  readonly kind?: object;
}

/** Bytes of an element of every whole-byte dtype of the format; bnspec itself writes only F64 F32 F16 BF16 I64. */
const widths: ReadonlyMap<string, number> = new Map([
  ...['F64', 'I64', 'U64', 'C64'].map((dtype) => [dtype, 8] as const),
  ...['F32', 'I32', 'U32'].map((dtype) => [dtype, 4] as const),
  ...['F16', 'BF16', 'I16', 'U16'].map((dtype) => [dtype, 2] as const),
  ...['BOOL', 'U8', 'I8', 'F8_E4M3', 'F8_E5M2', 'F8_E8M0', 'F8_E4M3FNUZ', 'F8_E5M2FNUZ'].map((d) => [d, 1] as const),
]);
const largestRank = 64;

/** Reads and checks a header: the JSON text and everything that it says of the body. Throws WireError. */
export function readHeader(bytes: Uint8Array, { body: limit }: Limits): Header {
  const root = parse(utf8(bytes));
  if (!(root instanceof Map)) throw new WireError('header: an object is expected');
  let metadata: Readonly<Record<string, string>> = Object.create(null);
  const entries: Entry[] = [];
  for (const [name, value] of root as ReadonlyMap<string, Json>) {
    if (name === '__metadata__') metadata = strings(value);
    else entries.push(entry(name, value, limit));
  }
  return { metadata, entries, size: gapless(entries) };
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function utf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new WireError('header: not UTF-8');
  }
}

function strings(value: Json): Readonly<Record<string, string>> {
  const metadata: Record<string, string> = Object.create(null);
  if (value === null) return metadata;
  if (!(value instanceof Map)) throw new WireError('header: __metadata__ must be an object');
  for (const [key, text] of value as ReadonlyMap<string, Json>) {
    if (typeof text !== 'string') throw new WireError(`header: __metadata__.${key} must be a string`);
    metadata[key] = text;
  }
  return metadata;
}

function entry(name: string, value: Json, limit: number): Entry {
  const plain = value instanceof Map ? ordinary(name, value, limit) : null;
  return plain ?? checked(name, value, limit);
}

/** The entry, where its numbers are short and agree. */
function ordinary(name: string, value: ReadonlyMap<string, Json>, limit: number): Entry | null {
  const [dtype, shape, offsets] = [value.get('dtype'), value.get('shape'), value.get('data_offsets')];
  const width = widths.get(dtype as string);
  if (width === undefined || !Array.isArray(shape) || shape.length > largestRank || !Array.isArray(offsets))
    return null;
  const extents = shape.map(short);
  const [begin, end] = offsets.map(short) as [number, number];
  let size = width;
  for (const extent of extents) size *= extent;
  // NaN, of a number that is not short, agrees with nothing.
  if (offsets.length !== 2 || size !== end - begin || !(end <= limit)) return null;
  return { name, dtype: dtype as string, shape: extents, begin, end };
}

/** At most ten digits as a number: products of theirs that are inexact are far above every limit. */
const short = (value: Json): number => {
  const numeral = (value as Numeral | null)?.numeral;
  return numeral !== undefined && numeral.length <= 10 && /^\d+$/.test(numeral) ? Number(numeral) : Number.NaN;
};

/** The entry, however its numbers are. Throws WireError where they do not agree. */
function checked(name: string, value: Json, limit: number): Entry {
  const of = `tensor ${JSON.stringify(name)}`;
  if (!(value instanceof Map)) throw new WireError(`${of}: an object is expected`);
  const { dtype, shape, data_offsets: offsets } = Object.fromEntries(value as ReadonlyMap<string, Json>);
  const width = typeof dtype === 'string' ? widths.get(dtype) : undefined;
  if (width === undefined) throw new WireError(`${of}: unknown dtype ${written(dtype)}`);
  if (!Array.isArray(shape)) throw new WireError(`${of}: shape must be a list`);
  if (shape.length > largestRank) throw new WireError(`${of}: rank ${shape.length} is over ${largestRank}`);
  if (!Array.isArray(offsets) || offsets.length !== 2) throw new WireError(`${of}: data_offsets must be a pair`);
  const extents = shape.map((extent) => whole(of, 'extent', extent));
  const [begin, end] = offsets.map((offset) => whole(of, 'offset', offset));
  if (end < begin) throw new WireError(`${of}: ends at ${end}, before it begins at ${begin}`);
  const need = extents.reduce((product, extent) => product * extent, 1n) * BigInt(width);
  if (need !== end - begin) {
    throw new WireError(`${of}: ${dtype} [${extents}] needs ${need} bytes, data_offsets give ${end - begin}`);
  }
  if (end > limit) throw new WireError(`${of}: ends at byte ${end}, over the limit of ${limit} (--max-reply)`);
  // A shape with a zero may hold extents of any size; everything else is below the limit by now.
  return { name, dtype: dtype as string, shape: extents.map(Number), begin: Number(begin), end: Number(end) };
}

/** A numeral as the whole number it must be; more digits than 2^64 has are not even read. */
function whole(of: string, what: string, value: Json): bigint {
  const numeral = (value as Numeral | null)?.numeral;
  if (numeral === undefined || !/^\d+$/.test(numeral)) {
    throw new WireError(`${of}: ${what} ${written(value)} is not a whole number`);
  }
  if (numeral.length > 20) throw new WireError(`${of}: ${what} of ${numeral.length} digits is beyond 2^64`);
  return BigInt(numeral);
}

function written(value: Json | undefined): string {
  const numeral = (value as Numeral | null | undefined)?.numeral;
  return (numeral ?? JSON.stringify(value) ?? 'none').slice(0, 40);
}

/** The body's length; throws where tensors overlap or leave a hole. */
function gapless(entries: readonly Entry[]): number {
  let reached = 0;
  for (const { name, begin, end } of entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== reached) {
      const fault = begin < reached ? 'overlaps the tensor before it, which' : 'leaves a hole: the tensor before it';
      throw new WireError(`tensor ${JSON.stringify(name)}: begins at ${begin} and ${fault} ends at ${reached}`);
    }
    reached = end;
  }
  return reached;
}
