import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Blob } from '../wire/safetensors.js';
import { ending, line } from '../wire/text.js';
import { Conversation, Fault } from './conversation.js';
import { lives, register, release, signal } from './group.js';
import { type Tail, tail } from './tail.js';
import { TargetError } from './target.js';

export interface ChildOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Largest body of a reply, in bytes. */
  readonly maxReply: number;
  /** Milliseconds between SIGTERM and SIGKILL, and between the end of stdin and SIGTERM. */
  readonly grace: number;
  /** Where replies come from. With 3, stdout is a log like stderr. */
  readonly replyFd: 1 | 3;
}

/** How long pipes may stay open after their process has ended, in ms, before somebody else must be holding them. */
const leakTime = 100;

/** So many bytes are put together before they are written. */
const small = 2 ** 20;

/** What the system says of a command that cannot be run, today or tomorrow. */
const refusals = ['ENOENT', 'EACCES', 'EPERM', 'ENOEXEC', 'ENOTDIR', 'EISDIR', 'ELOOP', 'ENAMETOOLONG', 'E2BIG'];

/** Starts a command without a shell, at the head of a process group of its own. Throws TargetError (usage; hello). */
export async function start([file, ...args]: readonly string[], options: ChildOptions): Promise<Child> {
  const stdio = Array.from({ length: Math.max(3, options.replyFd + 1) }, () => 'pipe' as const);
  try {
    const process = spawn(file, args, { env: options.env, stdio, detached: true });
    await once(process, 'spawn');
    return new Child(process, options);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // A machine that has no room for another process says nothing of the command.
    const kind = code === undefined || refusals.includes(code) ? 'usage' : 'hello';
    throw new TargetError(kind, `cannot run ${line(file)}: ${code ?? line(message)}`);
  }
}

/** A request as it goes down the pipe. */
export interface Sent {
  readonly id: string;
  /** Its bytes, one after the other. */
  readonly pieces: readonly Uint8Array[];
}

/** One running process. After a Fault it is of no further use: stop it. */
export class Child {
  readonly #process: ChildProcess;
  readonly #group: number;
  readonly #grace: number;
  readonly #conversation: Conversation;
  readonly #log: Tail = tail();
  readonly #exited: Promise<unknown>;
  readonly #closed: Promise<unknown>;

  constructor(process: ChildProcess, { maxReply, grace, replyFd }: ChildOptions) {
    this.#process = process;
    this.#group = process.pid!;
    this.#grace = grace;
    this.#conversation = new Conversation(maxReply);
    register(this.#group);
    this.#closed = once(process, 'close');
    this.#exited = once(process, 'exit').then(([code, name]) => this.#ended(code, name));
    process.stdin!.on('error', (error) => this.#refused(error));
    const replies = process.stdio[replyFd];
    for (const stream of process.stdio.slice(1) as Readable[]) {
      const hear = (chunk: Buffer) => this.#conversation.hear(chunk);
      stream.on('data', stream === replies ? hear : (chunk: Buffer) => this.#log.add(chunk));
      // A broken pipe on reading says nothing that the exit does not say better.
      stream.on('error', () => {});
    }
  }

  /** The last lines of its log, visible and at most 2 KiB. */
  log(): string {
    return ending(this.#log.text());
  }

  /** Sends a request and waits `deadline` ms for its one reply, then `linger` ms for bytes that must not follow it. */
  async exchange({ id, pieces }: Sent, deadline: number, linger = 0): Promise<Blob> {
    const conversation = this.#conversation;
    const reply = this.#inTime(conversation.reply(id), deadline);
    if (conversation.lost === null) this.#write(pieces);
    const blob = await reply;
    if (linger > 0) await sleep(linger);
    if (conversation.noisy) throw new Fault(conversation.lost!);
    return blob;
  }

  /**
   * Sends requests at once and hands over their replies as they come, `deadline` ms at most after one another. Rejects
   * with the Fault of the first that has none.
   */
  async exchangeAll(requests: readonly Sent[], deadline: number, answered: (i: number, reply: Blob) => void) {
    const conversation = this.#conversation;
    let last = performance.now();
    const all = new Promise<void>((resolve, reject) => {
      const told = (i: number) => (reply: Blob) => {
        last = performance.now();
        try {
          answered(i, reply);
          if (i === requests.length - 1) resolve();
        } catch (error) {
          reject(error);
        }
      };
      for (const [i, { id }] of requests.entries()) conversation.expect({ id, resolve: told(i), reject });
    });
    const reply = this.#inTime(all, deadline, () => last);
    if (conversation.lost === null) this.#write(requests.flatMap(({ pieces }) => pieces));
    await reply;
    if (conversation.noisy) throw new Fault(conversation.lost!);
  }

  /** One write where they are many and small; large ones as they are. */
  #write(pieces: readonly Uint8Array[]): void {
    const { stdin } = this.#process;
    const size = pieces.reduce((sum, { length }) => sum + length, 0);
    if (pieces.length > 1 && size <= small) stdin!.write(Buffer.concat(pieces, size));
    else for (const piece of pieces) stdin!.write(piece);
  }

  /** Ends the whole group: asks it to, waits, kills it. */
  async stop(): Promise<void> {
    this.#conversation.lose('was stopped');
    signal(this.#group, 'SIGTERM');
    await within(this.#exited, this.#grace);
    release(this.#group);
    await within(this.#exited, this.#grace);
    await within(this.#closed, leakTime);
    this.#discard();
  }

  /** Closes stdin, lets it end by itself, and says what was wrong with that or what it left behind. */
  async finish(): Promise<string[]> {
    const { lost } = this.#conversation;
    const ended = this.#process.exitCode !== null || this.#process.signalCode !== null;
    const warnings = lost === null ? [] : [`unstable: ${lost}`];
    if (lost !== null && !ended) {
      await this.stop();
      return warnings;
    }
    this.#process.stdin!.end();
    if (!(await within(this.#exited, this.#grace))) {
      await this.stop();
      return [...warnings, `did not end within ${this.#grace / 1000} s of the end of its stdin, and was killed`];
    }
    const held = !(await within(this.#closed, leakTime));
    if (lives(this.#group)) await sleep(leakTime);
    const left = lives(this.#group);
    this.#discard();
    if (held) warnings.push('LEAK: it left a process behind that holds its output open');
    else if (left) warnings.push('LEAK: it left a process behind');
    return warnings;
  }

  /** The same reply, which must come within `deadline` ms from now, or from when the one before it came. */
  #inTime<T>(reply: Promise<T>, deadline: number, before?: () => number): Promise<T> {
    const conversation = this.#conversation;
    let settled = false;
    let timer: NodeJS.Timeout;
    // Had we been busy or stopped, a timer would come before the reply that has been waiting for us: read first.
    const wait = (ms: number) => {
      timer = setTimeout(() => setImmediate(late), ms);
    };
    const late = () => {
      if (settled) return;
      const left = before ? before() + deadline - performance.now() : 0;
      // A timer may come a fraction early.
      if (left > 1) wait(left);
      else conversation.lose(`no reply within ${deadline / 1000} s${conversation.progress}`);
    };
    wait(deadline);
    return reply.finally(() => {
      settled = true;
      clearTimeout(timer);
    });
  }

  async #ended(code: number | null, name: NodeJS.Signals | null): Promise<void> {
    const how = code === null ? `signal ${name}` : `code ${code}`;
    const why = name === 'SIGKILL' ? `${how}: killed, probably out of memory` : how;
    // What it wrote last may still be in the pipe.
    await within(this.#closed, leakTime);
    const { waits, progress } = this.#conversation;
    const last = lastWord(this.#log.text()) ?? why;
    this.#conversation.lose(waits ? `ended without a reply, ${last}${progress}` : `ended while idle, ${last}`);
  }

  async #refused({ code }: NodeJS.ErrnoException): Promise<void> {
    // An exit that explains it, or even the reply, may be on its way.
    await sleep(leakTime);
    this.#conversation.lose(`closed its stdin (${code})`);
  }

  #discard(): void {
    release(this.#group);
    for (const stream of this.#process.stdio) stream?.destroy();
  }
}

/** Why it ended, where a host of ours knew: the last line of its log. */
const lastWord = (log: string): string | undefined => /(?:^|\n)bnspec: (.+)\n$/.exec(log)?.[1];

/** Whether a promise settles within so many ms. */
async function within(promise: Promise<unknown>, ms: number): Promise<boolean> {
  const timer = new AbortController();
  const late = sleep(ms, false, { signal: timer.signal }).catch(() => false);
  const settled = await Promise.race([promise.then(() => true), late]);
  timer.abort();
  return settled;
}
