//! A right batch normalization in Rust, and the template of a kernel: copy it, call your own, keep the rest.
//!
//!     rustc --edition 2021 --crate-type cdylib -O -o kernel.so kernel.rs && bnspec run ./kernel.so
//!     rustc --edition 2021 --crate-type cdylib -O --target wasm32-unknown-unknown kernel.rs && bnspec run ./kernel.wasm
//!
//! It computes in f64 whatever the data are. The profile `torch` says the rest: momentum is the weight of the new batch,
//! the running variance is divided by m - 1, training on one element per channel is an error.
mod bnspec;

use bnspec::{Inputs, Outputs, Tensor};
use std::os::raw::{c_char, c_int};

#[no_mangle]
pub extern "C" fn bnspec_card() -> *const c_char {
    c"name=rust two-pass\nversion=1\ndtypes=f64,f32\nlayouts=channels_first,channels_last\nsaved=mean,inv_std\nprofile=torch\n"
        .as_ptr()
}

fn get(t: &Tensor, i: usize) -> f64 {
    match t.dtype {
        bnspec::F64 => unsafe { t.values::<f64>()[i] },
        _ => unsafe { t.values::<f32>()[i] as f64 },
    }
}

fn put(t: &Tensor, i: usize, value: f64) {
    match t.dtype {
        _ if t.data.is_null() => {} // nobody asked
        bnspec::F64 => unsafe { t.values::<f64>()[i] = value },
        _ => unsafe { t.values::<f32>()[i] = value as f32 },
    }
}

/// In halves: the error does not grow with the batch.
fn sum(values: &[f64]) -> f64 {
    match values.len() {
        0..=8 => values.iter().sum(),
        n => sum(&values[..n / 2]) + sum(&values[n / 2..]),
    }
}

/// One channel: where its elements are, and they normalized by its own statistics or the running ones.
struct Channel {
    at: Vec<usize>,
    m: f64,
    mean: f64,
    variance: f64,
    r: f64,
    xhat: Vec<f64>,
    gamma: f64,
    beta: f64,
}

fn channel(inputs: &Inputs, c: usize, frozen: bool) -> Channel {
    let (outer, channels, inner) = (inputs.outer as usize, inputs.channels as usize, inputs.inner as usize);
    let at: Vec<usize> = (0..outer).flat_map(|o| (0..inner).map(move |i| (o * channels + c) * inner + i)).collect();
    let x: Vec<f64> = at.iter().map(|&i| get(&inputs.x, i)).collect();
    let m = x.len() as f64;
    let mean = if frozen { get(&inputs.running_mean, c) } else { sum(&x) / m.max(1.0) };
    let squares: Vec<f64> = x.iter().map(|v| (v - mean) * (v - mean)).collect();
    let variance = if frozen { get(&inputs.running_var, c) } else { sum(&squares) / m.max(1.0) };
    let d = variance + inputs.epsilon;
    let r = if d == 0.0 { 0.0 } else { 1.0 / d.sqrt() };
    let or = |t: &Tensor, absent: f64| if t.data.is_null() { absent } else { get(t, c) };
    let (gamma, beta) = (or(&inputs.gamma, 1.0), or(&inputs.beta, 0.0));
    Channel { m, mean, variance, r, gamma, beta, xhat: x.iter().map(|v| (v - mean) * r).collect(), at }
}

impl Channel {
    fn normalize(&self, outputs: &Outputs) {
        for (&i, xhat) in self.at.iter().zip(&self.xhat) {
            put(&outputs.y, i, xhat * self.gamma + self.beta);
        }
    }
}

fn one_element(inputs: &Inputs, outputs: &mut Outputs) -> bool {
    outputs.message = c"expected more than 1 value per channel when training".as_ptr();
    inputs.outer * inputs.inner == 1
}

#[no_mangle]
pub extern "C" fn bnspec_infer(inputs: &Inputs, outputs: &mut Outputs) -> c_int {
    for c in 0..inputs.channels as usize {
        channel(inputs, c, true).normalize(outputs);
    }
    bnspec::OK
}

#[no_mangle]
pub extern "C" fn bnspec_train(inputs: &Inputs, outputs: &mut Outputs) -> c_int {
    if one_element(inputs, outputs) {
        return bnspec::ERROR;
    }
    for c in 0..inputs.channels as usize {
        let ch = channel(inputs, c, false);
        ch.normalize(outputs);
        put(&outputs.mean, c, ch.mean);
        put(&outputs.inv_std, c, ch.r);
        if outputs.running_mean.data.is_null() {
            continue;
        }
        let cumulative = 1.0 / (inputs.count + 1) as f64;
        let momentum = if inputs.momentum.is_nan() { cumulative } else { inputs.momentum };
        let a = if ch.m == 0.0 { 0.0 } else { momentum };
        let unbiased = ch.variance * ch.m / (ch.m - 1.0);
        put(&outputs.running_mean, c, (1.0 - a) * get(&inputs.running_mean, c) + a * ch.mean);
        put(&outputs.running_var, c, (1.0 - a) * get(&inputs.running_var, c) + a * unbiased);
    }
    for count in unsafe { outputs.count.values::<i64>() } {
        *count = inputs.count + 1;
    }
    bnspec::OK
}

fn gradients(inputs: &Inputs, outputs: &Outputs, frozen: bool) -> c_int {
    for c in 0..inputs.channels as usize {
        let ch = channel(inputs, c, frozen);
        let dy: Vec<f64> = ch.at.iter().map(|&i| get(&inputs.dy, i)).collect();
        let products: Vec<f64> = dy.iter().zip(&ch.xhat).map(|(dy, xhat)| dy * xhat).collect();
        let (dbeta, dgamma) = (sum(&dy), sum(&products));
        for (k, &i) in ch.at.iter().enumerate() {
            let through = if frozen { dy[k] } else { dy[k] - dbeta / ch.m - ch.xhat[k] * dgamma / ch.m };
            put(&outputs.dx, i, ch.gamma * ch.r * through);
        }
        put(&outputs.dgamma, c, dgamma);
        put(&outputs.dbeta, c, dbeta);
    }
    bnspec::OK
}

#[no_mangle]
pub extern "C" fn bnspec_grad(inputs: &Inputs, outputs: &mut Outputs) -> c_int {
    if one_element(inputs, outputs) {
        return bnspec::ERROR;
    }
    gradients(inputs, outputs, false)
}

#[no_mangle]
pub extern "C" fn bnspec_infer_grad(inputs: &Inputs, outputs: &mut Outputs) -> c_int {
    gradients(inputs, outputs, true)
}
