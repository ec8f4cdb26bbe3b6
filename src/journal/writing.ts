import { closeSync, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { line } from './line.js';

/** So many bytes, or so many milliseconds, are written together. */
const [most, longest] = [2 ** 16, 1000];

/** Adds lines to a journal. What has been written survives the end of this process, however it comes. */
export class Writing {
  readonly #fd: number;
  readonly #now: () => number;
  #at: number;
  #sum: number;
  #held: Buffer[] = [];
  #size = 0;
  #last: number;
  /** Why a write failed: what stands at the end is no whole line then, and nothing may follow it. */
  #broken: { readonly cause: unknown } | null = null;

  /** Goes on at `size`, where the lines before have the checksum `sum`; whatever stands behind is cut off. */
  constructor(file: string, { size, sum }: { readonly size: number; readonly sum: number }, now: () => number) {
    this.#fd = openSync(file, size > 0 ? 'r+' : 'w');
    ftruncateSync(this.#fd, size);
    [this.#at, this.#sum, this.#now, this.#last] = [size, sum, now, now()];
  }

  add(value: unknown): void {
    const { bytes, sum } = line(value, this.#sum);
    this.#sum = sum;
    this.#held.push(bytes);
    this.#size += bytes.length;
    if (this.#size >= most || this.#now() - this.#last > longest) this.flush();
  }

  /** Throws what the file system says, and again what it said before. */
  flush(): void {
    if (this.#broken) throw this.#broken.cause;
    const bytes = Buffer.concat(this.#held);
    [this.#held, this.#size, this.#last] = [[], 0, this.#now()];
    try {
      for (let done = 0; done < bytes.length; ) {
        const wrote = writeSync(this.#fd, bytes, done, bytes.length - done, this.#at);
        done += wrote;
        this.#at += wrote;
      }
    } catch (cause) {
      this.#broken = { cause };
      throw cause;
    }
  }

  /** Writes what is left, to the disk itself. */
  close(): void {
    try {
      this.flush();
      fsyncSync(this.#fd);
    } finally {
      closeSync(this.#fd);
    }
  }
}
