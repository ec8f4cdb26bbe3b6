import { type Card, CardError, readCard } from '../wire/protocol.js';
import { type Blob, pieces } from '../wire/safetensors.js';
import { line } from '../wire/text.js';
import { foreign } from './binary.js';
import { type Child, type Sent, start } from './child.js';
import { Fault } from './conversation.js';
import { environment } from './environment.js';
import { locate } from './executable.js';
import { type Journal, journal } from './journal.js';
import { most, type Pending, sizeOf, together } from './pending.js';
import { type ProcessOptions, processDefaults } from './process-options.js';
import { judge } from './reply.js';
import { type Reply, type Target, TargetError } from './target.js';

/** How long, in ms, a target that is asked again is watched for bytes that must not follow its reply. */
const settleTime = 300;
/** So many bytes of tensors are no large case yet. */
const largest = 2 ** 24;

/**
 * A command that reads requests on stdin and writes replies to stdout. A request that it fails on is asked once more of
 * a fresh process: if that fails too, the reply is `breaks`; if not, its answer counts and a warning says `unstable`.
 */
export function processTarget(id: string, command: readonly string[], options: ProcessOptions = {}): Target {
  return new ProcessTarget(id, command, options);
}

class ProcessTarget implements Target {
  readonly id: string;
  readonly ahead = most;
  readonly warnings: string[] = [];
  readonly #command: readonly string[];
  readonly #options: typeof processDefaults & ProcessOptions;
  #child: Child | null = null;
  readonly #pending: Pending[] = [];
  #scheduled = false;
  /** Whether requests are sent one by one. */
  #alone = false;
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
    this.#waiting++;
    const card = this.#turn.then(() => this.#running()).finally(() => this.#waiting--);
    this.#turn = card.catch(() => {});
    return card.then(() => this.#card!);
  }

  ask(request: Blob): Promise<Reply> {
    const answered = new Promise<Reply>((resolve, reject) => void this.#pending.push({ request, resolve, reject }));
    this.#waiting++;
    if (!this.#scheduled) this.#schedule();
    return answered.finally(() => this.#waiting--);
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

  #schedule(): void {
    this.#scheduled = true;
    this.#turn = this.#turn.then(() => this.#next());
  }

  /** Asks what waits: together as far as it may be, the rest one by one. */
  async #next(): Promise<void> {
    const batch = this.#alone ? this.#pending.splice(0, 1) : together(this.#pending);
    const sent = batch.map(({ request }) => this.#written(request));
    try {
      if (batch.length > 1) await this.#together(batch, sent);
      else for (const [i, one] of batch.entries()) one.resolve(await this.#ask(one.request, sent[i]!));
    } catch (cause) {
      for (const { reject } of batch) reject(cause); // those that were answered do not hear it
    }
    this.#scheduled = false;
    if (this.#pending.length > 0) this.#schedule();
  }

  /**
   * Sends requests at once. After a fault nobody knows whose it was: what has no answer yet is asked one by one, and so is
   * everything from then on.
   */
  async #together(batch: readonly Pending[], sent: readonly Sent[]): Promise<void> {
    let answered = 0;
    this.#record(sent);
    try {
      const child = await this.#running();
      await child.exchangeAll(sent, this.#options.caseTimeout, (i, reply) => {
        batch[i]!.resolve(judge(batch[i]!.request, this.#card!, reply));
        answered = i + 1;
      });
    } catch (error) {
      const { message } = await this.#fault(error);
      this.#alone = true;
      const warned = this.warnings.length;
      let breaks = false;
      for (const [i, { request, resolve }] of batch.entries()) {
        if (i < answered) continue;
        const reply = await this.#ask(request, sent[i]!);
        breaks ||= reply.status === 'breaks';
        resolve(reply);
      }
      if (!breaks && this.warnings.length === warned)
        this.warnings.push(`unstable: ${message}, of ${batch.length} requests at once; one by one they were answered`);
    } finally {
      this.#journal?.end();
    }
  }

  #written(request: Blob): Sent {
    const id = request.metadata.id ?? String(++this.#sent);
    return { id, pieces: pieces({ ...request, metadata: { bnspec: '1', ...request.metadata, id } }) };
  }

  async #ask(request: Blob, sent: Sent): Promise<Reply> {
    this.#record([sent]);
    try {
      const child = await this.#running();
      return judge(request, this.#card!, await child.exchange(sent, this.#patience(request)));
    } catch (error) {
      const fault = await this.#fault(error);
      return request.metadata.op === 'layer' ? this.#gone(fault) : await this.#again(request, sent, fault);
    } finally {
      this.#journal?.end();
    }
  }

  /** A fresh process knows no handle: a step is not asked again by itself, but its sequence from the beginning. */
  #gone({ message }: Fault): Reply {
    return { status: 'breaks', reason: message, detail: this.#lastLog, lost: true };
  }

  /** How long one reply is waited for: a large case is given the time of so many small ones. */
  #patience(request: Blob): number {
    return this.#options.caseTimeout * Math.max(1, Math.ceil(sizeOf(request) / largest));
  }

  #record(sent: readonly Sent[]): void {
    this.#stayOpen(); // what still waits when the target is closed finds no journal either
    const { journal: directory } = this.#options;
    if (directory === undefined) return;
    this.#journal ??= journal(directory);
    this.#journal.begin(sent.flatMap(({ pieces }) => pieces));
  }

  /** The same bytes to a fresh process, which tells a fault that repeats from one that does not. */
  async #again(request: Blob, sent: Sent, first: Fault): Promise<Reply> {
    const child = await this.#running();
    try {
      const blob = await child.exchange(sent, this.#patience(request), settleTime);
      this.warnings.push(
        `unstable: request ${line(sent.id)}: ${first.message}; asked again after a restart, it answered`,
      );
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
    const hello = pieces({ metadata: { bnspec: '1', op: 'hello', id: 'hello' }, tensors: new Map() });
    const { metadata } = await child.exchange({ id: 'hello', pieces: hello }, this.#options.helloTimeout);
    const { status = 'none', message = '' } = metadata;
    if (status !== 'ok') throw new CardError(`it answered status ${line(status)} ${line(message)}`);
    this.#card ??= readCard(metadata);
  }
}
