"""Haiku on the CPU: haiku.BatchNorm, and gradients by jax.vjp.

    BNSPEC_PYTHON=.venvs/frameworks/bin/python bnspec run ./targets/haiku.py

Its averages are kept without bias, `hidden`, and read debiased; what goes in and comes out here is what is read. Everything has
the format of x. `momentum` is its decay rate.
"""
import functools
import os
import sys

import bnspec

# This file is called as the package is: its folder must not be searched for it.
here = os.path.dirname(os.path.realpath(__file__))
sys.path = [folder for folder in sys.path if os.path.realpath(folder) != here]
os.environ.setdefault("JAX_PLATFORMS", "cpu")
import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)


def build(x, gamma, beta, epsilon, decay, training, data_format):
    layer = hk.BatchNorm(False, False, decay, eps=epsilon, data_format=data_format)
    shape = [-1 if i == layer.channel_index % x.ndim else 1 for i in range(x.ndim)]
    along = lambda v: None if v is None else v.reshape(shape)
    return layer(x, training, scale=along(gamma), offset=along(beta))


@functools.partial(jax.jit, static_argnames=("training", "data_format"))
def apply(x, gamma, beta, state, epsilon, decay, training, data_format):
    network = hk.without_apply_rng(hk.transform_with_state(build))
    return network.apply({}, state, x, gamma, beta, epsilon, decay, training, data_format)


@functools.partial(jax.jit, static_argnames=("training", "data_format"))
def backward(x, gamma, beta, state, epsilon, dy, training, data_format):
    y = lambda *of: apply(*of, state, epsilon, 0.5, training, data_format)[0]
    return jax.vjp(y, x, gamma, beta)[1](dy)


def state(x, layout, running_mean, running_var, decay, count):
    """What the layer keeps, of averages that were read after `count` batches."""
    axis = 1 if layout == "channels_first" else x.ndim - 1
    shape = [x.shape[axis] if i == axis else 1 for i in range(x.ndim)]
    kept = {}
    for name, average in (("mean_ema", running_mean), ("var_ema", running_var)):
        average = jnp.zeros(shape, x.dtype) if average is None else jnp.asarray(average).reshape(shape)
        hidden = average * (1 - decay**count)
        kept[f"batch_norm/~/{name}"] = {"counter": jnp.asarray(count, jnp.int32), "hidden": hidden, "average": average}
    return kept


def infer(x, gamma, beta, running_mean, running_var, epsilon, layout):
    kept = state(x, layout, running_mean, running_var, 0.5, 1)
    return {"y": apply(x, gamma, beta, kept, epsilon, 0.5, training=False, data_format=layout)[0]}


def train(x, gamma, beta, running_mean, running_var, epsilon, momentum, count, layout):
    decay, count = (0.5, 0) if momentum is None else (momentum, count)
    kept = state(x, layout, running_mean, running_var, decay, count)
    y, new = apply(x, gamma, beta, kept, epsilon, decay, training=True, data_format=layout)
    if running_mean is None:
        return {"y": y}
    mean, variance = (np.asarray(new[f"batch_norm/~/{name}"]["average"]).reshape(-1) for name in ("mean_ema", "var_ema"))
    return {"y": y, "running_mean": mean, "running_var": variance, "count": np.int64(count + 1)}


def gradients(training, x, gamma, beta, dy, running_mean, running_var, epsilon, layout):
    kept = state(x, layout, running_mean, running_var, 0.5, 1)
    found = backward(x, gamma, beta, kept, epsilon, dy, training=training, data_format=layout)
    return dict(zip(("dx", "dgamma", "dbeta"), found))


def grad(x, gamma, beta, dy, epsilon, layout):
    return gradients(True, x, gamma, beta, dy, None, None, epsilon, layout)


def infer_grad(x, gamma, beta, dy, running_mean, running_var, epsilon, layout):
    return gradients(False, x, gamma, beta, dy, running_mean, running_var, epsilon, layout)


card = {
    "name": "haiku.BatchNorm",
    "version": hk.__version__,
    "dtypes": ["f64", "f32"],
    "layouts": ["channels_first", "channels_last"],
    "profile": "haiku",
}

bnspec.serve(card, train=train, infer=infer, grad=grad, infer_grad=infer_grad)
