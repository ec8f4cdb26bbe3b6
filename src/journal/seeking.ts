import { closeSync, openSync } from 'node:fs';
import type { Entry, Spot } from '../run/journal.js';
import { UsageError } from '../run/usage.js';
import { given, type Line, lines } from './line.js';
import { type Contents, section } from './reading.js';

/** A case as it stands in a journal; `mark` says what was drawn. */
export interface Kept extends Spot, Entry {
  readonly mark: number | null;
}

/** So many sections are read side by side: a law, the next, and their steps. */
const most = 6;

/** Finds cases in a journal that was checked. A run asks for them in the order in which they stand there. */
export class Seeking {
  readonly #file: string;
  readonly #fd: number;
  readonly #contents: Contents;
  readonly #cursors = new Map<string, Cursor>();

  constructor(file: string, contents: Contents) {
    this.#file = file;
    this.#fd = openSync(file, 'r');
    this.#contents = contents;
  }

  find(spot: Spot, mark: number | null): Kept | null {
    const name = section(spot);
    const from = this.#contents.sections.get(name);
    if (from === undefined) return null;
    let cursor = this.#cursors.get(name);
    if (!cursor || cursor.passed > spot.at) {
      this.#cursors.delete(name);
      this.#cursors.set(name, (cursor = new Cursor(this.#fd, from, this.#contents.size, name)));
      if (this.#cursors.size > most) this.#cursors.delete(this.#cursors.keys().next().value!);
    }
    const found = cursor.at(spot.at);
    if (found && found.mark !== mark)
      throw new UsageError(
        `${this.#file}: ${spot.kind} ${spot.at} of ${spot.law} is not the one that is drawn here\nit was written by another build of bnspec, or on another platform`,
      );
    return found;
  }

  close(): void {
    closeSync(this.#fd);
  }
}

/** Reads a section from its beginning. */
class Cursor {
  readonly #lines: Generator<Line, void>;
  readonly #size: number;
  readonly #name: string;
  #next: Kept | null;
  /** Everything before has been read. */
  passed = 0;

  constructor(fd: number, from: number, size: number, name: string) {
    this.#lines = lines(fd, from);
    this.#size = size;
    this.#name = name;
    this.#next = this.#read();
  }

  at(place: number): Kept | null {
    while (this.#next && this.#next.at < place) this.#next = this.#read();
    this.passed = place;
    return this.#next?.at === place ? this.#next : null;
  }

  #read(): Kept | null {
    const { value } = this.#lines.next();
    if (!value || value.next > this.#size) return null;
    const kept = given(value) as Kept;
    return kept.law !== undefined && section(kept) === this.#name ? kept : null;
  }
}
