import { bytesOf, type Dtype, sizeOf } from '../wire/tensor.js';

/**
 * What stands in outputs before they are written, and around tensors: NaNs in every format, such as no computation gives.
 * They differ, since a kernel that reads beyond its input may well answer what it found there.
 */
const [mark, guard] = [0xfffa, 0xfff5];
const filled = (unit: number): Buffer => Buffer.alloc(2 ** 12, Uint8Array.of(unit & 0xff, unit >> 8));
const [marks, guards] = [filled(mark), filled(guard)];
/** Bytes between two tensors, at least; each begins at a multiple of it. */
export const apart = 64;

/** Memory of a kernel that its host writes to: `bytes`, the first of which the kernel finds at `address`. */
export interface Window {
  readonly bytes: Uint8Array;
  readonly address: number;
}

/** The place of one tensor in the window. */
export interface Place {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** In elements. */
  readonly strides: readonly number[];
  readonly from: number;
  readonly to: number;
}

/** Strides of C order. `loose`: from the second axis on each extent is one more than is told. */
function stridesOf(shape: readonly number[], loose: boolean): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]! + (loose && axis > 0 ? 1 : 0);
  }
  return strides;
}

/** Tensors one after the other, a guard before and behind each. */
export class Plan {
  readonly places: Place[] = [];
  readonly #loose: boolean;
  #end: number;

  constructor(from: number, loose: boolean) {
    this.#end = from + apart;
    this.#loose = loose;
  }

  /** Bytes that are taken, the last guard included. */
  get size(): number {
    return this.#end;
  }

  add(name: string, dtype: Dtype, shape: readonly number[]): Place {
    const loose = this.#loose && shape.length > 1;
    const strides = stridesOf(shape, loose);
    const elements = loose ? shape[0]! * strides[0]! : sizeOf(shape);
    const from = this.#end;
    const place = { name, dtype, shape, strides, from, to: from + elements * bytesOf[dtype] };
    this.#end = apart * (Math.ceil(place.to / apart) + 1);
    this.places.push(place);
    return place;
  }
}

export const dense = ({ shape, dtype, from, to }: Place): boolean => to - from === sizeOf(shape) * bytesOf[dtype];

const rowBytes = ({ shape, dtype }: Place): number => shape.at(-1)! * bytesOf[dtype];

/** Where each row of the last axis begins, in bytes of the window. */
function rows({ shape, strides, from, dtype }: Place): number[] {
  let begins = sizeOf(shape) === 0 ? [] : [0];
  for (const [axis, extent] of shape.slice(0, -1).entries()) {
    begins = begins.flatMap((begin) => Array.from({ length: extent }, (_, i) => begin + i * strides[axis]!));
  }
  return begins.map((begin) => from + begin * bytesOf[dtype]);
}

/** Copies the elements, in C order, to their places. */
export function put(bytes: Uint8Array, place: Place, data: Uint8Array): void {
  if (dense(place)) {
    bytes.set(data, place.from);
    return;
  }
  const row = rowBytes(place);
  for (const [i, at] of rows(place).entries()) bytes.set(data.subarray(i * row, (i + 1) * row), at);
}

/** The elements in C order: the window's own bytes where they lie so. */
export function got(bytes: Uint8Array, place: Place): Uint8Array {
  if (dense(place)) return bytes.subarray(place.from, place.to);
  const row = rowBytes(place);
  const data = new Uint8Array(sizeOf(place.shape) * bytesOf[place.dtype]);
  for (const [i, at] of rows(place).entries()) data.set(bytes.subarray(at, at + row), i * row);
  return data;
}

function fill(bytes: Uint8Array, from: number, to: number, what: Buffer): void {
  for (let at = from; at < to; at += what.length) bytes.set(what.subarray(0, Math.min(what.length, to - at)), at);
}

/** Guards all that no tensor has. */
export const enclose = (bytes: Uint8Array, from: number, to: number): void => fill(bytes, from, to, guards);

/** Marks every element as not yet written. */
export function blank(bytes: Uint8Array, place: Place): void {
  if (dense(place)) fill(bytes, place.from, place.to, marks);
  else for (const at of rows(place)) fill(bytes, at, at + rowBytes(place), marks);
}

/** Whether every byte of [from, to) is as it was. */
function clean(bytes: Uint8Array, from: number, to: number): boolean {
  return Buffer.compare(bytes.subarray(from, to), guards.subarray(0, to - from)) === 0;
}

/** What was written beside the tensors of a plan; null if nothing was. */
export function trespass(bytes: Uint8Array, { places, size }: Plan, begin: number): string | null {
  let [end, before] = [begin, null as Place | null];
  for (const place of [...places, null]) {
    const next = place?.from ?? size;
    if (!clean(bytes, end, next)) {
      const strange = (byte: number, i: number) => byte !== guards[i];
      const gap = bytes.subarray(end, next);
      const [first, last] = [gap.findIndex(strange), gap.findLastIndex(strange)];
      if (before && first < apart) return `it wrote ${last + 1} bytes past the end of ${before.name}`;
      return `it wrote ${gap.length - first} bytes before the beginning of ${place?.name ?? 'nothing'}`;
    }
    if (place && !dense(place) && between(bytes, place)) return `it wrote between the rows of ${place.name}`;
    [end, before] = [place?.to ?? end, place];
  }
  return null;
}

function between(bytes: Uint8Array, place: Place): boolean {
  const copy = Buffer.from(bytes.subarray(place.from, place.to));
  for (const at of rows(place)) fill(copy, at - place.from, at - place.from + rowBytes(place), guards);
  for (let at = 0; at < copy.length; at += guards.length) {
    if (!clean(copy, at, Math.min(copy.length, at + guards.length))) return true;
  }
  return false;
}

/** How many elements still hold the mark and where the first of them is; null if none does. */
export function unwritten(data: Uint8Array, { name, dtype, shape }: Place): string | null {
  const width = bytesOf[dtype] >> 1;
  const units = new Uint16Array(data.buffer, data.byteOffset, data.length >> 1);
  let [count, first] = [0, -1];
  for (let at = units.indexOf(mark); at >= 0; at = units.indexOf(mark, at + 1)) {
    const element = Math.floor(at / width);
    let whole = at % width === 0;
    for (let k = 1; whole && k < width; k++) whole = units[at + k] === mark;
    if (!whole) continue;
    if (first < 0) first = element;
    count++;
    at += width - 1;
  }
  if (count === 0) return null;
  const index: number[] = [];
  let rest = first;
  for (const extent of shape.toReversed()) {
    index.unshift(rest % extent);
    rest = Math.floor(rest / extent);
  }
  return `${count} of ${sizeOf(shape)} elements of ${name} were never written, the first at [${index.join(', ')}]`;
}
