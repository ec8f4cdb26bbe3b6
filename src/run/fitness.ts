import type { Asker, Drawn, Property } from './property.js';
import { Unfit } from './unfit.js';

/** Answers nothing, to every question. */
const mute: Asker = {
  ranks: [2, 3, 4, 5],
  accumulator: (layer) => layer.dtype,
  train: async () => ({}),
  infer: async () => ({}),
  count: async () => 0,
  grad: async () => ({}),
  inferGrad: async () => ({}),
  syncTrain: async () => ({}),
  syncGrad: async () => ({}),
  fold: async () => ({}),
  attemptFold: async () => ({ answer: nothing }),
  gradGrad: async () => ({}),
  learn: () => Promise.reject(new Mute()),
  layer: () => Promise.reject(new Mute()),
  attempt: async () => ({ answer: nothing }),
  stack: () => null,
};

const nothing = { refused: true, message: '' };

class Mute extends Error {}

/**
 * Why a case cannot be asked, found without asking: it hangs on what was drawn alone. Whatever else a law makes of no
 * answers says nothing. Null where it can be asked.
 */
export async function unfit({ ask }: Property, drawn: Drawn): Promise<Unfit | null> {
  try {
    await ask(mute, drawn);
  } catch (cause) {
    if (cause instanceof Unfit) return cause;
  }
  return null;
}
