import { add, at, column, subtract } from '../exact/column.js';
import type { Format } from '../exact/format.js';
import { round } from '../exact/round.js';
import { allowed, ruleOf } from './accept.js';
import { Answered } from './answer.js';
import { single } from './evidence.js';
import { defined } from './formula-kernel.js';
import { type Layer, type Op, sizeOf } from './layer.js';
import { formulaOf } from './predict.js';
import { Reference } from './reference.js';
import { type Tier, tiers } from './report.js';
import type { Subject } from './subject.js';

/** The least and the greatest number of the format that a tier accepts, element by element; infinite without a bound. */
export interface Interval {
  readonly least: Float64Array;
  readonly most: Float64Array;
}

/** What is expected of one output, in the order samples, channels, positions. */
export interface Expected {
  readonly output: string;
  readonly format: Format;
  /** Exact values, rounded once. */
  readonly values: Float64Array;
  /** Laxest last. `exact` and `faithful` are there only where they say more than `stable`. */
  readonly within: ReadonlyMap<Tier, Interval>;
}

/** The outputs that an operation owes on this layer. */
function owed(op: Op, { gamma, beta, running_mean }: Layer, { card }: Subject): string[] {
  if (op === 'infer') return ['y'];
  if (op === 'train') return ['y', ...card.saved, ...(running_mean ? ['next_mean', 'next_var'] : [])];
  return ['dx', ...(gamma ? ['dgamma'] : []), ...(beta ? ['dbeta'] : [])];
}

/**
 * What a right kernel may answer, number by number: the comparator of docs/acceptance.md solved for the answer. Null where
 * some output has no finite value, or `stable` no bound.
 */
export function expected(op: Op, layer: Layer, subject: Subject): Expected[] | null {
  if (sizeOf(layer) === 0 || (single(layer, op) && subject.profile.m1 !== 'zero')) return null;
  const reference = new Reference(layer, op, subject);
  const all: Expected[] = [];
  for (const output of owed(op, layer, subject)) {
    const one = outputOf(reference, output, subject);
    if (one === null) return null;
    all.push(one);
  }
  return all;
}

function outputOf(reference: Reference, output: string, { card }: Subject): Expected | null {
  const { layer, op } = reference;
  const blank = new Answered({ layer, op, reference }, output, new Float64Array(0));
  const { format, shape } = blank;
  const [N, C, S] = shape;
  const columns = Array.from({ length: C }, (_, c) => defined(reference, c, formulaOf(output)));
  if (columns.includes(null)) return null;
  const exact = Array.from({ length: N * C * S }, (_, i) => {
    const of = columns[Math.floor(i / S) % C]!;
    return at(of, of.p.length === 1 ? 0 : Math.floor(i / (C * S)) * S + (i % S));
  });
  const values = Float64Array.from(exact, (v) => round(v, 0, format));
  const answered = new Answered(blank.exchange, output, values, shape);
  const within = new Map<Tier, Interval>();
  for (const tier of tiers) {
    const rule = ruleOf(answered, tier, card);
    if (rule.tier !== tier) continue;
    const errors = tier === 'exact' || tier === 'faithful' ? null : allowed(answered, tier);
    const end = (way: 'down' | 'up') =>
      Float64Array.from(exact, (v, i) => {
        const E = errors?.[i];
        if (E === undefined) return round(v, 0, format, tier === 'faithful' ? way : 'nearest');
        if (E === Infinity) return way === 'down' ? -Infinity : Infinity;
        return round(way === 'down' ? subtract(v, column([E])) : add(v, column([E])), 0, format);
      });
    within.set(tier, { least: end('down'), most: end('up') });
  }
  const { least, most } = within.get('stable')!;
  return [values, least, most].every((all) => all.every(Number.isFinite)) ? { output, format, values, within } : null;
}

/** The tiers at which an answer that misses is a mistake: the others only grade. */
const judging = ['semantic', 'stable'] as const satisfies readonly Tier[];

/** The laxest tier at which an answer is wrong; null if it is right. */
export function missed(all: readonly Expected[], answer: (output: string) => Float64Array | undefined): Tier | null {
  const inside = (tier: Tier): boolean =>
    all.every(({ output, within }) => {
      const { least, most } = within.get(tier)!;
      return answer(output)?.every((v, i) => least[i] === -Infinity || (least[i]! <= v && v <= most[i]!)) === true;
    });
  return judging.find((tier) => !inside(tier)) ?? null;
}
