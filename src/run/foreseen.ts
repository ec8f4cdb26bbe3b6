import { neighbours } from '../exact/bits.js';
import { down, type Ranges, up } from '../formula/interval.js';
import type { Shape } from '../formula/shape.js';
import type { Span } from '../formula/spans.js';
import type { Tensor } from '../wire/tensor.js';
import { values } from '../wire/tensor.js';
import type { NetworkSpec } from './calculus.js';
import type { Judgement } from './judge.js';
import { momentumOf } from './layer.js';
import { type Learned, learn } from './learning.js';
import { type Network, spelled } from './network.js';
import { ranging } from './ranging.js';
import type { Tier } from './report.js';
import type { Subject } from './subject.js';

/** What right kernels may come to by training a network: worked out when it is asked for, at each tier once. */
export class Foresight {
  readonly network: Network;
  readonly #spec: NetworkSpec;
  readonly #subject: Subject;
  readonly #known = new Map<Tier, Learned<Span>>();

  constructor(network: Network, spec: NetworkSpec, subject: Subject) {
    this.network = network;
    this.#spec = spec;
    this.#subject = subject;
  }

  /** The strict tiers demand rounding of one operation; of a whole network they demand what `stable` does. */
  at(tier: Tier): Learned<Span> {
    const laxer = tier === 'semantic' ? 'semantic' : 'stable';
    let known = this.#known.get(laxer);
    if (!known) {
      const calculus = ranging(this.network, this.#spec, this.#subject, laxer);
      const momentum = momentumOf(this.network, this.#subject.profile);
      this.#known.set(laxer, (known = learn(this.network, calculus, { momentum })));
    }
    return known;
  }

  /** A name of the specification itself, as the ranges it may have: of a network's answer, or of what it is made of. */
  ranges(name: string, shape?: Shape): Foreseen {
    return new Foreseen(this, name, null, shape);
  }

  forget(): void {
    this.#known.clear();
  }
}

/** An answer to a network, beside what right kernels may answer; or, without values, that alone. */
export class Foreseen {
  readonly name: string;
  /** As answered; null of what the specification says. */
  readonly values: Float64Array | null;
  readonly #foresight: Foresight;
  readonly #shape: Shape | undefined;

  constructor(foresight: Foresight, name: string, answered: Tensor | null, shape?: Shape) {
    this.#foresight = foresight;
    this.name = name;
    this.values = answered && values(answered);
    this.#shape = shape;
  }

  get network(): Network {
    return this.#foresight.network;
  }

  spans(tier: Tier): readonly Span[] {
    return this.#foresight.at(tier).get(this.name)!.data;
  }

  shape(tier: Tier): Shape {
    return this.#shape ?? this.#foresight.at(tier).get(this.name)!.shape;
  }

  /** The values that it may stand for: all as far from it as two right answers may lie apart. */
  accept(tier: Tier): Ranges {
    const spans = this.spans(tier);
    const own = this.values;
    if (!own) return { shape: this.shape(tier), lo: ends(spans, 'lo'), hi: ends(spans, 'hi') };
    const apart = spans.map(({ lo, hi }) => (lo === hi ? 0 : up(hi - lo)));
    const [lo, hi] = [own.map((v, i) => below(v, apart[i]!)), own.map((v, i) => above(v, apart[i]!))];
    return { shape: this.shape(tier), lo, hi };
  }

  forget(): void {
    this.#foresight.forget();
  }
}

const ends = (spans: readonly Span[], end: 'lo' | 'hi'): Float64Array => Float64Array.from(spans, (one) => one[end]);

/** A NaN stands for nothing; where nothing is known it is accepted too. */
const below = (v: number, apart: number): number =>
  apart === Infinity ? -Infinity : Number.isNaN(v) ? Infinity : apart === 0 ? v : down(v - apart);
const above = (v: number, apart: number): number =>
  apart === Infinity ? Infinity : Number.isNaN(v) ? -Infinity : apart === 0 ? v : up(v + apart);

/**
 * An answer within what right kernels may answer. An element says nothing where that takes in what an idle kernel answers:
 * parameters as they came, and nothing but zeros.
 */
export function foresee(answered: Foreseen, tier: Tier): Judgement {
  const spans = answered.spans(tier);
  const own = answered.values!;
  const idle = idleOf(answered);
  const { below: under, above: over } = neighbours(own, answered.network.dtype);
  const result = { elements: own.length, notCheckable: 0, budget: 0, ulps: 0, spreads: [] };
  let refuted: Judgement['refuted'] = null;
  for (let i = 0; i < own.length; i += 1) {
    const [{ lo, hi }, v] = [spans[i]!, own[i]!];
    if (lo < hi && lo <= idle(i) && idle(i) <= hi) result.notCheckable += 1;
    if (lo === -Infinity && hi === Infinity) continue;
    const [middle, half] = [lo + (hi - lo) / 2, (hi - lo) / 2];
    if (lo <= v && v <= hi) {
      if (half === Infinity) continue; // bounded on one side: a share of it is no number
      if (half > 0) result.budget = Math.max(result.budget, Math.abs(v - middle) / half);
      result.ulps = Math.max(result.ulps, Math.abs(v - middle) / ((over[i]! - under[i]!) / 2));
      continue;
    }
    refuted ??= {
      clause: answered.name,
      place: i,
      shape: answered.shape(tier),
      lhs: v,
      rhs: middle,
      allowed: half,
      step: spelled(answered.network),
    };
  }
  return { ...result, refuted };
}

/** What a kernel answers that does nothing. */
function idleOf({ name, network }: Foreseen): (i: number) => number {
  const [stem, stage] = name.split('.') as [string, string | undefined];
  const own = stage === undefined ? undefined : network.stages[Number(stage) - 1];
  const given = own?.[stem as 'weight' | 'gamma'];
  return given instanceof Float64Array ? (i) => given[i]! : () => 0;
}
