import type { Layer, Op } from './layer.js';
import type { Answers, Drawn } from './property.js';

/** One question and what came of it; `answers` is null where the target said that it will not. */
export interface Asked {
  readonly law: string;
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
  readonly exchanges: Asked[] = [];
  /** Every question in the order asked, with the exchange where it was kept. */
  readonly order: { readonly op: Op; readonly layer: Layer; kept: Asked | null }[] = [];
  /** The cases of each law in the order drawn, without those of shrinking. */
  readonly cases = new Map<string, Drawn[]>();
  /** Live layers made so far: each has a handle of its own. */
  layers = 0;
  readonly #count = new Map<string, number>();

  /** The number of the next question, which is its id. */
  ask(op: Op, layer: Layer): number {
    return this.order.push({ op, layer, kept: null });
  }

  /** What came of the last question. */
  keep(asked: Asked): void {
    const count = this.#count.get(asked.law) ?? 0;
    if (count >= kept || asked.layer.x.length > longest) return;
    this.#count.set(asked.law, count + 1);
    this.exchanges.push(asked);
    this.order.at(-1)!.kept = asked;
  }

  draw(law: string, drawn: Drawn): void {
    const cases = this.cases.get(law);
    if (cases) cases.push(drawn);
    else this.cases.set(law, [drawn]);
  }
}
