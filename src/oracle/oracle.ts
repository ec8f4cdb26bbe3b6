import { backwardBound } from './backward.js';
import { type Elements, type Extents, extents, likeX, storage, type Tensor } from './batch.js';
import { blank, type Certificate } from './certificate.js';
import { type Desk, desk, load } from './desk.js';
import { emit, type Output } from './emit.js';
import { Engine, type Host, type Kernels, kernels } from './engine.js';
import { ArgumentError } from './errors.js';
import type { Affine } from './exact.js';
import { type Extent, extent } from './extent.js';
import { forwardBound, inferred, trained } from './forward.js';
import { type Gradient, inferGradient, trainGradient } from './gradients.js';
import { affineOf, fits, type Layer, type Running } from './layer.js';
import type { Rule } from './rule.js';
import { type Stand, standing } from './slabs.js';
import { type Sums, summed } from './sums.js';

/** How far the bounds on errors reach, in units of u: a test narrows them to see that it notices. */
export interface Bounds {
  readonly forward: number;
  readonly backward: number;
}

/** What spares a call some work. */
export interface Options {
  /** The array that y or dx is written to, of the kind and length of x's; it may be x's own. Fresh memory costs more than the sums. */
  readonly into?: Elements | undefined;
  /** The sums of x, where they are known. */
  readonly sums?: readonly Sums[] | undefined;
}

/** Outputs as x is stored, every element correctly rounded. */
export interface Outputs {
  readonly y: Tensor;
  readonly certificate: Certificate;
}

/** dx as x is stored, dgamma and dbeta as values of the format of parameters: f64 for f64, else f32. */
export interface Gradients {
  readonly dx: Tensor;
  readonly dgamma: Float64Array;
  readonly dbeta: Float64Array;
  readonly certificate: Certificate;
}

/**
 * Batch normalization of whole tensors, every element of every output rounded once from its exact value. Arguments that
 * do not fit together throw an ArgumentError that names one, before anything is computed. Calls share one memory.
 */
export class Oracle {
  readonly #engine: Engine;
  readonly #bounds: Bounds;

  /** Throws where the host does not do WebAssembly SIMD; 'js' is for those. */
  constructor(
    host: Host = 'wasm',
    from: Kernels = kernels,
    bounds: Bounds = { forward: forwardBound, backward: backwardBound },
  ) {
    this.#engine = new Engine(host, from);
    this.#bounds = bounds;
  }

  /** The exact sums of every channel. */
  sums(x: Tensor): Sums[] {
    const size = extents(x, 'x');
    const table = desk(this.#engine, size, x.format, false);
    const sums: Sums[] = [];
    standing(size, [x.data], x.data.subarray(0, 0), (_, stand) => {
      load(table, x.format, stand.inputs[0]!, stand, table.x);
      sums.push(ownSums(table));
    });
    return sums;
  }

  /** Training mode: y, and the sums that every other call about this batch can go on with. */
  train(x: Tensor, layer: Layer, { into }: Options = {}): Outputs & { readonly sums: Sums[] } {
    const sums: Sums[] = [];
    const done = this.#forward(x, layer, into, (table, _, affine, certificate) => {
      const own = ownSums(table);
      sums.push(own);
      certificate.slow += own.slow;
      return trained(own, affine, x.format, this.#bounds.forward);
    });
    return { ...done, sums };
  }

  /** Inference mode: y by the running statistics. */
  infer(x: Tensor, layer: Layer & Running, { into }: Options = {}): Outputs {
    const { running_mean, running_var } = layer;
    fits({ running_mean, running_var }, extents(x, 'x'));
    return this.#forward(x, layer, into, (table, c, affine) => {
      const range = extent(this.#engine, table.x, table.out);
      return inferred([running_mean[c]!, running_var[c]!], affine, range, x.format, this.#bounds.forward);
    });
  }

  /** Gradients of training mode. */
  grad(x: Tensor, dy: Tensor, layer: Layer, { sums, into }: Options = {}): Gradients {
    return this.#backward(x, dy, layer, { sums, into }, (table, c, affine, certificate) => {
      const own = sums?.[c] ?? ownSums(table);
      const both = crossSums(table, own);
      certificate.slow += both.slow + (sums ? 0 : own.slow);
      return trainGradient(table, own, both, affine, x.format, this.#bounds.backward);
    });
  }

  /** Gradients of inference mode, whose statistics do not depend on x. */
  inferGrad(x: Tensor, dy: Tensor, layer: Layer & Running, { into }: Options = {}): Gradients {
    const { running_mean, running_var } = layer;
    fits({ running_mean, running_var }, extents(x, 'x'));
    return this.#backward(x, dy, layer, { into }, (table, c, affine, certificate) => {
      const own = extent(this.#engine, table.x, table.out);
      const both = crossSums(table, own);
      certificate.slow += both.slow;
      const statistics = [running_mean[c]!, running_var[c]!] as const;
      return inferGradient(table, statistics, [own, both], affine, x.format, this.#bounds.backward);
    });
  }

  #forward(x: Tensor, layer: Layer, into: Elements | undefined, rule: (...of: Step) => Rule): Outputs {
    const size = extents(x, 'x');
    const { table, certificate, data } = this.#begin(x, layer, size, into, false);
    standing(size, [x.data], data, (c, stand) => {
      load(table, x.format, stand.inputs[0]!, stand, table.x);
      const made = rule(table, c, affineOf(layer, c), certificate);
      emit(table, outputOf(x, stand), stand.channel, made, certificate);
    });
    return { y: { ...x, data }, certificate };
  }

  #backward(
    x: Tensor,
    dy: Tensor,
    layer: Layer,
    { sums, into }: Options,
    gradient: (...of: Step) => Gradient,
  ): Gradients {
    const size = extents(x, 'x');
    likeX(dy, x, 'dy');
    if (sums && (sums.length !== size.C || sums.some(({ m }) => m !== size.N * size.S)))
      throw new ArgumentError('sums', `are those of another shape than x, [${x.shape}]`);
    const { table, certificate, data } = this.#begin(x, layer, size, into, true);
    const [dgamma, dbeta] = [new Float64Array(size.C), new Float64Array(size.C)];
    standing(size, [x.data, dy.data], data, (c, stand) => {
      load(table, x.format, stand.inputs[0]!, stand, table.x);
      load(table, x.format, stand.inputs[1]!, stand, table.g);
      const made = gradient(table, c, affineOf(layer, c), certificate);
      [dgamma[c], dbeta[c]] = [made.dgamma, made.dbeta];
      emit(table, outputOf(x, stand), stand.channel, made.dx, certificate);
    });
    return { dx: { ...x, data }, dgamma, dbeta, certificate };
  }

  #begin(x: Tensor, { gamma, beta }: Layer, size: Extents, into: Elements | undefined, backward: boolean) {
    fits({ gamma, beta }, size);
    if (into) extents({ ...x, data: into }, 'into');
    const data = into ?? storage(x.format, x.data.length);
    const certificate = { ...blank(), elements: data.length };
    return { table: desk(this.#engine, size, x.format, backward), certificate, data };
  }
}

const outputOf = ({ format }: Tensor, { output, extents }: Stand): Output => ({ format, data: output, extents });

type Step = [table: Desk, c: number, affine: Affine, certificate: Certificate];

function ownSums({ engine, x, out }: Desk): Sums {
  const range = extent(engine, x, out);
  return summed(engine, x, range, x, range, out);
}

function crossSums({ engine, x, g, out }: Desk, ofX: Extent): Sums {
  return summed(engine, x, ofX, g, extent(engine, g, out), out);
}
