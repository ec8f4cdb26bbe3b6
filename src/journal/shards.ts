import type { Entry, Journal, Spot } from '../run/journal.js';
import type { Drawn } from '../run/property.js';
import { ownerOf } from './keeping.js';
import { markOf } from './mark.js';
import { differing, type Plan } from './plan.js';
import { type Contents, read } from './reading.js';
import { Seeking } from './seeking.js';

/** A set of journals that do not belong together, or not all of which are there: nothing may be concluded. */
export class Unmergeable extends Error {
  override readonly name = 'Unmergeable';
}

interface Part {
  readonly file: string;
  readonly contents: Contents;
}

/** Journals that make a whole run. Throws Damaged, Foreign, and Unmergeable naming the culprit. */
export class Shards implements Journal {
  readonly part = { index: 1, of: 1 };
  readonly parts: readonly Part[];
  readonly plan: Plan;
  lacking: string | null;
  readonly #seeking: readonly Seeking[];
  /** Cases that another shard knows than their own. */
  readonly #late = new Map<string, number>();

  constructor(files: readonly string[]) {
    const parts = files.map((file): Part => {
      const contents = read(file);
      if (!contents) throw new Unmergeable(`nothing has been written to ${file} yet`);
      return { file, contents };
    });
    this.parts = parts.toSorted((a, b) => a.contents.head.shard.index - b.contents.head.shard.index);
    belong(this.parts);
    this.plan = this.parts[0]!.contents.head.plan;
    const open = this.parts.find(({ contents }) => !contents.end);
    this.lacking = open ? unended(open) : null;
    this.#seeking = this.parts.map(({ file, contents }) => new Seeking(file, contents));
  }

  /** The shard's own case, or one that another asked because its cases said too little. Steps are those of one shard. */
  find(spot: Spot, drawn: Drawn | null): Entry | null {
    const mark = markOf(drawn);
    const { law, kind, at, from = at } = spot;
    const owner = this.#late.get(`${law} ${from}`) ?? ownerOf({ law, at: from }, this.parts.length) - 1;
    const own = this.#seeking[owner]!.find(spot, mark);
    if (own || kind === 'step') return own;
    for (const [shard, seeking] of this.#seeking.entries()) {
      const other = shard === owner ? null : seeking.find(spot, mark);
      if (!other) continue;
      this.#late.set(`${law} ${at}`, shard);
      return other;
    }
    return null;
  }

  /** Nobody is asked any more. */
  mine({ law, kind, at }: Spot): boolean {
    this.lacking ??= `no journal holds ${kind} ${at} of ${law}`;
    return false;
  }

  write(): void {}

  close(): void {
    for (const one of this.#seeking) one.close();
  }
}

/** Why a journal has no end. */
export function unended({ file, contents: { stopped, head } }: Part): string {
  const { index, of } = head.shard;
  const who = of === 1 ? 'the run' : `shard ${index} of ${of}`;
  return `${who} has not come to its end: ${stopped ?? `killed, or still running (${file})`}`;
}

/** Throws Unmergeable unless these are all the shards of one run, each once. */
function belong(parts: readonly Part[]): void {
  const [first] = parts;
  if (!first) throw new Unmergeable('no journals to merge');
  const { plan, shard } = first.contents.head;
  for (const [i, { file, contents }] of parts.entries()) {
    const { head, end } = contents;
    const other = differing(plan, head.plan);
    if (other.length > 0) throw new Unmergeable(`${file} is of another run than ${first.file}: ${other.join('; ')}`);
    if (head.shard.of !== shard.of)
      throw new Unmergeable(`${file} is one of ${head.shard.of} shards, ${first.file} one of ${shard.of}`);
    const twin = parts[i + 1];
    if (twin && twin.contents.head.shard.index === head.shard.index)
      throw new Unmergeable(`shard ${head.shard.index} of ${shard.of} is there twice: ${file}, ${twin.file}`);
    const told = first.contents.end?.profile;
    if (end && told !== undefined && end.profile !== told)
      throw new Unmergeable(`${file} was judged as ${end.profile}, ${first.file} as ${told}`);
  }
  const there = parts.map(({ contents }) => contents.head.shard.index);
  const missing = Array.from({ length: shard.of }, (_, i) => i + 1).filter((index) => !there.includes(index));
  if (missing.length > 0)
    throw new Unmergeable(`of ${shard.of} shards ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing`);
}
