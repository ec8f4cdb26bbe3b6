"""A right batch normalization in numpy, and the template of an adapter: copy it, call your kernel, keep the rest.

    bnspec run ./numpy_two_pass.py

Each function takes the inputs it names, and returns a dict of outputs. The profile `torch` says the rest: momentum is the
weight of the new batch, the running variance is divided by m - 1, training on one element per channel is an error.
"""
import numpy as np

import bnspec

AXIS = {"channels_first": 1, "channels_last": -1}


def columns(a, layout):
    """(N, C, ...) or (N, ..., C) as (C, m), in float32 or wider."""
    moved = np.moveaxis(a, AXIS[layout], 0)
    return moved.reshape(len(moved), -1).astype(np.promote_types(a.dtype, np.float32))


def like(x, column, layout):
    """(C, m) back in the shape and dtype of x."""
    return np.moveaxis(column.reshape(np.moveaxis(x, AXIS[layout], 0).shape), 0, AXIS[layout]).astype(x.dtype)


def statistics(shards):
    """Of all shards together: their sums are what replicas must tell each other. A batch on one machine is one shard."""
    m = sum(x.shape[1] for x in shards)
    if m == 1:
        raise ValueError("expected more than 1 value per channel when training")
    mean = sum(x.sum(1) for x in shards) / max(m, 1)
    return m, mean, sum(((x - mean[:, None]) ** 2).sum(1) for x in shards) / max(m, 1)


def normalize(x, mean, variance, epsilon):
    root = np.sqrt(variance.astype(x.dtype) + epsilon)
    r = np.divide(1, root, out=np.zeros_like(root), where=root != 0)
    return r, (x - mean.astype(x.dtype)[:, None]) * r[:, None]


def affine(xhat, gamma, beta):
    y = xhat if gamma is None else xhat * gamma[:, None]
    return y if beta is None else y + beta[:, None]


def sync_train(xs, gamma, beta, running_mean, running_var, epsilon, momentum, count, layout):
    shards = [columns(x, layout) for x in xs]
    m, mean, variance = statistics(shards)
    r, xhats = zip(*[normalize(x, mean, variance, epsilon) for x in shards])
    outputs = {"mean": mean, "inv_std": r[0]}
    if running_mean is not None:
        new = 0 if m == 0 else momentum if momentum is not None else 1 / (count + 1)
        outputs["running_mean"] = (1 - new) * running_mean.astype(mean.dtype) + new * mean
        outputs["running_var"] = (1 - new) * running_var.astype(mean.dtype) + new * (variance * m / (m - 1))
    outputs = {name: output.astype(xs[0].dtype) for name, output in outputs.items()}
    y = [like(x, affine(xhat, gamma, beta), layout) for x, xhat in zip(xs, xhats)]
    return dict(outputs, y=y, count=None if count is None else np.int64(count + 1))


def train(x, gamma, beta, running_mean, running_var, epsilon, momentum, count, layout):
    outputs = sync_train([x], gamma, beta, running_mean, running_var, epsilon, momentum, count, layout)
    return dict(outputs, y=outputs["y"][0])


def infer(x, gamma, beta, running_mean, running_var, epsilon, layout):
    _, xhat = normalize(columns(x, layout), running_mean, running_var, epsilon)
    return {"y": like(x, affine(xhat, gamma, beta), layout)}


def sync_grad(xs, gamma, beta, dys, epsilon, layout, frozen=None):
    shards, dys_ = [columns(x, layout) for x in xs], [columns(dy, layout) for dy in dys]
    m, mean, variance = (1, *frozen) if frozen else statistics(shards)
    r, xhats = zip(*[normalize(x, mean, variance, epsilon) for x in shards])
    dgamma, dbeta = sum((dy * xhat).sum(1) for dy, xhat in zip(dys_, xhats)), sum(dy.sum(1) for dy in dys_)

    def through(dy, xhat):
        return dy if frozen else dy - (dbeta / max(m, 1))[:, None] - xhat * (dgamma / max(m, 1))[:, None]

    dx = [like(x, affine(through(dy, xhat) * r[0][:, None], gamma, None), layout)
          for x, dy, xhat in zip(xs, dys_, xhats)]
    return {"dx": dx, "dgamma": None if gamma is None else dgamma.astype(xs[0].dtype),
            "dbeta": None if beta is None else dbeta.astype(xs[0].dtype)}


def grad(x, gamma, beta, dy, epsilon, layout, frozen=None):
    outputs = sync_grad([x], gamma, beta, [dy], epsilon, layout, frozen)
    return dict(outputs, dx=outputs["dx"][0])


def infer_grad(x, gamma, beta, dy, running_mean, running_var, epsilon, layout):
    return grad(x, gamma, beta, dy, epsilon, layout, frozen=(running_mean, running_var))


def fold(weight, bias, gamma, beta, running_mean, running_var, epsilon, layout, after):
    """Weights are laid out as one sample is: behind a frozen layer they arrive scaled, and the bias scaled and shifted."""
    if after != "none":
        raise ValueError("%s stands between the layers" % after)
    sample, zero = weight[None], np.zeros_like(running_mean)
    scaled = infer_grad(sample, gamma, None, sample, running_mean, running_var, epsilon, layout)["dx"]
    shifted = infer((zero if bias is None else bias)[None], gamma, beta, running_mean, running_var, epsilon, layout)["y"]
    return {"weight": scaled[0], "bias": shifted[0]}


CARD = {"name": "numpy two-pass", "version": np.__version__, "profile": "torch", "dtypes": ["f64", "f32", "f16"],
        "layouts": ["channels_first", "channels_last"], "saved": ["mean", "inv_std"]}
bnspec.serve(CARD, train=train, infer=infer, grad=grad, infer_grad=infer_grad,
             sync_train=sync_train, sync_grad=sync_grad, fold=fold)
