import type { Random } from '../../test/exact.random.js';
import { losses } from './loss.js';
import type { Mode, Network, Parameter } from './network.js';

/** Samples, row by row, and a target for each. */
export interface Data {
  readonly x: Float64Array;
  readonly t: Float64Array;
  readonly n: number;
}

/** Moves the parameters by their gradients. */
export type Step = (parameters: readonly Parameter[]) => void;

export const descent =
  (rate: number): Step =>
  (parameters) => {
    for (const { value, slope } of parameters) for (let i = 0; i < value.length; i += 1) value[i] -= rate * slope[i];
  };

/** The loss over all of the data, and how often the output is on the side of the label. */
export function tested(network: Network, { x, t, n }: Data, mode: Mode): { loss: number; right: number } {
  const out = network.forward(x, n, mode);
  let right = 0;
  for (let i = 0; i < n; i += 1) if (out[i] > 0 === t[i] > 0.5) right += 1;
  return { loss: losses[network.plan.loss].of(out, t), right: right / n };
}

/** Fills the gradients of one batch; its loss. */
export function learn(network: Network, { x, t, n }: Data, mode: Mode = 'train'): number {
  const loss = losses[network.plan.loss];
  const out = network.forward(x, n, mode);
  network.backward(loss.slope(out, t), n);
  return loss.of(out, t);
}

/** Rows of the data by their numbers. */
export function rows({ x, t, n }: Data, which: ArrayLike<number>): Data {
  const k = x.length / n;
  const some = { x: new Float64Array(which.length * k), t: new Float64Array(which.length), n: which.length };
  for (let i = 0; i < which.length; i += 1) {
    some.x.set(x.subarray(which[i] * k, (which[i] + 1) * k), i * k);
    some.t[i] = t[which[i]];
  }
  return some;
}

/** Batches of m without end: all of the data in a random order, again and again, a rest smaller than m left out. */
export function* batches(data: Data, m: number, from: Random): Generator<Data> {
  const order = Uint32Array.from({ length: data.n }, (_, i) => i);
  for (;;) {
    for (let i = data.n - 1; i > 0; i -= 1) {
      const j = from.whole(0, i);
      [order[i], order[j]] = [order[j], order[i]];
    }
    for (let at = 0; at + m <= data.n; at += m) yield rows(data, order.subarray(at, at + m));
  }
}

/** Takes so many steps, and says after each what it came to; `seen` ends the training where it says so. */
export function train(
  network: Network,
  from: Generator<Data>,
  step: Step,
  steps: number,
  seen: (done: number, loss: number) => boolean | undefined = () => false,
): void {
  for (let done = 1; done <= steps; done += 1) {
    const loss = learn(network, from.next().value as Data);
    step(network.parameters);
    if (seen(done, loss) || !Number.isFinite(loss)) return;
  }
}
