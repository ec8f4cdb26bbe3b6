"""JAX on the CPU: batch normalization as it is written in jax.numpy, compiled by XLA, and its gradients of both orders by jax.vjp.

    BNSPEC_PYTHON=.venvs/frameworks/bin/python bnspec run ./targets/jax_numpy.py

The formula is ours, since JAX has no such layer; what is judged is what XLA makes of it. Halves are computed in float32 beside
float32 parameters. Replicas are those of `jax.vmap` with a named axis: shards are padded to one size, and counted.
"""
import functools
import os

import bnspec

os.environ.setdefault("JAX_PLATFORMS", "cpu")
import jax
import jax.numpy as jnp
import ml_dtypes
import numpy as np

jax.config.update("jax_enable_x64", True)  # without it float64 would silently become float32


def load(array):
    if array is None:
        return None
    return jnp.asarray(array.view(ml_dtypes.bfloat16) if array.dtype == np.uint16 else array)


def wide(x):
    return x.astype(jnp.promote_types(x.dtype, jnp.float32))


def statistics(x, axes, present=None, add=lambda total: total):
    """Mean and variance of all shards: `add` sums over replicas; `present` tells samples from padding."""
    here = jnp.ones_like(x) if present is None else jnp.broadcast_to(present, x.shape).astype(x.dtype)
    m = add(here.sum(axes, keepdims=True))
    mean = add((x * here).sum(axes, keepdims=True)) / m
    return m, mean, add((((x - mean) * here) ** 2).sum(axes, keepdims=True)) / m


def normalize(x, gamma, beta, mean, variance, epsilon, shape):
    y = (x - mean) * jax.lax.rsqrt(variance + epsilon)
    y = y if gamma is None else y * gamma.reshape(shape)
    return y if beta is None else y + beta.reshape(shape)


def around(x, layout):
    """The axes that are summed over, and the shape that a list of one value per channel has beside x."""
    channel = 1 if layout == "channels_first" else x.ndim - 1
    return tuple(i for i in range(x.ndim) if i != channel), [-1 if i == channel else 1 for i in range(x.ndim)]


def forward(x, gamma, beta, epsilon, layout, *replicas):
    axes, shape = around(x, layout)
    # Once: of each conversion the gradient comes back rounded to the format of x, and only then are they added.
    inputs = wide(x)
    m, mean, variance = statistics(inputs, axes, *replicas)
    y = normalize(inputs, gamma, beta, mean, variance, epsilon, shape).astype(x.dtype)
    return y, (m.reshape(-1)[0], mean.reshape(-1), variance.reshape(-1))


def frozen(x, gamma, beta, mean, variance, epsilon, layout):
    _, shape = around(x, layout)
    return normalize(wide(x), gamma, beta, mean.reshape(shape), variance.reshape(shape), epsilon, shape).astype(x.dtype)


def average(statistics, running_mean, running_var, momentum, count):
    if running_mean is None:
        return {}
    m, mean, variance = statistics
    a = momentum if momentum is not None else 1 / (count + 1)
    both = (1 - a) * running_mean + a * mean, (1 - a) * running_var + a * (variance * m / (m - 1))
    return dict(zip(("running_mean", "running_var"), both))


compiled = {f: jax.jit(f, static_argnames="layout") for f in (forward, frozen)}


def train(x, gamma, beta, running_mean, running_var, epsilon, momentum, count, layout):
    inputs = load(x), load(gamma), load(beta)
    y, found = compiled[forward](*inputs, epsilon, layout=layout)
    out = {"y": y, "mean": found[1], "variance": found[2], "count": None if count is None else np.int64(count + 1)}
    out.update(average([np.asarray(s) for s in found], running_mean, running_var, momentum, count))
    return out


def infer(x, gamma, beta, running_mean, running_var, epsilon, layout):
    return {"y": compiled[frozen](*map(load, (x, gamma, beta, running_mean, running_var)), epsilon, layout=layout)}


def pulled(training, x, gamma, beta, mean, variance, dy, epsilon, layout):
    def y(x, gamma, beta):
        return forward(x, gamma, beta, epsilon, layout)[0] if training else frozen(x, gamma, beta, mean, variance, epsilon, layout)

    return dict(zip(("dx", "dgamma", "dbeta"), jax.vjp(y, x, gamma, beta)[1](dy)))


pull = jax.jit(pulled, static_argnums=(0, 8))


def grad(x, gamma, beta, dy, epsilon, layout):
    return pull(True, load(x), load(gamma), load(beta), None, None, load(dy), epsilon, layout)


def infer_grad(x, gamma, beta, dy, running_mean, running_var, epsilon, layout):
    return pull(False, *map(load, (x, gamma, beta, running_mean, running_var, dy)), epsilon, layout)


def twice(x, gamma, dy, vx, vgamma, vbeta, epsilon, layout):
    beta = None if vbeta is None else jnp.zeros_like(vbeta)

    def first(x, gamma, dy):
        found = jax.vjp(lambda *of: forward(*of, epsilon, layout)[0], x, gamma, beta)[1](dy)
        return [d for d, weight in zip(found, (vx, vgamma, vbeta)) if weight is not None]

    weights = [weight for weight in (vx, vgamma, vbeta) if weight is not None]
    return dict(zip(("g_x", "g_gamma", "g_dy"), jax.vjp(first, x, gamma, dy)[1](weights)))


second = jax.jit(twice, static_argnums=7)


def grad_grad(x, gamma, dy, vx, vgamma, vbeta, epsilon, layout):
    return second(*map(load, (x, gamma, dy, vx, vgamma, vbeta)), epsilon, layout)


def stacked(parts):
    """Shards as one array with an axis of replicas in front, padded with 0, and which of its samples there are."""
    longest = max(part.shape[0] for part in parts)
    padded = [jnp.pad(load(part), [(0, longest - len(part))] + [(0, 0)] * (part.ndim - 1)) for part in parts]
    present = jnp.stack([jnp.arange(longest) < len(part) for part in parts])
    return jnp.stack(padded), present.reshape(present.shape + (1,) * (parts[0].ndim - 1))


def everywhere(x, present, gamma, beta, epsilon, layout):
    add = lambda total: jax.lax.psum(total, "replicas")
    one = lambda x, present: forward(x, gamma, beta, epsilon, layout, present, add)
    return jax.vmap(one, axis_name="replicas")(x, present)


together = jax.jit(everywhere, static_argnames="layout")


@functools.partial(jax.jit, static_argnames="layout")
def pulled_together(x, present, gamma, beta, dy, epsilon, layout):
    return jax.vjp(lambda x, gamma, beta: everywhere(x, present, gamma, beta, epsilon, layout)[0], x, gamma, beta)[1](dy)


def sync_train(xs, gamma, beta, running_mean, running_var, epsilon, momentum, count, layout):
    y, found = together(*stacked(xs), load(gamma), load(beta), epsilon, layout=layout)
    found = [np.asarray(s[0]) for s in found]
    out = {"y": [y[k, : len(x)] for k, x in enumerate(xs)], "mean": found[1], "variance": found[2]}
    return {**out, **average(found, running_mean, running_var, momentum, count), "count": None if count is None else np.int64(count + 1)}


def sync_grad(xs, gamma, beta, dys, epsilon, layout):
    dx, dgamma, dbeta = pulled_together(*stacked(xs), load(gamma), load(beta), stacked(dys)[0], epsilon, layout=layout)
    return {"dx": [dx[k, : len(x)] for k, x in enumerate(xs)], "dgamma": dgamma, "dbeta": dbeta}


card = {
    "name": "jax.numpy",
    "version": jax.__version__,
    "dtypes": ["f64", "f32", "f16", "bf16"],
    "param_dtype": "f32",
    "layouts": ["channels_first", "channels_last"],
    "saved": ["mean", "variance"],
    "profile": "torch",
    "m1": "nan",
    "form": "direct",
}

bnspec.serve(card, train=train, infer=infer, grad=grad, infer_grad=infer_grad, grad_grad=grad_grad,
             sync_train=sync_train, sync_grad=sync_grad)
