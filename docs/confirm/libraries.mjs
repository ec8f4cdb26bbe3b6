// The cases of docs/findings put to the JavaScript libraries directly: no adapter, no file of bnspec's.
//
//   node docs/confirm/libraries.mjs
//
// The exact values stand beside them in docs/confirm/exact.py.
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import { GradTensor, Tensor } from 'deepbox/ndarray';
import { BatchNorm1d } from 'deepbox/nn';
import ort from 'onnxruntime-node';

async function show(name, what, call) {
  let said;
  try {
    said = JSON.stringify([...(await call())].map((v) => (Number.isFinite(v) ? v : String(v))));
  } catch (error) {
    said = `${error.constructor.name}: ${error.message}`;
  }
  console.log(name.padEnd(4), what.padEnd(46), said);
}

const x = [0, 1, 0, 3]; // channels first: channel 0 holds 0, 1 and channel 1 holds 0, 3
const norm = (options) => layers.batchNormalization({ epsilon: 0.25, momentum: 0.5, ...options });

async function tfjs(backend) {
  await tf.setBackend(backend);
  const first = tf.tensor(x, [1, 2, 2]);
  const say = (name, what, call) => show(name, `tfjs ${backend} ${what}`, call);
  await say('T1', 'axis 1, train', () => norm({ axis: 1 }).apply(first, { training: true }).dataSync());
  await say('T1', 'axis 1, tf.moments', () => tf.moments(first, [0, 2]).mean.dataSync());
  await say('T1', 'axis 1, infer, gamma [1, 2]', () => {
    const layer = norm({ axis: 1 });
    layer.build([1, 2, 2]);
    layer.setWeights(
      [
        [1, 2],
        [0, 0],
        [0, 0],
        [0.75, 0.75],
      ].map((v) => tf.tensor1d(v)),
    );
    return layer.apply(first, { training: false }).dataSync();
  });
  const dx = (input, options) =>
    tf
      .grad((t) => norm(options).apply(t, { training: true }))(input)
      .dataSync();
  await say('T2', 'axis 1, gradient', () => dx(first, { axis: 1 }));
  await say('T2', 'last axis, gradient', () => dx(first, { axis: 2 }));
  await say('T3', 'scale false, train', () => norm({ scale: false }).apply(first, { training: true }).dataSync());
  await say('T3', 'center false, train', () => norm({ center: false }).apply(first, { training: true }).dataSync());
  const data = Float32Array.from({ length: 2 ** 18 }, (_, i) => 0.1 + ((i % 7) - 3) / 64);
  await say('T4', '2^18 values, y[0]', () => {
    const layer = norm({});
    layer.build([2 ** 18, 1]);
    layer.setWeights([2, 3, 0, 1].map((v) => tf.tensor1d([v])));
    return layer
      .apply(tf.tensor(data, [2 ** 18, 1]), { training: true })
      .dataSync()
      .subarray(0, 1);
  });
  await say('T5', 'no elements, running mean and variance', () => {
    const layer = norm({});
    layer.apply(tf.zeros([0, 1]), { training: true });
    return layer
      .getWeights()
      .slice(2)
      .map((weight) => weight.dataSync()[0]);
  });
}

tf.enableProdMode();
await tfjs('cpu');
await tfjs('wasm');

// An ONNX model of one node, in protocol buffers: fields of bytes (two-digit tags in hex), of numbers, of float32.
const bytes = (tag, ...parts) => {
  const body = parts.flatMap((part) => (typeof part === 'string' ? [...Buffer.from(part)] : part));
  return [tag, ...(body.length > 127 ? [(body.length & 127) | 128, body.length >> 7] : [body.length]), ...body];
};
const float = (v) => [0x15, ...new Uint8Array(new Float32Array([v]).buffer)];
const inputs = ['x', 'scale', 'bias', 'mean', 'variance'];

/** type: 1 float32, 11 float64. */
function model(type, epsilon, momentum, training) {
  const outputs = training ? ['y', 'running_mean', 'running_var'] : ['y'];
  const value = (tag, name) => bytes(tag, bytes(0x0a, name), bytes(0x12, bytes(0x0a, [0x08, type])));
  const attribute = (name, ...rest) => bytes(0x2a, bytes(0x0a, name), ...rest);
  const node = [
    ...inputs.map((name) => bytes(0x0a, name)),
    ...outputs.map((name) => bytes(0x12, name)),
    bytes(0x22, 'BatchNormalization'),
    attribute('epsilon', float(epsilon), [0xa0, 0x01, 1]),
    attribute('momentum', float(momentum), [0xa0, 0x01, 1]),
    attribute('training_mode', [0x18, Number(training)], [0xa0, 0x01, 2]),
  ].flat();
  const graph = [
    bytes(0x0a, node),
    bytes(0x12, 'g'),
    ...inputs.map((n) => value(0x5a, n)),
    ...outputs.map((n) => value(0x62, n)),
  ];
  return Uint8Array.from([0x08, 8, ...bytes(0x3a, graph.flat()), ...bytes(0x42, [0x10, 15])]);
}

async function onnx(type, training, { epsilon, momentum = 0.5, x: given, mean = 0, variance = 0 }, output = 'y') {
  const [name, Values] = type === 1 ? ['float32', Float32Array] : ['float64', Float64Array];
  const session = await ort.InferenceSession.create(model(type, epsilon, momentum, training));
  const feed = (values) => new ort.Tensor(name, Values.from(values), [values.length]);
  const data = new ort.Tensor(name, Values.from(given), [given.length, 1]);
  const answer = await session.run({
    x: data,
    scale: feed([1]),
    bias: feed([0]),
    mean: feed([mean]),
    variance: feed([variance]),
  });
  return answer[output].data;
}

await show('O1', 'ort f64 infer, x 1, variance 0, epsilon .1', () => onnx(11, false, { epsilon: 0.1, x: [1] }));
await show('O1', 'ort f64 train, x 0 2, momentum .1: running mean', () =>
  onnx(11, true, { epsilon: 0.25, momentum: 0.1, x: [0, 2] }, 'running_mean'),
);
await show('O2', 'ort f32 infer, x 1e4 1e4 + 1, mean 1e4', () =>
  onnx(1, false, { epsilon: 1, x: [1e4, 1e4 + 1], mean: 1e4, variance: 2 }),
);
await show('O3', 'ort f32 train, x 1 1, epsilon 2^-130', () => onnx(1, true, { epsilon: 2 ** -130, x: [1, 1] }));
await show('O3', 'ort f32 train, x 1 1, epsilon 2^-120', () => onnx(1, true, { epsilon: 2 ** -120, x: [1, 1] }));
await show('O3', 'ort f32 infer, x 1 1, epsilon 2^-130', () =>
  onnx(1, false, { epsilon: 2 ** -130, x: [1, 1], mean: 1 }),
);

const box = (values, dtype = 'float32') => {
  const data = dtype === 'float64' ? Float64Array.from(values) : Float32Array.from(values);
  return Tensor.fromTypedArray({ data, shape: [values.length, 1], dtype, device: 'cpu' });
};
await show('D1', 'deepbox float64 input', () => new BatchNorm1d(1, { eps: 0.25 }).forward(box([0, 1], 'float64')).data);
await show('D2', 'deepbox one element: y, running variance', () => {
  const layer = new BatchNorm1d(1, { eps: 0.25, momentum: 0.5 });
  const y = layer.forward(box([5])).data;
  return [y[0], layer.stateDict().buffers.running_var.data[0]];
});
await show('D3', 'deepbox epsilon 0', () => new BatchNorm1d(1, { eps: 0 }).forward(box([0, 1])).data);
await show('D4', 'deepbox dx, x 1 1, dy 1 0, epsilon 2^-130', () => {
  const input = GradTensor.fromTensor(box([1, 1]), { requiresGrad: true });
  new BatchNorm1d(1, { eps: 2 ** -130 }).forward(input).backward(box([1, 0]));
  return input.grad.data;
});
