// ONNX Runtime Web, in WebAssembly in a browser: one-node models of the ONNX operator BatchNormalization, opset 15, written out by hand.
//
//   bnspec run ./targets/onnxruntime-web.browser.mjs
//
// The operator has channels on axis 1 and requires scale, bias, mean and variance: absent ones go in as the identity.
// It has no gradient, and in training it hands out running statistics only: none of the batch's own is saved.
import * as ort from 'onnxruntime-web/wasm';

ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';

export const card = {
  name: 'onnxruntime-web wasm',
  version: ort.env.versions.web,
  ops: ['train', 'infer'],
  dtypes: ['f64', 'f32', 'f16'],
  param_dtype: 'f32',
  layouts: ['channels_first'],
  ranks: [2, 3, 4, 5],
  profile: 'onnx-15',
};

// A type's name here, its number in ONNX files, and what JavaScript keeps it in (float16: its bits).
const types = {
  f64: ['float64', 11, Float64Array],
  f32: ['float32', 1, Float32Array],
  f16: ['float16', 10, Uint16Array],
};

// Protocol buffers, as far as a model needs them: a varint; then fields holding a number, a float32, or bytes.
const varint = (n) => (n > 127 ? [(n & 127) | 128, ...varint(n >>> 7)] : [n]);
const int = (field, n) => [...varint(field << 3), ...varint(n)];
const float = (field, x) => [...varint((field << 3) | 5), ...new Uint8Array(new Float32Array([x]).buffer)];
const bytes = (field, ...parts) => {
  const body = parts.flatMap((part) => (typeof part === 'string' ? [...new TextEncoder().encode(part)] : part));
  return [...varint((field << 3) | 2), ...varint(body.length), ...body];
};

function model(training, data, parameter, epsilon, momentum) {
  const inputs = ['x', 'scale', 'bias', 'mean', 'variance'];
  const outputs = training ? ['y', 'running_mean', 'running_var'] : ['y'];
  const type = (name) => bytes(2, bytes(1, int(1, 'xy'.includes(name) ? data : parameter)));
  const node = [
    ...inputs.map((name) => bytes(1, name)),
    ...outputs.map((name) => bytes(2, name)),
    bytes(4, 'BatchNormalization'),
    bytes(5, bytes(1, 'epsilon'), float(2, epsilon), int(20, 1)),
    bytes(5, bytes(1, 'momentum'), float(2, momentum), int(20, 1)),
    bytes(5, bytes(1, 'training_mode'), int(3, Number(training)), int(20, 2)),
  ];
  const graph = [
    bytes(1, ...node),
    bytes(2, 'batch-normalization'),
    ...inputs.map((name) => bytes(11, bytes(1, name), type(name))),
    ...outputs.map((name) => bytes(12, bytes(1, name), type(name))),
  ];
  return Uint8Array.from([...int(1, 8), ...bytes(7, ...graph), ...bytes(8, int(2, 15))]);
}

const options = { executionProviders: ['wasm'] };

async function ask(training, { x, gamma, beta, running_mean, running_var, epsilon, momentum = 0.9 }) {
  const [type, number] = types[x.dtype];
  const [paramType, paramNumber, Values] = types[x.dtype === 'f16' ? 'f32' : x.dtype];
  const perChannel = (given, identity) =>
    new ort.Tensor(paramType, given?.data ?? new Values(x.shape[1]).fill(identity), [x.shape[1]]);
  // Epsilon and momentum are attributes, so every question brings a model of its own.
  const session = await ort.InferenceSession.create(model(training, number, paramNumber, epsilon, momentum), options);
  try {
    const outputs = await session.run({
      x: new ort.Tensor(type, x.data, x.shape),
      scale: perChannel(gamma, 1),
      bias: perChannel(beta, 0),
      mean: perChannel(running_mean, 0),
      variance: perChannel(running_var, 1),
    });
    return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data]));
  } finally {
    await session.release();
  }
}

export const infer = (inputs) => ask(false, inputs);
export const train = (inputs) => ask(true, inputs);
