import { stream, waves } from './data.js';
import { Network, type Plan } from './network.js';
import { batches, descent, train } from './train.js';

/** A task, and what counts as done: the loss averaged over the latest twenty batches. */
export interface Task {
  readonly samples: number;
  readonly batch: number;
  readonly target: number;
  readonly steps: number;
}

/** Steps until the loss is reached, Infinity where it never is. The same seed has the same data and order for all plans. */
export function steps(plan: Plan, task: Task, rate: number, seed: number): number {
  const data = waves({ n: task.samples, inputs: plan.sizes[0], rule: stream(seed, 1), from: stream(seed, 2) });
  const network = new Network(plan, stream(seed, 3));
  const latest = new Float64Array(20).fill(Infinity);
  let taken = Infinity;
  train(network, batches(data, task.batch, stream(seed, 4)), descent(rate), task.steps, (done, loss) => {
    latest[done % latest.length] = loss;
    // a loss that is no number reaches nothing
    if (!(latest.reduce((a, b) => a + b) / latest.length <= task.target)) return false;
    taken = done;
    return true;
  });
  return taken;
}
