import { type Arrays, type Numbers, stretched } from '../formula/arrays.js';
import type { Shape } from '../formula/shape.js';
import { type Network, type OptimizerName, outputShapes, parametersOf, type Stage } from './network.js';
import { byChannel, byUnit, features, joined, patches, type Standing } from './windows.js';

/** The chapters around normalization. */
export type Around = 'linear' | Stage['activation'] | 'loss' | 'descent' | 'momentum' | 'rmsprop' | 'adam';
type Given<T> = Readonly<Record<string, Arrays<T>>>;

/** A way to compute a network: exactly, between two numbers, as ranges of what kernels may answer, in floating point. */
export interface Calculus<T> {
  readonly numbers: Numbers<T>;
  /** A double as it is. */
  of(value: number): T;
  /** Formulas of a chapter, for what they read. `taps`: how many patches a pixel stands in. */
  around(chapter: Around, batch: Shape, given: Given<T>, taps: number): (name: string) => Arrays<T>;
  /** Formulas of normalization, for what they read. */
  normalization(op: 'train' | 'infer' | 'grad', batch: Shape, given: Given<T>): (name: string) => Arrays<T>;
}

/**
 * What training comes to, by the names that the wire has for it; and of each stage the `variance` of its latest batch, and
 * the gamma and beta that this was given as `scale` and `shift`.
 */
export type Learned<T> = ReadonlyMap<string, Arrays<T>>;

/** A stage, and what became of its parameters so far. */
interface Place<T> extends Standing {
  readonly parameters: Map<string, Arrays<T>>;
  readonly statistics: Map<string, Arrays<T>>;
}

/** What a stage keeps of a batch for the way back. */
interface Kept<T> {
  readonly A_in: Arrays<T>;
  readonly Z: Arrays<T>;
  readonly Y: Arrays<T>;
  readonly A: Arrays<T>;
  readonly V: Arrays<T>;
}

/** Trains the network on one batch after the other, and predicts. Axes of all arrays: samples (times positions), units, inputs. */
export function learn<T>(network: Network, calculus: Calculus<T>, scalars: { readonly momentum: number }): Learned<T> {
  const outputs = new Map<string, Arrays<T>>();
  const lift = (values: ArrayLike<number>, shape: Shape): Arrays<T> => ({
    shape,
    data: Array.from(values, (value) => calculus.of(value)),
  });
  const number = (value: number): Arrays<T> => lift([value], [1, 1, 1]);
  const { samples, optimizer } = network;
  const shared = { epsilon: number(network.epsilon), momentum: number(scalars.momentum) };
  const places = layOut(network, lift);
  const step = optimize(calculus, optimizer, number);
  const losses: T[] = [];
  for (const [k, { x, t }] of network.batches.entries()) {
    const kept: Kept<T>[] = [];
    let A = lift(x, [samples, 1, x.length / samples]);
    const trained = places.map((place) => {
      const own = forward(place, A, samples, calculus, { ...shared, count: number(k) });
      kept.push(own.kept);
      A = features(own.kept.A, place, samples);
      return own.next;
    });
    const batch: Shape = [samples, 1, t.length / samples];
    const judged = calculus.around('loss', batch, { A, target: lift(t, batch) }, 1);
    losses.push(judged('J').data[0]!);
    let dA = judged('dA');
    for (const [i, place] of [...places.entries()].toReversed()) {
      const { gradients, dA_in } = backward(place, dA, kept[i]!, samples, calculus, shared);
      dA = dA_in;
      for (const [name, gradient] of gradients) outputs.set(`d${name}.${i + 1}`, gradient);
    }
    for (const [i, place] of places.entries()) {
      outputs.set(`y.${i + 1}`, byChannel(kept[i]!.Y, place, samples));
      outputs.set(`variance.${i + 1}`, kept[i]!.V);
      outputs.set(`scale.${i + 1}`, place.parameters.get('gamma')!);
      outputs.set(`shift.${i + 1}`, place.parameters.get('beta')!);
      for (const [name, theta] of place.parameters)
        place.parameters.set(name, step(`${name}.${i + 1}`, theta, outputs.get(`d${name}.${i + 1}`)!, k + 1));
      for (const [name, next] of trained[i]!) place.statistics.set(name, next);
    }
  }
  outputs.set('loss', { shape: [1, losses.length, 1], data: losses });
  let A = lift(network.probe, [1, 1, network.probe.length]);
  for (const [i, place] of places.entries()) {
    A = features(predict(place, A, calculus, shared), place, 1);
    for (const [name, values] of [...place.parameters, ...place.statistics]) outputs.set(`${name}.${i + 1}`, values);
  }
  outputs.set('prediction', A);
  return outputs;
}

type Lift<T> = (values: ArrayLike<number>, shape: Shape) => Arrays<T>;

function layOut<T>(network: Network, lift: Lift<T>): Place<T>[] {
  const shapes = outputShapes(network);
  return network.stages.map((stage, i) => {
    const [units, ...extents] = shapes[i]! as [number, ...number[]];
    const of = (values: Float64Array): Arrays<T> => lift(values, [1, units, values.length / units]);
    return {
      ...{ stage, units, example: shapes[i - 1] ?? network.example },
      positions: extents.reduce((all, extent) => all * extent, 1),
      parameters: new Map(parametersOf(stage).map(([name, values]) => [name, of(values)])),
      statistics: new Map((['running_mean', 'running_var'] as const).map((name) => [name, of(stage[name])])),
    };
  });
}

function forward<T>(place: Place<T>, A_before: Arrays<T>, samples: number, calculus: Calculus<T>, shared: Given<T>) {
  const { units, positions, parameters, statistics } = place;
  const A_in = patches(A_before, place, samples);
  const batch: Shape = [samples * positions, units, 1];
  const Z = weigh(place, A_in, calculus);
  const given = {
    x: Z,
    gamma: parameters.get('gamma')!,
    beta: parameters.get('beta')!,
    ...Object.fromEntries(statistics),
  };
  const normalized = calculus.normalization('train', batch, { ...given, ...shared });
  const Y = normalized('y');
  const A = calculus.around(place.stage.activation, batch, { Y }, 1)('A');
  const next = [
    ['running_mean', normalized('next_mean')],
    ['running_var', normalized('next_var')],
  ] as const;
  return { kept: { A_in, Z, Y, A, V: normalized('sigma2') }, next };
}

function predict<T>(place: Place<T>, A_before: Arrays<T>, calculus: Calculus<T>, shared: Given<T>): Arrays<T> {
  const { units, positions, parameters, statistics } = place;
  const Z = weigh(place, patches(A_before, place, 1), calculus);
  const given = {
    x: Z,
    gamma: parameters.get('gamma')!,
    beta: parameters.get('beta')!,
    ...Object.fromEntries(statistics),
  };
  const batch: Shape = [positions, units, 1];
  const Y = calculus.normalization('infer', batch, { ...given, ...shared })('y');
  return calculus.around(place.stage.activation, batch, { Y }, 1)('A');
}

function weigh<T>({ units, parameters }: Place<T>, A_in: Arrays<T>, calculus: Calculus<T>): Arrays<T> {
  const bias = parameters.get('bias');
  const given = { weight: parameters.get('weight')!, A_in, ...(bias ? { bias } : {}) };
  return calculus.around('linear', [A_in.shape[0], units, A_in.shape[2]], given, 1)(bias ? 'Z_biased' : 'Z');
}

function backward<T>(
  place: Place<T>,
  dA: Arrays<T>,
  { A_in, Z, Y, A }: Kept<T>,
  samples: number,
  calculus: Calculus<T>,
  { epsilon }: Given<T>,
) {
  const { stage, units, positions, parameters } = place;
  const batch: Shape = [samples * positions, units, 1];
  const dY = calculus.around(stage.activation, batch, { Y, A, dA: byUnit(dA, place, samples) }, 1)('dY');
  const given = { x: Z, dy: dY, gamma: parameters.get('gamma')!, beta: parameters.get('beta')!, epsilon: epsilon! };
  const normalized = calculus.normalization('grad', batch, given);
  const dZ = normalized('dx');
  const taps = stage.shape.slice(2).reduce((all, extent) => all * extent, 1);
  const linear = calculus.around(
    'linear',
    [batch[0], units, A_in.shape[2]],
    { dZ, A_in, weight: parameters.get('weight')! },
    taps,
  );
  const gradients: (readonly [string, Arrays<T>])[] = [
    ['weight', linear('dweight')],
    ...(stage.bias ? [['bias', linear('dbias')] as const] : []),
    ['gamma', normalized('dgamma')],
    ['beta', normalized('dbeta')],
  ];
  const inputs: Shape = [batch[0], 1, A_in.shape[2]];
  const dA_in = { shape: inputs, data: stretched(linear('dA_in'), inputs) }; // a wrong one may be the same for all inputs
  return { gradients, dA_in: joined(dA_in, place, samples, calculus.numbers) };
}

/** One step of each parameter; what the optimizer remembers of it begins at 0. */
function optimize<T>(
  calculus: Calculus<T>,
  { name: optimizer, ...constants }: Network['optimizer'],
  number: (value: number) => Arrays<T>,
) {
  const memory = new Map<string, { velocity: Arrays<T>; square: Arrays<T> }>();
  const given = Object.fromEntries(Object.entries(constants).map(([name, value]) => [name, number(value)]));
  const chapter = chapterOf[optimizer];
  return (name: string, theta: Arrays<T>, dtheta: Arrays<T>, step: number): Arrays<T> => {
    const still = { shape: theta.shape, data: theta.data.map(() => calculus.of(0)) };
    const { velocity, square } = memory.get(name) ?? { velocity: still, square: still };
    const own = { ...given, theta, dtheta, velocity, square, step: number(step) };
    const of = calculus.around(chapter, theta.shape, own, 1);
    const remembers = {
      velocity: chapter === 'momentum' || chapter === 'adam',
      square: chapter === 'rmsprop' || chapter === 'adam',
    };
    memory.set(name, {
      velocity: remembers.velocity ? of('next_velocity') : velocity,
      square: remembers.square ? of('next_square') : square,
    });
    return of('next_theta');
  };
}

export const chapterOf = {
  sgd: 'descent',
  momentum: 'momentum',
  rmsprop: 'rmsprop',
  adam: 'adam',
} as const satisfies Record<OptimizerName, Around>;
