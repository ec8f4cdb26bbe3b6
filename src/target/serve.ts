import { writeSync } from 'node:fs';
import { framing } from '../wire/frame.js';
import { assemble, type Blob, write } from '../wire/safetensors.js';

/** Where replies go: nothing that a kernel prints, in native code too, can end up among them. */
const replies = 3;
/**
 * Replies wait for one another so long, in ms, so many, and so many bytes: whoever waits for one must not wait for all, and
 * reads the first while we answer the next.
 */
const [wait, many, most] = [2, 32, 2 ** 16];

/** Answers the requests on stdin, one after the other, until it ends; those that come together are answered together. */
export async function serve(answer: (request: Blob) => Blob | Promise<Blob>): Promise<never> {
  const frames = framing({ header: 2 ** 20, body: Number.MAX_SAFE_INTEGER });
  for await (const chunk of process.stdin) {
    let [held, bytes, since] = [[] as Uint8Array[], 0, performance.now()];
    const send = () => {
      for (const reply of held.length > 1 ? [Buffer.concat(held)] : held) flush(reply);
      [held, bytes, since] = [[], 0, performance.now()];
    };
    for (const frame of frames.push(chunk as Buffer)) {
      const reply = answer(assemble(frame));
      const blob = write(reply instanceof Promise ? await reply : reply);
      held.push(blob);
      bytes += blob.length;
      if (held.length === many || bytes > most || performance.now() - since > wait) send();
    }
    send();
  }
  // Timers and workers of a kernel must not outlive its last question.
  process.exit();
}

function flush(reply: Uint8Array): void {
  for (let at = 0; at < reply.length; ) at += writeSync(replies, reply, at);
}

/** Says at hello why the kernel cannot be asked, and how to mend it. */
export const refusing =
  (error: unknown) =>
  ({ metadata: { id = '' } }: Blob): Blob => ({
    metadata: { id, status: 'error', message: error instanceof Error ? error.message : String(error) },
    tensors: new Map(),
  });
