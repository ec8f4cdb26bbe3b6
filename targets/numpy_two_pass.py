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


def statistics(x):
    m = x.shape[1]
    if m == 1:
        raise ValueError("expected more than 1 value per channel when training")
    mean = x.sum(1) / max(m, 1)
    return mean, ((x - mean[:, None]) ** 2).sum(1) / max(m, 1)


def normalize(x, mean, variance, epsilon):
    root = np.sqrt(variance.astype(x.dtype) + epsilon)
    r = np.divide(1, root, out=np.zeros_like(root), where=root != 0)
    return r, (x - mean.astype(x.dtype)[:, None]) * r[:, None]


def affine(xhat, gamma, beta):
    y = xhat if gamma is None else xhat * gamma[:, None]
    return y if beta is None else y + beta[:, None]


def train(x, gamma, beta, running_mean, running_var, epsilon, momentum, count, layout):
    batch = columns(x, layout)
    mean, variance = statistics(batch)
    r, xhat = normalize(batch, mean, variance, epsilon)
    outputs = {"y": like(x, affine(xhat, gamma, beta), layout), "mean": mean, "inv_std": r}
    if running_mean is not None:
        m = batch.shape[1]
        new = 0 if m == 0 else momentum if momentum is not None else 1 / (count + 1)
        outputs["running_mean"] = (1 - new) * running_mean.astype(mean.dtype) + new * mean
        outputs["running_var"] = (1 - new) * running_var.astype(mean.dtype) + new * (variance * m / (m - 1))
    outputs = {name: output.astype(x.dtype) for name, output in outputs.items()}
    return dict(outputs, count=None if count is None else np.int64(count + 1))


def infer(x, gamma, beta, running_mean, running_var, epsilon, layout):
    _, xhat = normalize(columns(x, layout), running_mean, running_var, epsilon)
    return {"y": like(x, affine(xhat, gamma, beta), layout)}


def grad(x, gamma, beta, dy, epsilon, layout, frozen=None):
    x_, dy_ = columns(x, layout), columns(dy, layout)
    r, xhat = normalize(x_, *(frozen or statistics(x_)), epsilon)
    dgamma, dbeta, m = (dy_ * xhat).sum(1), dy_.sum(1), max(dy_.shape[1], 1)
    through = dy_ if frozen else dy_ - (dbeta / m)[:, None] - xhat * (dgamma / m)[:, None]
    parameters = {"dgamma": None if gamma is None else dgamma.astype(x.dtype),
                  "dbeta": None if beta is None else dbeta.astype(x.dtype)}
    return {"dx": like(x, affine(through * r[:, None], gamma, None), layout), **parameters}


def infer_grad(x, gamma, beta, dy, running_mean, running_var, epsilon, layout):
    return grad(x, gamma, beta, dy, epsilon, layout, frozen=(running_mean, running_var))


CARD = {"name": "numpy two-pass", "version": np.__version__, "profile": "torch", "dtypes": ["f64", "f32", "f16"],
        "layouts": ["channels_first", "channels_last"], "saved": ["mean", "inv_std"]}
bnspec.serve(CARD, train=train, infer=infer, grad=grad, infer_grad=infer_grad)
