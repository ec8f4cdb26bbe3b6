import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Entry, Journal, Spot } from '../run/journal.js';
import type { Drawn } from '../run/property.js';
import { UsageError } from '../run/usage.js';
import { makeFolder } from '../target/folder.js';
import { lock } from './lock.js';
import { markOf } from './mark.js';
import { differing, type Head, type Shard, schema } from './plan.js';
import { type Contents, Damaged, type End, Foreign, read } from './reading.js';
import { Seeking } from './seeking.js';
import { Writing } from './writing.js';

/** The file of a shard in its folder. */
export const fileOf = (folder: string, { index, of }: Shard): string => join(folder, `shard-${index}-of-${of}.ndjson`);

/** Which shard a case belongs to: the cases of a law go round, and not every law begins with the first shard. */
export function ownerOf({ law, at }: Pick<Spot, 'law' | 'at'>, of: number): number {
  let sum = 0;
  for (const char of law) sum = (31 * sum + char.codePointAt(0)!) % 1_000_003;
  return ((at + sum) % of) + 1;
}

/**
 * The journal of a run that may end at any moment: cases that stand in it are not asked again, all others of this part
 * are, and are written. Throws UsageError where the file is of another plan, at its end, or in use.
 */
export class Keeping implements Journal {
  readonly part: Shard;
  readonly lacking = null;
  /** Cases that stood there when the run began. */
  readonly found: number;
  readonly file: string;
  #cases: number;
  readonly #seeking: Seeking | null;
  readonly #writing: Writing;
  readonly #release: () => void;

  constructor(folder: string, head: Omit<Head, 'schema'>, now: () => number) {
    makeFolder(folder);
    this.part = head.shard;
    this.file = fileOf(folder, head.shard);
    this.#release = lock(`${this.file}.lock`);
    try {
      const known = existsSync(this.file) ? unfinished(this.file, head) : null;
      this.found = this.#cases = known?.cases ?? 0;
      this.#seeking = known && new Seeking(this.file, known);
      this.#writing = new Writing(this.file, known ?? { size: 0, sum: 0 }, now);
      if (!known) this.#writing.add({ schema, ...head });
      this.#writing.flush();
    } catch (cause) {
      this.#release();
      throw cause;
    }
  }

  find(spot: Spot, drawn: Drawn | null): Entry | null {
    return this.#seeking?.find(spot, markOf(drawn)) ?? null;
  }

  mine(spot: Spot, late: boolean): boolean {
    return late || spot.kind === 'step' || ownerOf(spot, this.part.of) === this.part.index;
  }

  write({ law, kind, at }: Spot, drawn: Drawn | null, entry: Entry): void {
    this.#writing.add({ law, kind, at, mark: markOf(drawn), ...entry });
    this.#cases += 1;
  }

  /** The last line of a run that came to its end. */
  end(end: Omit<End, 'cases'>): void {
    this.#writing.add({ end: { ...end, cases: this.#cases } });
  }

  stop(why: string): void {
    this.#writing.add({ stopped: why });
  }

  close(): void {
    try {
      this.#writing.close();
    } finally {
      this.#seeking?.close();
      this.#release();
    }
  }
}

/** What stands in a journal that is to be gone on with; null if nothing does yet. */
function unfinished(file: string, head: Omit<Head, 'schema'>): Contents | null {
  const known = contents(file);
  if (!known) return null;
  const anew = `name another --journal, or remove ${file} to begin anew`;
  const other = differing(known.head.plan, head.plan);
  if (other.length > 0) throw new UsageError(`${file} is of another run: ${other.join('; ')}\n${anew}`);
  if (known.end) throw new UsageError(`${file} is at its end: bnspec merge ${file} reports it\n${anew}`);
  return known;
}

function contents(file: string): Contents | null {
  try {
    return read(file);
  } catch (cause) {
    if (cause instanceof Damaged || cause instanceof Foreign)
      throw new UsageError(`${cause.message}\nname another --journal, or remove it to begin anew`);
    throw cause;
  }
}
