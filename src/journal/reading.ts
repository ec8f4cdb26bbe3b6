import { closeSync, openSync } from 'node:fs';
import type { Spot } from '../run/journal.js';
import { type Line, lines, said } from './line.js';
import { type Head, schema } from './plan.js';

/** Not what was written there: nothing in the file may be relied on. */
export class Damaged extends Error {
  override readonly name = 'Damaged';
}

/** No journal that this version can read. */
export class Foreign extends Error {
  override readonly name = 'Foreign';
}

/** The last line of a run that came to its end. */
export interface End {
  readonly cases: number;
  readonly profile: string;
  readonly warnings: readonly string[];
  /** The last lines of the target's log. */
  readonly log: string;
}

/** What stands in a journal. */
export interface Contents {
  readonly head: Head;
  /** Where the cases of each law begin, and the steps of making one smaller. */
  readonly sections: ReadonlyMap<string, number>;
  readonly cases: number;
  readonly end: End | null;
  /** Why it ends early, where that was written. */
  readonly stopped: string | null;
  /** Where the next line goes, and the checksum of all before it. */
  readonly size: number;
  readonly sum: number;
}

export const section = ({ law, kind }: Pick<Spot, 'law' | 'kind'>): string => `${law} ${kind}`;

/**
 * Reads a journal and checks every line. A last line that was cut off is left out: whoever wrote it was killed. Null
 * where not even the first one is whole. Throws Damaged and Foreign.
 */
export function read(file: string): Contents | null {
  const fd = openSync(file, 'r');
  try {
    const scan = new Scan(file);
    for (const one of lines(fd, 0)) if (!scan.takes(one)) break;
    return scan.contents;
  } finally {
    closeSync(fd);
  }
}

/** The lines as far as they have been read. */
class Scan {
  readonly #file: string;
  #head: Head | null = null;
  readonly #sections = new Map<string, number>();
  #last: Spot | null = null;
  #cases = 0;
  #end: End | null = null;
  #stopped: string | null = null;
  #size = 0;
  #sum = 0;

  constructor(file: string) {
    this.#file = file;
  }

  /** Takes the next line; false where it was cut off, which only the last one may be. */
  takes(one: Line): boolean {
    const what = said(one, this.#sum);
    if (!what) {
      if (!this.#head && !looksOwn(one)) throw new Foreign(`${this.#file} is no journal of bnspec`);
      if (one.ended || this.#end) throw new Damaged(`${this.#file} is damaged at byte ${one.at}`);
      return false;
    }
    const { value, sum } = what;
    if (!this.#head) this.#head = headOf(value, this.#file);
    else if (this.#end) throw new Damaged(`${this.#file} goes on after its end, at byte ${one.at}`);
    else this.#add(value as Record<string, unknown>, one.at);
    [this.#size, this.#sum] = [one.next, sum];
    return true;
  }

  get contents(): Contents | null {
    if (!this.#head) return null;
    const { cases, end, stopped, size, sum } = {
      cases: this.#cases,
      end: this.#end,
      stopped: this.#stopped,
      size: this.#size,
      sum: this.#sum,
    };
    if (end && end.cases !== cases) throw new Damaged(`${this.#file} holds ${cases} cases, and ends with ${end.cases}`);
    return { head: this.#head, sections: this.#sections, cases, end, stopped, size, sum };
  }

  #add(value: Record<string, unknown>, at: number): void {
    this.#stopped = (value.stopped as string | undefined) ?? null;
    this.#end = (value.end as End | undefined) ?? null;
    if (typeof value.law !== 'string') return;
    const spot = value as unknown as Spot;
    const begun = this.#sections.has(section(spot));
    const follows = this.#last && section(this.#last) === section(spot) && this.#last.at < spot.at;
    if (begun && !follows)
      throw new Damaged(`${this.#file} holds ${spot.kind} ${spot.at} of ${spot.law} twice, or out of turn`);
    if (!begun) this.#sections.set(section(spot), at);
    this.#last = spot;
    this.#cases += 1;
  }
}

/** A file that was cut off in its first line is a journal still, and so is one of which nothing has been written. */
const looksOwn = ({ text }: Line): boolean => /^[0-9a-f]{0,8}( (\{.*)?)?$/s.test(text.toString('latin1', 0, 12));

function headOf(value: unknown, file: string): Head {
  const head = value as Partial<Head> | null;
  const named = typeof head === 'object' && head !== null ? String(head.schema) : '';
  if (named === schema) return head as Head;
  if (!named.startsWith('bnspec-journal/')) throw new Foreign(`${file} is no journal of bnspec`);
  throw new Foreign(
    `${file} was made by bnspec ${head?.plan?.bnspec ?? '?'} (${named}), this one reads ${schema}\nmerge it with the version that made it`,
  );
}
