import type { Question } from '../wire/protocol.js';
import type { FullAsker } from './asker.js';
import type { Layer, Op } from './layer.js';
import type { Answers, Drawn, Learning } from './property.js';

/** One question and what came of it; `answers` is null where it was not answered. */
export interface Asked {
  readonly law: string;
  readonly question: Question;
  /** The operation whose formulas the answers are held to. */
  readonly op: Op;
  readonly layer: Layer;
  readonly answers: Answers | null;
  /** How it was not answered; null where it was. */
  readonly failed: string | null;
  /** An error is due, whatever the formulas say. */
  readonly declined?: true;
  readonly again: Again;
}

/** What came of a step of a stateful layer. */
export type LayerStep = Omit<Asked, 'again' | 'law'>;

/** Puts the same question to another target; null where that answers an error, as it should. Throws Unanswered. */
export type Again = (bn: FullAsker) => Promise<Answers | null>;

/** So many questions of one law are kept: its first ones, which hold all its directed cases. */
const kept = 24;
/** Of longer answers only a few are kept: they fill the memory, and short ones name most mistakes as well. */
const long = 2 ** 14;
const keptLong = 4;
/** So many first cases of a law are kept. */
export const firstCases = 4;
/** The cases of a law that anybody looks at afterwards: as many as a thorough run draws of any. A campaign has more than fit in memory. */
export const lookedAt = 1200;

/** What a run has asked and been answered: diagnosis and the panel look at the very cases that were judged. */
export class Log {
  readonly exchanges: Asked[] = [];
  /** Every question in the order asked, with the exchanges that were kept of it. */
  readonly order: { readonly again: Again; readonly kept: Asked[] }[] = [];
  /** The first cases of each law in the order drawn, and the last; without those of shrinking. */
  readonly cases = new Map<string, Drawn[]>();
  /** The steps of stateful layers that a case asked, but for those that only succeed. */
  readonly steps = new WeakMap<Drawn, readonly LayerStep[]>();
  /** What came of the networks that a case asked, in turn. */
  readonly learned = new WeakMap<Drawn, readonly Learning['answers'][]>();
  /** Live layers made so far: each has a handle of its own. */
  layers = 0;
  readonly #count = new Map<string, number>();
  #asked = 0;

  /** A question is asked: its id, and where what comes of it is kept. Without `again` nothing of it is: it is too large. */
  ask(again: Again | null): { readonly id: string; keep(answered: Omit<Asked, 'again'>): void } {
    this.#asked += 1;
    const id = String(this.#asked);
    if (!again) return { id, keep: () => undefined };
    const entry = { again, kept: [] };
    this.order.push(entry);
    return { id, keep: (answered) => this.#keep(answered, entry) };
  }

  #keep(answered: Omit<Asked, 'again'>, { again, kept: own }: { readonly again: Again; readonly kept: Asked[] }): void {
    const asked = { ...answered, again };
    const isLong = asked.layer.x.length > long;
    const key = `${asked.law} ${isLong}`;
    const count = this.#count.get(key) ?? 0;
    if (count >= (isLong ? keptLong : kept)) return;
    this.#count.set(key, count + 1);
    this.exchanges.push(asked);
    own.push(asked);
  }

  draw(law: string, drawn: Drawn): void {
    const cases = this.cases.get(law);
    if (!cases) this.cases.set(law, [drawn]);
    else if (cases.length <= firstCases) cases.push(drawn);
    else cases[firstCases] = drawn;
  }

  /** The same log for a case at this place of its law: of late ones nothing is kept. */
  at(place: number): Pick<Log, 'ask' | 'steps' | 'learned' | 'layers'> {
    if (place < lookedAt) return this;
    const log = this;
    return {
      ask: () => log.ask(null),
      steps: log.steps,
      learned: log.learned,
      get layers() {
        return log.layers;
      },
      set layers(made) {
        log.layers = made;
      },
    };
  }
}
