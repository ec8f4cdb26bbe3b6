"""Equinox on the CPU: equinox.nn.BatchNorm(mode="batch") under jax.vmap, and gradients by jax.vjp.

    BNSPEC_PYTHON=.venvs/frameworks/bin/python bnspec run ./targets/equinox.py

Channels first. Its averages are kept without bias and read debiased; what goes in and comes out here is what is read. It has both
parameters or neither: a missing one goes in as the identity. `momentum` is what is kept of the old value.
"""
import functools
import os
import sys

import bnspec

# This file is called as the package is: its folder must not be searched for it.
here = os.path.dirname(os.path.realpath(__file__))
sys.path = [folder for folder in sys.path if os.path.realpath(folder) != here]
os.environ.setdefault("JAX_PLATFORMS", "cpu")
import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)


def layer(x, gamma, beta, hidden, count, epsilon, momentum):
    affine = gamma is not None or beta is not None
    made, state = eqx.nn.make_with_state(eqx.nn.BatchNorm)(
        x.shape[1], "batch", eps=epsilon, momentum=momentum, channelwise_affine=affine, dtype=x.dtype, mode="batch")
    if affine:
        ones, zeros = jnp.ones(x.shape[1], x.dtype), jnp.zeros(x.shape[1], x.dtype)
        given = (ones if gamma is None else gamma, zeros if beta is None else beta)
        made = eqx.tree_at(lambda bn: (bn.weight, bn.bias), made, given)
    if hidden is not None:
        state = state.set(made.batch_state_index, hidden).set(made.batch_counter, jnp.asarray(count))
    return made, state


def forward(x, gamma, beta, hidden, count, epsilon, momentum, training):
    made, state = layer(x, gamma, beta, hidden, count, epsilon, momentum)
    one = functools.partial(made, inference=not training)
    y, new = jax.vmap(one, axis_name="batch", in_axes=(0, None), out_axes=(0, None))(x, state)
    return y, new.get(made.batch_state_index)


apply = jax.jit(forward, static_argnames="training")


@functools.partial(jax.jit, static_argnames="training")
def backward(x, gamma, beta, hidden, count, epsilon, dy, training):
    y = lambda *of: forward(*of, hidden, count, epsilon, 0.5, training)[0]
    return jax.vjp(y, x, gamma, beta)[1](dy)


def infer(x, gamma, beta, running_mean, running_var, epsilon):
    # A layer that has seen no batch reads its averages as they are kept.
    return {"y": apply(x, gamma, beta, (running_mean, running_var), 0, epsilon, 0.5, training=False)[0]}


def train(x, gamma, beta, running_mean, running_var, epsilon, momentum, count):
    if running_mean is None:
        return {"y": apply(x, gamma, beta, None, 0, epsilon, 0.5, training=True)[0]}
    weight = 1 - momentum**count
    hidden = (running_mean * weight, running_var * weight if count else np.ones_like(running_var))
    y, kept = apply(x, gamma, beta, hidden, count, epsilon, momentum, training=True)
    mean, variance = (np.asarray(h) / (1 - momentum ** (count + 1)) for h in kept)
    return {"y": y, "running_mean": mean.astype(x.dtype), "running_var": variance.astype(x.dtype), "count": np.int64(count + 1)}


def grad(x, gamma, beta, dy, epsilon):
    return dict(zip(("dx", "dgamma", "dbeta"), backward(x, gamma, beta, None, 0, epsilon, dy, training=True)))


def infer_grad(x, gamma, beta, dy, running_mean, running_var, epsilon):
    found = backward(x, gamma, beta, (running_mean, running_var), 0, epsilon, dy, training=False)
    return dict(zip(("dx", "dgamma", "dbeta"), found))


card = {
    "name": "equinox.nn.BatchNorm",
    "version": eqx.__version__,
    "dtypes": ["f64", "f32"],
    "profile": "equinox-batch",
}

bnspec.serve(card, train=train, infer=infer, grad=grad, infer_grad=infer_grad)
