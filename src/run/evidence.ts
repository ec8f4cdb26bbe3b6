import { formats } from '../exact/format.js';
import { stretch } from '../formula/interval.js';
import type { Question } from '../wire/protocol.js';
import { channel } from './accuracy.js';
import type { Answered, Exchange } from './answer.js';
import { elements, type Layer, type Op } from './layer.js';
import type { Asked } from './log.js';
import { predict } from './predict.js';
import type { Profile } from './profile.js';
import type { Tier } from './report.js';
import type { Subject } from './subject.js';

/** What is expected of one question. */
export interface Prediction {
  /** How it is not answered; null where it is. */
  readonly failed: string | null;
  /** Inputs that are written to. */
  readonly overwritten: readonly string[];
  readonly value: (output: string) => Float64Array;
  /** Computed as a kernel computes, not in float64 alone. */
  readonly rounded?: true;
}

/** A question beside what the specification says: which outputs are off, and in which channels. */
export interface Evidence {
  readonly asked: Asked;
  readonly outputs: readonly Answered[];
  /** By output: for each channel whether it is right (1), wrong (0), or beyond any honest bound (-1). */
  readonly verdicts: ReadonlyMap<string, Int8Array>;
  /** Outputs that are wrong somewhere; `answer` where a question is wrongly answered at all, or wrongly not; `inputs`. */
  readonly wrong: readonly string[];
  readonly right: Prediction;
  /** Whether what no bound holds is looked at as well. */
  readonly beyond: boolean;
}

/** What is known of one kind of question. An empty batch says nothing about a formula. */
export function evidenceOf(
  exchanges: readonly Asked[],
  question: Question,
  subject: Subject,
  tier: Tier,
  refuted: readonly string[],
): Evidence[] {
  return exchanges.flatMap((asked) => {
    if (asked.question !== question || elements(asked.layer) === 0) return [];
    const foreseen = foretold(subject, asked.layer, asked.op);
    const right = asked.declined ? { ...foreseen, failed: 'error' } : foreseen;
    const beyond = refuted.includes(asked.law);
    const outputs = Object.values(asked.answers ?? {}).filter(({ output }) => output in subject.spec.allowance);
    const verdicts = new Map(
      outputs.map((answered) => [answered.output, compare(answered, right, { right, tier, beyond })]),
    );
    const wrong = [...verdicts].flatMap(([output, channels]) => (channels.includes(0) ? [output] : []));
    if (asked.failed !== right.failed) wrong.push('answer');
    if (overwritten(asked).length > 0) wrong.push('inputs');
    return [{ asked, outputs, verdicts, wrong, right, beyond }];
  });
}

export const overwritten = ({ answers }: Pick<Asked, 'answers'>): readonly string[] =>
  Object.values(answers ?? {})[0]?.exchange.overwritten ?? [];

/** Training on one element per channel, which some dialects decline. */
export const single = (layer: Layer, op: Op): boolean => elements(layer) === 1 && (op === 'train' || op === 'grad');

/** What formulas predict, in float64. */
export function foretold(subject: Subject, layer: Layer, op: Op): Prediction {
  const of = predict(subject, layer, op);
  const known = new Map<string, Float64Array>();
  const value = (output: string): Float64Array => {
    let values = known.get(output);
    if (!values) known.set(output, (values = of(output)));
    return values;
  };
  return { failed: single(layer, op) && refuses(subject.profile) ? 'error' : null, overwritten: [], value };
}

/** Whether a dialect declines to train on one element per channel. */
export const refuses = ({ m1 }: Profile): boolean => m1 === 'error';

/** Whether two predictions are one, but for the roundings of float64, which sums of some thousand terms keep far below 2^-30. */
export const alike = (a: Float64Array, b: Float64Array): boolean =>
  a.every((v, i) => Object.is(v, b[i]) || Math.abs(v - b[i]!) * 2 ** 30 <= Math.abs(v));

/** What an answer is compared by. `beyond`: where an input is not finite no bound exists, and its law was refuted. */
interface By {
  readonly right: Prediction;
  readonly tier: Tier;
  readonly beyond: boolean;
}

/**
 * Whether an answer is what is predicted, channel by channel: within the bound of a right kernel and a step of storage.
 * A prediction is computed in float64, so for float64 layers it has a bound of its own; and where a mistake makes an
 * output larger than it should be, the bound grows with it. In what is told of itself, a mistake must foretell NaN as NaN
 * and infinity by its sign, and without a bound half of the digits; elsewhere a division by 0 may come to either.
 */
export function compare(answered: Answered, predicted: Prediction, { right, tier, beyond }: By): Int8Array {
  const { exchange, output, values, neighbours, shape } = answered;
  const [, C, S] = shape;
  const { max, p } = formats[answered.format];
  const E = stretch(exchange.reference.allowed(output, tier), shape).hi;
  const expected = predicted.value(output);
  const mistaken = predicted !== right;
  const growth = mistaken ? largerBy(expected, right.value(output), C, S) : null;
  const share = exchange.layer.param === 'f64' || growth ? 2 : 1;
  const told = new Map<number, boolean>();
  const tells = (c: number): boolean => {
    if (!told.has(c)) told.set(c, unbounded(exchange, c, beyond));
    return told.get(c)!;
  };
  const verdicts = new Int8Array(C).fill(-1);
  for (let i = 0; i < values.length; i += 1) {
    const c = Math.floor(i / S) % C;
    const bounded = E[i]! < Infinity;
    if (verdicts[c] === 0 || !(bounded || tells(c))) continue;
    const [a, b] = [values[i]!, expected[i]!];
    if (!Number.isFinite(a) || !(Math.abs(b) < max)) {
      const strictly = mistaken && !Number.isFinite(b) && tells(c);
      verdicts[c] = (strictly ? Object.is(a, b) : Number.isFinite(a) === Math.abs(b) < max) ? 1 : 0;
    } else {
      const half = mistaken ? Math.max(Math.abs(a), Math.abs(b)) * 2 ** (-p / 2) : Infinity;
      const error = bounded ? share * E[i]! * (growth?.[c] ?? 1) : half;
      verdicts[c] = Math.abs(a - b) <= error + (neighbours.above[i]! - neighbours.below[i]!) ? 1 : 0;
    }
  }
  return verdicts;
}

/**
 * Whether an answer says something although no bound exists: one element per channel, a running variance below -epsilon,
 * for which NaN is right, and an input that is not finite where a law about it was refuted.
 */
function unbounded({ op, layer }: Exchange, c: number, beyond: boolean): boolean {
  if (single(layer, op)) return true;
  const infers = op === 'infer' || op === 'infer_grad';
  if (infers && (layer.running_var?.[c] ?? 0) + layer.epsilon < 0) return true;
  const parameters = [layer.gamma, layer.beta, layer.running_mean, layer.running_var];
  return (
    beyond &&
    !(
      parameters.every((values) => values === null || Number.isFinite(values[c])) &&
      [layer.x, layer.dy].every((values) => channel(layer, values, c).every(Number.isFinite))
    )
  );
}

/** By channel, how many times larger the largest prediction is than the largest right value; at least 1. */
function largerBy(predicted: Float64Array, right: Float64Array, C: number, S: number): Float64Array {
  const peaks = (values: Float64Array): Float64Array => {
    const most = new Float64Array(C);
    values.forEach((value, i) => {
      const c = Math.floor(i / S) % C;
      most[c] = Math.max(most[c]!, Math.abs(value));
    });
    return most;
  };
  const [of, by] = [peaks(predicted), peaks(right)];
  return of.map((peak, c) => (by[c]! > 0 && peak < Infinity ? Math.max(1, peak / by[c]!) : 1));
}
