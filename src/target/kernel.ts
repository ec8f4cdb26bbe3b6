import { inspect } from 'node:util';
import { type Layout, type Question, questions } from '../wire/protocol.js';
import type { Blob } from '../wire/safetensors.js';
import { bytesOf, type Dtype, scalar, sizeOf, type Tensor } from '../wire/tensor.js';
import { line } from '../wire/text.js';
import { type Handles, type MakeLayer, take } from './stateful.js';

/** Values in the language's own arrays; f16 and bf16 as their bits. */
export type Data = Float64Array | Float32Array | Uint16Array | BigInt64Array;

export interface Array_ {
  readonly dtype: Dtype;
  readonly shape: number[];
  readonly data: Data;
}

/** Inputs of an operation. They are copies, and the reply names those that the kernel has written to. What a request does not name is absent. */
export interface Inputs {
  readonly x: Array_;
  readonly gamma?: Array_;
  readonly beta?: Array_;
  readonly running_mean?: Array_;
  readonly running_var?: Array_;
  readonly dy?: Array_;
  readonly epsilon: number;
  readonly momentum?: number;
  /** Number of batches seen before. */
  readonly count?: bigint;
  readonly layout: Layout;
}

/** One output: values alone (y and dx take x's shape, the others are lists), or with a shape, or with a dtype too. */
export type Output = ArrayBufferView | { readonly shape: readonly number[]; readonly data: ArrayBufferView };
export type Outputs = Readonly<Record<string, Output | undefined>> | undefined;

type CardValue = string | number | boolean | readonly (string | number)[] | undefined;

/** The card as a plain object: lists may be arrays. `ops` defaults to the functions that are there. */
export interface KernelCard {
  readonly name: string;
  readonly dtypes: string | readonly string[];
  readonly [key: string]: CardValue;
}

type Operation = (inputs: Inputs) => Outputs | Promise<Outputs>;

/** An in-process kernel: a card and one function per operation. undefined = unsupported, a thrown error = `error`. */
export interface Kernel {
  readonly card: KernelCard;
  readonly train?: Operation;
  readonly infer?: Operation;
  readonly grad?: Operation;
  readonly infer_grad?: Operation;
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
    const inputs = inputsOf(request);
    const outputs = await (operation === 'layer'
      ? take(kernel.layer!, handles, request.metadata, inputs)
      : (kernel[operation] as Operation)({ ...inputs }));
    if (outputs === undefined) return reply('unsupported', `${op} returned nothing`);
    const given = Object.entries(outputs).filter(([, output]) => output !== undefined);
    const written = overwritten(inputs, request);
    return {
      metadata: { ...reply('ok').metadata, ...(written.length === 0 ? {} : { overwritten: written.join(',') }) },
      tensors: new Map(given.map(([name, output]) => [name, packed(name, output as Output, modelOf(request))])),
    };
  } catch (error) {
    return reply('error', line(error instanceof Error ? String(error.message) : inspect(error)));
  }
}

function cardOf(kernel: Kernel): Record<string, string> {
  const ops = questions.filter((op) => typeof kernel[op] === 'function');
  const entries = Object.entries({ ops, ...kernel.card }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([key, value]) => [key, String(value)]));
}

const tensorNames = ['x', 'gamma', 'beta', 'running_mean', 'running_var', 'dy'] as const;

/** What a request cannot do without; a step of a layer by its name. */
const needed = (op: Question | undefined, step: string | undefined): readonly string[] => {
  if (op !== 'layer') return ['x', 'epsilon'];
  if (step === 'new') return ['epsilon'];
  return step === 'grad' ? ['dy'] : step === 'train' || step === 'infer' ? ['x'] : [];
};

/** What y or dx is shaped like, and whose format bits of sixteen are: x, or dy, or the layer. */
const modelOf = ({ metadata, tensors }: Blob): Pick<Tensor, 'dtype' | 'shape'> =>
  tensors.get('x') ?? tensors.get('dy') ?? { dtype: metadata.dtype as Dtype, shape: [] };

/** Throws RangeError on a request that lacks what it needs, or with a scalar that is none. */
export function inputsOf({ metadata, tensors }: Blob): Inputs {
  const inputs: Record<string, unknown> = { layout: metadata.layout };
  for (const name of tensorNames) {
    const given = tensors.get(name);
    if (given) inputs[name] = unpacked(given);
  }
  for (const name of ['epsilon', 'momentum']) {
    const given = tensors.get(name);
    if (given) inputs[name] = scalar(given);
  }
  const count = tensors.get('count');
  if (count) inputs.count = BigInt(scalar(count));
  for (const name of needed(metadata.op as Question, metadata.step)) {
    if (inputs[name] === undefined) throw new RangeError(`a request for ${metadata.op} needs ${name}`);
  }
  return inputs as unknown as Inputs;
}

/** The inputs that no longer hold the bytes that were asked. */
function overwritten(inputs: Inputs, { tensors }: Blob): string[] {
  return tensorNames.filter((name) => {
    const given = inputs[name]?.data;
    return given && Buffer.compare(bytesIn(given), tensors.get(name)!.data) !== 0;
  });
}

const bytesIn = ({ buffer, byteOffset, byteLength }: Data): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

const arrays = { f64: Float64Array, f32: Float32Array, f16: Uint16Array, bf16: Uint16Array, i64: BigInt64Array };

function unpacked({ dtype, shape, data }: Tensor): Array_ {
  return { dtype, shape: [...shape], data: new arrays[dtype](new Uint8Array(data).buffer) };
}

/** An output as a tensor: its dtype is what its array says, bits of sixteen being those of x's format. */
function packed(name: string, output: Output, x: Pick<Tensor, 'dtype' | 'shape'>): Tensor {
  const { data, shape, dtype } = ArrayBuffer.isView(output) ? { data: output } : (output as Partial<Array_>);
  if (!ArrayBuffer.isView(data)) throw new TypeError(`${name} must be a typed array, or { shape, data }`);
  const half = x.dtype === 'bf16' ? 'bf16' : 'f16';
  const natural = {
    Float64Array: 'f64',
    Float32Array: 'f32',
    Float16Array: 'f16',
    BigInt64Array: 'i64',
    Uint16Array: half,
  };
  const kind = (data as unknown as { [Symbol.toStringTag]: keyof typeof natural })[Symbol.toStringTag];
  const named = dtype ?? (natural[kind] as Dtype | undefined);
  if (named === undefined) throw new TypeError(`${name} is a ${kind}, which has no dtype here`);
  const length = data.byteLength / bytesOf[named];
  const whole = (name === 'y' || name === 'dx') && length === sizeOf(x.shape);
  const extents = shape ?? (whole ? x.shape : [length]);
  if (sizeOf(extents) !== length) throw new RangeError(`${name}: shape [${extents}] for ${length} elements`);
  return { dtype: named, shape: extents, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice() };
}
