import type { Node } from '../formula/ast.js';
import { type Ranges, stretch } from '../formula/interval.js';
import { broadcast, size } from '../formula/shape.js';
import { hulls, ruleOf } from './accept.js';
import { Answered } from './answer.js';
import type { Facts, Judgement } from './judge.js';
import type { Clause } from './law.js';
import { stated } from './rounded.js';
import { type Gathering, gathering } from './spread.js';

type Comparison = Clause & { readonly kind: 'compare' };

/** Below so many elements ranges are quicker than the oracle is to start. */
const worthwhile = 2 ** 15;

const known = new WeakMap<Answered, Map<Node, Judgement | null>>();

/**
 * A comparison that needs no bound: every answered value is surely the correctly rounded exact one, which every tier
 * accepts, whatever it allows. Null where that is not so, or not sure. Only an output narrower than its accumulator is
 * likely to be. `exact` gives the right side, which must read no answer.
 */
export function settle({ fn, left, right }: Comparison, facts: Facts, exact: () => Ranges): Judgement | null {
  const answered = left.kind === 'symbol' ? facts.bound.get(left.name) : undefined;
  if (fn !== 'equal' || !(answered instanceof Answered) || answered.exchange.carried) return null;
  if (ruleOf(answered, 'exact', facts.subject.card).tier !== 'exact') return null;
  let sides = known.get(answered);
  if (!sides) known.set(answered, (sides = new Map()));
  let settled = sides.get(right);
  if (settled === undefined) {
    settled = byOracle(answered, right, facts) ?? byRanges(answered, facts, exact());
    sides.set(right, settled);
  }
  return settled;
}

function byOracle(answered: Answered, right: Node, facts: Facts): Judgement | null {
  const { exchange, output, places, values } = answered;
  const { reference, chapters } = facts;
  if (places || values.length < worthwhile) return null;
  if (exchange.layer !== reference.layer || exchange.op !== reference.op) return null;
  if (stated(right, reference.op, chapters) !== output) return null;
  const exact = reference.rounded;
  if (!exact?.every((v, i) => v === values[i])) return null; // NaN is never equal
  const gathered = facts.figured.length > 0 ? gathering(answered) : null;
  for (let i = 0; gathered && i < values.length; i += 1) gathered.add(i, 0, 0.5);
  return accepted(values.length, 0.5, gathered);
}

/** The ends of a set were rounded outward, by up to two steps; this goes further back in. */
export const inward = (end: number): number => end + Math.abs(end) * 2 ** -50 + 4 * Number.MIN_VALUE;

function byRanges(answered: Answered, facts: Facts, exact: Ranges): Judgement | null {
  const { values, shape, neighbours } = answered;
  if (size(broadcast(shape, exact.shape)) !== values.length) return null;
  const { lo, hi } = hulls(answered, ruleOf(answered, 'exact', facts.subject.card));
  const right = stretch(exact, shape);
  const gathered = facts.figured.length > 0 ? gathering(answered) : null;
  let ulps = 0;
  for (let i = 0; i < values.length; i += 1) {
    const [least, most] = [right.lo[i]!, right.hi[i]!];
    if (!(least <= most && inward(lo[i]!) < least && most < -inward(-hi[i]!))) return null;
    const [s, step] = [values[i]!, (neighbours.above[i]! - neighbours.below[i]!) / 2];
    if (!Number.isFinite(s)) continue;
    const error = Math.abs(s - (least + (most - least) / 2)) / step;
    ulps = Math.max(ulps, error);
    gathered?.add(i, 0, Math.min(error, 0.5));
  }
  return accepted(values.length, ulps, gathered);
}

const accepted = (elements: number, ulps: number, gathered: Gathering | null): Judgement => ({
  ...{ elements, notCheckable: 0, budget: 0, ulps, spreads: gathered?.spread() ?? [], refuted: null },
});
