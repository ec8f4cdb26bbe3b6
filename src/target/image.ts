import type { Blob } from '../wire/safetensors.js';
import { blank, dense, enclose, type Window } from './arena.js';
import type { Laid } from './laid.js';

/** Layouts of so many bytes have an image: those that are asked again and again are small. */
const largest = 2 ** 16;

/** Parts of both buffers that are one tensor's. */
interface Parts {
  readonly ours: Uint8Array;
  readonly found: Uint8Array;
  readonly marks: Uint8Array;
}

/**
 * What the window holds when a kernel is called, for all calls of one layout: structures, guards, marks and inputs. What
 * stays the same is made once, and one comparison after the call tells whether all but the outputs is as it was. Where it
 * is not, whoever wants to know what was changed must look.
 */
export class Image {
  /** What the window holds: first its inputs and marks, after the call the outputs in place of the marks. */
  readonly ours: Uint8Array;
  /** What was found in the window after the call. */
  readonly found: Uint8Array;
  readonly address: number;
  readonly #laid: Laid;
  readonly #view: DataView;
  readonly #inputs: readonly (readonly [name: string, ours: Uint8Array])[];
  readonly #outputs: readonly Parts[];

  constructor(laid: Laid, address: number) {
    const { plan, begin, inputs, outputs } = laid;
    this.address = address;
    this.#laid = laid;
    this.ours = new Uint8Array(plan.size);
    this.found = new Uint8Array(plan.size);
    this.#view = new DataView(this.ours.buffer, 0, begin);
    enclose(this.ours, begin, plan.size);
    for (const place of outputs.values()) blank(this.ours, place);
    laid.describe(this.ours, address);
    this.#inputs = [...inputs].map(([name, { from, to }]) => [name, this.ours.subarray(from, to)]);
    this.#outputs = [...outputs.values()].map(({ from, to }) => ({
      ours: this.ours.subarray(from, to),
      found: this.found.subarray(from, to),
      marks: this.ours.slice(from, to),
    }));
  }

  /** Whether there can be one of this layout. */
  static fits({ plan: { size, places } }: Laid): boolean {
    return size <= largest && places.every(dense);
  }

  /** Fills the window for a call. */
  write({ bytes }: Window, request: Blob, layer: bigint): void {
    for (const { ours, marks } of this.#outputs) ours.set(marks);
    for (const [name, ours] of this.#inputs) ours.set(request.tensors.get(name)!.data);
    this.#laid.tell(this.#view, request, layer);
    bytes.set(this.ours);
  }

  /** Takes what the call left in the window. */
  take({ bytes }: Window): void {
    this.found.set(bytes.length === this.found.length ? bytes : bytes.subarray(0, this.found.length));
  }

  /** Whether nothing but the outputs was changed. */
  same(): boolean {
    for (const { ours, found } of this.#outputs) ours.set(found);
    return Buffer.compare(this.ours, this.found) === 0;
  }
}
