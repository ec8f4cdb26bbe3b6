"""tinygrad on the CPU: nn.BatchNorm, and gradients by its own backward pass.

    BNSPEC_PYTHON=.venvs/others/bin/python bnspec run ./targets/tinygrad.py

Channels first. Every kernel is compiled anew for a new shape. `momentum` is the weight of the new batch.
"""
import os
import sys

import bnspec

# This file is called as the package is: its folder must not be searched for it.
here = os.path.dirname(os.path.realpath(__file__))
sys.path = [folder for folder in sys.path if os.path.realpath(folder) != here]
os.environ.setdefault("DEV", "CPU")
import importlib.metadata

from tinygrad import Context, Tensor
from tinygrad.nn import BatchNorm


def load(array):
    return None if array is None else Tensor(array)


def layer(x, gamma, beta, running_mean, running_var, epsilon, momentum=0.1, track=False):
    """Statistics that are there are tracked; for `track` those of a fresh layer are, as by default."""
    tracked = track or running_mean is not None
    made = BatchNorm(x.shape[1], eps=epsilon, affine=False, track_running_stats=tracked, momentum=momentum)
    made.weight, made.bias = load(gamma), load(beta)
    if running_mean is not None:
        made.running_mean, made.running_var = load(running_mean), load(running_var)
    return made


def infer(x, gamma, beta, running_mean, running_var, epsilon):
    with Context(TRAINING=0):
        return {"y": layer(x, gamma, beta, running_mean, running_var, epsilon)(Tensor(x)).numpy()}


def train(x, gamma, beta, running_mean, running_var, epsilon, momentum):
    with Context(TRAINING=1):
        made = layer(x, gamma, beta, running_mean, running_var, epsilon, momentum if momentum is not None else 0.1)
        y = made(Tensor(x)).numpy()
        if running_mean is None:
            return {"y": y}
        return {"y": y, "running_mean": made.running_mean.numpy(), "running_var": made.running_var.numpy()}


def gradients(training, x, gamma, beta, dy, running_mean, running_var, epsilon):
    made = layer(x, gamma, beta, running_mean, running_var, epsilon, track=training)
    inputs = {"dx": Tensor(x), "dgamma": made.weight, "dbeta": made.bias}
    wanted = {name: tensor for name, tensor in inputs.items() if tensor is not None}
    with Context(TRAINING=int(training)):
        found = made(inputs["dx"]).gradient(*wanted.values(), gradient=Tensor(dy))
    return {name: d.numpy() for name, d in zip(wanted, found)}


def grad(x, gamma, beta, dy, epsilon):
    return gradients(True, x, gamma, beta, dy, None, None, epsilon)


def infer_grad(x, gamma, beta, dy, running_mean, running_var, epsilon):
    return gradients(False, x, gamma, beta, dy, running_mean, running_var, epsilon)


card = {
    "name": "tinygrad",
    "version": importlib.metadata.version("tinygrad"),
    "dtypes": ["f64", "f32"],
    "profile": "tinygrad",
}

bnspec.serve(card, train=train, infer=infer, grad=grad, infer_grad=infer_grad)
