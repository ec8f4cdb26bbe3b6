import { type Card, CardError, readCard } from '../wire/protocol.js';
import { type Blob, write } from '../wire/safetensors.js';
import { line } from '../wire/text.js';
import { type Child, start } from './child.js';
import { Fault } from './conversation.js';
import { environment } from './environment.js';
import { foreign, locate } from './executable.js';
import { type Journal, journal } from './journal.js';
import { judge } from './reply.js';
import { type Reply, type Target, TargetError } from './target.js';

/** Times in milliseconds, sizes in bytes. */
export interface ProcessOptions {
  readonly helloTimeout?: number;
  readonly caseTimeout?: number;
  readonly maxReply?: number;
  /** Limit of the target's data segment, where prlimit can set one. */
  readonly maxMemory?: number;
  /** Names of variables that it may see beyond the allow-list. */
  readonly passEnv?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly restartBudget?: number;
  readonly grace?: number;
  /** Directory that holds the request in flight. */
  readonly journal?: string;
  readonly replyFd?: 1 | 3;
}

/** Frameworks import slowly; a case is small. */
export const processDefaults = {
  helloTimeout: 60_000,
  caseTimeout: 10_000,
  maxReply: 2 ** 28,
  maxMemory: 0,
  passEnv: [] as readonly string[],
  restartBudget: 20,
  grace: 2_000,
  replyFd: 1 as 1 | 3,
};

/** How long, in ms, a target that is asked again is watched for bytes that must not follow its reply. */
const settleTime = 300;

/**
 * A command that reads requests on stdin and writes replies to stdout. A request that it fails on is asked once more of
 * a fresh process: if that fails too, the reply is `breaks`; if not, its answer counts and a warning says `unstable`.
 */
export function processTarget(id: string, command: readonly string[], options: ProcessOptions = {}): Target {
  return new ProcessTarget(id, command, options);
}

class ProcessTarget implements Target {
  readonly id: string;
  readonly warnings: string[] = [];
  readonly #command: readonly string[];
  readonly #options: typeof processDefaults & ProcessOptions;
  #child: Child | null = null;
  #card: Card | null = null;
  #journal: Journal | null = null;
  #lastLog = '';
  #lastFault = '';
  #starts = 0;
  #sent = 0;
  #waiting = 0;
  #closed = false;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(id: string, command: readonly string[], options: ProcessOptions) {
    this.id = id;
    this.#command = command;
    this.#options = { ...processDefaults, ...options };
  }

  hello(): Promise<Card> {
    return this.#queue(async () => {
      await this.#running();
      return this.#card!;
    });
  }

  ask(request: Blob): Promise<Reply> {
    return this.#queue(() => this.#ask(request));
  }

  log = (): string => this.#child?.log() ?? this.#lastLog;

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#waiting > 0 || !this.#child) await this.#retire();
    else this.warnings.push(...(await this.#child.finish()));
    await this.#turn;
    this.#lastLog = this.log();
    this.#child = null;
    this.#journal?.close();
  }

  /** One request at a time, in the order of the calls. */
  #queue<T>(work: () => Promise<T>): Promise<T> {
    this.#waiting++;
    const turn = this.#turn.then(work).finally(() => this.#waiting--);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #ask(request: Blob): Promise<Reply> {
    const id = request.metadata.id ?? String(++this.#sent);
    const bytes = write({ ...request, metadata: { bnspec: '1', ...request.metadata, id } });
    const { caseTimeout, journal: directory } = this.#options;
    if (directory !== undefined) this.#journal ??= journal(directory);
    this.#journal?.begin(bytes);
    try {
      const child = await this.#running();
      return judge(request, this.#card!, await child.exchange(bytes, id, caseTimeout));
    } catch (error) {
      const fault = await this.#fault(error);
      return request.metadata.op === 'layer' ? this.#gone(fault) : await this.#again(request, bytes, id, fault);
    } finally {
      this.#journal?.end();
    }
  }

  /** A fresh process knows no handle: a step is not asked again by itself, but its sequence from the beginning. */
  #gone({ message }: Fault): Reply {
    return { status: 'breaks', reason: message, detail: this.#lastLog, lost: true };
  }

  /** The same bytes to a fresh process, which tells a fault that repeats from one that does not. */
  async #again(request: Blob, bytes: Uint8Array, id: string, first: Fault): Promise<Reply> {
    const child = await this.#running();
    try {
      const blob = await child.exchange(bytes, id, this.#options.caseTimeout, settleTime);
      this.warnings.push(`unstable: request ${line(id)}: ${first.message}; asked again after a restart, it answered`);
      return judge(request, this.#card!, blob);
    } catch (error) {
      const second = await this.#fault(error);
      const both = second.message === first.message ? '' : `; asked again: ${second.message}`;
      return { status: 'breaks', reason: `${first.message}${both}`, detail: this.#lastLog };
    }
  }

  /** Ends a process after its fault. Throws everything that is none. */
  async #fault(error: unknown): Promise<Fault> {
    if (!(error instanceof Fault)) throw error;
    await this.#retire();
    this.#stayOpen();
    this.#lastFault = error.message;
    return error;
  }

  async #retire(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    await child.stop();
    this.#lastLog = child.log();
    this.#child = null;
  }

  /** The running process; starts one if there is none. */
  async #running(): Promise<Child> {
    this.#stayOpen();
    if (this.#child) return this.#child;
    const { restartBudget, env = process.env, passEnv, maxMemory } = this.#options;
    const why = this.#lastFault === '' ? '' : `; last fault: ${this.#lastFault}`;
    if (this.#starts > restartBudget) {
      throw new TargetError('budget', `${this.id} was restarted ${restartBudget} times${why}`, this.#lastLog);
    }
    this.#starts++;
    const given = environment(env, passEnv);
    const file = locate(this.#command[0] ?? '', given.PATH ?? '');
    const limit = maxMemory > 0 && process.platform === 'linux' ? ['prlimit', `--data=${maxMemory}`, '--core=0'] : [];
    this.#child = await start([...limit, ...this.#command], { ...this.#options, env: given });
    try {
      this.#stayOpen();
      await this.#introduce(this.#child);
      return this.#child;
    } catch (error) {
      await this.#retire();
      this.#stayOpen();
      if (!(error instanceof CardError || error instanceof Fault)) throw error;
      const { message } = error;
      if (message.startsWith('ended') && foreign(file)) {
        throw new TargetError('usage', `cannot run ${file}: not a program of this machine (ENOEXEC)`, this.#lastLog);
      }
      throw new TargetError('hello', `no hello from ${this.id}: ${message}${why}`, this.#lastLog);
    }
  }

  #stayOpen(): void {
    if (this.#closed) throw new TargetError('closed', `${this.id} was closed while a request was in flight`);
  }

  async #introduce(child: Child): Promise<void> {
    const hello = write({ metadata: { bnspec: '1', op: 'hello', id: 'hello' }, tensors: new Map() });
    const { metadata } = await child.exchange(hello, 'hello', this.#options.helloTimeout);
    const { status = 'none', message = '' } = metadata;
    if (status !== 'ok') throw new CardError(`it answered status ${line(status)} ${line(message)}`);
    this.#card ??= readCard(metadata);
  }
}
