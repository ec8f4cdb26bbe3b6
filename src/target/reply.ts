import { type Card, expectedOutputs, misfit } from '../wire/protocol.js';
import type { Blob } from '../wire/safetensors.js';
import type { Tensor } from '../wire/tensor.js';
import { line } from '../wire/text.js';
import type { Reply } from './target.js';

/** What a blob that arrived whole, in time and for this request amounts to. Outputs that were not asked for are left out. */
export function judge(request: Blob, card: Card, blob: Blob): Reply {
  const { op } = request.metadata;
  const { status, message = '' } = blob.metadata;
  const says = message === '' ? '' : `: ${line(message)}`;
  switch (status) {
    case 'ok': {
      const expected = expectedOutputs(request, card);
      const wrong = misfit(expected, blob);
      if (wrong !== null) return { status: 'breaks', reason: `${wrong}${says}` };
      const tensors = new Map<string, Tensor>();
      for (const name of expected.keys()) tensors.set(name, blob.tensors.get(name)!);
      const overwritten = inputsNamed(request, blob.metadata.overwritten);
      return overwritten.length === 0 ? { status, tensors } : { status, tensors, overwritten };
    }
    case 'unsupported':
      if (!card.ops.includes(op)) return { status, message: line(message) };
      return { status: 'breaks', reason: `answers unsupported to ${op}, which its card names${says}` };
    case 'error':
      return { status, message: line(message) };
    default: {
      const got = status === undefined ? 'none' : `"${line(status)}"`;
      return { status: 'breaks', reason: `status: expected ok, unsupported or error, got ${got}${says}` };
    }
  }
}

/** The inputs of the request among the names in a list; whatever else stands there is no input. */
const inputsNamed = ({ tensors }: Blob, list = ''): string[] =>
  list === '' ? [] : list.split(',').filter((name) => tensors.has(name));
