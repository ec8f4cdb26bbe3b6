import { type Column, column } from '../exact/column.js';
import type { Node } from '../formula/ast.js';
import { evaluate, type Lookup } from '../formula/evaluate.js';
import { exacts } from '../formula/exact.js';
import { down, up } from '../formula/interval.js';
import { accept, acceptsExactly, allowed, ruleOf } from './accept.js';
import { Answered } from './answer.js';
import { type Facts, readsAnswer } from './judge.js';
import { elements } from './layer.js';
import type { Tier } from './report.js';
import { inward } from './settle.js';

/** A comparison of an answer with a value that the specification alone determines: decided without any doubt. */
export interface Direct {
  readonly answered: Answered;
  /** Whether the enclosure of the right value lies well inside the acceptance set. */
  surely(i: number, lo: number, hi: number): boolean;
  /** The comparator in exact arithmetic; true where exact arithmetic cannot say. */
  exactly(i: number): boolean;
}

/** Null where the left side is no answer, or the right side reads another answer. */
export function directOf(left: Node, right: Node, facts: Facts, tier: Tier): Direct | null {
  const answered = left.kind === 'symbol' ? facts.bound.get(left.name) : undefined;
  if (!(answered instanceof Answered) || readsAnswer(right, facts) || answered.exchange.carried) return null;
  const columns = new Map<number, Column | null>();
  const [, C, S] = answered.shape;
  const rule = ruleOf(answered, tier, facts.subject.card);
  const set = accept(answered, rule);
  const errors = allowed(answered, rule.tier);
  // A float64 has no halfway points in float64, so its set is a step too wide on either side: only its middle is sure.
  const middle = rule.format === 'f64' && rule.tier !== 'faithful';
  return {
    answered,
    surely(i, lo, hi) {
      if (!middle) return inward(set.lo[i]!) < lo && hi < -inward(-set.hi[i]!);
      const s = answered.values[i]!;
      return up(s - errors[i]!) < lo && hi < down(s + errors[i]!);
    },
    exactly(i) {
      const c = Math.floor(i / S) % C;
      let exact = columns.get(c);
      if (exact === undefined) columns.set(c, (exact = exactSide(right, facts, c)));
      if (!exact) return true;
      const place = exact.p.length === 1 ? 0 : Math.floor(i / (C * S)) * S + (i % S);
      return acceptsExactly(answered.values[i]!, exact, place, errors[i]!, rule);
    },
  };
}

/** The value of a side in channel `c`; null where the data or the field do not allow it. */
function exactSide(node: Node, facts: Facts, c: number): Column | null {
  const names = facts.reference.exact(c);
  if (!names) return null;
  const m = elements(facts.reference.layer);
  const lookup: Lookup<Column> = (name, over) => {
    const drawn = facts.bound.get(name);
    return typeof drawn === 'number' ? column([drawn]) : names(name, over);
  };
  try {
    return evaluate(node, exacts(m), lookup);
  } catch (cause) {
    if (cause instanceof RangeError) return null; // division by zero or two square roots: undefined, or out of the field
    throw cause;
  }
}
