import { type Column, column } from '../exact/column.js';
import { type Node, symbols } from '../formula/ast.js';
import { evaluate, type Lookup } from '../formula/evaluate.js';
import { exacts } from '../formula/exact.js';
import { down, type Ranges, stretch, up } from '../formula/interval.js';
import type { Shape } from '../formula/shape.js';
import { accept, acceptsExactly, ruleOf } from './accept.js';
import { Answered } from './answer.js';
import type { Facts } from './judge.js';
import { elements, shapeOf } from './layer.js';
import type { Tier } from './report.js';

/** A comparison of an answer with a value that the specification alone determines: decided without any doubt. */
export interface Direct {
  readonly answered: Answered;
  /** The values that round to answer `i`, end to end. */
  stored(i: number): readonly [lo: number, hi: number];
  /** Whether the enclosure of the right value lies well inside the acceptance set. */
  surely(i: number, lo: number, hi: number, tier: Tier): boolean;
  /** The comparator in exact arithmetic; true where exact arithmetic cannot say. */
  exactly(i: number, tier: Tier): boolean;
}

/** Null where the left side is no answer, or the right side reads another answer. */
export function directOf(left: Node, right: Node, facts: Facts): Direct | null {
  const answered = left.kind === 'symbol' ? facts.bound.get(left.name) : undefined;
  const foreign = symbols(right).some((name) => facts.bound.has(name) && typeof facts.bound.get(name) !== 'number');
  if (!(answered instanceof Answered) || foreign || answered.exchange.carried) return null;
  const columns = new Map<number, Column | null>();
  const [, C, S] = answered.shape;
  const sets = new Map<Tier, Ranges>();
  const errors = new Map<Tier, Float64Array>();
  const rule = (tier: Tier) => ruleOf(answered, tier, facts.subject.card);
  const errorsAt = (tier: Tier): Float64Array => {
    let error = errors.get(tier);
    if (!error) errors.set(tier, (error = allowedAt(answered, rule(tier).tier)));
    return error;
  };
  return {
    answered,
    stored(i) {
      const { below, above } = answered.neighbours;
      const s = answered.values[i]!;
      return [s - (s - below[i]!) / 2, s + (above[i]! - s) / 2];
    },
    surely(i, lo, hi, tier) {
      const { format, tier: held } = rule(tier);
      if (format === 'f64' && held !== 'faithful') {
        const [s, E] = [answered.values[i]!, errorsAt(tier)[i]!];
        return up(s - E) < lo && hi < down(s + E);
      }
      let set = sets.get(tier);
      if (!set) sets.set(tier, (set = accept(answered, rule(tier))));
      return set.lo[i]! < lo && hi < set.hi[i]!;
    },
    exactly(i, tier) {
      const c = Math.floor(i / S) % C;
      let exact = columns.get(c);
      if (exact === undefined) columns.set(c, (exact = exactSide(right, facts, c)));
      if (!exact) return true;
      const place = exact.p.length === 1 ? 0 : Math.floor(i / (C * S)) * S + (i % S);
      return acceptsExactly(answered.values[i]!, exact, place, errorsAt(tier)[i]!, rule(tier));
    },
  };
}

function allowedAt(answered: Answered, tier: Tier): Float64Array {
  const error = answered.exchange.reference.allowed(answered.output, tier);
  const whole = answered.places ? answered.exchange.layer : null;
  const full: Shape = whole && answered.shape[0] !== 1 ? shapeOf(whole) : answered.shape;
  const all = stretch(error, full).hi;
  return answered.places ? Float64Array.from(answered.places, (place) => all[place]!) : all;
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
