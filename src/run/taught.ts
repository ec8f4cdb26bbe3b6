import type { Target } from '../target/target.js';
import { expectedOutputs } from '../wire/protocol.js';
import { Unanswered } from './asker.js';
import { Foreseen, Foresight } from './foreseen.js';
import { type Network, stepsRequest } from './network.js';
import type { Learning } from './property.js';
import type { Subject } from './subject.js';

/** Has the target train a network. Throws Unanswered. */
export async function taught(target: Target, subject: Subject, network: Network, id: string): Promise<Learning> {
  const request = stepsRequest(network, subject.profile, id);
  const reply = await target.ask(request);
  if (reply.status !== 'ok') throw new Unanswered('steps', reply);
  const foresight = new Foresight(network, subject.spec.network, subject);
  // What a target answers besides is nobody's.
  const answers = [...expectedOutputs(request, subject.card).keys()].map(
    (name) => [name, new Foreseen(foresight, name, reply.tensors.get(name)!)] as const,
  );
  return { answers: new Map(answers), ranges: (name, shape) => foresight.ranges(name, shape) };
}
