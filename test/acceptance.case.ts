import type { Column } from '../src/exact/column.js';
import type { Format } from '../src/exact/format.js';
import { round } from '../src/exact/round.js';
import { perChannel } from '../src/formula/shape.js';
import { Answered } from '../src/run/answer.js';
import { type Judgement, judge } from '../src/run/judge.js';
import { clauses } from '../src/run/law.js';
import type { Layer, Op } from '../src/run/layer.js';
import { Reference } from '../src/run/reference.js';
import type { Tier } from '../src/run/report.js';
import { type Subject, subject } from '../src/run/subject.js';
import { suite } from '../src/suite.js';
import { readCard } from '../src/wire/protocol.js';
import type { Random } from './exact.random.js';
import { near } from './oracle.data.js';

/** The law that says what each output is. */
export const lawsOf: Readonly<Record<Op, Readonly<Record<string, string>>>> = {
  train: {
    y: 'forward.output',
    mean: 'forward.batch-mean',
    variance: 'forward.batch-variance',
    inv_std: 'forward.inverse-deviation',
    next_mean: 'running.update-mean',
    next_var: 'running.update-variance',
  },
  infer: { y: 'inference.output' },
  grad: { dx: 'backward.dx', dgamma: 'backward.dgamma', dbeta: 'backward.dbeta' },
  infer_grad: { dx: 'frozen.dx', dgamma: 'frozen.dgamma', dbeta: 'frozen.dbeta' },
  grad_grad: {
    g_x: 'second.input-gradient',
    g_gamma: 'second.gamma-gradient',
    g_dy: 'second.output-gradient',
  },
};
export const ops = Object.keys(lawsOf) as Op[];
export const outputs = ops.flatMap((op) => Object.keys(lawsOf[op]).map((output) => ({ op, output })));

const formulaOf: Readonly<Record<string, string>> = { mean: 'mu', variance: 'sigma2' };
const clauseOf = new Map(suite.laws.map(({ id, law }) => [id, typeof law === 'string' ? clauses(law, id)[0]! : null]));

/** Who claims what, in a dialect. */
export function claiming(claims: Readonly<Record<string, string>>, profile = 'torch'): Subject {
  const card = readCard({ name: 'any', ops: ops.join(), dtypes: 'f64,f32,f16,bf16', param_dtype: 'f32', ...claims });
  return subject(card, suite.profiles[profile]!, suite.spec);
}

/** One question of the layer and what is known of its answer. */
export class Question {
  readonly layer: Layer;
  readonly op: Op;
  readonly subject: Subject;
  readonly reference: Reference;

  constructor(layer: Layer, op: Op, of: Subject) {
    this.layer = layer;
    this.op = op;
    this.subject = of;
    this.reference = new Reference(layer, op, of);
  }

  answered(output: string, values: ArrayLike<number>): Answered {
    const exchange = { layer: this.layer, op: this.op, reference: this.reference };
    return new Answered(exchange, output, Float64Array.from(values));
  }

  /** The exact value of an output at every place, channel by channel. */
  exact(output: string): { readonly column: Column; readonly i: number }[] {
    const { shape } = this.answered(output, []);
    const [N, C, S] = shape;
    const columns = Array.from({ length: C }, (_, c) =>
      this.reference.exact(c)!(formulaOf[output] ?? output, perChannel),
    );
    return Array.from({ length: N * C * S }, (_, at) => {
      const column = columns[Math.floor(at / S) % C]!;
      return { column, i: column.p.length === 1 ? 0 : Math.floor(at / (C * S)) * S + (at % S) };
    });
  }

  /** The error that a tier allows each value of an output. */
  allowed(output: string, tier: Tier): Float64Array {
    const { shape } = this.answered(output, []);
    const { hi, shape: own } = this.reference.allowed(output, tier);
    const [, C, S] = shape;
    const [n, c, s] = own;
    return Float64Array.from({ length: shape[0] * C * S }, (_, at) => {
      const [sample, channel, position] = [Math.floor(at / (C * S)), Math.floor(at / S) % C, at % S];
      return hi[((n === 1 ? 0 : sample) * c + (c === 1 ? 0 : channel)) * s + (s === 1 ? 0 : position)]!;
    });
  }

  /** Answers that are right everywhere but at one place. */
  rightBut(output: string, place: number, value: number): Answered {
    const { format } = this.answered(output, []);
    const right = this.exact(output).map(({ column, i }) => round(column, i, format));
    right[place] = value;
    return this.answered(output, right);
  }

  /** What the law of an output says of an answer. */
  judge(answered: Answered, tier: Tier): Judgement {
    const clause = clauseOf.get(lawsOf[this.op][answered.output]!)!;
    const { reference, layer } = this;
    const shape = [layer.N, layer.C, layer.x.length / (layer.N * layer.C)] as const;
    const bound = new Map([[answered.output, answered]]);
    return judge(
      clause,
      { reference, shape, bound, subject: this.subject, chapters: reference.formulas, fixed: new Map(), figured: [] },
      tier,
    );
  }
}

/** A layer of N samples and C channels at S positions; what is not said is nothing special. */
export function layerOf(given: Partial<Layer> & Pick<Layer, 'x'>, dtype: Format, C = 1, S = 1): Layer {
  const each = (value: number): Float64Array => new Float64Array(C).fill(value);
  return {
    ...{ dtype, param: dtype === 'f64' ? 'f64' : 'f32', layout: 'channels_first', C, N: given.x.length / (C * S) },
    ...{ spatial: S === 1 ? [] : [S], dy: given.x.map((_, i) => 1 + (i % 3)), gamma: each(1.5), beta: each(-0.5) },
    ...{ running_mean: each(0.25), running_var: each(2), epsilon: 2 ** -10, alpha: 0.25, count: null },
    ...{ vx: given.x.map((_, i) => 2 - (i % 5)), vgamma: each(0.75), vbeta: each(-1.25) },
    ...given,
  };
}

/** An ordinary layer of two channels: everything is checkable. */
export function ordinary(from: Random, dtype: Format): Layer {
  const param: Format = dtype === 'f64' ? 'f64' : 'f32';
  const list = (length: number, format: Format): Float64Array =>
    Float64Array.from({ length }, () => near(from.pick([-2, 1, 3]) + 4 * from.unit(), format));
  const parameters = { gamma: list(2, param), beta: list(2, param), running_mean: list(2, param), alpha: 0.3 };
  const data = { x: list(16, dtype), dy: list(16, dtype), epsilon: 2 ** -from.whole(2, 12) };
  return layerOf({ ...data, ...parameters, running_var: list(2, param).map(Math.abs) }, dtype, 2, 2);
}
