import type { Arbitrary } from 'fast-check';
import type { Shape } from '../formula/shape.js';
import type { Question } from '../wire/protocol.js';
import type { Answered, Refusal } from './answer.js';
import type { Foreseen } from './foreseen.js';
import type { Layer, Op } from './layer.js';
import type { After, Linear } from './linear.js';
import type { Live } from './live.js';
import type { Network, OptimizerName } from './network.js';
import type { Profile } from './profile.js';
import type { Step } from './step.js';

/** What a law may know of the formats it draws in: a grid, not an oracle. */
export interface Grid {
  readonly name: 'f64' | 'f32' | 'f16' | 'bf16';
  /** Bits of the significand, and the range of exponents of normal values. */
  readonly p: number;
  readonly emin: number;
  readonly emax: number;
  /** The nearest value of the format. */
  round(value: number): number;
}

/** What is asked of a target: dtypes with the format of their parameters, layouts, ranks, dialect. */
export interface Terms {
  readonly dtypes: readonly { readonly data: Grid; readonly param: Grid }[];
  readonly layouts: readonly ('channels_first' | 'channels_last')[];
  readonly ranks: readonly number[];
  readonly profile: Profile;
  /** Whether training carries running statistics here. */
  readonly running: boolean;
  /** By which it trains networks, of those that a law may ask. */
  readonly optimizers: readonly OptimizerName[];
  /** The most elements that a directed case may have: infinite in a thorough run alone. */
  readonly longest: number;
}

/** One drawn case: a layer, and whatever else the law needs, as numbers. */
export interface Drawn {
  readonly layer: Layer;
  /** A sequence of steps over stateful layers made of this one. */
  readonly steps?: readonly Step[];
  readonly [name: string]: Layer | number | readonly Step[] | undefined;
}

export type Answers = Readonly<Record<string, Answered>>;

/** Answers to a network. */
export interface Learning {
  readonly answers: ReadonlyMap<string, Foreseen>;
  /** A name of the specification: all that right kernels may have there. */
  ranges(name: string, shape?: Shape): Foreseen;
}

/** Asks the target. A question it does not answer ends the case: the law breaks. */
export interface Asker {
  /** Ranks of x that the target serves. */
  readonly ranks: readonly number[];
  /** The format that the target sums in, by its card. */
  accumulator(layer: Layer): Grid['name'];
  train(layer: Layer, carried?: Answers): Promise<Answers>;
  infer(layer: Layer, carried?: Answers): Promise<Answers>;
  /** Trains, and gives the count of batches that was answered. */
  count(layer: Layer): Promise<number>;
  grad(layer: Layer): Promise<Answers>;
  inferGrad(layer: Layer): Promise<Answers>;
  /** The batch split over replicas, so many samples on each; the parts of the answer are joined. */
  syncTrain(layer: Layer, sizes: readonly number[]): Promise<Answers>;
  syncGrad(layer: Layer, sizes: readonly number[]): Promise<Answers>;
  /** The folded `weight`, shaped like the weight's layer, and `bias`. */
  fold(linear: Linear): Promise<Answers>;
  attemptFold(linear: Linear, after: After): Promise<{ readonly answer: Refusal }>;
  gradGrad(layer: Layer): Promise<Answers>;
  /** Trains a network and predicts: what was answered, by the names of the wire, and what may be. */
  learn(network: Network): Promise<Learning>;
  /** A stateful layer with these parameters, fresh; it is dropped when the case is over. Without `track` it has no statistics. */
  layer(layer: Layer, track?: boolean): Promise<Live>;
  /** Asks where an `error` may be the right answer. */
  attempt(op: Op, layer: Layer): Promise<(Answers & { readonly answer: Refusal }) | { readonly answer: Refusal }>;
  /** The ranges of a formula of the specification for each of several layers, one per sample axis. */
  stack(name: string, layers: readonly Layer[], op: Op): unknown;
}

/** A law: what to draw, what to ask, what must be true, how nearly (by the bounds of the answers it reads). */
export interface Property {
  /** `chapter.kebab-name`; the filter, the report entry, the docs anchor. */
  readonly id: string;
  readonly title: string;
  /** Ops and abilities without which the law refuses. */
  readonly needs: {
    readonly ops: readonly Question[];
    /** What the profile must define besides, where a layer does it in its steps. */
    readonly defines?: readonly Op[];
    /** Layers and training without running statistics. */
    readonly untracked?: true;
    readonly saved?: 'mean' | 'variance' | 'inv_std';
    readonly running?: true;
    readonly layouts?: 2;
    readonly optional?: true;
    /** Ways of averaging, of which the profile has one. */
    readonly update?: readonly Profile['update'][];
    /** The average counts the batches. */
    readonly counted?: true;
    readonly dtype?: Grid['name'];
    /** Cases too large for any but a thorough run. */
    readonly large?: true;
    /** Networks, in a format of 24 bits or more, trained so. */
    readonly optimizer?: OptimizerName;
    /** So many bits of accumulator in the widest dtype: with fewer, a right answer looks like a worthless one. */
    readonly bits?: number;
  };
  given(terms: Terms): Arbitrary<Drawn>;
  /** Directed cases, asked before any drawn one. */
  examples?(terms: Terms): Drawn[];
  /** Answered and derived names, in the law's words. */
  ask(bn: Asker, drawn: Drawn): Promise<Readonly<Record<string, unknown>>>;
  /** The layer whose formulas the law reads, where that is not the drawn one itself. */
  about?(drawn: Drawn): Layer;
  /** The names that `ask` binds. */
  readonly binds: readonly string[];
  /** Formula text; or one text for each way the profile treats m = 1. */
  readonly law: string | Readonly<Record<Profile['m1'], string | null>>;
  /** Names that abbreviate parts of the law. */
  readonly where?: Readonly<Record<string, string>>;
  /** Whose formulas the other names are read from: the operation asked of the drawn layer. */
  readonly of: Op;
  /** An answer that would be worthless: where it satisfies the law too, the case proves nothing and is not counted. */
  readonly refutes?: Readonly<Record<string, number>>;
  /** Near the end of a format no honest bound may exist: then the law says nothing, and holds. */
  readonly mayBeVacuous?: true;
  /** Twice as many cases: sequences have more ways to differ than single questions. */
  readonly many?: true;
  /** Half as many cases, of which each asks for as much as many single questions do. */
  readonly half?: true;
  /** Directed: its examples are the law; one case is drawn beside them for fifty of any other law, or where there are none. */
  readonly few?: true;
  /** Where the statement comes from. */
  readonly source: string;
  /** Why the law stays although no published mutant needs it. */
  readonly stays?: string;
}

/**
 * How a law is read as an identity of the specification: formulas say what data it is about and what its questions ask.
 * Nothing of this is asked of a target.
 */
export interface Identity {
  /** Numbers that the law draws besides the layer. */
  readonly free?: Readonly<Record<string, 'elements' | 'number' | 'one sign'>>;
  /** The data it is about, where not about all. */
  readonly about?: Readonly<Record<string, string>>;
  /** Its answers: a formula of an operation (that of the law unless said), asked of the layer with other inputs or another batch. */
  readonly answers?: Readonly<
    Record<
      string,
      {
        readonly is: string;
        readonly of?: Op;
        readonly with?: Readonly<Record<string, string>>;
        readonly batch?: 'twice' | 'rotated' | 'swapped';
      }
    >
  >;
  /** The m at which it is tried, where not the usual ones. */
  readonly sizes?: readonly number[];
}
