import type { Readable, Writable } from 'node:stream';

type Json = Readonly<Record<string, unknown>>;

/** One event of a page, or of the browser where `session` is absent. */
export interface Told {
  readonly method: string;
  // What each event holds stands in the protocol; whoever listens takes what it needs.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly params: any;
  readonly session?: string;
}

/** The DevTools protocol over two pipes: JSON, ended by a zero byte. */
export interface Devtools {
  /** Rejects with the browser's words, and when the pipe closes. */
  // biome-ignore lint/suspicious/noExplicitAny: see Told
  send(method: string, params?: Json, session?: string): Promise<any>;
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** Speaks to a Chromium that was started with --remote-debugging-pipe. */
export function devtools(to: Writable, from: Readable, hear: (event: Told) => void): Devtools {
  const waiting = new Map<number, Waiting>();
  let last = 0;
  let gone = false;

  const take = (text: string) => {
    const { id, method, params, sessionId: session, result, error } = JSON.parse(text);
    if (id === undefined) return hear({ method, params, session });
    const asked = waiting.get(id);
    waiting.delete(id);
    if (error) asked?.reject(new Error(error.message));
    else asked?.resolve(result);
  };

  const parts: string[] = [];
  from.setEncoding('utf8').on('data', (chunk: string) => {
    const [first, ...more] = chunk.split('\0');
    parts.push(first!);
    for (const next of more) {
      take(parts.splice(0).join(''));
      parts.push(next);
    }
  });
  from.on('close', () => {
    gone = true;
    for (const { reject } of waiting.values()) reject(new Error('the browser is gone'));
  });
  for (const pipe of [to, from]) pipe.on('error', () => {}); // `close` follows

  return {
    send(method, params = {}, sessionId) {
      if (gone) return Promise.reject(new Error('the browser is gone'));
      return new Promise((resolve, reject) => {
        waiting.set(++last, { resolve, reject });
        to.write(`${JSON.stringify({ id: last, method, params, sessionId })}\0`);
      });
    },
  };
}
