import { formats } from '../exact/format.js';
import { stretch } from '../formula/interval.js';
import type { Question } from '../wire/protocol.js';
import type { Answered, Exchange } from './answer.js';
import { elements, type Layer, type Op } from './layer.js';
import type { Asked } from './log.js';
import { predict } from './predict.js';
import type { Profile } from './profile.js';
import type { Tier } from './report.js';
import type { Subject } from './subject.js';

/** What is expected of one question. */
export interface Prediction {
  /** Whether it is declined. */
  readonly declined: boolean;
  /** Inputs that are written to. */
  readonly overwritten: readonly string[];
  readonly value: (output: string) => Float64Array;
}

/** A question beside what the specification says: which outputs are off, and in which channels. */
export interface Evidence {
  readonly asked: Asked;
  readonly outputs: readonly Answered[];
  /** By output: for each channel whether it is right (1), wrong (0), or beyond any honest bound (-1). */
  readonly verdicts: ReadonlyMap<string, Int8Array>;
  /** Outputs that are wrong somewhere; `answer` where a question is wrongly answered at all, or wrongly declined; `inputs`. */
  readonly wrong: readonly string[];
  readonly right: Prediction;
}

/** What is known of one kind of question. An empty batch says nothing about a formula. */
export function evidenceOf(exchanges: readonly Asked[], question: Question, subject: Subject, tier: Tier): Evidence[] {
  return exchanges.flatMap((asked) => {
    if (asked.question !== question || elements(asked.layer) === 0) return [];
    const { op } = asked;
    const right = foretold(subject, asked.layer, op);
    const outputs = Object.values(asked.answers ?? {}).filter(({ output }) => output in subject.spec.allowance);
    const verdicts = new Map(outputs.map((answered) => [answered.output, compare(answered, right, right, tier)]));
    const wrong = [...verdicts].flatMap(([output, channels]) => (channels.includes(0) ? [output] : []));
    if (single(asked.layer, op) && declined(asked) !== right.declined) wrong.push('answer');
    if (overwritten(asked).length > 0) wrong.push('inputs');
    return [{ asked, outputs, verdicts, wrong, right }];
  });
}

export const declined = ({ answers }: Asked): boolean => answers === null;
export const overwritten = ({ answers }: Asked): readonly string[] =>
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
  return { declined: single(layer, op) && refuses(subject.profile), overwritten: [], value };
}

const refuses = ({ m1 }: Profile): boolean => m1 === 'error';

/** Whether two predictions are one, but for the roundings of float64, which sums of some thousand terms keep far below 2^-30. */
export const alike = (a: Float64Array, b: Float64Array): boolean =>
  a.every((v, i) => Object.is(v, b[i]) || Math.abs(v - b[i]!) * 2 ** 30 <= Math.abs(v));

/**
 * Whether an answer is what is predicted, channel by channel: within the bound of a right kernel and a step of storage.
 * A prediction is computed in float64, so for float64 layers it has a bound of its own; and where a mistake makes an
 * output larger than it should be, the bound grows with it.
 */
export function compare(answered: Answered, predicted: Prediction, right: Prediction, tier: Tier): Int8Array {
  const { exchange, output, values, neighbours, shape } = answered;
  const [, C, S] = shape;
  const { max } = formats[answered.format];
  const E = stretch(exchange.reference.allowed(output, tier), shape).hi;
  const expected = predicted.value(output);
  const growth = predicted === right ? null : largerBy(expected, right.value(output), C, S);
  const share = exchange.layer.param === 'f64' || growth ? 2 : 1;
  const verdicts = new Int8Array(C).fill(-1);
  for (let i = 0; i < values.length; i += 1) {
    const c = Math.floor(i / S) % C;
    if (verdicts[c] === 0) continue;
    const [a, b] = [values[i]!, expected[i]!];
    if (!(E[i]! < Infinity) && !single(exchange.layer, exchange.op) && !negative(exchange, c)) continue;
    if (!Number.isFinite(a) || !Number.isFinite(b)) {
      verdicts[c] = Number.isFinite(a) === Math.abs(b) < max ? 1 : 0;
    } else {
      const allowed = share * E[i]! * (growth?.[c] ?? 1) + (neighbours.above[i]! - neighbours.below[i]!);
      verdicts[c] = Math.abs(a - b) <= allowed ? 1 : 0;
    }
  }
  return verdicts;
}

/** Whether a running variance is below -epsilon: no bound exists there, and NaN is the right answer. */
const negative = ({ op, layer }: Exchange, c: number): boolean =>
  (op === 'infer' || op === 'infer_grad') && (layer.running_var?.[c] ?? 0) + layer.epsilon < 0;

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
