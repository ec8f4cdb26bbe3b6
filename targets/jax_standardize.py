"""JAX on the CPU: jax.nn.standardize over all axes but the channels, scaled and shifted as stax.BatchNorm does, and jax.vjp.

    BNSPEC_PYTHON=.venvs/frameworks/bin/python bnspec run ./targets/jax_standardize.py

By the statistics of the batch alone: it keeps no average. Everything has the format of x.
"""
import functools
import os

import bnspec

os.environ.setdefault("JAX_PLATFORMS", "cpu")
import jax

jax.config.update("jax_enable_x64", True)


def batch_norm(x, gamma, beta, epsilon, layout):
    channel = 1 if layout == "channels_first" else x.ndim - 1
    axes = tuple(i for i in range(x.ndim) if i != channel)
    shape = [-1 if i == channel else 1 for i in range(x.ndim)]
    y = jax.nn.standardize(x, axes, epsilon=epsilon)
    y = y if gamma is None else y * gamma.reshape(shape)
    return y if beta is None else y + beta.reshape(shape)


forward = jax.jit(batch_norm, static_argnames="layout")


@functools.partial(jax.jit, static_argnames="layout")
def backward(x, gamma, beta, dy, epsilon, layout):
    return jax.vjp(lambda *of: batch_norm(*of, epsilon, layout), x, gamma, beta)[1](dy)


def train(x, gamma, beta, epsilon, layout):
    return {"y": forward(x, gamma, beta, epsilon, layout=layout)}


def grad(x, gamma, beta, dy, epsilon, layout):
    return dict(zip(("dx", "dgamma", "dbeta"), backward(x, gamma, beta, dy, epsilon, layout=layout)))


card = {
    "name": "jax.nn.standardize",
    "version": jax.__version__,
    "dtypes": ["f64", "f32"],
    "layouts": ["channels_first", "channels_last"],
    "profile": "stax",
}

bnspec.serve(card, train=train, grad=grad)
