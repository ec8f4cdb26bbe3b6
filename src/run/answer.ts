import { neighbours } from '../exact/bits.js';
import type { Format } from '../exact/format.js';
import type { Ranges } from '../formula/interval.js';
import type { Shape } from '../formula/shape.js';
import type { Tensor } from '../wire/tensor.js';
import { columns } from './columns.js';
import type { Span } from './large.js';
import { type Layer, type Op, shapeOf } from './layer.js';
import type { Reference } from './reference.js';
import type { Tier } from './report.js';

/** One question and what is known of it. `carried`: the running statistics it sent were answers themselves. */
export interface Exchange {
  readonly layer: Layer;
  readonly op: Op;
  readonly reference: Reference;
  readonly carried?: { readonly mean: Answered; readonly variance: Answered };
  /** Inputs that the target wrote to and must not; training may update the running statistics in place. */
  readonly overwritten?: readonly string[];
}

/** An output that a target gave back, in the order of the formulas: samples, channels, positions. */
export class Answered {
  readonly exchange: Exchange;
  readonly output: string;
  readonly shape: Shape;
  readonly values: Float64Array;
  /** Where each value stands in the output of the exchange; null if all stand in place. */
  readonly places: Int32Array | null;
  /** What each tier accepts it for, once that has been asked. */
  readonly sets = new Map<Tier, Ranges>();
  #neighbours: { readonly below: Float64Array; readonly above: Float64Array } | undefined;

  constructor(
    exchange: Exchange,
    output: string,
    values: Float64Array,
    shape?: Shape,
    places: Int32Array | null = null,
  ) {
    this.exchange = exchange;
    this.output = output;
    this.values = values;
    this.shape = shape ?? (perElement(output) ? shapeOf(exchange.layer) : [1, exchange.layer.C, 1]);
    this.places = places;
  }

  /** The format the output is stored in. */
  get format(): Format {
    return perElement(this.output) ? this.exchange.layer.dtype : this.exchange.layer.param;
  }

  /** The values of its format next to each of its own. */
  get neighbours(): { readonly below: Float64Array; readonly above: Float64Array } {
    this.#neighbours ??= neighbours(this.values, this.format);
    return this.#neighbours;
  }

  /** Lets go of what has been worked out of it. */
  forget(): void {
    this.sets.clear();
    this.#neighbours = undefined;
  }

  /** Some of its values in another order: `from(n, c, s)` names the place to take each from. */
  pick(shape: Shape, from: (n: number, c: number, s: number) => readonly [n: number, c: number, s: number]): Answered {
    const [, C, S] = this.shape;
    const at: number[] = [];
    for (let n = 0; n < shape[0]; n += 1)
      for (let c = 0; c < shape[1]; c += 1)
        for (let s = 0; s < shape[2]; s += 1) {
          const [a, b, d] = from(n, c, s);
          at.push((a * C + b) * S + d);
        }
    const values = Float64Array.from(at, (i) => this.values[i]!);
    const places = Int32Array.from(at, (i) => this.places?.[i] ?? i);
    return new Answered(this.exchange, this.output, values, shape, places);
  }
}

/** An output of a large layer as it came. Its channels become numbers when they are judged, and only then. */
export class Unread extends Answered {
  #tensor: Tensor | null;

  constructor(exchange: Exchange, output: string, tensor: Tensor) {
    super(exchange, output, new Float64Array(0));
    this.#tensor = tensor;
  }

  /** Some of its channels, as the answer to a layer that has just these. */
  channels([from, to]: Span, exchange: Exchange): Answered {
    if (!this.#tensor) throw new RangeError(`${this.output} has been judged and let go`);
    const { layer } = this.exchange;
    const { format, shape } = this;
    const layout = perElement(this.output) ? layer.layout : 'channels_first';
    return new Answered(exchange, this.output, columns(format, layout, shape, this.#tensor.data).get(from, to));
  }

  override forget(): void {
    super.forget();
    this.#tensor = null;
  }
}

/** Outputs with one value per element of x; all others have one per channel. */
export const perElement = (output: string): boolean => ['y', 'dx', 'g_x', 'g_dy'].includes(output);

/** An answer to one step of a sequence, which is right or wrong by itself. */
export interface Told<A = Answered> {
  readonly step: string;
  readonly answered: A;
}

/** A target's own word that it will not answer, where a law asks for exactly that. */
export interface Refusal {
  readonly refused: boolean;
  readonly message: string;
}
