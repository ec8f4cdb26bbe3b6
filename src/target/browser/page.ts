/** What a page runs to be a target. In here, and in all it imports, is nothing of Node. */
import { framing } from '../../wire/frame.js';
import { assemble, write } from '../../wire/safetensors.js';
import { type Exported, exported } from '../exported.js';
import { answer, type Kernel } from '../kernel.js';
import type { Handles } from '../stateful.js';

/** So long, in ms, a kernel that never waits may keep its replies from leaving. */
const breath = 50;

/** Imports a module and serves the kernel that it exports. */
export async function load(path: string): Promise<void> {
  try {
    const module = (await import(path)) as Exported;
    await serve(exported(module, path));
  } catch (error) {
    if (error instanceof SyntaxError) await place(path);
    await stop(error);
  }
}

/** Answers the requests that the host streams here, one after the other, until there are no more. */
export async function serve(kernel: Kernel): Promise<void> {
  if (typeof kernel?.card !== 'object') return stop('bnspec.serve was given no kernel: { card, train, ... }');
  const requests = await fetch('/bnspec/requests');
  if (!requests.ok) return stop(await requests.text());
  const handles: Handles = new Map();
  const frames = framing({ header: 2 ** 20, body: Number.MAX_SAFE_INTEGER });
  const post = mail();
  let last = performance.now();
  for await (const chunk of requests.body!) {
    for (const frame of frames.push(chunk)) {
      post(write(await answer(kernel, assemble(frame), handles)));
      if (performance.now() - last < breath) continue;
      await new Promise((resolve) => setTimeout(resolve));
      last = performance.now();
    }
  }
}

interface Script {
  type: string;
  src: string;
}

/** Lets the log say where a module does not parse: of an import nobody is told, of a script the console is. */
async function place(path: string): Promise<void> {
  const { document } = globalThis as unknown as {
    document: { createElement(name: 'script'): Script; head: { append(script: Script): void } };
  };
  document.head.append(Object.assign(document.createElement('script'), { type: 'module', src: path }));
  await new Promise((resolve) => setTimeout(resolve, 2 * breath));
}

/** Sends replies in order: at once, or together with those that come while the last ones are on their way. */
function mail(): (reply: Uint8Array) => void {
  let waiting: Uint8Array[] = [];
  let sending = false;
  const send = async () => {
    sending = true;
    while (waiting.length > 0) {
      const body = new Blob(waiting as Uint8Array<ArrayBuffer>[]);
      waiting = [];
      await fetch('/bnspec/replies', { method: 'POST', body });
    }
    sending = false;
  };
  return (reply) => {
    waiting.push(reply);
    if (!sending) void send();
  };
}

async function stop(why: unknown): Promise<void> {
  const body = why instanceof Error ? (why.stack ?? String(why)) : String(why);
  await fetch('/bnspec/stop', { method: 'POST', body });
}
