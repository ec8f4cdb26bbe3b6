// deepbox: its layers BatchNorm1d, BatchNorm2d, BatchNorm3d, and gradients from its own automatic differentiation.
//
//   bnspec run ./targets/deepbox.mjs
//
// A layer keeps float32 parameters and refuses every other input. It has scale and shift together or not at all, so a
// missing one goes in as the identity.
import { readFileSync } from 'node:fs';
import { GradTensor, Tensor } from 'deepbox/ndarray';
import { BatchNorm1d, BatchNorm2d, BatchNorm3d } from 'deepbox/nn';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.resolve('deepbox'))));

export const card = {
  name: 'deepbox',
  version,
  ops: ['train', 'infer', 'grad', 'infer_grad'],
  dtypes: ['f32'],
  layouts: ['channels_first'],
  ranks: [2, 3, 4, 5],
  profile: 'torch',
  divisor: 'max(m - 1, 1)',
  m1: 'zero',
};

const layers = { 2: BatchNorm1d, 3: BatchNorm1d, 4: BatchNorm2d, 5: BatchNorm3d };
const tensor = ({ data, shape }) => Tensor.fromTypedArray({ data, shape, dtype: 'float32', device: 'cpu' });

function layer({ x, gamma, beta, running_mean, running_var, epsilon, momentum }) {
  const channels = x.shape[1];
  const bn = new layers[x.shape.length](channels, {
    eps: epsilon,
    momentum,
    affine: Boolean(gamma ?? beta),
    trackRunningStats: Boolean(running_mean),
  });
  const { parameters, buffers } = bn.stateDict();
  const load = (entry, given) => entry && given && Object.assign(entry, { data: given.data });
  load(parameters.weight, gamma);
  load(parameters.bias, beta);
  load(buffers.running_mean, running_mean);
  load(buffers.running_var, running_var);
  bn.loadStateDict({ parameters, buffers });
  return bn;
}

export function infer(inputs) {
  return { y: layer(inputs).eval().forward(tensor(inputs.x)).data };
}

export function train(inputs) {
  const bn = layer(inputs);
  const y = bn.forward(tensor(inputs.x)).data;
  const buffers = Object.entries(bn.stateDict().buffers);
  return { y, ...Object.fromEntries(buffers.map(([name, { data }]) => [name, Float32Array.from(data)])) };
}

function differentiate(bn, { x, dy, gamma, beta }) {
  const input = GradTensor.fromTensor(tensor(x), { requiresGrad: true });
  bn.forward(input).backward(tensor(dy));
  return {
    dx: input.grad.data,
    ...(gamma && { dgamma: bn.getParameter('weight').grad.data }),
    ...(beta && { dbeta: bn.getParameter('bias').grad.data }),
  };
}

export const grad = (inputs) => differentiate(layer(inputs), inputs);
export const infer_grad = (inputs) => differentiate(layer(inputs).eval(), inputs);
