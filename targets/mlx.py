"""MLX on the CPU: mlx.nn.BatchNorm, and gradients by mx.vjp.

    BNSPEC_PYTHON=.venvs/others/bin/python bnspec run ./targets/mlx.py

Channels last, ranks 2 to 4; everything has the format of x. `momentum` is the weight of the new batch.
"""
import os
import sys

import bnspec

# This file is called as the package is: its folder must not be searched for it.
here = os.path.dirname(os.path.realpath(__file__))
sys.path = [folder for folder in sys.path if os.path.realpath(folder) != here]
import mlx.core as mx
import mlx.nn as nn
import numpy as np

mx.set_default_device(mx.cpu)


def load(array):
    if array is None:
        return None
    return mx.array(array).view(mx.bfloat16) if array.dtype == np.uint16 else mx.array(array)


def dump(array):
    return np.array(array.view(mx.uint16)) if array.dtype == mx.bfloat16 else np.array(array)


def layer(channels, dtype, gamma, beta, running_mean, running_var, epsilon, momentum=0.1):
    made = nn.BatchNorm(channels, eps=epsilon, momentum=momentum, affine=False, track_running_stats=running_mean is not None)
    # The layer has both parameters or neither, told by whether there is a weight.
    if gamma is not None or beta is not None:
        made.weight = mx.ones(channels, dtype) if gamma is None else gamma
        made.bias = mx.zeros(channels, dtype) if beta is None else beta
    if running_mean is not None:
        made.running_mean, made.running_var = load(running_mean), load(running_var)
    return made


def infer(x, gamma, beta, running_mean, running_var, epsilon):
    return {"y": dump(layer(x.shape[-1], load(x).dtype, load(gamma), load(beta), running_mean, running_var, epsilon).eval()(load(x)))}


def train(x, gamma, beta, running_mean, running_var, epsilon, momentum):
    made = layer(x.shape[-1], load(x).dtype, load(gamma), load(beta), running_mean, running_var, epsilon, 0.1 if momentum is None else momentum)
    y = dump(made(load(x)))
    if running_mean is None:
        return {"y": y}
    return {"y": y, "running_mean": dump(made.running_mean), "running_var": dump(made.running_var)}


def gradients(training, x, gamma, beta, dy, running_mean, running_var, epsilon):
    inputs = {"dx": load(x), "dgamma": load(gamma), "dbeta": load(beta)}
    wanted = {name: array for name, array in inputs.items() if array is not None}

    def y(*given):
        of = dict(inputs, **dict(zip(wanted, given)))
        return layer(x.shape[-1], load(x).dtype, of["dgamma"], of["dbeta"], running_mean, running_var, epsilon).train(training)(of["dx"])

    _, found = mx.vjp(y, list(wanted.values()), [load(dy)])
    return {name: dump(d) for name, d in zip(wanted, found)}


def grad(x, gamma, beta, dy, epsilon):
    return gradients(True, x, gamma, beta, dy, None, None, epsilon)


def infer_grad(x, gamma, beta, dy, running_mean, running_var, epsilon):
    return gradients(False, x, gamma, beta, dy, running_mean, running_var, epsilon)


card = {
    "name": "mlx",
    "version": mx.__version__,
    "dtypes": ["f32", "f16", "bf16"],
    "layouts": ["channels_last"],
    "ranks": [2, 3, 4],
    "profile": "mlx",
}

bnspec.serve(card, train=train, infer=infer, grad=grad, infer_grad=infer_grad)
