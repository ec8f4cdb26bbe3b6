"""A synchronized batch normalization of ours over PyTorch's gloo: what replicas tell each other goes through a process group.

    bnspec run ./targets/torch_gloo.py

PyTorch's own SyncBatchNorm asks for a GPU. Here every replica is a thread with a rank of its own; each sends the count, the sum and
the squared deviations from the mean that all of them agreed on, and sums of dy and dy times xhat on the way back.
"""
import concurrent.futures
import datetime
import functools
import os

import bnspec
import torch
import torch.distributed as dist

torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))


@functools.lru_cache(maxsize=None)
def groups(size):
    """The ranks of a group of that size, all in this process: made once, since making one takes longer than asking it."""
    store = dist.HashStore()
    make = lambda rank: dist.ProcessGroupGloo(store, rank, size, datetime.timedelta(seconds=30))
    pool = concurrent.futures.ThreadPoolExecutor(size)
    return pool, list(pool.map(make, range(size)))


def each(function, *parts):
    """function(group, part of each) on every replica at once; their answers in order."""
    pool, ranks = groups(len(parts[0]))
    return list(pool.map(function, ranks, *parts))


def total(group, *tensors):
    """Sums over all replicas, in one message."""
    whole = torch.cat([tensor.reshape(-1) for tensor in tensors])
    group.allreduce([whole], dist.AllreduceOptions()).wait()
    return [part.reshape(tensor.shape) for part, tensor in zip(whole.split([t.numel() for t in tensors]), tensors)]


def columns(array, layout):
    tensor = torch.tensor(array)
    moved = tensor.movedim(-1 if layout == "channels_last" else 1, 0)
    return moved.reshape(moved.shape[0], -1)


def like(column, array, layout):
    axis = -1 if layout == "channels_last" else 1
    shape = torch.empty(array.shape).movedim(axis, 0).shape
    return column.reshape(shape).movedim(0, axis).contiguous().numpy()


def statistics(group, x):
    m, mean = total(group, torch.tensor([x.shape[1]], dtype=x.dtype), x.sum(1))
    if m == 1:
        raise ValueError("expected more than 1 value per channel when training")
    mean = mean / m
    (squares,) = total(group, ((x - mean[:, None]) ** 2).sum(1))
    return m, mean, squares / m


def sync_train(xs, gamma, beta, running_mean, running_var, epsilon, momentum, layout):
    def replica(group, part):
        x = columns(part, layout)
        m, mean, variance = statistics(group, x)
        y = (x - mean[:, None]) * torch.rsqrt(variance + epsilon)[:, None]
        y = y if gamma is None else y * torch.tensor(gamma)[:, None]
        y = y if beta is None else y + torch.tensor(beta)[:, None]
        return like(y, part, layout), m, mean, variance

    found = each(replica, xs)
    _, m, mean, variance = found[0]
    out = {"y": [y for y, *_ in found], "mean": mean.numpy(), "variance": variance.numpy()}
    if running_mean is not None:
        new = mean.numpy(), (variance * m / (m - 1)).numpy()
        for name, old, value in zip(("running_mean", "running_var"), (running_mean, running_var), new):
            out[name] = ((1 - momentum) * old + momentum * value).astype(old.dtype)
    return out


def train(x, gamma, beta, running_mean, running_var, epsilon, momentum, layout):
    out = sync_train([x], gamma, beta, running_mean, running_var, epsilon, momentum, layout)
    return {**out, "y": out["y"][0]}


def sync_grad(xs, gamma, beta, dys, epsilon, layout):
    def replica(group, part, gradient):
        x, dy = columns(part, layout), columns(gradient, layout)
        m, mean, variance = statistics(group, x)
        r = torch.rsqrt(variance + epsilon)
        xhat = (x - mean[:, None]) * r[:, None]
        dbeta, dgamma = total(group, dy.sum(1), (dy * xhat).sum(1))
        dx = (dy - (dbeta / m)[:, None] - xhat * (dgamma / m)[:, None]) * r[:, None]
        dx = dx if gamma is None else dx * torch.tensor(gamma)[:, None]
        return like(dx, part, layout), dgamma.numpy(), dbeta.numpy()

    found = each(replica, xs, dys)
    _, dgamma, dbeta = found[0]
    return {"dx": [dx for dx, *_ in found], "dgamma": None if gamma is None else dgamma, "dbeta": None if beta is None else dbeta}


def grad(x, gamma, beta, dy, epsilon, layout):
    out = sync_grad([x], gamma, beta, [dy], epsilon, layout)
    return {**out, "dx": out["dx"][0]}


card = {
    "name": "bnspec over torch gloo",
    "version": torch.__version__,
    "dtypes": ["f64", "f32"],
    "layouts": ["channels_first", "channels_last"],
    "saved": ["mean", "variance"],
    "profile": "torch",
    "form": "direct",
}

bnspec.serve(card, train=train, grad=grad, sync_train=sync_train, sync_grad=sync_grad)
