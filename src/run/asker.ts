import { named } from '../formula/ast.js';
import { enclosures } from '../formula/enclose.js';
import type { Ranges } from '../formula/interval.js';
import type { Shape } from '../formula/shape.js';
import type { Reply, Target } from '../target/target.js';
import type { Question } from '../wire/protocol.js';
import type { Blob } from '../wire/safetensors.js';
import { values } from '../wire/tensor.js';
import { accumulator } from './accuracy.js';
import { Answered, perElement, type Refusal } from './answer.js';
import { type Layer, type Op, reorder, request, shapeOf } from './layer.js';
import { type Live, live, type Wire } from './live.js';
import type { Log } from './log.js';
import type { Answers, Asker } from './property.js';
import { Reference } from './reference.js';
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

/** Asks a target on behalf of one case of a law. `references` may be shared by askers of one subject. */
export function asker(
  target: Target,
  subject: Subject,
  log: Log,
  law: string,
  references: References = new Map(),
): Asker & { reference(layer: Layer, op: Op): Reference; close(): Promise<void> } {
  const reference = (layer: Layer, op: Op): Reference => {
    let byOp = references.get(layer);
    if (!byOp) references.set(layer, (byOp = new Map()));
    let known = byOp.get(op);
    if (!known) byOp.set(op, (known = new Reference(layer, op, subject)));
    return known;
  };
  const send = async (op: Op, layer: Layer): Promise<Reply> => {
    return target.ask(request(op, layer, subject.profile, String(log.ask(op, layer))));
  };
  const read = (op: Op, layer: Layer, reply: Extract<Reply, { status: 'ok' }>, carried?: Answers): Answers => {
    const exchange = {
      layer,
      op,
      reference: reference(layer, op),
      overwritten: (reply.overwritten ?? []).filter((name) => op !== 'train' || !Object.hasOwn(inside, name)),
      ...(carried ? { carried: { mean: carried.next_mean!, variance: carried.next_var! } } : {}),
    };
    const answers: Record<string, Answered> = {};
    for (const [name, tensor] of reply.tensors) {
      if (tensor.dtype === 'i64') continue;
      const data = values(tensor);
      const last = perElement(name) && layer.layout === 'channels_last';
      const ordered = last ? reorder(data, shapeOf(layer), 'to channels first') : data;
      const output = inside[name] ?? name;
      answers[output] = new Answered(exchange, output, ordered);
    }
    return answers;
  };
  const ask = async (op: Op, layer: Layer, carried?: Answers): Promise<Answers> => {
    const reply = await send(op, layer);
    if (reply.status !== 'ok') throw new Unanswered(op, reply);
    const answers = read(op, layer, reply, carried);
    log.keep({ law, op, layer, answers });
    return answers;
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
      const reply = await send('train', layer);
      if (reply.status !== 'ok') throw new Unanswered('train', reply);
      const { data } = reply.tensors.get('count')!;
      return Number(new DataView(data.buffer, data.byteOffset).getBigInt64(0, true));
    },
    infer: (layer, carried) => ask('infer', layer, carried),
    grad: (layer) => ask('grad', layer),
    inferGrad: (layer) => ask('infer_grad', layer),
    async attempt(op, layer) {
      const reply = await send(op, layer);
      const answer = refusal(op, reply);
      const answers = reply.status === 'ok' ? read(op, layer, reply) : null;
      log.keep({ law, op, layer, answers });
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

const unanswered = (cause: unknown): void => {
  if (!(cause instanceof Unanswered)) throw cause;
};

const enclosed = (of: Reference, name: string): Ranges =>
  of.given(name) ?? enclosures(of.formulas, shapeOf(of.layer), (symbol) => of.given(symbol))(named(name));

/** Per-channel ranges one above the other, along the axis of samples. */
function stack(rows: readonly Ranges[]): Ranges {
  const C = rows[0]!.shape[1];
  const shape: Shape = [rows.length, C, 1];
  const of = (end: 'lo' | 'hi'): Float64Array => Float64Array.from(rows.flatMap((row) => [...row[end]]));
  return { shape, lo: of('lo'), hi: of('hi') };
}
