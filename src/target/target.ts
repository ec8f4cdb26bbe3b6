import type { Card } from '../wire/protocol.js';
import type { Blob } from '../wire/safetensors.js';
import type { Tensor } from '../wire/tensor.js';

/** Whoever answers requests. It never sees an expected value, a tolerance or a seed. */
export interface Target {
  readonly id: string;
  /** Starts it if need be. Throws TargetError. */
  hello(): Promise<Card>;
  /** One request, one reply; concurrent calls are answered in order. A failing target is a reply: only what ends a run throws. */
  ask(request: Blob): Promise<Reply>;
  /** How many questions it is good to ask at once; without it, one. */
  readonly ahead?: number;
  /** Ends it, and everything it has started. */
  close(): Promise<void>;
  /** The last lines of its log, visible and at most 2 KiB. */
  readonly log?: () => string;
  /** What a person should hear although no reply was lost: `unstable …`, `LEAK …`. */
  readonly warnings?: string[];
}

export type Reply =
  | {
      readonly status: 'ok';
      readonly tensors: ReadonlyMap<string, Tensor>;
      /** Inputs that the kernel wrote to, where its host saw that. */
      readonly overwritten?: readonly string[];
    }
  | { readonly status: 'unsupported' | 'error'; readonly message: string }
  | {
      readonly status: 'breaks';
      /** What was received, on one visible line. */
      readonly reason: string;
      /** The last lines of its log. */
      readonly detail?: string;
      /** The process that kept the layers is gone, and they with it. */
      readonly lost?: true;
    };

/** usage: nothing could be started. hello: it never introduced itself. budget: restarted too often. closed: by us. */
export type TargetFailure = 'usage' | 'hello' | 'budget' | 'closed';

/** The run cannot go on with this target. `detail` holds the last lines of its log. */
export class TargetError extends Error {
  override readonly name = 'TargetError';
  readonly kind: TargetFailure;
  readonly detail: string;

  constructor(kind: TargetFailure, message: string, detail = '') {
    super(message);
    this.kind = kind;
    this.detail = detail;
  }
}
