import { twoPassBlocked, variant } from '../../src/builtin/catalogue.js';
import { unweigh } from '../../src/builtin/link.js';
import { steps } from '../../src/builtin/steps.js';
import { load } from '../../src/builtin/storage.js';
import type { WrongKernel } from '../../src/run/mutant.js';
import type { Array_, Output, Outputs } from '../../src/target/kernel.js';
import type { StepsInputs } from '../../src/target/network-inputs.js';

const everywhere = {
  op: 'steps',
  wrongAt: 'semantic',
  dtypes: ['f64', 'f32'],
  profile: 'torch',
  seen: ['textbook'],
} as const;

/** The right kernel but for its way to train. */
const training = (wrong: (inputs: StepsInputs) => Outputs) => () => ({ ...variant({}), steps: wrong });
const rightly = (inputs: StepsInputs) => steps(twoPassBlocked, inputs) as Readonly<Record<string, Array_>>;

const own = ['weight', 'bias', 'gamma', 'beta', 'running_mean', 'running_var'] as const;

/** The inputs with the parameters and statistics that were answered. */
const grown = (inputs: StepsInputs, answers: Readonly<Record<string, Array_>>): StepsInputs => ({
  ...inputs,
  stages: inputs.stages.map((stage, i) => {
    const names = own.filter((name) => stage[name]);
    return {
      ...stage,
      ...Object.fromEntries(names.map((name) => [name, { ...stage[name], ...answers[`${name}.${i + 1}`] }])),
    };
  }),
});

export const thirdLayerLeft = {
  id: 'network.third-layer-left',
  says: 'Trains two layers: the optimizer was not given what a third one has.',
  make: training((inputs) => {
    const third = inputs.stages[2];
    if (!third) return rightly(inputs);
    const { weight, gamma, beta } = third;
    return { ...rightly(inputs), 'weight.3': weight, 'gamma.3': gamma, 'beta.3': beta };
  }),
  ...everywhere,
} as const satisfies WrongKernel;

export const optimizerForgotten = {
  id: 'network.optimizer-forgotten',
  says: 'Makes the optimizer anew for every batch, in float32, which is all that it serves.',
  make: () => ({
    ...training((inputs) => {
      const losses: number[] = [];
      let now = inputs;
      let answers: Readonly<Record<string, Output>> = {};
      for (const [k, batch] of inputs.xs.entries()) {
        const one = rightly({ ...now, xs: [batch], targets: [inputs.targets[k]!] });
        losses.push(load(one.loss!)[0]!);
        now = grown(now, one);
        answers = one;
      }
      return { ...answers, loss: { shape: [losses.length], data: Float32Array.from(losses) } };
    })(),
    card: { ...variant({}).card, dtypes: ['f32'] },
  }),
  ...everywhere,
  dtypes: ['f32'],
} as const satisfies WrongKernel;

export const windowsOverwrite = {
  id: 'network.windows-overwrite',
  says: 'Where windows overlap keeps the gradient of the last one, instead of adding them up.',
  make: training((inputs) =>
    steps(twoPassBlocked, inputs, (link, weight, before, dz, a) => {
      const { units, places, inputs: K, pixels, at } = link;
      const dbefore = new Float64Array(before.length);
      for (let i = 0; i < before.length / pixels; i++)
        for (let p = 0; p < places; p++)
          for (let k = 0; k < K; k++) {
            let sum = 0;
            for (let c = 0; c < units; c++)
              sum = a.add(sum, a.multiply(dz[(i * units + c) * places + p]!, weight[c * K + k]!));
            dbefore[i * pixels + at(p, k)] = sum;
          }
      return { ...unweigh(link, weight, before, dz, a), dbefore };
    }),
  ),
  ...everywhere,
} as const satisfies WrongKernel;

export const windowsDescend = {
  id: 'network.windows-descend',
  says: 'Leaves the weights of a convolution to plain descent, whatever the optimizer.',
  make: training((inputs) => {
    const [right, plain] = [rightly(inputs), rightly({ ...inputs, optimizer: 'sgd' })];
    const names = inputs.stages.flatMap(({ weight }, i) => (weight.shape.length === 4 ? [`weight.${i + 1}`] : []));
    return { ...right, ...Object.fromEntries(names.map((name) => [name, plain[name]])) };
  }),
  ...everywhere,
} as const satisfies WrongKernel;

export const biasLeftOut = {
  id: 'network.bias-left-out',
  says: 'Trains with a bias, whose mean the running average holds, and predicts without.',
  make: training((inputs) => {
    const answers = rightly(inputs);
    const now = grown(inputs, answers);
    const stages = now.stages.map(({ bias: _, ...stage }) => stage);
    return { ...answers, prediction: rightly({ ...now, stages, xs: [], targets: [] }).prediction };
  }),
  ...everywhere,
} as const satisfies WrongKernel;
