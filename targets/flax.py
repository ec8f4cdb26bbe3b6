"""Flax on the CPU: linen.BatchNorm, or nnx.BatchNorm where FLAX_API is `nnx`; its gradients by jax.vjp.

    BNSPEC_PYTHON=.venvs/frameworks/bin/python bnspec run ./targets/flax.py

FLAX_VARIANCE=exact turns off `use_fast_variance`, the one-pass variance that is its default. With linen halves go with float32
parameters; nnx turns parameters and statistics into the format of its `dtype` before it uses them, so there they come in it.
With FLAX_SYNC replicas are those of `jax.vmap` with the layer's `axis_name`; shards of unlike sizes are padded and masked.
"""
import functools
import os
import sys

import bnspec

# This file is called as the package is: its folder must not be searched for it.
here = os.path.dirname(os.path.realpath(__file__))
sys.path = [folder for folder in sys.path if os.path.realpath(folder) != here]
os.environ.setdefault("JAX_PLATFORMS", "cpu")
import flax
import jax
import jax.numpy as jnp
import ml_dtypes
import numpy as np
import optax
from flax import linen, nnx

jax.config.update("jax_enable_x64", True)
API = os.environ.get("FLAX_API", "linen")
FAST = os.environ.get("FLAX_VARIANCE", "fast") == "fast"


def load(array):
    if array is None:
        return None
    return jnp.asarray(array.view(ml_dtypes.bfloat16) if array.dtype == np.uint16 else array)


def by_linen(x, gamma, beta, mean, variance, epsilon, momentum, training, axis, mask=None, replicas=None):
    layer = linen.BatchNorm(use_running_average=not training, axis=axis, momentum=momentum, epsilon=epsilon, dtype=x.dtype,
                            use_bias=beta is not None, use_scale=gamma is not None, use_fast_variance=FAST, axis_name=replicas)
    params = {name: value for name, value in (("scale", gamma), ("bias", beta)) if value is not None}
    variables = {"params": params, "batch_stats": {"mean": mean, "var": variance}}
    y, new = layer.apply(variables, x, mutable=["batch_stats"], mask=mask)
    return y, new["batch_stats"]["mean"], new["batch_stats"]["var"]


def by_nnx(x, gamma, beta, mean, variance, epsilon, momentum, training, axis, mask=None, replicas=None):
    layer = nnx.BatchNorm(mean.shape[0], use_running_average=not training, axis=axis, momentum=momentum, epsilon=epsilon,
                          dtype=x.dtype, use_bias=beta is not None, use_scale=gamma is not None, use_fast_variance=FAST,
                          axis_name=replicas, rngs=nnx.Rngs(0))
    for name, value in (("scale", gamma), ("bias", beta), ("mean", mean), ("var", variance)):
        if value is not None:
            getattr(layer, name).set_value(value)
    y = layer(x, mask=mask)
    return y, layer.mean.get_value(), layer.var.get_value()


apply = {"linen": by_linen, "nnx": by_nnx}[API]


@functools.partial(jax.jit, static_argnames=("training", "axis"))
def forward(x, gamma, beta, mean, variance, epsilon, momentum, training, axis):
    return apply(x, gamma, beta, mean, variance, epsilon, momentum, training, axis)


@functools.partial(jax.jit, static_argnames=("training", "axis"))
def backward(x, gamma, beta, mean, variance, epsilon, dy, training, axis):
    y = lambda *of: apply(*of, mean, variance, epsilon, 0.5, training, axis)[0]
    return jax.vjp(y, x, gamma, beta)[1](dy)


def asked(x, running_mean, running_var, layout):
    """The axis of the channels, and statistics: those sent, or a fresh layer's."""
    axis = 1 if layout == "channels_first" else x.ndim - 1
    dtype = load(x).dtype if x.dtype == np.float64 or API == "nnx" else jnp.float32
    fresh = jnp.zeros(x.shape[axis], dtype), jnp.ones(x.shape[axis], dtype)
    return axis, (fresh if running_mean is None else (load(running_mean), load(running_var)))


def infer(x, gamma, beta, running_mean, running_var, epsilon, layout):
    axis, statistics = asked(x, running_mean, running_var, layout)
    return {"y": forward(load(x), load(gamma), load(beta), *statistics, epsilon, 0.5, training=False, axis=axis)[0]}


def train(x, gamma, beta, running_mean, running_var, epsilon, momentum, layout):
    axis, statistics = asked(x, running_mean, running_var, layout)
    momentum = 0.5 if momentum is None else momentum
    y, mean, variance = forward(load(x), load(gamma), load(beta), *statistics, epsilon, momentum, training=True, axis=axis)
    return {"y": y} if running_mean is None else {"y": y, "running_mean": mean, "running_var": variance}


def gradients(training, x, gamma, beta, dy, running_mean, running_var, epsilon, layout):
    axis, statistics = asked(x, running_mean, running_var, layout)
    found = backward(load(x), load(gamma), load(beta), *statistics, epsilon, load(dy), training=training, axis=axis)
    return dict(zip(("dx", "dgamma", "dbeta"), found))


def grad(x, gamma, beta, dy, epsilon, layout):
    return gradients(True, x, gamma, beta, dy, None, None, epsilon, layout)


def infer_grad(x, gamma, beta, dy, running_mean, running_var, epsilon, layout):
    return gradients(False, x, gamma, beta, dy, running_mean, running_var, epsilon, layout)


def stacked(parts):
    """Shards as one array with an axis of replicas in front, padded with 0, and which of its samples there are."""
    longest = max(part.shape[0] for part in parts)
    arrays = [load(part) for part in parts]
    padded = [jnp.pad(a, [(0, longest - a.shape[0])] + [(0, 0)] * (a.ndim - 1)) for a in arrays]
    present = jnp.stack([jnp.arange(longest) < a.shape[0] for a in arrays])
    return jnp.stack(padded), present.reshape(present.shape + (1,) * (arrays[0].ndim - 1))


@functools.partial(jax.jit, static_argnames=("even", "axis"))
def together(x, present, gamma, beta, mean, variance, epsilon, momentum, dy, even, axis):
    def y(x, gamma, beta):
        one = lambda x, mask: apply(x, gamma, beta, mean, variance, epsilon, momentum, True, axis, None if even else mask, "replicas")
        return jax.vmap(one, axis_name="replicas")(x, present)

    outputs, pull, statistics = jax.vjp(lambda *of: (y(*of)[0], y(*of)[1:]), x, gamma, beta, has_aux=True)
    return outputs, statistics, None if dy is None else pull(dy)


def sync(xs, gamma, beta, running_mean, running_var, epsilon, momentum, layout, dys=None):
    axis, statistics = asked(xs[0], running_mean, running_var, layout)
    x, present = stacked(xs)
    even = len({part.shape[0] for part in xs}) == 1
    dy = None if dys is None else stacked(dys)[0]
    momentum = 0.5 if momentum is None else momentum
    y, (mean, variance), found = together(x, present, load(gamma), load(beta), *statistics, epsilon, momentum, dy, even=even, axis=axis)
    cut = lambda whole: [np.asarray(whole[k, : part.shape[0]]) for k, part in enumerate(xs)]
    if dys is not None:
        return {"dx": cut(found[0]), "dgamma": found[1], "dbeta": found[2]}
    return {"y": cut(y), **({} if running_mean is None else {"running_mean": mean[0], "running_var": variance[0]})}


def sync_train(xs, gamma, beta, running_mean, running_var, epsilon, momentum, layout):
    return sync(xs, gamma, beta, running_mean, running_var, epsilon, momentum, layout)


def sync_grad(xs, gamma, beta, dys, epsilon, layout):
    return sync(xs, gamma, beta, None, None, epsilon, None, layout, dys)


ACTIVATIONS = {"identity": lambda y: y, "relu": jax.nn.relu, "sigmoid": jax.nn.sigmoid, "tanh": jnp.tanh}


def link(h, weight, bias):
    """A linear layer, or a convolution of images whose channels come first."""
    biased = {} if bias is None else {"bias": bias}
    if weight.ndim == 2:
        of = linen.Dense(len(weight), use_bias=bias is not None, param_dtype=weight.dtype)
        return of.apply({"params": {"kernel": weight.T, **biased}}, h.reshape(len(h), -1))
    of = linen.Conv(len(weight), weight.shape[2:], padding="VALID", use_bias=bias is not None, param_dtype=weight.dtype)
    z = of.apply({"params": {"kernel": weight.transpose(2, 3, 1, 0), **biased}}, h.transpose(0, 2, 3, 1))
    return z.transpose(0, 3, 1, 2)


def run(h, trained, kept, activations, epsilon, momentum, training):
    """The outputs of the normalizations and of the network, and the statistics after it."""
    ys, after = [], []
    for own, statistics, activation in zip(trained, kept, activations):
        z = link(h, own["weight"], own.get("bias"))
        y, mean, variance = apply(z, own["gamma"], own["beta"], statistics["running_mean"], statistics["running_var"],
                                  epsilon, momentum, training, 1)
        ys.append(y)
        after.append({"running_mean": mean, "running_var": variance})
        h = ACTIVATIONS[activation](y)
    return h, ys, after


def steps(x, xs, targets, stages, optimizer, rate, decay, decay_square, delta, epsilon, momentum):
    of = lambda names: [{name: load(stage[name]) for name in names if stage[name] is not None} for stage in stages]
    trained, kept = of(("weight", "bias", "gamma", "beta")), of(("running_mean", "running_var"))
    activations = [stage["activation"] for stage in stages]
    optimizers = {"sgd": lambda: optax.sgd(rate), "momentum": lambda: optax.sgd(rate, momentum=decay),
                  "rmsprop": lambda: optax.rmsprop(rate, decay=decay_square, eps=delta, eps_in_sqrt=False),
                  "adam": lambda: optax.adam(rate, b1=decay, b2=decay_square, eps=delta)}
    stepping = optimizers[optimizer]()
    memory, losses = stepping.init(trained), []

    def loss(trained, kept, batch, target):
        h, ys, after = run(batch, trained, kept, activations, epsilon, momentum, True)
        return jnp.sum((h - target) ** 2) / (2 * len(batch)), (ys, after)

    learn = jax.jit(jax.value_and_grad(loss, has_aux=True))
    for batch, target in zip(xs, targets):
        (value, (ys, kept)), found = learn(trained, kept, load(batch), load(target))
        updates, memory = stepping.update(found, memory, trained)
        trained = optax.apply_updates(trained, updates)
        losses.append(value)
    out = {"loss": jnp.stack(losses), "prediction": run(load(x), trained, kept, activations, epsilon, momentum, False)[0]}
    for number, (own, statistics, gradient, y) in enumerate(zip(trained, kept, found, ys), 1):
        out[f"y.{number}"] = y
        out.update({f"{name}.{number}": value for name, value in {**own, **statistics}.items()})
        out.update({f"d{name}.{number}": value for name, value in gradient.items()})
    return out


card = {
    "name": f"flax.{API}.BatchNorm",
    "version": flax.__version__,
    "dtypes": ["f64", "f32", "f16", "bf16"],
    "param_dtype": "f32" if API == "linen" else "same",
    "layouts": ["channels_first", "channels_last"],
    "profile": "flax",
    "fast_variance": FAST,
}

served = {"train": train, "infer": infer, "grad": grad, "infer_grad": infer_grad, "steps": steps}
if "FLAX_SYNC" in os.environ:
    served.update(sync_train=sync_train, sync_grad=sync_grad)
bnspec.serve(card, **served)
