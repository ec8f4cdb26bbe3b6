import type { Reply, Target } from '../target/target.js';
import type { Card, Question } from '../wire/protocol.js';
import type { Blob } from '../wire/safetensors.js';
import { values } from '../wire/tensor.js';
import { accumulator } from './accuracy.js';
import { Answered, type Exchange, perElement, type Refusal, Unread } from './answer.js';
import { type Layer, type Op, reorder, request, shapeOf } from './layer.js';
import { type After, foldRequest, type Linear } from './linear.js';
import { type Live, live, type Wire } from './live.js';
import type { Again, Log } from './log.js';
import type { Answers, Asker } from './property.js';
import { Reference } from './reference.js';
import { joined, type Split, splitRequest, wholeOf } from './split.js';
import { enclosed, stack } from './stack.js';
import type { Subject } from './subject.js';

/** Thrown when a question got no usable answer; the law breaks. */
export class Unanswered extends Error {
  override name = 'Unanswered';
  readonly reply: Exclude<Reply, { status: 'ok' }>;
  constructor(op: Question, reply: Exclude<Reply, { status: 'ok' }>) {
    super(reply.status === 'breaks' ? reply.reason : `${op} answered ${reply.status}: ${reply.message}`);
    this.reply = reply;
  }

  /** Whether the target lost its layers over it: their sequence may be asked again from its beginning. */
  get lost(): boolean {
    return this.reply.status === 'breaks' && this.reply.lost === true;
  }
}

const inside: Readonly<Record<string, string>> = { running_mean: 'next_mean', running_var: 'next_var' };

/** One reference per layer and operation. */
export type References = Pick<Map<Layer, Map<Op, Reference>>, 'get' | 'set'>;

type Ok = Extract<Reply, { status: 'ok' }>;

/** The outputs of a reply, under the names of the formulas and in their order. */
export function answersOf({ tensors, overwritten = [] }: Ok, known: Omit<Exchange, 'overwritten'>): Answers {
  const { layer, op } = known;
  const written = overwritten.filter((name) => op !== 'train' || !Object.hasOwn(inside, name));
  const exchange = { ...known, overwritten: written };
  const answers: Record<string, Answered> = {};
  for (const [name, tensor] of tensors) {
    if (tensor.dtype === 'i64') continue;
    const output = inside[name] ?? name;
    if (layer.column) {
      answers[output] = new Unread(exchange, output, tensor);
      continue;
    }
    const data = values(tensor);
    const last = perElement(name) && layer.layout === 'channels_last';
    const ordered = last ? reorder(data, shapeOf(layer), 'to channels first') : data;
    answers[output] = new Answered(exchange, output, ordered);
  }
  return answers;
}

/** An asker with what only the machine needs. */
export interface FullAsker extends Asker {
  /** Drops the layers that are still alive. */
  close(): Promise<void>;
  /** Lets go of what was worked out of the case: its answers are kept, and would keep all of that. */
  forget(): void;
  reference(layer: Layer, op: Op): Reference;
  /** A question of one of the four operations. */
  plainly(op: Op, layer: Layer): Promise<Answers>;
}

/** Asks a target on behalf of one case of a law. References may be `shared` by askers of one subject. */
export function asker(target: Target, subject: Subject, log: Log, law: string, shared?: References): FullAsker {
  const own = new Map<Layer, Map<Op, Reference>>();
  const references = shared ?? own;
  const reference = (layer: Layer, op: Op): Reference => {
    let byOp = references.get(layer);
    if (!byOp) references.set(layer, (byOp = new Map()));
    let known = byOp.get(op);
    if (!known) byOp.set(op, (known = new Reference(layer, op, subject)));
    return known;
  };
  const { profile } = subject;
  const send = async (question: (id: string) => Blob, again: Again | null) => {
    const { id, keep } = log.ask(again);
    return { reply: await target.ask(question(id)), keep };
  };
  const read = (op: Op, layer: Layer, reply: Ok, carried?: Answers, by = reference(layer, op)): Answers =>
    answersOf(reply, {
      ...{ layer, op, reference: by },
      ...(carried ? { carried: { mean: carried.next_mean!, variance: carried.next_var! } } : {}),
    });
  const ask = async (op: Op, layer: Layer, carried?: Answers): Promise<Answers> => {
    const { reply, keep } = await send(
      (id) => request(op, layer, profile, id),
      layer.column ? null : (bn) => bn.plainly(op, layer),
    );
    if (reply.status !== 'ok') throw new Unanswered(op, reply);
    const answers = read(op, layer, reply, carried);
    keep({ law, question: op, op, layer, answers });
    return answers;
  };
  const split = async (question: Split, layer: Layer, sizes: readonly number[]): Promise<Answers> => {
    const { reply, keep } = await send(
      (id) => splitRequest(question, layer, sizes, profile, id),
      (bn) => (question === 'sync_train' ? bn.syncTrain(layer, sizes) : bn.syncGrad(layer, sizes)),
    );
    if (reply.status !== 'ok') throw new Unanswered(question, reply);
    const op = wholeOf[question];
    const merged = new Reference(layer, op, { ...subject, card: unclaimed(subject.card) });
    const answers = read(op, layer, { ...reply, tensors: joined(reply.tensors) }, undefined, merged);
    keep({ law, question, op, layer, answers });
    return answers;
  };
  const folded = (linear: Linear, after: After) =>
    send(
      (id) => foldRequest(linear, after, profile, id),
      async (bn) => {
        const { weight, bias } = await bn.fold(linear);
        return { dx: weight!, y: bias! };
      },
    );
  const fold = async (linear: Linear): Promise<Answers> => {
    const { reply, keep } = await folded(linear, 'none');
    if (reply.status !== 'ok') throw new Unanswered('fold', reply);
    const named = (name: string, given: string): Ok => ({
      ...reply,
      tensors: new Map([[name, reply.tensors.get(given)!]]),
    });
    const { weight, bias } = linear;
    const { dx } = read('infer_grad', weight, named('dx', 'weight'));
    const { y } = read('infer', bias, named('y', 'bias'));
    keep({ law, question: 'fold', op: 'infer_grad', layer: weight, answers: { dx: dx! } });
    keep({ law, question: 'fold', op: 'infer', layer: bias, answers: { y: y! } });
    return { weight: dx!, bias: y! };
  };
  const wire: Wire = {
    profile: subject.profile,
    async send(asked: Blob) {
      const reply = await target.ask(asked);
      if (reply.status === 'ok') return reply;
      if (reply.status === 'breaks' && reply.lost) alive.clear();
      throw new Unanswered('layer', reply);
    },
    attempt: async (asked) => refusal('layer', await target.ask(asked)),
    read,
  };
  const alive = new Set<Live>();
  return {
    reference,
    forget: () => {
      for (const byOp of own.values()) for (const known of byOp.values()) known.forget();
    },
    async layer(layer, track = true) {
      log.layers += 1;
      const made = live(layer, track, `layer-${log.layers}`, wire);
      await made.make();
      const own: Live = {
        ...made,
        async drop() {
          alive.delete(own);
          await made.drop();
        },
      };
      alive.add(own);
      return own;
    },
    /** Drops what is still alive; whether dropping works is asked by a law. */
    async close() {
      for (const left of alive) await left.drop().catch(unanswered);
    },
    ranks: subject.card.ranks,
    accumulator: (layer) => accumulator(layer, subject.card),
    train: (layer, carried) => ask('train', layer, carried),
    async count(layer) {
      const { reply } = await send(
        (id) => request('train', layer, profile, id),
        (bn) => bn.plainly('train', layer),
      );
      if (reply.status !== 'ok') throw new Unanswered('train', reply);
      const { data } = reply.tensors.get('count')!;
      return Number(new DataView(data.buffer, data.byteOffset).getBigInt64(0, true));
    },
    infer: (layer, carried) => ask('infer', layer, carried),
    grad: (layer) => ask('grad', layer),
    inferGrad: (layer) => ask('infer_grad', layer),
    plainly: ask,
    syncTrain: (layer, sizes) => split('sync_train', layer, sizes),
    syncGrad: (layer, sizes) => split('sync_grad', layer, sizes),
    fold,
    attemptFold: async (linear, after) => ({ answer: refusal('fold', (await folded(linear, after)).reply) }),
    gradGrad: (layer) => ask('grad_grad', layer),
    async attempt(op, layer) {
      const { reply, keep } = await send(
        (id) => request(op, layer, profile, id),
        (bn) => bn.plainly(op, layer),
      );
      const answer = refusal(op, reply);
      const answers = reply.status === 'ok' ? read(op, layer, reply) : null;
      keep({ law, question: op, op, layer, answers });
      return answers ? ({ ...(answers as object), answer } as never) : { answer };
    },
    stack: (name, layers, op) => stack(layers.map((layer) => enclosed(reference(layer, op), name))),
  };
}

/**
 * Asks a whole case. A target that dies in the midst of a sequence has forgotten its layers: all of it is asked once
 * more, since no step means anything without those before it.
 */
export async function wholly<T>(
  ask: () => Promise<T>,
  { close }: ReturnType<typeof asker>,
  { warnings }: Target,
  law: string,
): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    if (!(cause instanceof Unanswered && cause.lost)) throw cause;
    const answers = await ask();
    warnings?.push(`unstable: ${law}: ${cause.message}; its sequence, asked again after a restart, was answered`);
    return answers;
  } finally {
    await close();
  }
}

/** Whether the target says that it will not. A reply that is no answer at all ends the case. */
function refusal(op: Question, reply: Reply): Refusal {
  if (reply.status === 'breaks' || reply.status === 'unsupported') throw new Unanswered(op, reply);
  return reply.status === 'error' ? { refused: true, message: reply.message } : { refused: false, message: '' };
}

/** What a card claims of its sums over one batch says nothing of how the statistics of replicas are merged. */
function unclaimed(card: Card): Card {
  const { algo, sums, shift, chain, ...claims } = card.claims;
  return { ...card, claims };
}

const unanswered = (cause: unknown): void => {
  if (!(cause instanceof Unanswered)) throw cause;
};
