import { finite } from '../exact/bits.js';
import type { Column } from '../exact/column.js';
import { column } from '../exact/column.js';
import { enclose } from '../exact/round.js';
import { type Node, named } from '../formula/ast.js';
import type { Chapter } from '../formula/chapter.js';
import { enclosures } from '../formula/enclose.js';
import { bind, type Lookup } from '../formula/evaluate.js';
import { exacts } from '../formula/exact.js';
import { point, points, type Ranges, up } from '../formula/interval.js';
import { perChannel } from '../formula/shape.js';
import type { Certificate } from '../oracle/certificate.js';
import { accuracy, channel } from './accuracy.js';
import { elements, type Layer, momentumOf, type Op, shapeOf } from './layer.js';
import type { Profile } from './profile.js';
import type { Tier } from './report.js';
import { type Rounded, rounded } from './rounded.js';
import type { Subject } from './subject.js';

/** What the specification says of one layer under one operation, in the dialect of the subject. */
export class Reference {
  readonly layer: Layer;
  readonly #op: Op;
  readonly #subject: Subject;
  /** Channels of the layer that was asked, which may be more than are looked at. */
  readonly #channels: number;
  readonly #inputs: ReadonlyMap<string, Ranges>;
  readonly #exact = new Map<number, Lookup<Column> | null>();
  readonly #bounds = new Map<Tier, (node: Node) => Ranges>();
  readonly #allowed = new Map<string, Ranges>();
  readonly #statistics = new Map<string, Ranges>();
  #rounded: Rounded | null | undefined;

  constructor(layer: Layer, op: Op, subject: Subject, channels = layer.C) {
    this.layer = layer;
    this.#channels = channels;
    this.#op = op;
    this.#subject = subject;
    this.#inputs = inputsOf(layer, channels, subject.profile);
  }

  /** The share of the old value that stays in the running average, at most. */
  get left(): number {
    const { lo } = enclosures(this.formulas, shapeOf(this.layer), (name) => this.given(name))(named('alpha'));
    return up(1 - lo[0]!);
  }

  /** The formulas that the operation computes. */
  get formulas(): readonly Chapter[] {
    return this.#subject.formulas[this.#op];
  }

  /** The output that the oracle rounds of this operation, element by element; null where it has none. */
  get rounded(): Float64Array | null {
    if (this.#rounded === undefined) this.#rounded = rounded(this.layer, this.#op);
    return this.#rounded?.values ?? null;
  }

  /** What the oracle did, if it has been asked. */
  get certificate(): Certificate | null {
    return this.#rounded?.certificate ?? null;
  }

  get op(): Op {
    return this.#op;
  }

  /** Lets go of what has been worked out; whoever asks again has it worked out again. */
  forget(): void {
    for (const known of [this.#exact, this.#bounds, this.#allowed, this.#statistics]) known.clear();
    this.#rounded = undefined;
  }

  /** Every name of the specification in channel `c`, exactly; null where the data are not finite. */
  exact(c: number): Lookup<Column> | null {
    let lookup = this.#exact.get(c);
    if (lookup === undefined) this.#exact.set(c, (lookup = this.#columns(c)));
    return lookup;
  }

  /** The largest error that `tier` allows `output`, as the upper end of each range; infinite where nothing can be said. */
  allowed(output: string, tier: Tier): Ranges {
    const key = `${tier} ${output}`;
    let known = this.#allowed.get(key);
    if (!known) this.#allowed.set(key, (known = this.#allowance(output, tier)));
    return known;
  }

  /** The strict tiers allow nothing, but for what no right kernel can be held to. */
  #allowance(output: string, tier: Tier): Ranges {
    if (tier === 'stable' || tier === 'semantic')
      return this.#bound(tier)(named(this.#subject.spec.allowance[output]!));
    const { shape, hi } = this.allowed(output, 'stable');
    const nothing = hi.map((E) => (E < Infinity ? 0 : Infinity));
    return { shape, lo: nothing, hi: nothing };
  }

  #bound(tier: Tier): (node: Node) => Ranges {
    let known = this.#bounds.get(tier);
    if (known) return known;
    const { bounds, card, profile } = this.#subject;
    const parameters = accuracy(this.layer, card, profile, tier);
    const frozen = this.#op === 'infer' || this.#op === 'infer_grad';
    const given = (name: string): Ranges | undefined =>
      parameters.get(name) ?? (frozen ? this.#inputs.get(name) : this.given(name));
    this.#bounds.set(tier, (known = enclosures(bounds[this.#op], shapeOf(this.layer), given)));
    return known;
  }

  /** What the case gives: inputs as they are, and the statistics of the batch, sharply. */
  given(name: string): Ranges | undefined {
    const input = this.#inputs.get(name);
    if (input || (name !== 'mu' && name !== 'sigma2')) return input;
    let known = this.#statistics.get(name);
    if (!known) this.#statistics.set(name, (known = this.#enclosed(name)));
    return known;
  }

  /**
   * A statistic of the batch. For float64 layers the ends must be as near as float64 can have them, so the sums are
   * exact; for the narrower formats rounding outward at every step costs nothing that could be seen.
   */
  #enclosed(name: string): Ranges {
    const { C, param } = this.layer;
    if (param !== 'f64') {
      const given = (symbol: string): Ranges | undefined => (symbol === name ? undefined : this.given(symbol));
      return enclosures(this.formulas, shapeOf(this.layer), given)(named(name));
    }
    const [lo, hi] = [new Float64Array(C), new Float64Array(C)];
    for (let c = 0; c < C; c += 1) {
      const exact = elements(this.layer) > 0 ? this.exact(c) : null;
      [lo[c], hi[c]] = exact ? enclose(exact(name, perChannel), 0) : [-Infinity, Infinity];
    }
    return { shape: [1, C, 1], lo, hi };
  }

  #columns(c: number): Lookup<Column> | null {
    const layer = this.layer;
    const inputs = new Map<string, Column>();
    const one = (values: Float64Array | null, absent: number | null): Float64Array | null =>
      values ? values.subarray(c, c + 1) : absent === null ? null : Float64Array.of(absent);
    const put = (name: string, values: Float64Array | null): void => {
      if (values && finite(values)) inputs.set(name, column(values));
    };
    const number = (name: string, value: number): void => put(name, Float64Array.of(value));
    put('x', channel(layer, layer.x, c));
    put('dy', channel(layer, layer.dy, c));
    put('gamma', one(layer.gamma, 1));
    put('beta', one(layer.beta, 0));
    put('running_mean', one(layer.running_mean, null));
    put('running_var', one(layer.running_var, null));
    if (layer.vx) put('vx', channel(layer, layer.vx, c));
    put('vgamma', one(layer.vgamma ?? null, 0));
    put('vbeta', one(layer.vbeta ?? null, 0));
    number('epsilon', layer.epsilon);
    number('momentum', momentumOf(layer, this.#subject.profile));
    number('count', layer.count ?? 0);
    number('C', this.#channels);
    if (!inputs.has('x') || !inputs.has('gamma') || !inputs.has('beta')) return null;
    return bind(this.formulas, exacts(elements(layer)), (name) => inputs.get(name));
  }
}

/** The names that a case gives. */
export const inputs = [
  ...['x', 'dy', 'gamma', 'beta', 'm', 'epsilon', 'C', 'momentum', 'count'],
  ...['vx', 'vgamma', 'vbeta', 'running_mean', 'running_var'],
] as const;

function inputsOf(layer: Layer, channels: number, profile: Profile): Map<string, Ranges> {
  const vector = (values: Float64Array): Ranges => points([1, layer.C, 1], values);
  const inputs = new Map<string, Ranges>([
    ['x', points(shapeOf(layer), layer.x)],
    ['dy', points(shapeOf(layer), layer.dy)],
    ['gamma', layer.gamma ? vector(layer.gamma) : point(1)],
    ['beta', layer.beta ? vector(layer.beta) : point(0)],
    ['m', point(elements(layer))],
    ['epsilon', point(layer.epsilon)],
    ['C', point(channels)],
    ['momentum', point(momentumOf(layer, profile))],
    ['count', point(layer.count ?? 0)],
  ]);
  if (layer.vx) {
    inputs.set('vx', points(shapeOf(layer), layer.vx));
    inputs.set('vgamma', layer.vgamma ? vector(layer.vgamma) : point(0));
    inputs.set('vbeta', layer.vbeta ? vector(layer.vbeta) : point(0));
  }
  if (layer.running_mean) inputs.set('running_mean', vector(layer.running_mean));
  if (layer.running_var) inputs.set('running_var', vector(layer.running_var));
  return inputs;
}
