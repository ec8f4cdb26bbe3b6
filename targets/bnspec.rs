//! What bnspec.h says, for a kernel in Rust: put this file beside yours and write `mod bnspec;`. The comments are there.
#![allow(dead_code)]

use std::os::raw::{c_char, c_int, c_void};

pub const OK: c_int = 0;
pub const ERROR: c_int = 1;
pub const UNSUPPORTED: c_int = 2;

pub const F64: i32 = 1;
pub const F32: i32 = 2;
pub const F16: i32 = 3;
pub const BF16: i32 = 4;
pub const I64: i32 = 5;

pub const CHANNELS_FIRST: i32 = 0;
pub const CHANNELS_LAST: i32 = 1;

pub const NEW: i32 = 1;
pub const TRAIN: i32 = 2;
pub const INFER: i32 = 3;
pub const GRAD: i32 = 4;
pub const STATE: i32 = 5;
pub const LOAD: i32 = 6;
pub const DROP: i32 = 7;

#[repr(C)]
pub struct Tensor {
    pub data: *mut c_void,
    pub dtype: i32,
    pub rank: i32,
    pub size: i64,
    pub shape: [i64; 8],
    pub strides: [i64; 8],
}

#[repr(C)]
pub struct Inputs {
    pub x: Tensor,
    pub dy: Tensor,
    pub gamma: Tensor,
    pub beta: Tensor,
    pub running_mean: Tensor,
    pub running_var: Tensor,
    pub vx: Tensor,
    pub vgamma: Tensor,
    pub vbeta: Tensor,
    pub weight: Tensor,
    pub bias: Tensor,
    pub outer: i64,
    pub channels: i64,
    pub inner: i64,
    pub epsilon: f64,
    pub momentum: f64,
    pub count: i64,
    pub layout: i32,
    pub relu: i32,
    pub step: i32,
    pub track: i32,
    pub rank: i32,
    pub dtype: i32,
    pub parts: i32,
    pub reserved: i32,
    pub xs: *const Tensor,
    pub dys: *const Tensor,
    pub layer: *mut *mut c_void,
}

#[repr(C)]
pub struct Outputs {
    pub y: Tensor,
    pub dx: Tensor,
    pub mean: Tensor,
    pub variance: Tensor,
    pub inv_std: Tensor,
    pub running_mean: Tensor,
    pub running_var: Tensor,
    pub count: Tensor,
    pub dgamma: Tensor,
    pub dbeta: Tensor,
    pub g_x: Tensor,
    pub g_dy: Tensor,
    pub g_gamma: Tensor,
    pub weight: Tensor,
    pub bias: Tensor,
    pub gamma: Tensor,
    pub beta: Tensor,
    pub ys: *const Tensor,
    pub dxs: *const Tensor,
    pub message: *const c_char,
}

impl Tensor {
    /// Its elements, empty where it is absent. T must be the type that `dtype` says, and the tensor without gaps.
    #[allow(clippy::mut_from_ref)]
    pub unsafe fn values<T>(&self) -> &mut [T] {
        if self.data.is_null() {
            return &mut [];
        }
        unsafe { std::slice::from_raw_parts_mut(self.data as *mut T, self.size as usize) }
    }
}
