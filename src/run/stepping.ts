import type { Target } from '../target/target.js';
import { Unanswered } from './asker.js';
import { failure } from './failure.js';
import type { Layer, Op } from './layer.js';
import type { Wire } from './live.js';
import type { LayerStep } from './log.js';
import type { Answers } from './property.js';
import { refusal } from './refusal.js';
import type { Subject } from './subject.js';

/** How the steps of stateful layers reach a target; what came of each is noted in `steps`. `lost`: it has forgotten all of them. */
export function stepping(
  target: Target,
  { profile }: Subject,
  steps: LayerStep[],
  read: Wire['read'],
  lost: () => void,
): Wire {
  const took = (op: Op, layer: Layer, answers: Answers | null, failed: string | null): void =>
    void steps.push({ question: 'layer', op, layer, answers, failed });
  return {
    profile,
    async send(asked, op, layer) {
      const reply = await target.ask(asked);
      if (reply.status === 'ok') return reply;
      if (reply.status === 'breaks' && reply.lost) {
        lost();
        steps.length = 0;
      }
      took(op, layer, null, failure(reply));
      throw new Unanswered('layer', reply);
    },
    async attempt(asked, layer) {
      const reply = await target.ask(asked);
      took('infer', layer, null, failure(reply));
      return refusal('layer', reply);
    },
    read(op, layer, reply) {
      const answers = read(op, layer, reply);
      took(op, layer, answers, null);
      return answers;
    },
  };
}
