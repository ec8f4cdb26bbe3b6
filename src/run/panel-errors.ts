import { at, type Column, column, subtract } from '../exact/column.js';
import { formats } from '../exact/format.js';
import { round } from '../exact/round.js';
import { named } from '../formula/ast.js';
import { enclosures } from '../formula/enclose.js';
import { stretch } from '../formula/interval.js';
import { perChannel, type Shape, size } from '../formula/shape.js';
import type { Kernel } from '../target/kernel.js';
import type { Target } from '../target/target.js';
import { accumulator } from './accuracy.js';
import { type Answered, perElement } from './answer.js';
import { asker, Unanswered } from './asker.js';
import { type Layer, type Op, shapeOf } from './layer.js';
import { Log } from './log.js';
import type { Answers } from './property.js';
import { Reference } from './reference.js';
import type { Subject } from './subject.js';

/** A textbook kernel to be measured against, and the family it belongs to. */
export interface Panelist {
  readonly family: string;
  readonly stable: boolean;
  readonly kernel: Kernel;
}

/** The same, to be asked. */
export type Peer = Panelist & { readonly target: Target };

/** What is measured of each operation. */
export const measuredOf = {
  train: ['y', 'next_mean', 'next_var'],
  grad: ['dx', 'dgamma', 'dbeta'],
  infer: ['y'],
} as const satisfies Partial<Record<Op, readonly string[]>>;

/** Errors on one output of one layer, in half ulps of its largest value in the accumulation format. */
export interface Measured {
  readonly layer: Layer;
  readonly op: Op;
  readonly output: string;
  readonly target: number;
  readonly families: ReadonlyMap<string, number>;
  /** The worst of the stable ones. */
  readonly stable: number;
}

/** The panel sums in float64, or in float32 what is not stored wider. */
export function computable(layer: Layer, { card }: Subject): boolean {
  const format = accumulator(layer, card);
  return format === 'f64' || (format === 'f32' && layer.dtype !== 'f64');
}

/** Errors of an answer and of textbook kernels on the same layer, output by output. */
export async function errors(
  answers: Answers,
  layer: Layer,
  op: keyof typeof measuredOf,
  peers: readonly Peer[],
  subject: Subject,
): Promise<Measured[]> {
  const format = accumulator(layer, subject.card);
  // Before storage: whether an error there shows after it is luck.
  const wide = { ...layer, dtype: format, param: format };
  const theirs: [Peer, Answers][] = [];
  for (const one of peers) {
    const known = await willing(asker(one.target, subject, new Log(), 'panel'), op, wide);
    if (known) theirs.push([one, known]);
  }
  const reference = new Reference(layer, op, subject);
  const unit = 2 ** -formats[format].p;
  return measuredOf[op].flatMap((output) => {
    const own = answers[output];
    const right = own ? rightOf(reference, output, format !== 'f64') : null;
    if (!own || !right) return [];
    const error = (answered: Answered): number => errorOf(answered, right, unit);
    const families = new Map<string, number>();
    let stable = 0;
    for (const [one, known] of theirs) {
      const off = error(known[output]!);
      families.set(one.family, Math.max(families.get(one.family) ?? 0, off));
      if (one.stable) stable = Math.max(stable, off);
    }
    return [{ layer, op, output, target: error(own), families, stable }];
  });
}

/** An answer; null where there is none. */
export async function willing(
  from: ReturnType<typeof asker>,
  op: keyof typeof measuredOf,
  layer: Layer,
): Promise<Answers | null> {
  try {
    return await from[op](layer);
  } catch (cause) {
    if (cause instanceof Unanswered) return null;
    throw cause;
  }
}

/** The right values of an output as unevaluated sums of two float64: `hi` alone is exact enough beside a float32 sum. */
interface Right {
  readonly hi: Float64Array;
  readonly lo: Float64Array | null;
}

/** The right values in the order of the answer; null where one is not defined. */
function rightOf(reference: Reference, output: string, narrow: boolean): Right | null {
  const { layer } = reference;
  const shape: Shape = perElement(output) ? shapeOf(layer) : [1, layer.C, 1];
  if (narrow) {
    const given = (symbol: string) => reference.given(symbol);
    const { lo, hi } = stretch(enclosures(reference.formulas, shapeOf(layer), given)(named(output)), shape);
    const middle = lo.map((end, i) => end + (hi[i]! - end) / 2);
    return middle.every(Number.isFinite) ? { hi: middle, lo: null } : null;
  }
  const [, C, S] = shape;
  const right = { hi: new Float64Array(size(shape)), lo: new Float64Array(size(shape)) };
  for (let c = 0; c < C; c += 1) {
    const exact = defined(reference, output, c);
    if (!exact) return null;
    for (let i = 0; i < exact.p.length; i += 1) {
      const place = (Math.floor(i / S) * C + c) * S + (i % S);
      right.hi[place] = round(exact, i, 'f64');
      right.lo[place] = round(subtract(at(exact, i), column([right.hi[place]!])), 0, 'f64');
    }
  }
  return right;
}

function defined(reference: Reference, output: string, c: number): Column | null {
  try {
    return reference.exact(c)?.(output, perChannel) ?? null;
  } catch (cause) {
    if (cause instanceof RangeError) return null; // division by zero, or out of the field
    throw cause;
  }
}

/**
 * The largest error beyond the half ulp that storage costs, in `unit` times the largest right value of its channel. A
 * list of one value per channel is measured by the largest of them, since a single one may cancel to next to nothing.
 */
function errorOf({ values, neighbours: { above, below }, shape }: Answered, { hi, lo }: Right, unit: number): number {
  const [N, channels, S] = shape;
  const C = N * S > 1 ? channels : 1;
  const largest = new Float64Array(C);
  const off = new Float64Array(C);
  for (const [i, value] of values.entries()) {
    const c = Math.floor(i / S) % C;
    if (!Number.isFinite(value)) return Infinity;
    const step = Math.max(above[i]! - value, value - below[i]!);
    largest[c] = Math.max(largest[c]!, Math.abs(hi[i]!));
    off[c] = Math.max(off[c]!, Math.abs(value - hi[i]! - (lo ? lo[i]! : 0)) - step / 2);
  }
  return off.reduce((most, error, c) => (error > 0 ? Math.max(most, error / (unit * largest[c]!)) : most), 0);
}

/** Errors of less than a unit are nobody's merit. */
export const over = (error: number, than: number): number => (error + 1) / (than + 1);
