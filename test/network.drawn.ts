import type { Activation, Network, OptimizerName } from '../src/run/network.js';
import { outputShapes } from '../src/run/network.js';
import { type Subject, subject } from '../src/run/subject.js';
import { suite } from '../src/suite.js';
import { type Random, random } from './exact.random.js';

/** What a small network is to be. Shapes are of weights, layer by layer. */
export interface Wanted {
  readonly activations: readonly Activation[];
  readonly shapes: readonly (readonly number[])[];
  readonly example: readonly number[];
  readonly optimizer?: OptimizerName;
  readonly batches?: number;
  readonly samples?: number;
  readonly rate?: number;
  readonly biased?: boolean;
  readonly dtype?: Network['dtype'];
}

/** Multiples of 2^-6 from -2 to 2, none of them 0: short, so that a small step changes them exactly. */
const numbers = (from: Random, count: number): Float64Array =>
  Float64Array.from({ length: count }, () => (from.pick([-1, 1]) * from.whole(1, 128)) / 64);

/** A small network with numbers of its own for each seed. */
export function drawn(wanted: Wanted, seed = 1): Network {
  const { activations, shapes, example, optimizer = 'sgd', batches = 1, samples = 4, biased = false } = wanted;
  const from = random(seed);
  const product = (shape: readonly number[]): number => shape.reduce((all, extent) => all * extent, 1);
  const stages = shapes.map((shape, i) => ({
    ...{ activation: activations[i]!, shape, weight: numbers(from, product(shape)) },
    bias: biased ? numbers(from, shape[0]!) : null,
    gamma: numbers(from, shape[0]!),
    beta: numbers(from, shape[0]!),
    running_mean: numbers(from, shape[0]!),
    running_var: numbers(from, shape[0]!).map(Math.abs),
  }));
  const outputs = product(outputShapes({ stages, example }).at(-1)!);
  return {
    ...{ dtype: wanted.dtype ?? 'f64', example, stages, samples, epsilon: 0.03125, alpha: 0.3125 },
    batches: Array.from({ length: batches }, () => ({
      x: numbers(from, samples * product(example)),
      t: numbers(from, samples * outputs),
    })),
    probe: numbers(from, product(example)),
    optimizer: { name: optimizer, rate: wanted.rate ?? 0.125, decay: 0.75, decay_square: 0.9375, delta: 0.015625 },
  };
}

const of = (activation: Activation, last: Activation = 'identity'): Wanted => ({
  activations: [activation, last],
  shapes: [
    [3, 2],
    [2, 3],
  ],
  example: [2],
});

/** Two layers of every activation, a convolution with overlapping windows before a layer, and one with a bias. */
export const kinds: Readonly<Record<string, Wanted>> = {
  identity: of('identity'),
  relu: of('relu'),
  sigmoid: of('sigmoid', 'tanh'),
  tanh: of('tanh', 'sigmoid'),
  convolution: {
    ...{ activations: ['tanh', 'identity'], example: [1, 3, 3], samples: 3 },
    shapes: [
      [2, 1, 2, 2],
      [1, 8],
    ],
  },
  biased: { ...of('sigmoid'), biased: true },
};

/** The specification in the dialect of torch, as a float64 kernel is held to it. */
export const torch: Subject = subject(
  { claims: {}, ops: ['steps'], saved: [] } as never,
  suite.profiles.torch!,
  suite.spec,
);
