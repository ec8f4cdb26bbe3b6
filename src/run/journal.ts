import { setImmediate } from 'node:timers/promises';
import type { Reply, Target } from '../target/target.js';
import type { Drawn } from './property.js';
import type { Recorded } from './recorded.js';

/** A case of a law by its place, or a step of making one smaller by its number, and `from` which case. */
export interface Spot {
  readonly law: string;
  readonly kind: 'case' | 'step';
  readonly at: number;
  readonly from?: number;
}

/** What came of a case. */
export interface Entry {
  /** What was answered, in the order asked; null where nobody will look at that again. */
  readonly replies: readonly Reply[] | null;
  /** Null where the case was asked in vain, or not answered. */
  readonly judged: Recorded | null;
  /** It could not be asked. */
  readonly unfit?: true;
}

/** The cases of a run that others judge, or that an earlier run has judged; and where those of this run are kept. */
export interface Journal {
  /** Which part of the cases is asked here: 1 of 1 is all. */
  readonly part: { readonly index: number; readonly of: number };
  /** Why this run does not see all cases; null if it does. */
  readonly lacking: string | null;
  /** What is known of a case. Throws UsageError where another one was drawn. */
  find(spot: Spot, drawn: Drawn | null): Entry | null;
  /** Whether a case of which nothing is known is asked here. `late`: one that only a law left vacuous goes on to. */
  mine(spot: Spot, late: boolean): boolean;
  write(spot: Spot, drawn: Drawn | null, entry: Entry): void;
}

/** A target to ask one case of, and what it has answered. */
export function heard(target: Target): { readonly target: Target; readonly replies: Reply[] } {
  const replies: Reply[] = [];
  let asked = 0;
  const ask: Target['ask'] = async (request) => {
    const turn = asked;
    asked += 1;
    return (replies[turn] = await target.ask(request));
  };
  return { target: { ...standing(target), ask }, replies };
}

/** A target that says again what was heard of it. */
export function saying(target: Target, replies: readonly Reply[]): Target {
  let asked = 0;
  return {
    ...standing(target),
    warnings: [], // of these the journal knows
    async ask() {
      if (target.ahead) await setImmediate(); // as of a target that answers many at once: in turn, and not before all are asked
      const reply = replies[asked];
      asked += 1;
      if (!reply) throw new Error(`a case of the journal asks ${asked} questions, and ${replies.length} were answered`);
      return reply;
    },
  };
}

const standing = (target: Target): Omit<Target, 'ask'> => ({
  id: target.id,
  hello: () => target.hello(),
  close: () => target.close(),
  ...(target.warnings ? { warnings: target.warnings } : {}),
});

/** The target for questions beyond all laws, which are asked one after the other, each as a case of its own. */
export function through(target: Target, journal: Journal | undefined, what: 'probe' | 'panel'): Target {
  if (!journal) return target;
  let asked = 0;
  return {
    ...standing(target),
    async ask(request) {
      const spot: Spot = { law: what, kind: 'case', at: asked };
      asked += 1;
      const [known] = journal.find(spot, null)?.replies ?? [];
      if (known) return known;
      const reply = await target.ask(request);
      journal.write(spot, null, { replies: [reply], judged: null });
      return reply;
    },
  };
}
