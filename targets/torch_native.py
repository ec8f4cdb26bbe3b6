"""PyTorch on the CPU: the operator torch.native_batch_norm and its native backward pass, without autograd or a module around it.

    bnspec run ./targets/torch_native.py

One element per channel is no error here: the running variance becomes NaN. `momentum` is the weight of the new batch.
"""
import os

import bnspec
import torch

torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))


def load(array, layout=None):
    """A tensor with channels on axis 1; where they came last, a view with the strides of torch's channels_last."""
    if array is None:
        return None
    tensor = torch.tensor(array)
    return tensor.movedim(-1, 1) if layout == "channels_last" else tensor


def dump(tensor, layout=None):
    return (tensor.movedim(1, -1) if layout == "channels_last" else tensor).contiguous().numpy()


def infer(x, gamma, beta, running_mean, running_var, epsilon, layout):
    y, _, _ = torch.native_batch_norm(load(x, layout), *map(load, (gamma, beta, running_mean, running_var)), False, 0, epsilon)
    return {"y": dump(y, layout)}


def train(x, gamma, beta, running_mean, running_var, epsilon, momentum, layout):
    gamma, beta, mean, variance = map(load, (gamma, beta, running_mean, running_var))
    momentum = 0 if momentum is None else momentum
    y, own, inv_std = torch.native_batch_norm(load(x, layout), gamma, beta, mean, variance, True, momentum, epsilon)
    out = {"y": dump(y, layout), "mean": dump(own), "inv_std": dump(inv_std)}
    return out if mean is None else {**out, "running_mean": dump(mean), "running_var": dump(variance)}


def gradients(training, x, gamma, dy, mean, variance, epsilon, layout, wanted):
    x, gamma = load(x, layout), load(gamma)
    saved = torch.native_batch_norm(x, gamma, None, mean, variance, True, 0, epsilon)[1:] if training else (None, None)
    found = torch.ops.aten.native_batch_norm_backward(load(dy, layout), x, gamma, mean, variance, *saved, training, epsilon, wanted)
    return {name: dump(d, layout if name == "dx" else None) for name, d, want in zip(("dx", "dgamma", "dbeta"), found, wanted) if want}


def grad(x, gamma, beta, dy, epsilon, layout):
    return gradients(True, x, gamma, dy, None, None, epsilon, layout, [True, gamma is not None, beta is not None])


def infer_grad(x, gamma, beta, dy, running_mean, running_var, epsilon, layout):
    statistics = load(running_mean), load(running_var)
    return gradients(False, x, gamma, dy, *statistics, epsilon, layout, [True, gamma is not None, beta is not None])


card = {
    "name": "torch.native_batch_norm",
    "version": torch.__version__,
    "dtypes": ["f64", "f32"],
    "layouts": ["channels_first", "channels_last"],
    "saved": ["mean", "inv_std"],
    "profile": "torch",
    "m1": "nan",
}

bnspec.serve(card, train=train, infer=infer, grad=grad, infer_grad=infer_grad)
