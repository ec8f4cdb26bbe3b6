import type { Array_, Data, Inputs, Kernel, Outputs } from '../target/kernel.js';
import type { LiveLayer, Loaded, MakeLayer, NewLayer } from '../target/stateful.js';
import { accumulation } from './arithmetic.js';

/** What a dialect says of a layer's state. */
export interface Start {
  /** Initial running mean and variance. */
  readonly initial: readonly [mean: number, variance: number];
  /** Whether the average asks how many batches there were before. */
  readonly counted: boolean;
}

type Batch = { readonly x: Array_ };

/** A layer made of a kernel's four operations: they compute, it remembers. Arrays are replaced, never written to. */
export class Stateful implements LiveLayer {
  protected readonly kernel: Kernel;
  protected readonly made: NewLayer;
  protected readonly start: Start;
  /** Parameters, and the statistics where it has some. */
  protected kept: Loaded;
  /** The latest forward, which a gradient belongs to. */
  protected latest: { readonly op: 'grad' | 'infer_grad'; readonly inputs: Inputs } | null = null;

  constructor(kernel: Kernel, made: NewLayer, start: Start) {
    this.kernel = kernel;
    this.made = made;
    this.start = start;
    this.kept = { ...parameters(made), ...(made.track ? this.fresh() : {}) };
  }

  async train({ x, track }: Batch & { readonly track: boolean }): Promise<Outputs> {
    const { running_mean, running_var, count = 0n, ...own } = this.kept;
    const inputs = this.inputs(x, own);
    this.latest = { op: 'grad', inputs };
    if (!track || !running_mean || !running_var) return { y: (await this.kernel.train!(inputs))!.y };
    const { momentum } = this.made;
    const averaged = {
      ...{ ...inputs, running_mean, running_var },
      ...(momentum === undefined ? {} : { momentum }),
      ...(this.start.counted ? { count } : {}),
    };
    const outputs = (await this.kernel.train!(averaged))!;
    const next = { running_mean: this.list(outputs.running_mean), running_var: this.list(outputs.running_var) };
    this.kept = { ...this.kept, ...next, count: count + 1n };
    return { y: outputs.y };
  }

  /** By the running statistics; without any, by the batch, which is training that keeps nothing. */
  async infer({ x }: Batch): Promise<Outputs> {
    const { running_mean, running_var, count: _, ...own } = this.kept;
    if (!running_mean || !running_var) return this.train({ x, track: false });
    const inputs = { ...this.inputs(x, own), running_mean, running_var };
    this.latest = { op: 'infer_grad', inputs };
    return this.kernel.infer!(inputs);
  }

  async grad({ dy }: { readonly dy: Array_ }): Promise<Outputs> {
    if (!this.latest) throw new Error('there was no train or infer that a gradient could belong to');
    const { op, inputs } = this.latest;
    return this.kernel[op]!({ ...inputs, dy });
  }

  state(): Outputs {
    const { count, ...arrays } = this.kept;
    return { ...arrays, ...(count === undefined ? {} : { count: BigInt64Array.of(count) }) };
  }

  load({ gamma, beta, running_mean, running_var, count }: Loaded): void {
    this.kept = {
      ...this.kept,
      ...parameters({ gamma, beta }),
      ...(running_mean && { running_mean }),
      ...(running_var && { running_var }),
      ...(count === undefined ? {} : { count }),
    };
    this.latest = null;
  }

  protected fresh(): Loaded {
    const [mean, variance] = this.start.initial;
    const filled = (value: number): Array_ => this.list(this.blank().fill(value));
    return { running_mean: filled(mean), running_var: filled(variance), count: 0n };
  }

  protected inputs(x: Array_, own: Loaded): Inputs {
    const { epsilon, layout } = this.made;
    return { x, epsilon, layout, ...parameters(own) };
  }

  /** Values per channel as an array of the parameters' format. */
  protected list(values: unknown): Array_ {
    const data = values as Data;
    return { dtype: accumulation(this.made.dtype).format, shape: [data.length], data };
  }

  private blank(): Float64Array | Float32Array {
    const { channels, dtype } = this.made;
    return dtype === 'f64' ? new Float64Array(channels) : new Float32Array(channels);
  }
}

const parameters = ({ gamma, beta }: Partial<Record<'gamma' | 'beta', Array_ | undefined>>): Loaded => ({
  ...(gamma && { gamma }),
  ...(beta && { beta }),
});

/** The kernel with a layer that remembers for it; `Layer` may be one that departs. */
export function withLayer(kernel: Kernel, start: Start, Layer: typeof Stateful = Stateful): Kernel {
  const layer: MakeLayer = (made) => new Layer(kernel, made, start);
  const { ops } = kernel.card;
  return { ...kernel, layer, ...(ops === undefined ? {} : { card: { ...kernel.card, ops: `${ops},layer` } }) };
}
