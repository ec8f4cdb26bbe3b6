import { named } from '../formula/ast.js';
import { enclosures } from '../formula/enclose.js';
import type { Ranges } from '../formula/interval.js';
import type { Shape } from '../formula/shape.js';
import type { Reply, Target } from '../target/target.js';
import { values } from '../wire/tensor.js';
import { accumulator } from './accuracy.js';
import { Answered, perElement, type Refusal } from './answer.js';
import { type Layer, type Op, reorder, request, shapeOf } from './layer.js';
import type { Log } from './log.js';
import type { Answers, Asker } from './property.js';
import { Reference } from './reference.js';
import type { Subject } from './subject.js';

/** Thrown when a question got no usable answer; the law breaks. */
export class Unanswered extends Error {
  override name = 'Unanswered';
  readonly reply: Exclude<Reply, { status: 'ok' }>;
  constructor(op: Op, reply: Exclude<Reply, { status: 'ok' }>) {
    super(reply.status === 'breaks' ? reply.reason : `${op} answered ${reply.status}: ${reply.message}`);
    this.reply = reply;
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
): Asker & { reference(layer: Layer, op: Op): Reference } {
  const reference = (layer: Layer, op: Op): Reference => {
    let byOp = references.get(layer);
    if (!byOp) references.set(layer, (byOp = new Map()));
    let known = byOp.get(op);
    if (!known) byOp.set(op, (known = new Reference(layer, op, subject)));
    return known;
  };
  const send = async (op: Op, layer: Layer): Promise<Reply> => {
    log.asked += 1;
    return target.ask(request(op, layer, subject.profile, String(log.asked)));
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
  return {
    reference,
    ranks: subject.card.ranks,
    accumulator: (layer) => accumulator(layer, subject.card),
    train: (layer, carried) => ask('train', layer, carried),
    infer: (layer, carried) => ask('infer', layer, carried),
    grad: (layer) => ask('grad', layer),
    inferGrad: (layer) => ask('infer_grad', layer),
    gradGrad: (layer) => ask('grad_grad', layer),
    async attempt(op, layer) {
      const reply = await send(op, layer);
      if (reply.status === 'breaks' || reply.status === 'unsupported') throw new Unanswered(op, reply);
      const answer: Refusal = {
        refused: reply.status === 'error',
        message: reply.status === 'error' ? reply.message : '',
      };
      const answers = reply.status === 'ok' ? read(op, layer, reply) : null;
      log.keep({ law, op, layer, answers });
      return answers ? ({ ...(answers as object), answer } as never) : { answer };
    },
    stack: (name, layers, op) => stack(layers.map((layer) => enclosed(reference(layer, op), name))),
  };
}

const enclosed = (of: Reference, name: string): Ranges =>
  of.given(name) ?? enclosures(of.formulas, shapeOf(of.layer), (symbol) => of.given(symbol))(named(name));

/** Per-channel ranges one above the other, along the axis of samples. */
function stack(rows: readonly Ranges[]): Ranges {
  const C = rows[0]!.shape[1];
  const shape: Shape = [rows.length, C, 1];
  const of = (end: 'lo' | 'hi'): Float64Array => Float64Array.from(rows.flatMap((row) => [...row[end]]));
  return { shape, lo: of('lo'), hi: of('hi') };
}
