import { channelAxis, type Expected, type Layout, partsOf } from '../wire/protocol.js';
import type { Blob } from '../wire/safetensors.js';
import { type Dtype, scalar, sizeOf } from '../wire/tensor.js';
import { block, codes, fields, over, steps, tensorBytes, type Width } from './abi.js';
import { blank, enclose, type Place, Plan, put, type Window } from './arena.js';

/** What a card says of the memory that its kernel wants. */
export interface Manner {
  readonly strided: boolean;
  readonly inplace: boolean;
}

/** Requests of one kind laid out for a call: the block of both structures, the lists of parts, the tensors. */
export class Laid {
  readonly plan: Plan;
  readonly inputs = new Map<string, Place>();
  readonly outputs = new Map<string, Place>();
  /** Where `plan` begins. */
  readonly begin: number;
  readonly parts: number;
  readonly #width: Width;

  constructor(request: Blob, expected: ReadonlyMap<string, Expected>, width: Width, manner: Manner) {
    this.#width = width;
    this.parts = partsOf(request.tensors, 'x').length;
    this.begin = block(width).size + 64 + 4 * 64 * Math.ceil((this.parts * tensorBytes) / 64);
    this.plan = new Plan(this.begin, manner.strided);
    for (const [name, { dtype, shape }] of request.tensors) {
      if (!scalars.has(name)) this.inputs.set(name, this.plan.add(name, dtype, shape));
    }
    for (const [name, { dtype, shape }] of expected) {
      const under = manner.inplace ? this.inputs.get(name.replace(/^\w+/, (stem) => over[stem] ?? '')) : undefined;
      const place = under?.dtype === dtype ? under : this.plan.add(name, dtype, shape);
      this.outputs.set(name, place);
    }
  }

  /** Where the list of parts of x, dy, y or dx is. */
  list(name: string): number {
    return block(this.#width).size + 64 + lists.indexOf(name) * 64 * Math.ceil((this.parts * tensorBytes) / 64);
  }

  /** Writes it all into the window; `layer` is what the kernel keeps of the layer asked. */
  write({ bytes, address }: Window, request: Blob, layer: bigint): void {
    const { begin, plan } = this;
    bytes.fill(0, 0, begin);
    enclose(bytes, begin, plan.size);
    for (const place of this.outputs.values()) blank(bytes, place);
    for (const [name, place] of this.inputs) put(bytes, place, request.tensors.get(name)!.data);
    this.describe(bytes, address);
    this.tell(new DataView(bytes.buffer, bytes.byteOffset, begin), request, layer);
  }

  /** Writes where the tensors are into a block of zeros. */
  describe(bytes: Uint8Array, address: number): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, this.begin);
    const at = block(this.#width);
    for (const [name, place] of this.inputs) this.#tensor(view, this.#where(name, at.inputs), place, address);
    for (const [name, place] of this.outputs) this.#tensor(view, this.#where(name, at.outputs), place, address);
    for (const pointers of [at.lists, at.outLists]) {
      for (const [name, pointer] of pointers)
        if (this.parts > 0) this.#pointer(view, pointer, address + this.list(name));
    }
    this.#pointer(view, at.layer, address + at.size);
  }

  /** Writes what differs from request to request, over what a kernel may have said to the one before. */
  tell(view: DataView, request: Blob, layer: bigint): void {
    const at = block(this.#width);
    this.#scalars(view, request);
    this.#pointer(view, at.message, 0);
    view.setBigUint64(at.size, layer, true);
  }

  /** Where a tensor of this name is told of: in its structure, or in the list of parts. */
  #where(name: string, named: ReadonlyMap<string, number>): number {
    const dot = this.parts > 0 ? name.indexOf('.') : -1;
    const at = dot < 0 ? named.get(name) : this.list(name.slice(0, dot)) + Number(name.slice(dot + 1)) * tensorBytes;
    if (at === undefined) throw new RangeError(`no ${name} has a place in the C interface`);
    return at;
  }

  #tensor(view: DataView, at: number, { dtype, shape, strides, from }: Place, address: number): void {
    const to = fields(this.#width);
    this.#pointer(view, at + to.data, address + from);
    view.setInt32(at + to.dtype, codes[dtype], true);
    view.setInt32(at + to.rank, shape.length, true);
    long(view, at + to.size, sizeOf(shape));
    for (const [axis, extent] of shape.entries()) {
      long(view, at + to.shape + 8 * axis, extent);
      long(view, at + to.strides + 8 * axis, strides[axis]!);
    }
  }

  #pointer(view: DataView, at: number, address: number): void {
    if (this.#width === 8) long(view, at, address);
    else view.setUint32(at, address, true);
  }

  #scalars(view: DataView, { metadata, tensors }: Blob): void {
    const at = block(this.#width);
    const real = (name: string): number => (tensors.has(name) ? scalar(tensors.get(name)!) : Number.NaN);
    const [outer, channels, inner] = this.#extents(metadata, tensors);
    long(view, at.extents, outer);
    long(view, at.extents + 8, channels);
    long(view, at.extents + 16, inner);
    view.setFloat64(at.epsilon, real('epsilon'), true);
    view.setFloat64(at.momentum, real('momentum'), true);
    long(view, at.count, tensors.has('count') ? scalar(tensors.get('count')!) : -1);
    view.setInt32(at.layout, metadata.layout === 'channels_last' ? 1 : 0, true);
    view.setInt32(at.relu, metadata.after === 'relu' ? 1 : 0, true);
    view.setInt32(at.step, steps.indexOf(metadata.step!) + 1, true);
    view.setInt32(at.track, metadata.track === 'true' ? 1 : 0, true);
    view.setInt32(at.rank, Number(metadata.rank ?? 0), true);
    view.setInt32(at.dtype, codes[metadata.dtype as Dtype] ?? 0, true);
    view.setInt32(at.parts, this.parts, true);
  }

  /** Outer, channels and inner of what the request is about. */
  #extents(metadata: Blob['metadata'], tensors: Blob['tensors']): [number, number, number] {
    const [of, folds] = [tensors.get('x') ?? tensors.get('x.0') ?? tensors.get('dy'), tensors.get('weight')];
    const { shape } = of ?? folds ?? { shape: null };
    if (shape === null) return [0, Number(metadata.channels ?? 0), 0];
    const last = metadata.layout === 'channels_last';
    const axis = of ? channelAxis(metadata.layout as Layout, shape.length) : last ? shape.length - 1 : 0;
    const all =
      this.parts > 0 ? partsOf(tensors, 'x').reduce((size, part) => size + sizeOf(part.shape), 0) : sizeOf(shape);
    const [channels, inner] = [shape[axis] ?? 0, sizeOf(shape.slice(axis + 1))];
    return [channels * inner === 0 ? sizeOf(shape.slice(0, axis)) : all / (channels * inner), channels, inner];
  }
}

const lists = ['x', 'dy', 'y', 'dx'];
const scalars = new Set(['epsilon', 'momentum', 'count']);

/** A whole number as 64 bits. */
function long(view: DataView, at: number, value: number): void {
  view.setUint32(at, value >>> 0, true);
  view.setInt32(at + 4, Math.floor(value / 2 ** 32), true);
}
