import type { Target } from '../target/target.js';
import { Unanswered } from './asker.js';
import { Foreseen, Foresight } from './foreseen.js';
import { type Network, stepsRequest } from './network.js';
import type { Learning } from './property.js';
import type { Subject } from './subject.js';

/** Has the target train a network. Throws Unanswered. */
export async function taught(target: Target, subject: Subject, network: Network, id: string): Promise<Learning> {
  const reply = await target.ask(stepsRequest(network, subject.profile, id));
  if (reply.status !== 'ok') throw new Unanswered('steps', reply);
  const foresight = new Foresight(network, subject.spec.network, subject);
  const answers = [...reply.tensors].map(([name, given]) => [name, new Foreseen(foresight, name, given)] as const);
  return { answers: new Map(answers), ranges: (name, shape) => foresight.ranges(name, shape) };
}
