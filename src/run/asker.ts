import type { Reply, Target } from '../target/target.js';
import type { Question } from '../wire/protocol.js';
import type { Blob } from '../wire/safetensors.js';
import { accumulator } from './accuracy.js';
import { answersOf, type Ok } from './answers.js';
import { failure } from './failure.js';
import { type Layer, type Op, request } from './layer.js';
import { foldRequest, type Linear } from './linear.js';
import { type Live, live } from './live.js';
import type { Again, Asked, LayerStep, Log } from './log.js';
import type { Network } from './network.js';
import type { Answers, Asker, Learning } from './property.js';
import { Reference } from './reference.js';
import { refusal } from './refusal.js';
import { joined, type Split, splitRequest, unclaimed, wholeOf } from './split.js';
import { enclosed, stack } from './stack.js';
import { stepping } from './stepping.js';
import type { Subject } from './subject.js';
import { taught } from './taught.js';

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

/** One reference per layer and operation. */
export type References = Pick<Map<Layer, Map<Op, Reference>>, 'get' | 'set'>;

/** What was asked. */
type About = Pick<Asked, 'question' | 'op' | 'layer' | 'declined'>;

/** An asker with what only the machine needs. */
export interface FullAsker extends Asker {
  /** Drops the layers that are still alive. */
  close(): Promise<void>;
  /** Lets go of what was worked out of the case: its answers are kept, and would keep all of that. */
  forget(): void;
  reference(layer: Layer, op: Op): Reference;
  /** What came of the steps of stateful layers so far. */
  readonly steps: readonly LayerStep[];
  /** What came of each network since the case began. */
  readonly learned: Learning['answers'][];
  /** A question of one of the four operations. */
  plainly(op: Op, layer: Layer): Promise<Answers>;
}

/** Asks a target on behalf of one case of a law. References may be `shared` by askers of one subject. */
export function asker(
  target: Target,
  subject: Subject,
  log: Pick<Log, 'ask' | 'layers'>,
  law: string,
  shared?: References,
): FullAsker {
  const own = new Map<Layer, Map<Op, Reference>>();
  const references = shared ?? own;
  const reference = referring(references, subject);
  const { profile } = subject;
  const send = async (question: (id: string) => Blob, again: Again | null, about: About) => {
    const { id, keep } = log.ask(again);
    const reply = await target.ask(question(id));
    const failed = failure(reply);
    if (failed !== null) keep({ law, ...about, answers: null, failed });
    return {
      reply,
      keep: (answers: Answers, part: Partial<About> = {}) => keep({ law, ...about, ...part, answers, failed: null }),
    };
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
      { question: op, op, layer },
    );
    if (reply.status !== 'ok') throw new Unanswered(op, reply);
    const answers = read(op, layer, reply, carried);
    keep(answers);
    return answers;
  };
  const split = async (question: Split, layer: Layer, sizes: readonly number[]): Promise<Answers> => {
    const op = wholeOf[question];
    const { reply, keep } = await send(
      (id) => splitRequest(question, layer, sizes, profile, id),
      (bn) => (question === 'sync_train' ? bn.syncTrain(layer, sizes) : bn.syncGrad(layer, sizes)),
      { question, op, layer },
    );
    if (reply.status !== 'ok') throw new Unanswered(question, reply);
    const merged = new Reference(layer, op, { ...subject, card: unclaimed(subject.card) });
    const answers = read(op, layer, { ...reply, tensors: joined(reply.tensors) }, undefined, merged);
    keep(answers);
    return answers;
  };
  const fold = async (linear: Linear): Promise<Answers> => {
    const { reply, keep } = await send(
      (id) => foldRequest(linear, 'none', profile, id),
      async (bn) => {
        const { weight, bias } = await bn.fold(linear);
        return { dx: weight!, y: bias! };
      },
      { question: 'fold', op: 'infer_grad', layer: linear.weight },
    );
    if (reply.status !== 'ok') throw new Unanswered('fold', reply);
    const named = (name: string, given: string): Ok => ({
      ...reply,
      tensors: new Map([[name, reply.tensors.get(given)!]]),
    });
    const { weight, bias } = linear;
    const { dx } = read('infer_grad', weight, named('dx', 'weight'));
    const { y } = read('infer', bias, named('y', 'bias'));
    keep({ dx: dx! });
    keep({ y: y! }, { op: 'infer', layer: bias });
    return { weight: dx!, bias: y! };
  };
  const learned: Learning['answers'][] = [];
  const learn = async (network: Network): Promise<Learning> => {
    const learning = await taught(target, subject, network, log.ask(null).id);
    learned.push(learning.answers);
    return learning;
  };
  const steps: LayerStep[] = [];
  const alive = new Set<Live>();
  const wire = stepping(target, subject, steps, read, () => alive.clear());
  return {
    reference,
    steps,
    learned,
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
        { question: 'train', op: 'train', layer },
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
    async attemptFold(linear, after) {
      const { reply, keep } = await send(
        (id) => foldRequest(linear, after, profile, id),
        async (bn) => ((await bn.attemptFold(linear, after)).answer.refused ? null : {}),
        { question: 'fold', op: 'infer_grad', layer: linear.weight, ...(after === 'none' ? {} : { declined: true }) },
      );
      const answer = refusal('fold', reply);
      if (!answer.refused) keep({});
      return { answer };
    },
    gradGrad: (layer) => ask('grad_grad', layer),
    learn,
    async attempt(op, layer) {
      const { reply, keep } = await send(
        (id) => request(op, layer, profile, id),
        (bn) => bn.plainly(op, layer),
        { question: op, op, layer },
      );
      const answer = refusal(op, reply);
      const answers = reply.status === 'ok' ? read(op, layer, reply) : null;
      if (answers) keep(answers);
      return answers ? ({ ...(answers as object), answer } as never) : { answer };
    },
    stack: (name, layers, op) => stack(layers.map((layer) => enclosed(reference(layer, op), name))),
  };
}

/** The reference of a layer under an operation: one each. */
const referring =
  (references: References, subject: Subject) =>
  (layer: Layer, op: Op): Reference => {
    let byOp = references.get(layer);
    if (!byOp) references.set(layer, (byOp = new Map()));
    let known = byOp.get(op);
    if (!known) byOp.set(op, (known = new Reference(layer, op, subject)));
    return known;
  };

const unanswered = (cause: unknown): void => {
  if (!(cause instanceof Unanswered)) throw cause;
};
