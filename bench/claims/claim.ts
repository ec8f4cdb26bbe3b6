import type { Claim, Figure } from '../../src/docs/claims.js';

/** What a measurement came to: sentences and figures all made of what was measured. */
export interface Found {
  /** Whether the claim was seen, each time that it could have been: every seed, every part of it. */
  readonly held: readonly boolean[];
  readonly seen: string;
  readonly figures: readonly Figure[];
  readonly plots: readonly Plot[];
}

export interface Plot {
  readonly file: string;
  readonly title: string;
  readonly says: string;
  readonly svg: string;
}

/** A claim as it is taught, and how it is looked at. The same options and seed find the same, bit by bit. */
export interface Demonstration<O> extends Pick<Claim, 'id' | 'title' | 'claim' | 'source' | 'theorems' | 'laws'> {
  /** What `npm run claims` takes. */
  readonly full: O;
  /** So little that a test can do it. */
  readonly small: O;
  setup(options: O): string;
  measure(options: O, seed: number): Found;
}

/** The claim as it is written down. */
export function stated<O>(demonstration: Demonstration<O>, options: O, found: Found): Claim {
  const { id, title, claim, source, theorems, laws } = demonstration;
  const { seen, figures, plots } = found;
  return {
    ...{ id, title, claim, source, setup: demonstration.setup(options), seen, agrees: verdict(found.held) },
    ...{ theorems, laws, plots: plots.map(({ file, title, says }) => ({ file, title, says })), figures },
  };
}

/** Yes if it was seen each time, no if never. Nothing looked at is an error, never a yes. */
export function verdict(held: readonly boolean[]): Claim['agrees'] {
  if (held.length === 0) throw new RangeError('a claim that nothing was asked of');
  return held.every(Boolean) ? 'yes' : held.some(Boolean) ? 'partly' : 'no';
}
