import { type Card, readCard } from '../wire/protocol.js';
import { answer, type Kernel } from './kernel.js';
import { judge } from './reply.js';
import type { Handles } from './stateful.js';
import type { Target } from './target.js';

/** A kernel of our own, answered in this process; buffers are copied both ways. Foreign code never runs here. */
export function local(id: string, kernel: Kernel): Target {
  let card: Promise<Card> | null = null;
  const handles: Handles = new Map();
  const hello = () => {
    card ??= answer(kernel, { metadata: { op: 'hello' }, tensors: new Map() }).then((blob) => readCard(blob.metadata));
    return card;
  };
  return {
    id,
    hello,
    ask: async (request) => judge(request, await hello(), await answer(kernel, request, handles)),
    close: async () => {},
  };
}
