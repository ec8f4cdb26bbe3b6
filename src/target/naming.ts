import { createHash } from 'node:crypto';
import { type Blob, write } from '../wire/safetensors.js';

/**
 * Names a question by what it asks: the same bytes have the same name, whatever their id. A step of a layer is named
 * by all steps before it since no layer was alive: what it means hangs on them.
 */
export class Naming {
  readonly #alive = new Set<string>();
  readonly #handles: string[] = [];
  #before = '';

  /** The name, and whether a step begins a sequence of its own (null of a question that is no step). */
  name({ metadata: { id: _, handle, ...metadata }, tensors }: Blob): {
    readonly name: string;
    readonly begins: boolean | null;
  } {
    if (metadata.op !== 'layer' || handle === undefined)
      return { name: digest('', { metadata, tensors }), begins: null };
    const begins = metadata.step === 'new' && this.#alive.size === 0;
    if (begins) this.reset();
    if (!this.#handles.includes(handle)) this.#handles.push(handle);
    if (metadata.step === 'new') this.#alive.add(handle);
    if (metadata.step === 'drop') this.#alive.delete(handle);
    const numbered = { ...metadata, handle: String(this.#handles.indexOf(handle)) };
    this.#before = digest(this.#before, { metadata: numbered, tensors });
    return { name: this.#before, begins };
  }

  /** Forgets every layer. */
  reset(): void {
    this.#alive.clear();
    this.#handles.length = 0;
    this.#before = '';
  }
}

const digest = (before: string, blob: Blob): string =>
  createHash('sha256').update(before).update(write(blob)).digest('base64');
