import type { StepsInputs } from '../target/network-inputs.js';
import type { Arithmetic } from './arithmetic.js';
import type { Reals } from './storage.js';

type Step = (g: number, memory: { velocity: number; square: number }, step: number) => number;

/** What each optimizer takes off a parameter, given its gradient and what it remembers. */
const steps: Readonly<Record<string, (inputs: StepsInputs, a: Arithmetic) => Step>> = {
  sgd:
    ({ rate }, a) =>
    (g) =>
      a.multiply(a.round(rate), g),
  momentum:
    ({ rate, decay }, a) =>
    (g, memory) => {
      memory.velocity = a.add(a.multiply(a.round(decay), memory.velocity), g);
      return a.multiply(a.round(rate), memory.velocity);
    },
  rmsprop:
    ({ rate, decay_square, delta }, a) =>
    (g, memory) => {
      memory.square = average(memory.square, a.multiply(g, g), decay_square, a);
      return a.divide(a.multiply(a.round(rate), g), a.add(a.sqrt(memory.square), a.round(delta)));
    },
  adam:
    ({ rate, decay, decay_square, delta }, a) =>
    (g, memory, step) => {
      memory.velocity = average(memory.velocity, g, decay, a);
      memory.square = average(memory.square, a.multiply(g, g), decay_square, a);
      const velocity = a.divide(memory.velocity, a.round(1 - decay ** step));
      const square = a.divide(memory.square, a.round(1 - decay_square ** step));
      return a.divide(a.multiply(a.round(rate), velocity), a.add(a.sqrt(square), a.round(delta)));
    },
};

const average = (old: number, fresh: number, decay: number, a: Arithmetic): number =>
  a.add(a.multiply(a.round(decay), old), a.multiply(a.round(1 - decay), fresh));

/** Steps of all parameters, each remembered by its name. Throws where there is no such optimizer. */
export function optimizerOf(inputs: StepsInputs, a: Arithmetic) {
  const make = steps[inputs.optimizer];
  if (!make) throw new Error(`no optimizer ${inputs.optimizer}; there are ${Object.keys(steps).join(', ')}`);
  const take = make(inputs, a);
  const memory = new Map<string, { velocity: number; square: number }[]>();
  return (name: string, theta: Reals, gradient: Reals, step: number): Reals => {
    let own = memory.get(name);
    if (!own) memory.set(name, (own = Array.from(theta, () => ({ velocity: 0, square: 0 }))));
    const remembered = own;
    return theta.map((v, i) => a.subtract(v, take(gradient[i], remembered[i], step)));
  };
}
