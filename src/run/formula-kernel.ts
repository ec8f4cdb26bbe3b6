import { decode, encode } from '../exact/bits.js';
import type { Column } from '../exact/column.js';
import type { Format } from '../exact/format.js';
import { round } from '../exact/round.js';
import { FormulaError } from '../formula/parse.js';
import { perChannel, type Shape, size } from '../formula/shape.js';
import type { Array_, Inputs, Kernel, Outputs } from '../target/kernel.js';
import { perElement } from './answer.js';
import { elements, type Layer, type Op, reorder, shapeOf } from './layer.js';
import { predict, type Step, savedAs } from './predict.js';
import { counts, keeps, type Profile } from './profile.js';
import { Reference } from './reference.js';
import { type Spec, subject } from './subject.js';
import { throughWhole } from './whole.js';

/** How the value of a formula becomes an output of the layer's shape, `formats` apart. */
type Compute = (layer: Layer, op: Op, name: string, format: Format) => Float64Array;

const wireName: Readonly<Record<string, string>> = { next_mean: 'running_mean', next_var: 'running_var' };

/** The specification itself as a target: every output evaluated exactly and rounded once. */
export function specKernel(spec: Spec, profile: Profile, profileName: string): Kernel {
  const card = { name: 'spec', version: '1', accumulator: 'f64', ...abilities(profileName) };
  const judge = subject({} as never, profile, spec);
  let last: { layer: Layer; reference: Reference } | null = null;
  return kernel(card, profile, (layer, op, name, format) => {
    if (last?.layer !== layer) last = { layer, reference: new Reference(finite(layer, op), op, judge) };
    return exactly(last.reference, layer, name, format, predict(judge, layer, op)(name));
  });
}

/** In inference every sample is on its own: what is not finite is set aside, and the others stay exact. */
function finite(layer: Layer, op: Op): Layer {
  if (op !== 'infer' && op !== 'infer_grad') return layer;
  const zeroed = (values: Float64Array): Float64Array => values.map((v) => (Number.isFinite(v) ? v : 0));
  return { ...layer, x: zeroed(layer.x), dy: zeroed(layer.dy) };
}

/** Formulas as a target, wrong ones as a rule: computed in float64, or with every `step` rounded, then rounded to storage. */
export function mutantKernel(id: string, spec: Spec, profile: Profile, profileName: string, step?: Step): Kernel {
  const card = { name: id, version: '1', ...abilities(profileName) };
  const judge = subject({} as never, profile, spec);
  let last: { layer: Layer; of: (name: string) => Float64Array } | null = null;
  return kernel(card, profile, (layer, op, name) => {
    if (last?.layer !== layer) last = { layer, of: predict(judge, layer, op, step) };
    return last.of(name);
  });
}

const abilities = (profile: string) => ({
  dtypes: ['f64', 'f32', 'f16', 'bf16'],
  param_dtype: 'f32',
  layouts: ['channels_first', 'channels_last'],
  ranks: [2, 3, 4, 5],
  saved: ['mean', 'variance', 'inv_std'],
  profile,
});

function kernel(card: Kernel['card'], profile: Profile, compute: Compute): Kernel {
  const op =
    (name: Op) =>
    (inputs: Inputs): NonNullable<Outputs> => {
      const layer = layerOf(inputs, profile);
      const batch = name !== 'infer' && name !== 'infer_grad';
      if (batch && elements(layer) === 1 && profile.m1 === 'error')
        throw new RangeError('expected more than 1 value per channel when training');
      if (name === 'train' && inputs.running_mean) demand(inputs, profile);
      const entries = outputsOf(name, inputs).map(([output, formula]) => {
        const whole = perElement(output);
        const format = whole ? layer.dtype : layer.param;
        const values = compute(layer, name, formula, format);
        const placed =
          whole && layer.layout === 'channels_last' ? reorder(values, shapeOf(layer), 'to channels last') : values;
        return [wireName[output] ?? output, typed(placed, format)] as const;
      });
      if (inputs.count === undefined) return Object.fromEntries(entries);
      const [next] = compute(layer, name, 'next_count', 'f64');
      return { ...Object.fromEntries(entries), count: BigInt64Array.of(BigInt(Math.round(next!))) };
    };
  const whole = { train: op('train'), infer: op('infer'), grad: op('grad'), infer_grad: op('infer_grad') };
  return { card, ...throughWhole(whole), grad_grad: op('grad_grad') };
}

/** What the dialect's average is made of. */
function demand({ momentum, count }: Inputs, profile: Profile): void {
  if (counts(profile) && count === undefined) throw new RangeError('running statistics need the count of batches');
  if (profile.update !== 'cumulative' && profile.update !== 'none' && momentum === undefined)
    throw new RangeError('running statistics need a momentum');
}

/** Outputs of an operation with the formula of each. */
function outputsOf(op: Op, inputs: Inputs): [output: string, formula: string][] {
  if (op === 'infer') return [['y', 'y']];
  if (op === 'train') {
    const running = inputs.running_mean && inputs.running_var ? ['next_mean', 'next_var'] : [];
    return [['y', 'y'], ...Object.entries(savedAs), ...running.map((name): [string, string] => [name, name])];
  }
  if (op === 'grad_grad') return ['g_x', ...(inputs.gamma ? ['g_gamma'] : []), 'g_dy'].map((name) => [name, name]);
  const parameters = [...(inputs.gamma ? ['dgamma'] : []), ...(inputs.beta ? ['dbeta'] : [])];
  return ['dx', ...parameters].map((name) => [name, name]);
}

/** An output exactly, rounded once; IEEE arithmetic where a value is not finite or not defined. */
function exactly(
  reference: Reference,
  layer: Layer,
  name: string,
  format: Format,
  otherwise: Float64Array,
): Float64Array {
  const [, C, S] = perElement(name) ? shapeOf(layer) : [1, layer.C, 1];
  const columns = Array.from({ length: C }, (_, c) => defined(reference, c, name));
  const aside = setAside(layer, perElement(name));
  return otherwise.map((ieee, i) => {
    const column = columns[Math.floor(i / S) % C];
    if (!column || aside(i)) return ieee;
    return round(column, column.p.length === 1 ? 0 : Math.floor(i / (C * S)) * S + (i % S), format);
  });
}

/** Whether an output rests on a value that is not finite: its own, or for one per channel any of the channel. */
function setAside(layer: Layer, whole: boolean): (i: number) => boolean {
  const bad = layer.x.map((v, i) =>
    Number.isFinite(v) && Number.isFinite(layer.dy[i]) && Number.isFinite(layer.vx?.[i] ?? 0) ? 0 : 1,
  );
  if (whole) return (i) => bad[i] === 1;
  const [, C, S] = shapeOf(layer);
  return (c) => bad.some((flag, i) => flag === 1 && Math.floor(i / S) % C === c);
}

export function defined(reference: Reference, c: number, name: string): Column | null {
  try {
    return reference.exact(c)?.(name, perChannel) ?? null;
  } catch (cause) {
    if (cause instanceof RangeError || cause instanceof FormulaError) return null; // division by zero, or a NaN parameter
    throw cause;
  }
}

/** The inputs of a request as the layer that was asked. */
function layerOf(inputs: Inputs, profile: Profile): Layer {
  const { shape } = inputs.x;
  const first = inputs.layout === 'channels_first';
  const N = shape[0]!;
  const C = first ? shape[1]! : shape.at(-1)!;
  const spatial = first ? shape.slice(2) : shape.slice(1, -1);
  const batch: Shape = [N, C, spatial.reduce((a, b) => a * b, 1)];
  const data = (tensor: Array_ | undefined): Float64Array => {
    const values = tensor ? numbers(tensor) : new Float64Array(size(batch));
    return first ? values : reorder(values, batch, 'to channels first');
  };
  const optional = (tensor: Array_ | undefined): Float64Array | null => (tensor ? numbers(tensor) : null);
  const momentum = inputs.momentum ?? 0;
  const dtype = inputs.x.dtype as Format;
  return {
    ...{ dtype, N, C, spatial, layout: inputs.layout },
    param:
      ((inputs.gamma ?? inputs.beta ?? inputs.running_mean ?? inputs.vbeta)?.dtype as Format | undefined) ??
      (dtype === 'f64' ? 'f64' : 'f32'),
    x: data(inputs.x),
    dy: data(inputs.dy),
    ...(inputs.vx ? { vx: data(inputs.vx), vgamma: optional(inputs.vgamma), vbeta: optional(inputs.vbeta) } : {}),
    gamma: optional(inputs.gamma),
    beta: optional(inputs.beta),
    running_mean: optional(inputs.running_mean),
    running_var: optional(inputs.running_var),
    epsilon: inputs.epsilon,
    alpha: keeps(profile) ? 1 - momentum : momentum,
    count: inputs.count === undefined ? null : Number(inputs.count),
  };
}

const bytes = (data: ArrayBufferView): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
const numbers = ({ data, dtype }: Array_): Float64Array => decode(bytes(data), dtype as Format);

function typed(values: Float64Array, format: Format): ArrayBufferView {
  const { buffer } = encode(values, format).slice();
  if (format === 'f64') return new Float64Array(buffer);
  return format === 'f32' ? new Float32Array(buffer) : new Uint16Array(buffer);
}
