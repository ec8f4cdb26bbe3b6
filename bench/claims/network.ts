import type { Random } from '../../test/exact.random.js';
import { randn } from '../data.js';
import { type Activation, activate, gains, product, slopes } from './activation.js';
import * as linear from './linear.js';
import type { losses } from './loss.js';
import { gradients, type Norm, type Normed, norm, normalize, type Paths, remember } from './norm.js';

/** A multilayer perceptron: linear, normalization or none, activation, and so on; the last layer is linear alone. */
export interface Plan {
  /** Inputs, hidden units layer by layer, outputs. */
  readonly sizes: readonly number[];
  readonly norm: boolean;
  readonly activation: Activation;
  readonly loss: keyof typeof losses;
  /** Multiplies the weights that each hidden layer starts with, whose deviation is the root of the gain over the inputs. */
  readonly scale?: number;
  readonly epsilon?: number;
  readonly alpha?: number;
  /** The share of each hidden layer that dropout leaves out in training. */
  readonly dropout?: number;
  readonly paths?: Paths;
}

/** Parameters and their gradient, by name: w0 b0 gamma0 beta0 w1 ... */
export interface Parameter {
  readonly name: string;
  readonly value: Float64Array;
  readonly slope: Float64Array;
}

interface Layer {
  readonly linear: linear.Linear;
  readonly norm: Norm | null;
}

/** What a layer did with a batch. */
interface Pass {
  readonly x: Float64Array;
  /** Of the linear part. */
  readonly z: Float64Array;
  readonly normed: Normed | null;
  /** Before dropout. */
  readonly a: Float64Array;
  readonly kept: Float64Array | null;
}

/** Whose statistics normalize: the batch's, which the running ones take in (train) or not (batch); or the running ones (test). */
export type Mode = 'train' | 'batch' | 'test';

export class Network {
  readonly plan: Plan;
  readonly layers: readonly Layer[];
  readonly parameters: readonly Parameter[];
  /** Of the latest forward pass. */
  passes: Pass[] = [];
  readonly #from: Random;

  constructor(plan: Plan, from: Random) {
    const { sizes, scale = 1, activation } = plan;
    const draw = randn(from);
    const last = sizes.length - 2;
    this.#from = from;
    this.plan = plan;
    this.layers = sizes.slice(1).map((outputs, l) => {
      const inputs = sizes[l];
      const spread = l === last ? Math.sqrt(1 / inputs) : scale * Math.sqrt(gains[activation] / inputs);
      const normed = plan.norm && l < last;
      const w = Float64Array.from({ length: inputs * outputs }, () => spread * draw());
      return {
        linear: { inputs, outputs, w, b: normed ? null : new Float64Array(outputs) },
        norm: normed ? norm(outputs, plan) : null,
      };
    });
    const named = (name: string, l: number, value: Float64Array | null | undefined): Parameter[] =>
      value ? [{ name: `${name}${l}`, value, slope: new Float64Array(value.length) }] : [];
    this.parameters = this.layers.flatMap(({ linear: { w, b }, norm }, l) => [
      ...named('w', l, w),
      ...named('b', l, b),
      ...named('gamma', l, norm?.gamma),
      ...named('beta', l, norm?.beta),
    ]);
  }

  parameter = (name: string): Parameter => this.parameters.find((one) => one.name === name)!;

  /** The outputs of n samples. */
  forward(x: Float64Array, n: number, mode: Mode): Float64Array {
    const { activation, dropout = 0 } = this.plan;
    this.passes = [];
    let input = x;
    for (const [l, layer] of this.layers.entries()) {
      const z = linear.apply(layer.linear, input, n);
      const normed = layer.norm && normalize(z, n, layer.norm, mode === 'test' ? running(layer.norm) : undefined);
      if (layer.norm && normed && mode === 'train') remember(layer.norm, normed, n);
      const before = normed ? normed.y : z;
      const hidden = l < this.layers.length - 1;
      const a = hidden ? activate(activation, before) : before;
      const drops = hidden && dropout > 0 && mode !== 'test';
      const kept = drops ? a.map(() => (this.#from.unit() < dropout ? 0 : 1 / (1 - dropout))) : null;
      this.passes.push({ x: input, z, normed, a, kept });
      input = kept ? product(a, kept) : a;
    }
    return input;
  }

  /** Fills the gradients of all parameters, from that of the outputs of the latest forward pass with the batch's statistics. */
  backward(slope: Float64Array, n: number): void {
    const { activation, paths = { mean: true, variance: true } } = this.plan;
    let dy = slope;
    for (let l = this.layers.length - 1; l >= 0; l -= 1) {
      const { linear: part, norm } = this.layers[l];
      const { x, normed, a, kept } = this.passes[l];
      if (l < this.layers.length - 1) dy = slopes(activation, a, kept ? product(dy, kept) : dy);
      if (norm && normed) {
        const { dx, dgamma, dbeta } = gradients(dy, n, norm, normed, paths);
        this.parameter(`gamma${l}`).slope.set(dgamma);
        this.parameter(`beta${l}`).slope.set(dbeta);
        dy = dx;
      }
      const { dw, db, dx } = linear.gradients(part, x, dy, n);
      this.parameter(`w${l}`).slope.set(dw);
      if (part.b) this.parameter(`b${l}`).slope.set(db);
      dy = dx;
    }
  }

  /** What enters the activation of layer l, of the latest forward pass. */
  entering = (l: number): Float64Array => this.passes[l].normed?.y ?? this.passes[l].z;
}

const running = ({ running_mean, running_var }: Norm) => ({ mu: running_mean, sigma2: running_var });
