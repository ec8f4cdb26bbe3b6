import type { Question } from '../wire/protocol.js';
import type { Layer, Op } from './layer.js';
import type { Answers, Drawn } from './property.js';

/** One question and what came of it; `answers` is null where the target said that it will not. */
export interface Asked {
  readonly law: string;
  readonly question: Question;
  /** The operation whose formulas the answers are held to. */
  readonly op: Op;
  readonly layer: Layer;
  readonly answers: Answers | null;
}

/** So many questions of one law are kept: its first ones, which hold all its directed cases. */
const kept = 40;
/** Longer answers are not kept: a few of them would fill the memory, and short ones name a mistake as well. */
const longest = 2 ** 15;

/** What a run has asked and been answered: diagnosis, power and the panel look at the very cases that were judged. */
export class Log {
  /** Questions so far; each gets the next number as its id. */
  asked = 0;
  readonly exchanges: Asked[] = [];
  /** The cases of each law in the order drawn, without those of shrinking. */
  readonly cases = new Map<string, Drawn[]>();
  readonly #count = new Map<string, number>();

  keep(asked: Asked): void {
    const count = this.#count.get(asked.law) ?? 0;
    if (count >= kept || asked.layer.x.length > longest) return;
    this.#count.set(asked.law, count + 1);
    this.exchanges.push(asked);
  }

  draw(law: string, drawn: Drawn): void {
    const cases = this.cases.get(law);
    if (cases) cases.push(drawn);
    else this.cases.set(law, [drawn]);
  }
}
