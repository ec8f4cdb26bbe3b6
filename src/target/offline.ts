import { type Card, CardError, readCard } from '../wire/protocol.js';
import type { Blob } from '../wire/safetensors.js';
import type { Tensor } from '../wire/tensor.js';
import { Answered, carried } from './answered.js';
import { fetch } from './located.js';
import { Naming } from './naming.js';
import { Questions } from './questions.js';
import { judge } from './reply.js';
import { type Reply, type Target, TargetError } from './target.js';

/** What is done about a question that nobody has answered yet. */
export interface Open {
  /** What most right targets would answer: it leads to the questions that follow from the answer. */
  readonly standIn: (request: Blob) => Promise<Blob>;
  /** The card until the target has shown its own. */
  readonly card: Card;
}

/** A target whose answers lie in a folder. */
export interface Offline extends Target {
  /** Questions that were asked and not answered; they are written as the folder's next ones. */
  readonly open: Pick<Questions, 'count' | 'bytes' | 'files'>;
}

const hello: Blob = { metadata: { bnspec: '1', op: 'hello', id: 'hello' }, tensors: new Map() };

/**
 * A target that was asked elsewhere: `folder` holds questions and the answers to them, which may have been given long ago
 * on another machine. Without `open` a question without an answer is a fault; with it, it is written down.
 */
export function offline(folder: string, open: Open | null): Offline {
  return new Folder(folder, open);
}

class Folder implements Offline {
  readonly id: string;
  readonly open: Questions;
  readonly warnings: string[] = [];
  readonly #answered: Answered;
  readonly #otherwise: Open | null;
  readonly #naming = new Naming();
  #card: Card | null = null;
  /** What the stand-in answered of what a later question may ask with, and to which question. */
  readonly #guesses = new Map<string, string>();
  /** The steps since no layer was alive, and whether one of them is open. */
  #sequence: { readonly steps: Blob[]; open: boolean } = { steps: [], open: false };

  constructor(folder: string, otherwise: Open | null) {
    this.id = folder;
    this.#answered = new Answered(folder);
    this.#otherwise = otherwise;
    this.open = new Questions(folder);
  }

  async hello(): Promise<Card> {
    if (this.#card) return this.#card;
    const reply = this.#find(new Naming().name(hello).name);
    if (reply === null || typeof reply === 'string') {
      if (this.#otherwise === null || reply !== null)
        throw new TargetError('hello', `no hello from ${this.id}: ${reply ?? 'nobody has answered yet'}`);
      this.open.add([hello]);
      this.#card = this.#otherwise.card;
    } else this.#card = introduced(reply, this.id);
    return this.#card;
  }

  async ask(request: Blob): Promise<Reply> {
    const card = await this.hello();
    const metadata: Blob['metadata'] = { bnspec: '1', ...request.metadata };
    const { name, begins } = this.#naming.name({ ...request, metadata });
    const asked: Blob = { ...request, metadata: { ...metadata, id: marked(metadata.id, name) } };
    if (begins) this.#written();
    const reply = this.#find(name);
    const suspect = this.#answered.suspect(name);
    if (suspect !== null && reply !== null && typeof reply !== 'string')
      this.#warn(`unstable: request ${asked.metadata.id}: ${suspect}; asked again, it was answered`);
    if (begins !== null) return this.#step(asked, reply);
    if (typeof reply === 'string') return { status: 'breaks', reason: reply };
    if (reply) return judge(request, card, reply);
    if (this.#otherwise) this.open.add([this.#given(asked)]);
    const instead = await this.#instead(asked);
    if (instead.status === 'ok')
      for (const output of carried)
        if (instead.tensors.has(output))
          this.#guesses.set(mark(output, instead.tensors.get(output)!), asked.metadata.id!);
    return instead;
  }

  /** With inputs that are the stand-in's answer to an open question, the runner takes its own answer: else each link of a chain took a round. */
  #given(asked: Blob): Blob {
    const given = carried.flatMap((name) => {
      const input = asked.tensors.get(name);
      const id = input && this.#guesses.get(mark(name, input));
      return id !== undefined && this.open.holds(id) ? [`${name}=${id}.${name}`] : [];
    });
    return given.length === 0 ? asked : { ...asked, metadata: { ...asked.metadata, given: given.join() } };
  }

  async close(): Promise<void> {
    this.#written();
    this.open.close();
  }

  /** The stand-in takes every step, so that it can go on where the answers end. */
  async #step(asked: Blob, reply: Blob | string | null): Promise<Reply> {
    const sequence = this.#sequence;
    sequence.steps.push(asked);
    sequence.open ||= reply === null;
    const instead = await this.#instead(asked);
    if (reply === null) return instead;
    return typeof reply === 'string' ? { status: 'breaks', reason: reply } : judge(asked, this.#card!, reply);
  }

  /** Layers live in one process only: of a sequence that has an open step every step is asked again. */
  #written(): void {
    const { steps, open } = this.#sequence;
    this.#sequence = { steps: [], open: false };
    if (open && this.#otherwise) this.open.add(steps);
  }

  async #instead(asked: Blob): Promise<Reply> {
    if (!this.#otherwise) return { status: 'breaks', reason: `this question is not among those of ${this.id}` };
    return judge(asked, this.#card!, await this.#otherwise.standIn(asked));
  }

  #warn(text: string): void {
    if (!this.warnings.includes(text)) this.warnings.push(text);
  }

  #find(name: string): Blob | string | null {
    const found = this.#answered.take(name);
    return found === null || typeof found === 'string' ? found : fetch(found);
  }
}

/** An id that says what is asked: a reply to another question of the same number, of another export or round, is none to this one. */
const marked = (id: string | undefined, name: string): string =>
  `${id}-${Buffer.from(name, 'base64').toString('hex', 0, 6)}`;

const mark = (name: string, { data }: Tensor): string => `${name} ${Buffer.from(data).toString('base64')}`;

function introduced({ metadata }: Blob, id: string): Card {
  try {
    if (metadata.status !== 'ok') throw new CardError(`it answered status ${metadata.status ?? 'none'}`);
    return readCard(metadata);
  } catch (error) {
    if (!(error instanceof CardError)) throw error;
    throw new TargetError('hello', `no hello from ${id}: ${error.message}`);
  }
}
