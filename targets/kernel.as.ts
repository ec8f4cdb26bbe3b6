// A right batch normalization in AssemblyScript, and the template of a WebAssembly kernel: copy it, call your own, keep the rest.
//
//   npx asc kernel.as.ts -O --runtime stub -o kernel.wasm && bnspec run ./kernel.wasm
//
// It computes in f64 whatever the data are. The profile `torch` says the rest: momentum is the weight of the new batch, the
// running variance is divided by m - 1, training on one element per channel is an error.
import { ERROR, F64, Inputs, OK, Outputs, Tensor, text } from './bnspec.as';

export { bnspec_alloc } from './bnspec.as';

const card = text(
  'name=assemblyscript two-pass\nversion=1\ndtypes=f64,f32\n' +
    'layouts=channels_first,channels_last\nsaved=mean,inv_std\nprofile=torch\n',
);
const tooFew = text('expected more than 1 value per channel when training');

export function bnspec_card(): usize {
  return changetype<usize>(card);
}

function get(t: Tensor, i: usize): f64 {
  return t.dtype === F64 ? load<f64>(t.data + (i << 3)) : <f64>load<f32>(t.data + (i << 2));
}

function put(t: Tensor, i: usize, value: f64): void {
  if (t.data === 0) return; // nobody asked
  if (t.dtype === F64) store<f64>(t.data + (i << 3), value);
  else store<f32>(t.data + (i << 2), <f32>value);
}

/** The channel that is computed: of m elements, with the batch's own statistics or the running ones. */
let all: Inputs = changetype<Inputs>(0);
let c: usize = 0;
let m: usize = 0;
let mean: f64 = 0;
let variance: f64 = 0;
let r: f64 = 0;
let gamma: f64 = 1;
let beta: f64 = 0;

/** Where its element k is. */
function at(k: usize): usize {
  const inner = <usize>all.inner;
  return ((k / inner) * <usize>all.channels + c) * inner + (k % inner);
}

const x = (k: usize): f64 => get(all.x, at(k));
const dy = (k: usize): f64 => get(all.dy, at(k));
const square = (k: usize): f64 => (x(k) - mean) * (x(k) - mean);
const xhat = (k: usize): f64 => (x(k) - mean) * r;
const dyXhat = (k: usize): f64 => dy(k) * xhat(k);

/** In halves: the error does not grow with the batch. */
function sum(term: (k: usize) => f64, from: usize, to: usize): f64 {
  if (to - from > 8) return sum(term, from, (from + to) / 2) + sum(term, (from + to) / 2, to);
  let s: f64 = 0;
  for (let k = from; k < to; k++) s += term(k);
  return s;
}

function open(inputs: Inputs, channel: usize, frozen: bool): void {
  all = inputs;
  c = channel;
  m = <usize>(inputs.outer * inputs.inner);
  const n = m > 0 ? <f64>m : 1;
  mean = frozen ? get(inputs.running_mean, c) : sum(x, 0, m) / n;
  variance = frozen ? get(inputs.running_var, c) : sum(square, 0, m) / n;
  const d = variance + inputs.epsilon;
  r = d === 0 ? 0 : 1 / Math.sqrt(d);
  gamma = inputs.gamma.data ? get(inputs.gamma, c) : 1;
  beta = inputs.beta.data ? get(inputs.beta, c) : 0;
}

function normalize(outputs: Outputs): void {
  for (let k: usize = 0; k < m; k++) put(outputs.y, at(k), xhat(k) * gamma + beta);
}

function oneElement(inputs: Inputs, outputs: Outputs): bool {
  outputs.message = tooFew;
  return inputs.outer * inputs.inner === 1;
}

export function bnspec_infer(inputs: Inputs, outputs: Outputs): i32 {
  for (let i: usize = 0; i < <usize>inputs.channels; i++) {
    open(inputs, i, true);
    normalize(outputs);
  }
  return OK;
}

export function bnspec_train(inputs: Inputs, outputs: Outputs): i32 {
  if (oneElement(inputs, outputs)) return ERROR;
  const cumulative = 1 / <f64>(inputs.count + 1);
  let a = isNaN(inputs.momentum) ? cumulative : inputs.momentum;
  for (let i: usize = 0; i < <usize>inputs.channels; i++) {
    open(inputs, i, false);
    normalize(outputs);
    put(outputs.mean, c, mean);
    put(outputs.inv_std, c, r);
    if (!outputs.running_mean.data) continue;
    if (m === 0) a = 0;
    put(outputs.running_mean, c, (1 - a) * get(inputs.running_mean, c) + a * mean);
    put(outputs.running_var, c, (1 - a) * get(inputs.running_var, c) + a * ((variance * <f64>m) / (<f64>m - 1)));
  }
  if (outputs.count.data) store<i64>(outputs.count.data, inputs.count + 1);
  return OK;
}

function gradients(inputs: Inputs, outputs: Outputs, frozen: bool): i32 {
  for (let i: usize = 0; i < <usize>inputs.channels; i++) {
    open(inputs, i, frozen);
    const dbeta = sum(dy, 0, m);
    const dgamma = sum(dyXhat, 0, m);
    for (let k: usize = 0; k < m; k++) {
      const through = frozen ? dy(k) : dy(k) - dbeta / <f64>m - (xhat(k) * dgamma) / <f64>m;
      put(outputs.dx, at(k), gamma * r * through);
    }
    put(outputs.dgamma, c, dgamma);
    put(outputs.dbeta, c, dbeta);
  }
  return OK;
}

export function bnspec_grad(inputs: Inputs, outputs: Outputs): i32 {
  return oneElement(inputs, outputs) ? ERROR : gradients(inputs, outputs, false);
}

export function bnspec_infer_grad(inputs: Inputs, outputs: Outputs): i32 {
  return gradients(inputs, outputs, true);
}
