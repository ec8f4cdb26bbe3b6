"""Batch normalization in Triton, and the template of an adapter for a kernel of your own.

    bnspec run ./triton_kernel.py

Runs on the GPU that PyTorch finds; without one in Triton's interpreter on the CPU, and the card says so. One program per
channel, sums in float32, twice over the data. Needs numpy, torch and triton.
"""
import os
import sys

import bnspec

here = os.path.dirname(os.path.realpath(__file__))
sys.path = [folder for folder in sys.path if os.path.realpath(folder) != here]

import torch

gpu = torch.cuda.is_available()
if not gpu:
    os.environ["TRITON_INTERPRET"] = "1"  # read when triton is imported

import triton
import triton.language as tl

device = "cuda" if gpu else "cpu"


@triton.jit
def places(k, c, S, sn, sc, ss):
    """Where element k of channel c lies, for samples, channels and positions of these strides."""
    return (k // S) * sn + c * sc + (k % S) * ss


@triton.jit
def statistics(x, mean, variance, m, S, sn, sc, ss, BLOCK: tl.constexpr):
    """Mean and variance (divided by m) of one channel: two-pass, BLOCK sums side by side, joined as a tree."""
    c, lane = tl.program_id(0), tl.arange(0, BLOCK)
    total = tl.zeros([BLOCK], tl.float32)
    for start in range(0, m, BLOCK):
        k = start + lane
        total += tl.load(x + places(k, c, S, sn, sc, ss), mask=k < m, other=0).to(tl.float32)
    mu = tl.div_rn(tl.sum(total), m.to(tl.float32))
    squares = tl.zeros([BLOCK], tl.float32)
    for start in range(0, m, BLOCK):
        k = start + lane
        d = tl.load(x + places(k, c, S, sn, sc, ss), mask=k < m, other=0).to(tl.float32) - mu
        squares += tl.where(k < m, d * d, 0)
    tl.store(mean + c, mu)
    tl.store(variance + c, tl.div_rn(tl.sum(squares), m.to(tl.float32)))


@triton.jit
def normalize(x, y, mean, r, gamma, beta, m, S, sn, sc, ss, BLOCK: tl.constexpr):
    c, k = tl.program_id(0), tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    at = places(k, c, S, sn, sc, ss)
    xhat = (tl.load(x + at, mask=k < m, other=0).to(tl.float32) - tl.load(mean + c)) * tl.load(r + c)
    tl.store(y + at, xhat * tl.load(gamma + c) + tl.load(beta + c), mask=k < m)


@triton.jit
def sums(x, dy, mean, r, dgamma, dbeta, m, S, sn, sc, ss, BLOCK: tl.constexpr):
    """sum(dy * xhat) and sum(dy) of one channel."""
    c, lane = tl.program_id(0), tl.arange(0, BLOCK)
    g, b = tl.zeros([BLOCK], tl.float32), tl.zeros([BLOCK], tl.float32)
    for start in range(0, m, BLOCK):
        k = start + lane
        at = places(k, c, S, sn, sc, ss)
        d = tl.load(dy + at, mask=k < m, other=0).to(tl.float32)
        xhat = (tl.load(x + at, mask=k < m, other=0).to(tl.float32) - tl.load(mean + c)) * tl.load(r + c)
        g += d * xhat
        b += d
    tl.store(dgamma + c, tl.sum(g))
    tl.store(dbeta + c, tl.sum(b))


@triton.jit
def propagate(x, dy, dx, mean, r, gamma, dgamma, dbeta, m, S, sn, sc, ss, BLOCK: tl.constexpr):
    c, k = tl.program_id(0), tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    at = places(k, c, S, sn, sc, ss)
    d = tl.load(dy + at, mask=k < m, other=0).to(tl.float32)
    xhat = (tl.load(x + at, mask=k < m, other=0).to(tl.float32) - tl.load(mean + c)) * tl.load(r + c)
    of = m.to(tl.float32)
    through = d - tl.div_rn(tl.load(dbeta + c), of) - xhat * tl.div_rn(tl.load(dgamma + c), of)
    tl.store(dx + at, tl.load(gamma + c) * tl.load(r + c) * through, mask=k < m)


def load(array):
    if array is None:
        return None
    tensor = torch.tensor(array)
    return (tensor.view(torch.bfloat16) if tensor.dtype == torch.uint16 else tensor).to(device)


def dump(tensor):
    tensor = tensor.cpu()
    return (tensor.view(torch.uint16) if tensor.dtype == torch.bfloat16 else tensor).numpy()


class Batch:
    """x on the device, its extents and strides, and the parameters with their defaults."""

    def __init__(self, x, gamma, beta, layout):
        self.x, axis = load(x), 1 if layout == "channels_first" else x.ndim - 1
        self.C = C = x.shape[axis]
        N, self.m = x.shape[0], x.size // C
        self.S = max(self.m // max(N, 1), 1)
        self.strides = (C * self.S, self.S, 1) if axis == 1 else (C * self.S, 1, C)
        self.gamma = torch.ones(C, device=device) if gamma is None else load(gamma)
        self.beta = torch.zeros(C, device=device) if beta is None else load(beta)

    def per_channel(self):
        return torch.empty(self.C, dtype=torch.float32, device=device)

    def reduce(self, kernel, *arrays):
        kernel[(self.C,)](*arrays, self.m, self.S, *self.strides, BLOCK=self.block())

    def each(self, kernel, *arrays):
        if self.m > 0:
            grid = self.C, triton.cdiv(self.m, self.block())
            kernel[grid](*arrays, self.m, self.S, *self.strides, BLOCK=self.block())

    def block(self):
        return min(1024, triton.next_power_of_2(max(self.m, 1)))

    def moments(self, epsilon):
        if self.m == 1:
            raise ValueError("expected more than 1 value per channel when training")
        mean, variance = self.per_channel(), self.per_channel()
        if self.m > 0:
            self.reduce(statistics, self.x, mean, variance)
        return mean, variance, root(variance, epsilon)


def root(variance, epsilon):
    return 1 / torch.sqrt(variance + epsilon)


def output(batch, mean, r):
    y = torch.empty_like(batch.x)
    batch.each(normalize, batch.x, y, mean, r, batch.gamma, batch.beta)
    return dump(y)


def train(x, gamma, beta, running_mean, running_var, epsilon, momentum, layout):
    batch = Batch(x, gamma, beta, layout)
    mean, variance, r = batch.moments(epsilon)
    out = {"y": output(batch, mean, r), "mean": dump(mean), "inv_std": dump(r)}
    if running_mean is not None:
        old, new = (load(running_mean), load(running_var)), (mean, variance * (batch.m / max(batch.m - 1, 1)))
        if batch.m > 0:
            old = [(1 - momentum) * a + momentum * b for a, b in zip(old, new)]
        out["running_mean"], out["running_var"] = map(dump, old)
    return out


def infer(x, gamma, beta, running_mean, running_var, epsilon, layout):
    return {"y": output(Batch(x, gamma, beta, layout), load(running_mean), root(load(running_var), epsilon))}


def grad(x, gamma, beta, dy, epsilon, layout):
    batch, dy = Batch(x, gamma, beta, layout), load(dy)
    mean, _, r = batch.moments(epsilon)
    dgamma, dbeta, dx = batch.per_channel(), batch.per_channel(), torch.empty_like(batch.x)
    batch.reduce(sums, batch.x, dy, mean, r, dgamma, dbeta)
    batch.each(propagate, batch.x, dy, dx, mean, r, batch.gamma, dgamma, dbeta)
    return {"dx": dump(dx), "dgamma": None if gamma is None else dump(dgamma), "dbeta": None if beta is None else dump(dbeta)}


CARD = {"name": "triton on %s" % (torch.cuda.get_device_name() if gpu else "its interpreter"), "version": triton.__version__,
        # The interpreter cuts float32 off where a GPU rounds it to the nearest bfloat16.
        "dtypes": ["f32", "f16", "bf16"] if gpu else ["f32", "f16"], "param_dtype": "f32", "layouts": ["channels_first", "channels_last"],
        "saved": ["mean", "inv_std"], "profile": "torch", "accumulator": "f32"}
bnspec.serve(CARD, train=train, infer=infer, grad=grad)
