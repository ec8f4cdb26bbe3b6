import type { Reply } from '../target/target.js';
import type { Question } from '../wire/protocol.js';
import type { Refusal } from './answer.js';
import { Unanswered } from './asker.js';

/** Whether the target says that it will not. A reply that is no answer at all ends the case: throws Unanswered. */
export function refusal(op: Question, reply: Reply): Refusal {
  if (reply.status === 'breaks' || reply.status === 'unsupported') throw new Unanswered(op, reply);
  return reply.status === 'error' ? { refused: true, message: reply.message } : { refused: false, message: '' };
}
