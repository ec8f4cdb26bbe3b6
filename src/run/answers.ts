import type { Reply } from '../target/target.js';
import { values } from '../wire/tensor.js';
import { Answered, type Exchange, perElement, Unread } from './answer.js';
import { reorder, shapeOf } from './layer.js';
import type { Answers } from './property.js';

export type Ok = Extract<Reply, { status: 'ok' }>;

const inside: Readonly<Record<string, string>> = { running_mean: 'next_mean', running_var: 'next_var' };

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
