import type { Card, Question } from '../wire/protocol.js';
import { partsOf } from '../wire/protocol.js';
import type { Blob } from '../wire/safetensors.js';
import { bytesOf, sizeOf, type Tensor } from '../wire/tensor.js';
import { type Layer, request } from './layer.js';
import type { Profile } from './profile.js';

export type Split = Extract<Question, `sync_${string}`>;

/** The operation of the whole batch that a split one must come to. */
export const wholeOf = { sync_train: 'train', sync_grad: 'grad' } as const satisfies Record<Split, string>;

/** The question that `request` asks of the whole layer, with so many samples on each replica. Throws RangeError where they are not all. */
export function splitRequest(op: Split, layer: Layer, sizes: readonly number[], profile: Profile, id: string): Blob {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total !== layer.N) throw new RangeError(`parts of ${sizes.join(', ')} samples are ${total} of ${layer.N}`);
  const { metadata, tensors } = request(wholeOf[op], layer, profile, id);
  const split = [...tensors].flatMap(([name, given]): [string, Tensor][] =>
    name === 'x' || name === 'dy' ? cut(given, sizes).map((part, k) => [`${name}.${k}`, part]) : [[name, given]],
  );
  return { metadata: { ...metadata, op }, tensors: new Map(split) };
}

/** The answer with the parts of y or dx joined again: samples are the first axis in every layout. */
export function joined(answered: ReadonlyMap<string, Tensor>): Map<string, Tensor> {
  const whole = [...answered].filter(([name]) => !name.includes('.'));
  for (const name of ['y', 'dx']) {
    const parts = partsOf(answered, name);
    if (parts.length > 0) whole.push([name, join(parts)]);
  }
  return new Map(whole);
}

/** Consecutive samples of a tensor, so many in each part. */
export function cut({ dtype, shape: [, ...sample], data }: Tensor, sizes: readonly number[]): Tensor[] {
  const bytes = sizeOf(sample) * bytesOf[dtype];
  let from = 0;
  return sizes.map((size) => {
    const part = data.slice(from * bytes, (from + size) * bytes);
    from += size;
    return { dtype, shape: [size, ...sample], data: part };
  });
}

function join(parts: readonly Tensor[]): Tensor {
  const [{ dtype, shape }] = parts as readonly [Tensor];
  const samples = parts.reduce((sum, part) => sum + part.shape[0]!, 0);
  return { dtype, shape: [samples, ...shape.slice(1)], data: Buffer.concat(parts.map(({ data }) => data)) };
}

/** What a card claims of its sums over one batch says nothing of how the statistics of replicas are merged. */
export function unclaimed(card: Card): Card {
  const { algo, sums, shift, chain, ...claims } = card.claims;
  return { ...card, claims };
}
