import { local } from '../target/local.js';
import type { References } from './asker.js';
import { Unanswered } from './asker.js';
import { lawOf } from './check.js';
import type { Series } from './drawing.js';
import { judgeCase } from './judge-case.js';
import { clauses } from './law.js';
import type { Layer, Op } from './layer.js';
import { Log } from './log.js';
import type { Drawn, Property } from './property.js';
import type { Reference } from './reference.js';
import type { Tier } from './report.js';
import type { Subject } from './subject.js';
import { Unfit } from './unfit.js';
import type { Wrong } from './wrong.js';

/** How a published mistake fared on the cases of a run: which law refuted it first, after how many cases; null: none did. */
export interface Fate {
  readonly id: string;
  readonly by: string | null;
  readonly cases: number;
}

/** So many layers' references are kept at a time. */
const remembered = 300;
/** So many cases are put before a mistake; what none of them refutes counts as a survivor. */
const patience = 300;

/** What a run drew, and how it judged. */
export interface Drawing {
  readonly laws: readonly Property[];
  readonly cases: ReadonlyMap<string, Series>;
  readonly subject: Subject;
  readonly tier: Tier;
}

/** Puts every mistake before the very cases and bounds of a run, until one case refutes it. */
export async function power(wrongs: readonly Wrong[], drawing: Drawing): Promise<Fate[]> {
  const references = remembering();
  // What refuted the last one is tried first on the next: most mistakes in one output are seen by one law.
  let laws = [...drawing.laws];
  const fates: Fate[] = [];
  for (const wrong of wrongs) {
    const fate = await hunt(wrong, laws, drawing, references);
    fates.push(fate);
    const killer = laws.find(({ id }) => id === fate.by);
    if (killer) laws = [killer, ...laws.filter((law) => law !== killer)];
  }
  return fates;
}

/** References of the layers asked last; all of them would fill the memory. */
function remembering(): References {
  const known: Map<Layer, Map<Op, Reference>> = new Map();
  return {
    get: (layer) => known.get(layer),
    set(layer, byOp) {
      if (known.size === remembered) known.clear();
      return known.set(layer, byOp);
    },
  };
}

/** Tries the telling laws first. */
async function hunt(
  wrong: Wrong,
  laws: readonly Property[],
  { cases, subject, tier }: Drawing,
  references: References,
): Promise<Fate> {
  const target = local(wrong.id, wrong.kernel());
  let count = 0;
  let tried = 0;
  for (const { law, drawn } of telling(wrong, laws, cases)) {
    tried += 1;
    if (tried > patience) break;
    const text = lawOf(law, subject);
    if (text === null) continue;
    count += 1;
    try {
      const asked = { target, subject, log: new Log(), references };
      const judged = await judgeCase(law, clauses(text, law.id), drawn, asked, [tier]);
      const refuted = [...judged.byTier.values()].some((at) => at.refuted);
      if (refuted) return { id: wrong.id, by: law.id, cases: count };
    } catch (cause) {
      // A formula always answers in form; a wrong kernel may be told by a reply that is none.
      if (cause instanceof Unanswered && !wrong.subject) return { id: wrong.id, by: law.id, cases: count };
      if (!(cause instanceof Unfit || cause instanceof Unanswered)) throw cause;
    }
  }
  return { id: wrong.id, by: null, cases: count };
}

interface Case {
  readonly law: Property;
  readonly drawn: Drawn;
}

/** One case of each law, then the next of each. */
function* inTurn(laws: readonly Property[], cases: Drawing['cases'], from = 0): Generator<Case> {
  const all = laws.map((law) => ({ law, of: cases.get(law.id) }));
  const most = Math.max(0, ...all.map(({ of }) => of?.length ?? 0));
  for (let row = from; row < most; row += 1)
    for (const { law, of } of all) if (of && row < of.length) yield { law, drawn: of.at(row)! };
}

/** All cases of these laws, the largest last. */
const bySize = (laws: readonly Property[], cases: Drawing['cases']): Case[] =>
  [...inTurn(laws, cases)].toSorted((a, b) => a.drawn.layer.x.length - b.drawn.layer.x.length);

/**
 * Cases of the laws that ask for what the mistake changes, the likeliest to refute it first: those on its outputs, and
 * directed sizes last. A mistake that is in no formula may show anywhere, or at some size alone: one case of each law
 * comes first, then the sizes, the largest last, since they cost as much as all others. Nothing is drawn before its turn.
 */
function* telling(
  { op, outputs, subject, shows }: Wrong,
  laws: readonly Property[],
  cases: Drawing['cases'],
): Generator<Case> {
  const asking = laws.filter(({ needs }) => needs.ops.includes(op));
  const on = ({ binds }: Property): boolean => binds.some((name) => outputs.includes(name));
  const plain = asking.filter(({ few }) => !few);
  const sized = asking.filter(({ few }) => few);
  if (subject) {
    yield* inTurn(plain.filter(on), cases);
    yield* inTurn(
      plain.filter((law) => !on(law)),
      cases,
    );
    yield* bySize(sized, cases);
    return;
  }
  yield* inTurn(
    laws.filter(({ id }) => id === shows),
    cases,
  );
  for (const law of plain) {
    const of = cases.get(law.id);
    if (of && of.length > 0) yield { law, drawn: of.at(0)! };
  }
  yield* bySize(sized, cases);
  yield* inTurn(plain, cases, 1);
}
