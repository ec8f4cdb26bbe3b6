// TensorFlow.js on its WebGL backend, in a browser: the layer tf.layers.batchNormalization, and gradients by tf.grads.
//
//   bnspec run ./targets/tfjs-webgl.browser.mjs
//
// Training reads both weights even where `scale` or `center` is off (tensorflow/tfjs#2868), and gradients need a
// scale, so there a missing weight goes in as the identity. The layer hands out no statistics of the batch.
import '@tensorflow/tfjs-backend-webgl';
import * as tf from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';

tf.enableProdMode(); // also silences the banner
if (!(await tf.setBackend('webgl'))) throw new Error('this browser has no WebGL: nothing can be judged here');
await tf.ready();
const lost = () => bnspec.stop('the WebGL context was lost');
tf.backend().gpgpu.gl.canvas.addEventListener('webglcontextlost', lost);

export const card = {
  name: 'tfjs-webgl',
  version: tf.version_core,
  ops: ['train', 'infer', 'grad', 'infer_grad'],
  dtypes: ['f32'],
  layouts: ['channels_first', 'channels_last'],
  ranks: [2, 3, 4],
  profile: 'tfjs-layers',
  ftz: true, // as shaders may
};

const tensor = ({ data, shape }) => tf.tensor(data, shape, 'float32');

/** Calls `use` with a layer that holds the weights sent, affine where asked or where one was sent; frees it after. */
async function withLayer(inputs, affine, use) {
  const { x, gamma, beta, running_mean, running_var, epsilon, momentum, layout } = inputs;
  const axis = layout === 'channels_first' ? 1 : x.shape.length - 1;
  const [scale, center] = [affine || Boolean(gamma), affine || Boolean(beta)];
  const bn = layers.batchNormalization({ axis, epsilon, momentum, scale, center });
  bn.build(x.shape);
  let tensors = {};
  try {
    tensors = tf.tidy(() => {
      const given = [...(scale ? [gamma] : []), ...(center ? [beta] : []), running_mean, running_var];
      const initial = bn.getWeights();
      bn.setWeights(given.map((weight, i) => (weight ? tensor(weight) : initial[i])));
      return use(bn);
    });
    const read = Object.entries(tensors).map(async ([name, one]) => [name, await one.data()]);
    return Object.fromEntries(await Promise.all(read));
  } finally {
    tf.dispose(tensors);
    for (const weight of bn.weights) weight.dispose();
  }
}

export const infer = (inputs) =>
  withLayer(inputs, false, (bn) => ({ y: bn.apply(tensor(inputs.x), { training: false }) }));

export const train = (inputs) =>
  withLayer(inputs, true, (bn) => {
    const y = bn.apply(tensor(inputs.x), { training: true });
    const [running_mean, running_var] = bn.nonTrainableWeights.map((weight) => weight.read().clone());
    return { y, ...(inputs.running_mean && { running_mean, running_var }) };
  });

const differentiate = (training) => (inputs) =>
  withLayer(inputs, true, (bn) => {
    const weights = bn.trainableWeights.map((weight) => weight.read());
    const gradient = tf.grads((x) => bn.apply(x, { training }));
    const [dx, dgamma, dbeta] = gradient([tensor(inputs.x), ...weights], tensor(inputs.dy));
    return { dx, ...(inputs.gamma && { dgamma }), ...(inputs.beta && { dbeta }) };
  });

export const grad = differentiate(true);
export const infer_grad = differentiate(false);
