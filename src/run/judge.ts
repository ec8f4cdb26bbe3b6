import { type Node, named, symbols } from '../formula/ast.js';
import type { Chapter } from '../formula/chapter.js';
import { enclosures } from '../formula/enclose.js';
import { point, type Ranges, stretch } from '../formula/interval.js';
import { parse } from '../formula/parse.js';
import { broadcast, type Shape, size } from '../formula/shape.js';
import { accept, ruleOf } from './accept.js';
import { Answered, type Refusal, type Told } from './answer.js';
import { type Direct, directOf } from './direct.js';
import { Foreseen, foresee } from './foreseen.js';
import type { Clause, Relation } from './law.js';
import { shapeOf } from './layer.js';
import type { Reference } from './reference.js';
import type { Tier } from './report.js';
import { settle } from './settle.js';
import { type Gathering, gathering, type Spread } from './spread.js';
import type { Subject } from './subject.js';

type Judged = Told<Answered | Foreseen>;

/** What a law's names stand for in one case: answers, ranges of the specification, drawn numbers. */
export interface Facts {
  readonly reference: Reference;
  readonly shape: Shape;
  readonly bound: ReadonlyMap<string, Answered | Foreseen | Refusal | Ranges | number | readonly Judged[]>;
  readonly subject: Subject;
  /** The formulas that the law's other names are read from, its own abbreviations first. */
  readonly chapters: readonly Chapter[];
  /** Sides without answers, once they have been worked out: they are the same at every tier. */
  readonly fixed: Map<Node, Ranges>;
  /** The tiers at which the figures of a report are gathered. */
  readonly figured: readonly Tier[];
}

/** Two sides of a refuted comparison, where, and what was allowed between them. */
export interface Refutation {
  readonly clause: string;
  readonly place: number;
  readonly shape: Shape;
  readonly lhs: number;
  readonly rhs: number;
  readonly allowed: number;
  /** The inputs that are meant, where it is no element of an answer. */
  readonly inputs?: readonly string[];
  /** Which of several answers is meant. */
  readonly step?: string;
}

/** One clause at one tier over a whole case. */
export interface Judgement {
  readonly elements: number;
  readonly notCheckable: number;
  readonly budget: number;
  readonly ulps: number;
  /** How the answers that were compared with the specification alone lie within their bounds. */
  readonly spreads: readonly Spread[];
  readonly refuted: Refutation | null;
}

/** Judges one clause. Both sides are ranges of what the answers may stand for; the clause holds if they meet. */
export function judge(clause: Clause, facts: Facts, tier: Tier): Judgement {
  if (clause.kind === 'predicate') return predicate(clause, facts, tier);
  const exact = readsAnswer(clause.right, facts) ? null : (): Ranges => side(clause.right, facts, tier);
  const settled = exact && settle(clause, facts, exact);
  if (settled) return settled;
  const [a, b] = [side(clause.left, facts, tier), side(clause.right, facts, tier)];
  const shape = broadcast(a.shape, b.shape);
  const [left, right] = [stretch(a, shape), stretch(b, shape)];
  const direct = directOf(clause.left, clause.right, facts, tier);
  const gathered = direct && facts.figured.includes(tier) ? gathering(direct.answered) : null;
  const result = { elements: size(shape), notCheckable: 0, budget: 0, ulps: 0, refuted: null as Refutation | null };
  for (let i = 0; i < result.elements; i += 1) {
    if (unbounded(left, i) || unbounded(right, i)) {
      result.notCheckable += 1;
      continue;
    }
    if (direct) spend(result, direct, gathered, left, right, i);
    if (result.refuted || holds(clause.fn, left, right, i, direct)) continue;
    const [lhs, rhs] = [shown(clause.left, facts, left, i), shown(clause.right, facts, right, i)];
    const allowed = halfWidth(left, i) + halfWidth(right, i);
    result.refuted = { clause: clause.text, place: i, shape, lhs, rhs, allowed };
  }
  return { ...result, spreads: gathered?.spread() ?? [] };
}

/** One side as ranges; a side without answers is the same at every tier. */
function side(node: Node, facts: Facts, tier: Tier): Ranges {
  const enclosed = enclosures(facts.chapters, facts.shape, given(facts, tier));
  if (readsAnswer(node, facts)) return enclosed(node);
  let ranges = facts.fixed.get(node);
  if (!ranges) facts.fixed.set(node, (ranges = enclosed(node)));
  return ranges;
}

/** Whether a tree reads an answer, itself or by an abbreviation of the law. */
export function readsAnswer(node: Node, facts: Facts): boolean {
  const [own] = facts.chapters;
  return symbols(node).some((name) => {
    if (facts.bound.has(name)) return typeof facts.bound.get(name) !== 'number';
    return own !== undefined && Object.hasOwn(own, name) && readsAnswer(parse(own[name]!.is), facts);
  });
}

/** How far the right value lies, at least, beyond all that round to the answer, over how far it may. */
function spend(
  result: { budget: number; ulps: number },
  { answered }: Direct,
  gathered: Gathering | null,
  left: Ranges,
  right: Ranges,
  i: number,
): void {
  const s = answered.values[i]!;
  const { below, above } = answered.neighbours;
  const lo = s - (s - below[i]!) / 2;
  const hi = s + (above[i]! - s) / 2;
  const under = right.hi[i]! < lo;
  const beyond = under ? lo - right.hi[i]! : right.lo[i]! - hi;
  const allowed = under ? lo - left.lo[i]! : left.hi[i]! - hi;
  const used = beyond > 0 ? (allowed > 0 ? beyond / allowed : Infinity) : 0;
  if (allowed > 0) result.budget = Math.max(result.budget, used);
  if (Number.isNaN(s)) gathered?.add(i, s, s);
  const exact = middle(right, i);
  if (!Number.isFinite(s) || !Number.isFinite(exact)) return;
  const ulps = Math.abs(s - exact) / ((above[i]! - below[i]!) / 2);
  result.ulps = Math.max(result.ulps, ulps);
  gathered?.add(i, used, ulps);
}

const unbounded = (a: Ranges, i: number): boolean => a.lo[i] === -Infinity && a.hi[i] === Infinity;
const middle = (a: Ranges, i: number): number => a.lo[i]! + (a.hi[i]! - a.lo[i]!) / 2;
const halfWidth = (a: Ranges, i: number): number => Math.max(0, (a.hi[i]! - a.lo[i]!) / 2);

/** An answered side is shown as it was answered, whatever its range. */
function shown(node: Node, { bound }: Facts, ranges: Ranges, i: number): number {
  const answered = node.kind === 'symbol' ? bound.get(node.name) : undefined;
  return answered instanceof Answered && answered.values.length === ranges.lo.length
    ? answered.values[i]!
    : middle(ranges, i);
}

function holds(fn: Relation, a: Ranges, b: Ranges, i: number, direct: Direct | null): boolean {
  const alo = a.lo[i]!;
  const ahi = a.hi[i]!;
  const blo = b.lo[i]!;
  const bhi = b.hi[i]!;
  if (alo > ahi || blo > bhi) return false;
  if (fn === 'less') return alo < bhi;
  if (fn === 'lessEqual') return alo <= bhi;
  if (fn === 'greater') return ahi > blo;
  if (fn === 'greaterEqual') return ahi >= blo;
  const meets = alo <= bhi && blo <= ahi;
  if (!meets || !direct) return meets;
  return direct.surely(i, blo, bhi) || direct.exactly(i);
}

/** Names to ranges: answers by their acceptance sets, numbers as they are, the rest from the case. */
function given(facts: Facts, tier: Tier): (name: string) => Ranges | undefined {
  return (name) => {
    const fact = facts.bound.get(name);
    if (fact === undefined) return facts.reference.given(name);
    if (typeof fact === 'number') return point(fact);
    if (fact instanceof Foreseen) return fact.accept(tier);
    return fact instanceof Answered ? accept(fact, ruleOf(fact, tier, facts.subject.card)) : (fact as Ranges);
  };
}

const nothing: Judgement = { elements: 0, notCheckable: 0, budget: 0, ulps: 0, spreads: [], refuted: null };

export const merged = (a: Judgement, b: Judgement): Judgement => ({
  elements: a.elements + b.elements,
  notCheckable: a.notCheckable + b.notCheckable,
  budget: Math.max(a.budget, b.budget),
  ulps: Math.max(a.ulps, b.ulps),
  spreads: [...a.spreads, ...b.spreads],
  refuted: a.refuted ?? b.refuted,
});

const alone = new WeakMap<Answered, Facts>();

/** An answer beside the formula of its own name, for the layer that was asked. */
function byItself({ step, answered }: Judged, { subject, figured }: Facts, tier: Tier): Judgement {
  if (answered instanceof Foreseen) return foresee(answered, tier);
  const { reference, layer, op } = answered.exchange;
  let facts = alone.get(answered);
  if (!facts) {
    const bound = new Map([['answered', answered]]);
    facts = {
      ...{ reference, subject, bound },
      shape: shapeOf(layer),
      chapters: subject.formulas[op],
      fixed: new Map(),
      figured,
    };
    alone.set(answered, facts);
  }
  const text = `${answered.output} == ${formulaText(answered.output, facts)}`;
  const judged = judge(
    { kind: 'compare', fn: 'equal', left: named('answered'), right: named(answered.output), text },
    facts,
    tier,
  );
  return judged.refuted ? { ...judged, refuted: { ...judged.refuted, step } } : judged;
}

const formulaText = (name: string, { chapters }: Facts): string =>
  chapters.find((chapter) => Object.hasOwn(chapter, name))![name]!.is;

function predicate(clause: Extract<Clause, { kind: 'predicate' }>, facts: Facts, tier: Tier): Judgement {
  const named = clause.names.map((name) => facts.bound.get(name));
  if (clause.fn === 'right')
    return (named[0] as readonly Judged[]).map((told) => byItself(told, facts, tier)).reduce(merged, nothing);
  const result = { elements: 1, notCheckable: 0, budget: 0, ulps: 0, spreads: [] };
  const reply = { clause: clause.text, place: 0, shape: [1, 1, 1] as Shape, allowed: 0 };
  if (clause.fn === 'refused') {
    const { refused } = named[0] as Refusal;
    return { ...result, refuted: refused ? null : { ...reply, lhs: 0, rhs: 1 } };
  }
  const [a, b] = named as [Answered, Answered | undefined];
  if (clause.fn === 'pure') {
    const { overwritten: inputs = [] } = a.exchange;
    return { ...result, refuted: inputs.length === 0 ? null : { ...reply, lhs: inputs.length, rhs: 0, inputs } };
  }
  const loose = facts.subject.card.claims.deterministic === 'false';
  const wanted = (i: number): boolean => {
    if (clause.fn === 'same') return Object.is(a.values[i], b!.values[i]) || (loose && near(a, b!, i, facts, tier));
    return clause.fn === 'isnan' ? Number.isNaN(a.values[i]) : !Number.isFinite(a.values[i]);
  };
  const i = a.values.findIndex((_, k) => !wanted(k));
  const other = clause.fn === 'same' ? (b!.values[i] ?? Number.NaN) : Number.NaN;
  const refuted =
    i < 0 ? null : { clause: clause.text, place: i, shape: a.shape, lhs: a.values[i]!, rhs: other, allowed: 0 };
  return { ...result, elements: a.values.length, refuted };
}

/** Of a target that says it is not deterministic: whether two answers may stand for one value. */
function near(a: Answered, b: Answered, i: number, { subject }: Facts, tier: Tier): boolean {
  const [x, y] = [accept(a, ruleOf(a, tier, subject.card)), accept(b, ruleOf(b, tier, subject.card))];
  return x.lo[i]! <= y.hi[i]! && y.lo[i]! <= x.hi[i]!;
}
