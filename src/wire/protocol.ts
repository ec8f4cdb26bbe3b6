import type { Card, Layout } from './card.js';
import { type Blob, wireName } from './safetensors.js';
import { type Dtype, sizeOf, type Tensor } from './tensor.js';

export { type Card, CardError, cardKeys, type Layout, readCard, type Saved, writeCard } from './card.js';

/** The operations that formulas are given for. */
export type Op = 'train' | 'infer' | 'grad' | 'infer_grad' | 'grad_grad';

/** Everything that this version asks, and a card may name. */
export type Question = Op | 'sync_train' | 'sync_grad' | 'fold' | 'layer' | 'steps';
export const questions: readonly Question[] = [
  ...(['train', 'infer', 'grad', 'infer_grad', 'grad_grad'] as const),
  ...(['sync_train', 'sync_grad', 'fold', 'layer', 'steps'] as const),
];

/** The steps of a stateful layer. `new` makes one under a handle, `drop` ends it; what is asked of it later is an error. */
export type LayerStep = 'new' | 'train' | 'infer' | 'grad' | 'state' | 'load' | 'drop';

/** What an output must be. */
export interface Expected {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
}

/** Which axis of x counts channels. */
export const channelAxis = (layout: Layout, rank: number): number => (layout === 'channels_first' ? 1 : rank - 1);

/** Dtype of parameters and statistics beside x. */
export const paramDtypeOf = (x: Dtype, { paramDtype }: Pick<Card, 'paramDtype'>): Dtype =>
  paramDtype === 'f32' && x !== 'f64' ? 'f32' : x;

/** The parts of a batch that is split over replicas: `x.0`, `x.1` … as far as they go, by their numbers. */
export function partsOf<T>(named: ReadonlyMap<string, T>, name: string): T[] {
  const parts: T[] = [];
  for (let part = named.get(`${name}.0`); part !== undefined; part = named.get(`${name}.${parts.length}`))
    parts.push(part);
  return parts;
}

/** The outputs that a right reply to `request` has. Throws RangeError on a request without data. */
export function expectedOutputs(request: Blob, card: Card): Map<string, Expected> {
  const { metadata, tensors } = request;
  if (metadata.op === 'layer') return stepOutputs(request, card);
  if (metadata.op === 'fold') return foldedOutputs(request, card);
  if (metadata.op === 'steps') return learnedOutputs(request);
  const op = metadata.op.replace('sync_', '');
  const split = op !== metadata.op;
  const parts = split ? partsOf(tensors, 'x') : [tensors.get('x')].filter((x) => x !== undefined);
  const [x] = parts;
  if (!x) throw new RangeError(`a request for ${metadata.op} needs ${split ? 'x.0' : 'x'}`);
  const channels = x.shape[channelAxis(metadata.layout as Layout, x.shape.length)];
  const perChannel = { dtype: paramDtypeOf(x.dtype, card), shape: [channels] };
  const expected = new Map<string, Expected>();
  const perElement = (name: string): void =>
    parts.forEach(({ dtype, shape }, k) => void expected.set(split ? `${name}.${k}` : name, { dtype, shape }));
  if (op === 'train' || op === 'infer') perElement('y');
  if (op === 'train') {
    for (const name of card.saved) expected.set(name, perChannel);
    if (tensors.has('running_mean') && tensors.has('running_var')) {
      expected.set('running_mean', perChannel).set('running_var', perChannel);
    }
    if (tensors.has('count')) expected.set('count', { dtype: 'i64', shape: [1] });
  }
  if (op === 'grad' || op === 'infer_grad') {
    perElement('dx');
    if (tensors.has('gamma')) expected.set('dgamma', perChannel);
    if (tensors.has('beta')) expected.set('dbeta', perChannel);
  }
  if (op === 'grad_grad') {
    perElement('g_x');
    if (tensors.has('gamma')) expected.set('g_gamma', perChannel);
    perElement('g_dy');
  }
  return expected;
}

/** A folded layer has a weight like that before it, and one bias per output channel: the first axis, or the last. */
function foldedOutputs({ metadata, tensors }: Blob, card: Card): Map<string, Expected> {
  const weight = tensors.get('weight');
  if (!weight) throw new RangeError('a request for fold needs weight');
  const { dtype, shape } = weight;
  const channels = shape.at(metadata.layout === 'channels_first' ? 0 : -1)!;
  return new Map([
    ['weight', { dtype, shape }],
    ['bias', { dtype: paramDtypeOf(dtype, card), shape: [channels] }],
  ]);
}

/**
 * What training a network comes to: the loss of each batch; of each layer, of the latest batch, the output of its
 * normalization and the gradients, and its parameters and statistics after it; and the prediction.
 */
function learnedOutputs({ tensors }: Blob): Map<string, Expected> {
  const batches = partsOf(tensors, 'x');
  const targets = partsOf(tensors, 'target');
  const [x, target] = [batches[0], targets[0]];
  if (!x || !target) throw new RangeError('a request for steps needs x.0 and target.0');
  const { dtype } = x;
  const expected = new Map<string, Expected>([['loss', { dtype, shape: [batches.length] }]]);
  let sample = x.shape.slice(1);
  for (let l = 1; tensors.has(`weight.${l}`); l += 1) {
    const { shape } = tensors.get(`weight.${l}`)!;
    sample = [shape[0]!, ...shape.slice(2).map((extent, axis) => sample[axis + 1]! - extent + 1)];
    expected.set(`y.${l}`, { dtype, shape: [x.shape[0]!, ...sample] });
    for (const name of ['weight', 'bias', 'gamma', 'beta', 'running_mean', 'running_var']) {
      const given = tensors.get(`${name}.${l}`);
      if (!given) continue;
      expected.set(`${name}.${l}`, { dtype, shape: given.shape });
      if (!name.startsWith('running_')) expected.set(`d${name}.${l}`, { dtype, shape: given.shape });
    }
  }
  return expected.set('prediction', { dtype, shape: [1, ...target.shape.slice(1)] });
}

/**
 * The outputs of a step. Every step repeats what `new` said of the layer, so that its reply can be checked by itself: a
 * grad has one output for each of `parameters`, a state has statistics where `track` is true.
 */
function stepOutputs({ metadata, tensors }: Blob, card: Card): Map<string, Expected> {
  const { step, dtype, channels, track, parameters = '' } = metadata;
  const perChannel = { dtype: paramDtypeOf(dtype as Dtype, card), shape: [Number(channels)] };
  const own = parameters.split(',').filter((name) => name !== '');
  const like = (name: string): Expected => {
    const given = tensors.get(name);
    if (!given) throw new RangeError(`the step ${step} of a layer needs ${name}`);
    return { dtype: given.dtype, shape: given.shape };
  };
  if (step === 'train' || step === 'infer') return new Map([['y', like('x')]]);
  if (step === 'grad') return new Map([['dx', like('dy')], ...own.map((name) => [`d${name}`, perChannel] as const)]);
  if (step !== 'state') return new Map();
  const kept: [string, Expected][] = own.map((name) => [name, perChannel]);
  if (track !== 'true') return new Map(kept);
  for (const name of ['running_mean', 'running_var']) kept.push([name, perChannel]);
  return new Map([...kept, ['count', { dtype: 'i64', shape: [1] }]]);
}

/** What is wrong with the outputs of a reply whose status is `ok`: expected against got; null if nothing is. */
export const checkReply = (request: Blob, card: Card, reply: Blob): string | null =>
  misfit(expectedOutputs(request, card), reply);

/** The same, where it is known what is expected. */
export function misfit(outputs: ReadonlyMap<string, Expected>, reply: Blob): string | null {
  for (const [name, expected] of outputs) {
    const got = reply.tensors.get(name);
    if (got && got.dtype === expected.dtype && sameShape(got, expected)) continue;
    const wanted = `${name}: expected ${described(expected)}`;
    const foreign = reply.foreign?.get(name);
    if (foreign) return `${wanted}, got ${foreign.dtype} [${foreign.shape}]`;
    return `${wanted}, got ${got ? described(got) : 'no such output'}`;
  }
  return null;
}

/** Equal, or both a scalar: one element may come in any shape where [1] is expected of no channel but of a count. */
function sameShape({ shape }: Tensor, { dtype, shape: expected }: Expected): boolean {
  if (dtype === 'i64') return sizeOf(shape) === sizeOf(expected);
  return shape.length === expected.length && shape.every((extent, axis) => extent === expected[axis]);
}

const described = ({ dtype, shape }: Expected): string => `${wireName(dtype)} [${shape.join(', ')}]`;
