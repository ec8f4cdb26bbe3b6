import fc from 'fast-check';
import type { Layer } from '../src/run/layer.js';
import {
  activations,
  type Network,
  type OptimizerName,
  optimizers,
  outputShapes,
  placesOf,
  type Stage,
} from '../src/run/network.js';
import type { Drawn, Terms } from '../src/run/property.js';
import { between, normal, pick, type Rng, sign } from './random.js';
import { price, simpler } from './simpler.js';

/** What a law wants of the networks it is checked on. */
export interface Plan {
  /** Else any that the target serves. */
  readonly optimizer?: OptimizerName;
  /** Convolutions first; else linear layers alone. */
  readonly convolution?: boolean;
  readonly most?: { readonly depth?: number; readonly batches?: number };
}

/** Formats in which a whole network can be judged at all: the bounds of narrower ones take in nearly everything. */
const judged = ({ dtypes }: Terms): Terms['dtypes'] => dtypes.filter(({ data }) => data.p >= 24);

/**
 * A network in the clothes of a layer, so that it is drawn, shrunk, saved and shown as every case is: its x are all
 * examples, its dy the numbers that weights, biases and targets are read from in turn, its parameters and statistics
 * those of the units, round and round. `network` takes the clothes off.
 */
export const networks =
  (plan: Plan = {}) =>
  (terms: Terms) =>
    fc.record({
      layer: new Examples(terms, plan),
      batch: fc.integer({ min: 3, max: 5 }),
      width: fc.integer({ min: 2, max: 4 }),
      depth: fc.integer({ min: plan.convolution ? 2 : 1, max: plan.most?.depth ?? 2 }),
      bends: fc.integer({ min: 0, max: activations.length - 1 }),
      slow: fc.integer({ min: 2, max: 5 }),
      learns: fc.constantFrom(...terms.optimizers.map((name) => optimizers.indexOf(name))),
      biased: fc.integer({ min: 0, max: 1 }),
      ...(plan.convolution
        ? { window: fc.integer({ min: 0, max: windows.length - 1 }), again: fc.integer({ min: 0, max: 1 }) }
        : {}),
    });

/** Of a convolution and of one behind it, by rows and columns; smaller where an image is. */
const windows = [
  [2, 2, 1, 2],
  [1, 2, 2, 2],
  [2, 1, 2, 2],
  [2, 3, 2, 1],
] as const;

class Examples extends fc.Arbitrary<Layer> {
  readonly #terms: Terms;
  readonly #plan: Plan;

  constructor(terms: Terms, plan: Plan) {
    super();
    this.#terms = terms;
    this.#plan = plan;
  }

  override generate(random: fc.Random): fc.Value<Layer> {
    return new fc.Value(draw(random, this.#terms, this.#plan), undefined);
  }

  override canShrinkWithoutContext(value: unknown): value is Layer {
    return typeof value === 'object' && value !== null && 'x' in value;
  }

  override shrink(layer: Layer): fc.Stream<fc.Value<Layer>> {
    const ranks = layer.spatial.length === 0 ? [2] : [4];
    const kept = { samples: 4, elements: 4, terms: { layouts: ['channels_first'] as const, ranks } };
    const alike = (next: Layer): boolean => next.spatial.every((extent) => extent > 1) && price(next) < price(layer);
    return fc
      .stream(simpler(layer, kept))
      .filter(alike)
      .map((value) => new fc.Value(value, undefined));
  }
}

function draw(rng: Rng, terms: Terms, { convolution, most }: Plan): Layer {
  const { data, param } = pick(rng, judged(terms));
  // Every batch widens what a right kernel may answer by ten to a hundred times: of float32 little is left after two.
  const count = (): number => rng.nextInt(1, Math.min(most?.batches ?? 3, data.p > 24 ? 3 : 2));
  const batches = data.p > 24 ? Math.max(count(), count()) : count();
  const N = 1 + 4 * batches + rng.nextInt(-1, batches === 1 ? 1 : 0);
  const [C, spatial] = convolution
    ? [rng.nextInt(1, 2), [rng.nextInt(2, 3), rng.nextInt(3, 4)]]
    : [rng.nextInt(2, 4), []];
  const S = spatial.reduce((a, b) => a * b, 1);
  const offsets = Array.from({ length: C }, () => sign(rng) * between(rng, 0.2, 1.5));
  const numbers = (shift: (i: number) => number): Float64Array =>
    Float64Array.from({ length: N * C * S }, (_, i) => data.round(shift(i) + normal(rng)));
  const each = (value: () => number): Float64Array => Float64Array.from({ length: C }, () => param.round(value()));
  return {
    ...{ dtype: data.name, param: param.name, layout: terms.layouts[0]!, N, C, spatial },
    x: numbers((i) => offsets[Math.floor(i / S) % C]!),
    dy: numbers(() => 0),
    gamma: each(() => sign(rng) * between(rng, 0.6, 1.7)),
    beta: each(() => sign(rng) * between(rng, 0.2, 1)),
    running_mean: each(() => sign(rng) * between(rng, 0.2, 2)),
    running_var: each(() => between(rng, 0.4, 3)),
    epsilon: 2 ** -rng.nextInt(2, 8) * (1 + rng.nextInt(0, 7) / 8),
    alpha: Math.round(pick(rng, [0.05, 0.2, 0.3, 0.7, 0.9]) * between(rng, 0.9, 1.1) * 2 ** 12) / 2 ** 12,
    count: null,
  };
}

/** How a law departs from what was drawn. */
interface Change {
  readonly biased?: boolean;
  /** All weights and biases times this, and epsilon times that. */
  readonly weights?: number;
  readonly epsilon?: number;
}

/** The network of a case, trained by an optimizer with short constants, so that 1 - decay is one in every format. */
export function network(drawn: Drawn, { optimizer }: Plan = {}, change: Change = {}): Network {
  const { layer } = drawn;
  const { N, C, spatial, x, dy } = layer;
  const samples = Math.min(drawn.batch as number, N - 1);
  const batches = Math.min(3, Math.floor((N - 1) / samples));
  const example = spatial.length === 2 ? [C, ...spatial] : [x.length / N];
  const numbers = reader(dy);
  const { weights: scale = 1, epsilon = 1, biased = drawn.biased === 1 } = change;
  // Of float32 one layer is judged over several batches, or several layers over one.
  const depth = layer.dtype === 'f32' && batches > 1 ? 1 : (drawn.depth as number);
  const stages = shapes({ ...drawn, depth }, example).map((shape, i): Stage => {
    const units = shape[0]!;
    const own = (values: Float64Array | null): Float64Array =>
      Float64Array.from({ length: units }, (_, c) => values![(c + i) % C]!);
    const read = (count: number) => Float64Array.from({ length: count }, () => scale * numbers());
    const weight = read(shape.reduce((a, b) => a * b, 1));
    const bias = read(units);
    return {
      ...{
        shape,
        weight,
        bias: biased ? bias : null,
        activation: activations[((drawn.bends as number) + i) % 4]!,
      },
      ...{ gamma: own(layer.gamma), beta: own(layer.beta) },
      ...{ running_mean: own(layer.running_mean), running_var: own(layer.running_var) },
    };
  });
  const size = x.length / N;
  const outputs = product(outputShapes({ stages, example }).at(-1)!);
  return {
    ...{ dtype: layer.dtype as Network['dtype'], example, stages, samples, alpha: layer.alpha },
    batches: Array.from({ length: batches }, (_, k) => ({
      x: x.slice(k * samples * size, (k + 1) * samples * size),
      t: Float64Array.from({ length: samples * outputs }, numbers),
    })),
    probe: x.slice((N - 1) * size),
    optimizer: {
      name: optimizer ?? optimizers[(drawn.learns as number | undefined) ?? 0]!,
      rate: 2 ** -(drawn.slow as number),
      decay: 0.75,
      decay_square: 0.9375,
      delta: 2 ** -6,
    },
    epsilon: epsilon * layer.epsilon,
  };
}

/** Weights, stage by stage: of windows at first, where examples have rows and columns; no two stages of one width. */
function shapes({ width, depth, window = 0, again = 0 }: Drawn, example: readonly number[]): (readonly number[])[] {
  const fitting = ([, ...image]: readonly number[], i: number): number[] =>
    image.map((extent, axis) => Math.min(extent, windows[window as number]![2 * i + axis]!));
  let before = example;
  return Array.from({ length: depth as number }, (_, i) => {
    const units = (width as number) + i;
    const flat = before.length === 1 || i > (again as number);
    const shape = flat ? [units, product(before)] : [units, before[0]!, ...fitting(before, i)];
    before = [units, ...placesOf(shape, before)];
    return shape;
  });
}

const product = (extents: readonly number[]): number => extents.reduce((a, b) => a * b, 1);

/** Numbers one after the other, round and round. */
function reader(values: Float64Array): () => number {
  let at = 0;
  return () => values[at++ % values.length]!;
}
