import { variant } from '../builtin/catalogue.js';
import { load } from '../builtin/storage.js';
import type { Chapter } from '../formula/chapter.js';
import { edit } from '../formula/edit.js';
import type { Array_, Outputs } from '../target/kernel.js';
import type { StepsInputs } from '../target/network-inputs.js';
import { plainly } from './calculus.js';
import { type Around, learn } from './learning.js';
import type { WrongKernel } from './mutant.js';
import { type Activation, type Network, type OptimizerName, outputShapes, type Stage } from './network.js';
import type { Profile } from './profile.js';
import { type Spec, subject } from './subject.js';

/** Wrong mathematics of a network: edits of what stands around normalization, or of an operation of normalization in it. */
export interface NetworkMutant {
  /** `network.kebab-name`. */
  readonly id: string;
  readonly says: string;
  readonly edits: readonly {
    readonly chapter: Around | 'train' | 'infer' | 'grad';
    readonly formula: string;
    readonly from: string;
    readonly to: string;
  }[];
  readonly seen: readonly string[];
}

/** The mutant as a kernel that is right but for the networks that it trains. */
export const learner = (
  mutant: NetworkMutant,
  spec: Spec,
  profiles: Readonly<Record<string, Profile>>,
): WrongKernel => ({
  id: mutant.id,
  says: mutant.says,
  op: 'steps',
  wrongAt: 'semantic',
  dtypes: ['f64', 'f32'],
  profile: 'torch',
  seen: mutant.seen,
  make: () => ({ ...variant({}), steps: byText(mistaken(spec, mutant), profiles.torch!) }),
});

/** The texts with the edits made. Throws FormulaError for one that does not fit exactly once. */
export function mistaken(spec: Spec, { id, edits }: NetworkMutant): Spec {
  let { chapters, network } = spec;
  for (const { chapter, formula, from, to } of edits) {
    const change = (one: Chapter): Chapter => ({
      ...one,
      [formula]: { ...one[formula]!, is: edit(one[formula]!.is, from, to) },
    });
    if (chapter === 'train' || chapter === 'infer' || chapter === 'grad') {
      const at = chapters[chapter].findIndex((one) => Object.hasOwn(one, formula));
      if (at < 0) throw new Error(`mutant ${id} edits '${formula}', which ${chapter} does not compute`);
      const edited = chapters[chapter].map((one, i) => (i === at ? change(one) : one));
      chapters = { ...chapters, [chapter]: edited };
    } else if (Object.hasOwn(network.chapters[chapter], formula)) {
      const edited = { ...network.chapters, [chapter]: change(network.chapters[chapter]) };
      network = { ...network, chapters: edited };
    } else throw new Error(`mutant ${id} edits '${formula}', which ${chapter} does not have`);
  }
  return { ...spec, chapters, network };
}

/** Training by the texts, computed in float64 and rounded once. */
export function byText(spec: Spec, profile: Profile): (inputs: StepsInputs) => Outputs {
  const { formulas } = subject({} as never, profile, spec);
  const calculus = plainly(spec.network.chapters, { formulas });
  return (inputs) => {
    const network = networkOf(inputs);
    const learned = learn(network, calculus, { momentum: inputs.momentum ?? 0 });
    const outputs = [...learned].flatMap(([name, { data }]) => {
      const shape = shapeOf(name, network);
      const values = network.dtype === 'f64' ? Float64Array.from(data) : Float32Array.from(data);
      return shape ? [[name, { shape, data: values }] as const] : [];
    });
    return Object.fromEntries(outputs);
  };
}

function networkOf({ x, xs, targets, stages, optimizer, ...constants }: StepsInputs): Network {
  const real = (array: Array_): Float64Array => Float64Array.from(load(array));
  const { rate, decay, decay_square, delta, epsilon } = constants;
  return {
    ...{ dtype: x.dtype as Network['dtype'], example: x.shape.slice(1), samples: xs[0]!.shape[0]!, epsilon, alpha: 0 },
    probe: real(x),
    batches: xs.map((batch, k) => ({ x: real(batch), t: real(targets[k]!) })),
    optimizer: { name: optimizer as OptimizerName, rate, decay, decay_square, delta },
    stages: stages.map(
      ({ activation, weight, bias, gamma, beta, running_mean, running_var }): Stage => ({
        ...{ activation: activation as Activation, shape: weight.shape, weight: real(weight) },
        ...{ bias: bias ? real(bias) : null, gamma: real(gamma), beta: real(beta) },
        ...{ running_mean: real(running_mean), running_var: real(running_var) },
      }),
    ),
  };
}

/** The shape of an output on the wire; null for what is no output. */
function shapeOf(name: string, network: Network): readonly number[] | null {
  const [stem, number] = name.split('.') as [string, string?];
  const shapes = outputShapes(network);
  if (stem === 'loss') return [network.batches.length];
  if (stem === 'prediction') return [1, ...shapes.at(-1)!];
  const i = Number(number) - 1;
  if (stem === 'y') return [network.samples, ...shapes[i]!];
  const { shape } = network.stages[i]!;
  if (stem === 'weight' || stem === 'dweight') return shape;
  return ['variance', 'scale', 'shift'].includes(stem) ? null : [shape[0]!];
}
