import type { Blob } from '../wire/safetensors.js';
import { type Tensor, tensor } from '../wire/tensor.js';
import { momentumOf } from './layer.js';
import { counts, type Profile } from './profile.js';

export const activations = ['identity', 'relu', 'sigmoid', 'tanh'] as const;
export type Activation = (typeof activations)[number];
export const optimizers = ['sgd', 'momentum', 'rmsprop', 'adam'] as const;
export type OptimizerName = (typeof optimizers)[number];

/** One layer: linear, or a convolution over every place where its window fits; normalization; an activation. */
export interface Stage {
  readonly activation: Activation;
  /** Units, then their inputs: [units, inputs], or [units, channels, rows, columns] of a convolution. */
  readonly shape: readonly number[];
  readonly weight: Float64Array;
  /** In front of normalization, which takes it away again; null where there is none. */
  readonly bias: Float64Array | null;
  readonly gamma: Float64Array;
  readonly beta: Float64Array;
  readonly running_mean: Float64Array;
  readonly running_var: Float64Array;
}

/** A small network, the batches that it is trained on one after the other, and an example whose output it predicts then. */
export interface Network {
  readonly dtype: 'f64' | 'f32';
  /** Shape of one example: [features], or [channels, rows, columns]. */
  readonly example: readonly number[];
  readonly stages: readonly Stage[];
  /** Examples and targets of as many samples each. */
  readonly batches: readonly { readonly x: Float64Array; readonly t: Float64Array }[];
  readonly samples: number;
  readonly probe: Float64Array;
  readonly optimizer: {
    readonly name: OptimizerName;
    readonly rate: number;
    readonly decay: number;
    readonly decay_square: number;
    readonly delta: number;
  };
  readonly epsilon: number;
  /** The weight of the new batch in the running averages. */
  readonly alpha: number;
}

/** Positions of a stage's output, by rows and columns; none after a linear layer. */
export type Extents = readonly [] | readonly [rows: number, columns: number];

/** Where the window of a convolution fits, given an example of this shape. Throws RangeError where it does not, or a layer does not take what comes. */
export function placesOf(shape: readonly number[], example: readonly number[]): Extents {
  const inputs = example.reduce((all, extent) => all * extent, 1);
  if (shape.length === 2) {
    if (shape[1] !== inputs) throw new RangeError(`a layer of ${shape[1]} inputs is given ${inputs}`);
    return [];
  }
  const [, channels, height, width] = shape as [number, number, number, number];
  const [own, rows, columns] = example as [number, number, number];
  if (channels !== own || !(rows >= height && columns >= width))
    throw new RangeError(`a convolution of [${shape}] is given an example of [${example}]`);
  return [rows - height + 1, columns - width + 1];
}

/** Shape of what each stage makes of one example: its units, then its positions. */
export function outputShapes({ stages, example }: Pick<Network, 'stages' | 'example'>): (readonly number[])[] {
  const shapes: (readonly number[])[] = [];
  for (const { shape } of stages) shapes.push([shape[0]!, ...placesOf(shape, shapes.at(-1) ?? example)]);
  return shapes;
}

/** Parameters of a stage by their names on the wire, with their shapes. */
export function parametersOf(
  stage: Stage,
): readonly (readonly [name: string, values: Float64Array, shape: readonly number[]])[] {
  const units = [stage.shape[0]!];
  return [
    ['weight', stage.weight, stage.shape],
    ...(stage.bias ? [['bias', stage.bias, units] as const] : []),
    ['gamma', stage.gamma, units],
    ['beta', stage.beta, units],
  ];
}

/** A network as it is read: `2 batches of 3 by adam: 4 units tanh, 2 units relu`. */
export function spelled({ batches, samples, optimizer, stages }: Network): string {
  const count = batches.length === 1 ? '1 batch' : `${batches.length} batches`;
  const layers = stages.map(({ shape: [units, , ...window], bias, activation }) => {
    const kind = window.length > 0 ? `${units} filters of ${window.join(' x ')}` : `${units} units`;
    return `${kind}${bias ? ' with bias' : ''} ${activation}`;
  });
  return `${count} of ${samples} by ${optimizer.name}: ${layers.join(', ')}`;
}

/** The question to train it and to predict, in the words of the profile. Channels come first. */
export function stepsRequest(network: Network, profile: Profile, id: string): Blob {
  const { dtype, example, stages, batches, samples, probe, optimizer } = network;
  const tensors = new Map<string, Tensor>();
  const shapes = outputShapes(network);
  batches.forEach(({ x, t }, i) => {
    tensors.set(`x.${i}`, tensor(dtype, [samples, ...example], x));
    tensors.set(`target.${i}`, tensor(dtype, [samples, ...shapes.at(-1)!], t));
  });
  tensors.set('x', tensor(dtype, [1, ...example], probe));
  stages.forEach((stage, i) => {
    for (const [name, values, shape] of parametersOf(stage))
      tensors.set(`${name}.${i + 1}`, tensor(dtype, shape, values));
    for (const name of ['running_mean', 'running_var'] as const)
      tensors.set(`${name}.${i + 1}`, tensor(dtype, [stage.shape[0]!], stage[name]));
  });
  const number = (name: string, value: number): void => void tensors.set(name, tensor('f64', [1], [value]));
  number('epsilon', network.epsilon);
  if (profile.update !== 'cumulative') number('momentum', momentumOf(network, profile));
  for (const name of ['rate', 'decay', 'decay_square', 'delta'] as const) number(name, optimizer[name]);
  if (counts(profile)) tensors.set('count', tensor('i64', [1], [0]));
  const activation = stages.map((stage) => stage.activation).join();
  return {
    metadata: {
      bnspec: '1',
      op: 'steps',
      id,
      layout: 'channels_first',
      activations: activation,
      optimizer: optimizer.name,
    },
    tensors,
  };
}
