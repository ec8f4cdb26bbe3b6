import type { Layer } from '../src/run/layer.js';
import { outputShapes } from '../src/run/network.js';
import type { Drawn, Learning, Property } from '../src/run/property.js';
import { network, networks, type Plan } from './learner.js';

const needs = { ops: ['steps'], defines: ['train', 'grad', 'infer'], running: true } as const;
const taught = 'arXiv 1502.03167, algorithms 1 and 2 and section 3';

const told = ({ answers }: Learning) => [...answers].map(([step, answered]) => ({ step, answered }));

/** All that training comes to: losses, outputs of the normalizations, gradients, parameters, statistics, prediction. */
const trained = (id: string, title: string, plan: Plan, source = taught): Property => ({
  ...{ id, title, source, of: 'train', binds: ['answers'], law: 'right(answers)' },
  needs: { ...needs, ...(plan.optimizer ? { optimizer: plan.optimizer } : {}) },
  given: networks(plan),
  ask: async (bn, drawn) => ({ answers: told(await bn.learn(network(drawn, plan))) }),
});

export const descent = trained(
  'network.descent',
  'A network trained by gradient descent comes to where the exact one comes, and predicts what it predicts',
  { optimizer: 'sgd', most: { depth: 3 } },
);

export const momentum = trained('network.momentum', 'So does a network trained with momentum', {
  optimizer: 'momentum',
});

export const rmsprop = trained('network.rmsprop', 'So does a network trained by RMSProp', { optimizer: 'rmsprop' });

export const adam = trained(
  'network.adam',
  'So does a network trained by Adam',
  { optimizer: 'adam' },
  'arXiv 1412.6980, algorithm 1',
);

export const convolution: Property = {
  ...trained(
    'network.convolution',
    'In a convolution every filter has one gamma, one beta and one pair of statistics: of m p q samples',
    { convolution: true, most: { depth: 3, batches: 2 } },
    'arXiv 1502.03167, section 3.2',
  ),
  many: true,
};

const deep: Plan = { most: { depth: 3, batches: 1 } };

export const gradients: Property = {
  id: 'network.gradients',
  title: 'Gradients reach every layer, through the statistics of all that follow',
  needs,
  half: true,
  given: networks(deep),
  async ask(bn, drawn) {
    return { gradients: told(await bn.learn(network(drawn, deep))).filter(({ step }) => step.startsWith('d')) };
  },
  binds: ['gradients'],
  law: 'right(gradients)',
  of: 'train',
  source: 'arXiv 1502.03167, section 3',
};

export const prediction: Property = {
  id: 'network.prediction',
  title: 'After training, one example is predicted by the running averages, whatever stands beside it',
  needs,
  half: true,
  given: networks({ most: { batches: 2 } }),
  async ask(bn, drawn) {
    return { predictions: told(await bn.learn(network(drawn))).filter(({ step }) => step === 'prediction') };
  },
  binds: ['predictions'],
  law: 'right(predictions)',
  of: 'train',
  source: 'arXiv 1502.03167, algorithm 2',
};

/** The last normalization of a network as a layer by itself, for laws that read its parameters. Its data are not known. */
function lastLayer(drawn: Drawn): Layer {
  const of = network(drawn);
  const [C, ...spatial] = outputShapes(of).at(-1)! as [number, ...number[]];
  const { gamma, beta, running_mean, running_var } = of.stages.at(-1)!;
  const blank = new Float64Array(of.samples * C * spatial.reduce((a, b) => a * b, 1));
  return { ...drawn.layer, N: of.samples, C, spatial, gamma, beta, running_mean, running_var, x: blank, dy: blank };
}

const once: Plan = { most: { batches: 1 } };

export const biasRedundant: Property = {
  id: 'network.bias-redundant',
  title: 'A bias in front of normalization changes nothing, and has no gradient',
  needs,
  half: true,
  given: networks(once),
  async ask(bn, drawn) {
    const plain = await bn.learn(network(drawn, {}, { biased: false }));
    const biased = await bn.learn(network(drawn, {}, { biased: true }));
    const L = network(drawn).stages.length;
    return {
      ...{ y: plain.answers.get(`y.${L}`), z: biased.answers.get(`y.${L}`) },
      ...{ dW: plain.answers.get(`dweight.${L}`), dV: biased.answers.get(`dweight.${L}`) },
      db: biased.answers.get(`dbias.${L}`),
    };
  },
  about: lastLayer,
  binds: ['y', 'z', 'dW', 'dV', 'db'],
  law: 'y == z and dW == dV and db == 0',
  of: 'train',
  source: 'arXiv 1502.03167, section 3.2',
};

const scale = 4;

export const weightScale: Property = {
  id: 'network.weight-scale',
  title: 'Weights times a and epsilon times a^2 give the same output, and gradients of the weights divided by a',
  needs,
  half: true,
  given: networks(once),
  async ask(bn, drawn) {
    const larger = network(drawn, {}, { weights: scale, epsilon: scale ** 2 });
    const [plain, scaled] = [await bn.learn(network(drawn)), await bn.learn(larger)];
    const L = larger.stages.length;
    return {
      ...{ y: plain.answers.get(`y.${L}`), z: scaled.answers.get(`y.${L}`), a: scale },
      ...{ dW: plain.answers.get(`dweight.${L}`), dV: scaled.answers.get(`dweight.${L}`) },
    };
  },
  about: lastLayer,
  binds: ['y', 'z', 'a', 'dW', 'dV'],
  law: 'y == z and dW == a * dV',
  of: 'train',
  source: 'arXiv 1502.03167, section 3.3',
};

export const weightScaleInexact: Property = {
  id: 'network.weight-scale-inexact',
  title: 'With one epsilon, weights times a change the output by just what epsilon weighs beside their variance',
  needs,
  half: true,
  given: networks({ most: { depth: 1, batches: 1 } }),
  async ask(bn, drawn) {
    const plain = await bn.learn(network(drawn));
    const scaled = await bn.learn(network(drawn, {}, { weights: scale }));
    return { y: plain.answers.get('y.1'), z: scaled.answers.get('y.1'), V: plain.ranges('variance.1'), a: scale };
  },
  about: lastLayer,
  binds: ['y', 'z', 'V', 'a'],
  law: '(z - beta) * sqrt(V + epsilon / a^2) == (y - beta) * sqrt(V + epsilon)',
  of: 'train',
  source: 'arXiv 1502.03167, section 3.3, where epsilon is left out',
};

export const beforeActivation: Property = {
  id: 'network.before-activation',
  title:
    'However earlier weights have moved, what an activation is given has mean beta and variance gamma^2 V / (V + epsilon)',
  needs,
  half: true,
  given: networks({ most: { batches: 2 } }),
  async ask(bn, drawn) {
    const { answers, ranges } = await bn.learn(network(drawn));
    const L = network(drawn).stages.length;
    const now = (name: string) => ranges(`${name}.${L}`);
    return { y: answers.get(`y.${L}`), V: now('variance'), scale: now('scale'), shift: now('shift') };
  },
  about: lastLayer,
  binds: ['y', 'V', 'scale', 'shift'],
  law: 'sum(y) / m == shift and sum((y - shift)^2) / m == scale^2 * V / (V + epsilon)',
  of: 'train',
  source: 'arXiv 1502.03167, section 3: the first two moments of what a nonlinearity is given',
};
