import { type Layout, partsOf, type Question, questions } from '../wire/protocol.js';
import type { Blob } from '../wire/safetensors.js';
import { bytesOf, type Dtype, scalar, sizeOf, type Tensor } from '../wire/tensor.js';
import { line } from '../wire/text.js';
import { networkOf, type StepsInputs } from './network-inputs.js';
import { large, lent, marks, overwritten } from './overwritten.js';
import { type Handles, type MakeLayer, take } from './stateful.js';

/** Values in the language's own arrays; f16 and bf16 as their bits. */
export type Data = Float64Array | Float32Array | Uint16Array | BigInt64Array;

export interface Array_ {
  readonly dtype: Dtype;
  readonly shape: number[];
  readonly data: Data;
}

/** Inputs of an operation. What the kernel writes to them nobody else sees, and the reply names those. What a request does not name is absent. */
export interface Inputs {
  readonly x: Array_;
  readonly gamma?: Array_;
  readonly beta?: Array_;
  readonly running_mean?: Array_;
  readonly running_var?: Array_;
  readonly dy?: Array_;
  readonly vx?: Array_;
  readonly vgamma?: Array_;
  readonly vbeta?: Array_;
  readonly epsilon: number;
  readonly momentum?: number;
  /** Number of batches seen before. */
  readonly count?: bigint;
  readonly layout: Layout;
}

/** Inputs of an operation on one batch over several replicas: a part each, of any number of samples, 0 included. */
export interface SplitInputs extends Omit<Inputs, 'x' | 'dy'> {
  readonly xs: readonly Array_[];
  readonly dys?: readonly Array_[];
}

/** A linear or convolution layer, and the normalization by running statistics behind it. */
export interface FoldInputs extends Omit<Inputs, 'x' | 'dy' | 'momentum' | 'count'> {
  /** The output channel is the first axis under channels_first, the last under channels_last. */
  readonly weight: Array_;
  readonly bias?: Array_;
  /** What stands between the two. */
  readonly after: 'none' | 'relu';
}

/** One output: values alone (y, dx, g_x and g_dy take x's shape, the others are lists), or with a shape, or with a dtype too. */
export type Output = ArrayBufferView | { readonly shape: readonly number[]; readonly data: ArrayBufferView };
/** By name; y and dx of a split batch are lists with a part for each part of x. */
export type Outputs = Readonly<Record<string, Output | readonly Output[] | undefined>> | undefined;

type CardValue = string | number | boolean | readonly (string | number)[] | undefined;

/** The card as a plain object: lists may be arrays. `ops` defaults to the functions that are there. */
export interface KernelCard {
  readonly name: string;
  readonly dtypes: string | readonly string[];
  readonly [key: string]: CardValue;
}

type Operation<T = Inputs> = (inputs: T) => Outputs | Promise<Outputs>;

/** An in-process kernel: a card and one function per operation. undefined = unsupported, a thrown error = `error`. */
export interface Kernel {
  readonly card: KernelCard;
  readonly train?: Operation;
  readonly infer?: Operation;
  readonly grad?: Operation;
  readonly infer_grad?: Operation;
  readonly grad_grad?: Operation<Inputs>;
  readonly sync_train?: Operation<SplitInputs>;
  readonly sync_grad?: Operation<SplitInputs>;
  readonly fold?: Operation<FoldInputs>;
  readonly steps?: Operation<StepsInputs>;
  /** Makes a layer that keeps its own statistics; its host keeps the handles. */
  readonly layer?: MakeLayer;
}

/** Answers one request as a target on the wire would; `handles` are its live layers. Never throws for what the kernel does. */
export async function answer(kernel: Kernel, request: Blob, handles: Handles = new Map()): Promise<Blob> {
  const { op, id = '' } = request.metadata;
  const reply = (status: string, message = ''): Blob => ({ metadata: { id, status, message }, tensors: new Map() });
  if (op === 'hello') return { metadata: { ...cardOf(kernel), id, status: 'ok' }, tensors: new Map() };
  const operation = questions.find((known) => known === op);
  if (operation === undefined || typeof kernel[operation] !== 'function') return reply('unsupported', `no ${op} here`);
  try {
    const arrays = new Map([...request.tensors].map(([name, given]) => [name, unpacked(given)]));
    const before = marks(request);
    const inputs = inputsOf(request, arrays);
    const outputs = await (operation === 'layer'
      ? take(kernel.layer!, handles, request.metadata, inputs as unknown as Inputs)
      : (kernel[operation] as Operation<unknown>)(inputs));
    if (outputs === undefined) return reply('unsupported', `${op} returned nothing`);
    const written = overwritten(arrays, request, before);
    return {
      metadata: { ...reply('ok').metadata, ...(written.length === 0 ? {} : { overwritten: written.join(',') }) },
      tensors: new Map(
        named(outputs, op.startsWith('sync_')).map(([name, output]) => [name, packed(name, output, request)]),
      ),
    };
  } catch (error) {
    return reply('error', line(told(error)));
  }
}

/** Whatever was thrown, in words: not everything is an Error, nor can be made a string. */
const told = (thrown: unknown): string =>
  thrown instanceof Error
    ? String(thrown.message)
    : Object(thrown) === thrown
      ? Object.prototype.toString.call(thrown)
      : String(thrown);

function cardOf(kernel: Kernel): Record<string, string> {
  const ops = questions.filter((op) => typeof kernel[op] === 'function');
  const entries = Object.entries({ ops, ...kernel.card }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([key, value]) => [key, String(value)]));
}

const tensorNames = [
  ...(['x', 'gamma', 'beta', 'running_mean', 'running_var', 'dy', 'vx', 'vgamma', 'vbeta'] as const),
  ...(['weight', 'bias'] as const),
];
/** What a request cannot do without, besides epsilon. */
const subjects: Readonly<Record<Exclude<Question, 'layer'>, string>> = {
  ...{ train: 'x', infer: 'x', grad: 'x', infer_grad: 'x', grad_grad: 'x' },
  ...{ sync_train: 'x.0', sync_grad: 'x.0', fold: 'weight', steps: 'x.0' },
};

/** What a request cannot do without; a step of a layer by its name. */
const needed = ({ op, step }: Blob['metadata']): readonly string[] => {
  if (op !== 'layer') return [subjects[op as keyof typeof subjects], 'epsilon'];
  if (step === 'new') return ['epsilon'];
  return step === 'grad' ? ['dy'] : step === 'train' || step === 'infer' ? ['x'] : [];
};

/** Throws RangeError on a request that lacks what it needs, or with a scalar that is none. */
function inputsOf({ metadata, tensors }: Blob, arrays: ReadonlyMap<string, Array_>): Readonly<Record<string, unknown>> {
  const inputs: Record<string, unknown> = { layout: metadata.layout };
  for (const name of tensorNames) if (arrays.has(name)) inputs[name] = arrays.get(name);
  for (const name of ['epsilon', 'momentum', 'rate', 'decay', 'decay_square', 'delta']) {
    const given = tensors.get(name);
    if (given) inputs[name] = scalar(given);
  }
  const count = tensors.get('count');
  if (count) inputs.count = BigInt(scalar(count));
  for (const name of ['x', 'dy']) {
    const parts = partsOf(arrays, name);
    if (parts.length > 0) inputs[`${name}s`] = parts;
  }
  if (metadata.after !== undefined) inputs.after = metadata.after;
  if (metadata.op === 'steps') Object.assign(inputs, networkOf(metadata, arrays));
  for (const name of needed(metadata)) {
    if (!tensors.has(name)) throw new RangeError(`a request for ${metadata.op} needs ${name}`);
  }
  return inputs;
}

/** The outputs that are there, each under its name on the wire: the parts of a split batch are numbered. */
function named(outputs: NonNullable<Outputs>, split: boolean): [string, Output][] {
  return Object.entries(outputs).flatMap(([name, output]): [string, Output][] => {
    if (output === undefined) return [];
    return split && Array.isArray(output)
      ? output.map((part: Output, k) => [`${name}.${k}`, part])
      : [[name, output as Output]];
  });
}

const arrays = { f64: Float64Array, f32: Float32Array, f16: Uint16Array, bf16: Uint16Array, i64: BigInt64Array };

function unpacked(given: Tensor): Array_ {
  const { dtype, shape, data } = given;
  const { buffer, byteOffset, length } = lent(given) ? data : new Uint8Array(data);
  return {
    dtype,
    shape: [...shape],
    data: new arrays[dtype](buffer as ArrayBuffer, byteOffset, length / bytesOf[dtype]),
  };
}

/** Whose format bits of sixteen are: the data's, or the layer's. */
const formatOf = ({ metadata, tensors }: Blob): string | undefined =>
  metadata.op === 'layer' ? metadata.dtype : tensors.get(subjects[metadata.op as keyof typeof subjects])!.dtype;

/** What an output is shaped like if it has as many elements: y, dx, g_x and g_dy like x, part by part; a folded weight like the given one. */
const models: Readonly<Record<string, string>> = {
  ...{ y: 'x', dx: 'x', g_x: 'x', g_dy: 'x' },
  weight: 'weight',
};

/** An output as a tensor: its dtype is what its array says, bits of sixteen being those of the data's format. */
function packed(name: string, output: Output, request: Blob): Tensor {
  const { tensors } = request;
  const { data, shape, dtype } = ArrayBuffer.isView(output) ? { data: output } : (output as Partial<Array_>);
  if (!ArrayBuffer.isView(data)) throw new TypeError(`${name} must be a typed array, or { shape, data }`);
  const [stem, part] = name.split('.');
  const like = stem === 'dx' && !tensors.has('x') && part === undefined ? 'dy' : models[stem]; // a layer's grad has no x
  const model = tensors.get(part === undefined ? like : `${like}.${part}`);
  const half = formatOf(request) === 'bf16' ? 'bf16' : 'f16';
  const natural = {
    Float64Array: 'f64',
    Float32Array: 'f32',
    Float16Array: 'f16',
    BigInt64Array: 'i64',
    Uint16Array: half,
  };
  const kind = (data as unknown as { [Symbol.toStringTag]: keyof typeof natural })[Symbol.toStringTag];
  const own = dtype ?? (natural[kind] as Dtype | undefined);
  if (own === undefined) throw new TypeError(`${name} is a ${kind}, which has no dtype here`);
  const length = data.byteLength / bytesOf[own];
  const extents = shape ?? (model && length === sizeOf(model.shape) ? model.shape : [length]);
  if (sizeOf(extents) !== length) throw new RangeError(`${name}: shape [${extents}] for ${length} elements`);
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { dtype: own, shape: extents, data: bytes.length < large ? bytes.slice() : bytes };
}
