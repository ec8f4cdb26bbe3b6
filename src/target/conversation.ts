import { WireError } from '../wire/error.js';
import { type Frame, type Framing, framing } from '../wire/frame.js';
import { limits } from '../wire/header.js';
import { assemble, type Blob } from '../wire/safetensors.js';
import { line, shown, words } from '../wire/text.js';

/** What a process did in place of answering: one visible line. */
export class Fault extends Error {
  override readonly name = 'Fault';
}

/** Who waits for the reply to request `id`, and is told of it, or of the fault that came instead. */
export interface Waiting {
  readonly id: string;
  readonly resolve: (blob: Blob) => void;
  readonly reject: (fault: Fault) => void;
}

/**
 * One reply per request, in order, over a stream of bytes. After the first thing that does not belong there the stream
 * is lost: nothing that follows can be told apart from it.
 */
export class Conversation {
  readonly #frames: Framing;
  readonly #waiting: Waiting[] = [];
  #lost: string | null = null;
  #noisy = false;

  constructor(maxReply: number) {
    this.#frames = framing({ ...limits, body: maxReply });
  }

  /** Why no further reply can be had; null while one can. */
  get lost(): string | null {
    return this.#lost;
  }

  /** Whether it was lost by bytes that nobody had asked for. */
  get noisy(): boolean {
    return this.#noisy;
  }

  get waits(): boolean {
    return this.#waiting.length > 0;
  }

  /** The reply to request `id`. Rejects with a Fault. */
  reply(id: string): Promise<Blob> {
    return new Promise((resolve, reject) => this.expect({ id, resolve, reject }));
  }

  /** The same, told at once and without a promise: whoever is told must not throw. */
  expect(waiting: Waiting): void {
    if (this.#lost !== null) waiting.reject(new Fault(this.#lost));
    else this.#waiting.push(waiting);
  }

  lose(reason: string): void {
    this.#lost ??= reason;
    for (const { reject } of this.#waiting.splice(0)) reject(new Fault(this.#lost));
  }

  /** Takes the next bytes. */
  hear(chunk: Uint8Array): void {
    if (this.#lost !== null) return;
    this.#noisy = !this.waits;
    try {
      const frames = this.#frames.push(chunk);
      if (this.#noisy)
        this.lose(`wrote after its last reply: ${frames.length > 0 ? 'a second reply' : printed(chunk)}`);
      else if (frames.length > 0) this.#take(frames);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.lose(
        error.text === undefined ? error.message : `something printed to stdout: ${error.text}; ${error.message}`,
      );
    }
  }

  /** How much of a reply has come; empty if nothing. */
  get progress(): string {
    const { unfinished } = this.#frames;
    if (!unfinished) return '';
    const { have, need, head } = unfinished;
    if (need === null) return `: ${have} bytes came of a header, ${printed(head)}`;
    return `: ${have} of ${need} bytes came, ${need - have} bytes short`;
  }

  #take(frames: readonly Frame[]): void {
    for (const [i, frame] of frames.entries()) {
      const { id, resolve } = this.#waiting[0]!;
      const blob = assemble(frame);
      const wrong = this.#misplaced(frames.length - i, id, blob.metadata.id);
      if (wrong !== null) {
        this.lose(wrong);
        return;
      }
      this.#waiting.shift();
      resolve(blob);
    }
  }

  /** What makes a whole reply, the first of so many, none for this request; null if nothing does. */
  #misplaced(replies: number, id: string, got: string | undefined): string | null {
    const { unfinished } = this.#frames;
    if (this.#waiting.length === 1) {
      if (replies > 1) return `sent ${replies} replies to one request`;
      if (unfinished) return `wrote on after its reply: ${printed(unfinished.head)}`;
    }
    if (got === id) return null;
    return `replied to ${got === undefined ? 'no id' : `id "${line(got)}"`}, asked was id "${line(id)}"`;
  }
}

/** Unexpected bytes; words among them were hardly meant as a reply. */
function printed(bytes: Uint8Array): string {
  const text = words(bytes);
  return text === null ? shown(bytes) : `something printed to stdout: ${text}`;
}
