"""PaddlePaddle on the CPU: paddle.nn.functional.batch_norm, and gradients by paddle.grad.

    BNSPEC_PYTHON=.venvs/others/bin/python bnspec run ./targets/paddle.py

It wants gamma, beta and running statistics. `momentum` is what is kept of the old value.
"""
import os
import sys

import bnspec

# This file is called as the package is: its folder must not be searched for it.
here = os.path.dirname(os.path.realpath(__file__))
sys.path = [folder for folder in sys.path if os.path.realpath(folder) != here]
import numpy as np
import paddle

paddle.set_device("cpu")
FORMAT = {
    "channels_first": {2: "NC", 3: "NCL", 4: "NCHW", 5: "NCDHW"},
    "channels_last": {2: "NC", 3: "NLC", 4: "NHWC", 5: "NDHWC"},
}


def batch_norm(x, gamma, beta, running_mean, running_var, epsilon, layout, training, momentum=0.5):
    return paddle.nn.functional.batch_norm(x, running_mean, running_var, gamma, beta, training=training, momentum=momentum,
                                           epsilon=epsilon, data_format=FORMAT[layout][x.ndim], use_global_stats=not training)


def infer(x, gamma, beta, running_mean, running_var, epsilon, layout):
    tensors = map(paddle.to_tensor, (x, gamma, beta, running_mean, running_var))
    return {"y": batch_norm(*tensors, epsilon, layout, False).numpy()}


def statistics(x, running_mean, running_var, layout):
    """Those sent, or a fresh layer's: the operator has no training without them."""
    channels = x.shape[1 if layout == "channels_first" else -1]
    fresh = np.zeros(channels, x.dtype), np.ones(channels, x.dtype)
    return [paddle.to_tensor(s) for s in (fresh if running_mean is None else (running_mean, running_var))]


def train(x, gamma, beta, running_mean, running_var, epsilon, momentum, layout):
    mean, variance = statistics(x, running_mean, running_var, layout)
    momentum = 0.5 if momentum is None else momentum
    y = batch_norm(*map(paddle.to_tensor, (x, gamma, beta)), mean, variance, epsilon, layout, True, momentum)
    return {"y": y.numpy(), **({} if running_mean is None else {"running_mean": mean.numpy(), "running_var": variance.numpy()})}


def gradients(training, x, gamma, beta, dy, running_mean, running_var, epsilon, layout):
    inputs = [paddle.to_tensor(array, stop_gradient=False) for array in (x, gamma, beta)]
    y = batch_norm(*inputs, *statistics(x, running_mean, running_var, layout), epsilon, layout, training)
    return dict(zip(("dx", "dgamma", "dbeta"), (d.numpy() for d in paddle.grad(y, inputs, paddle.to_tensor(dy)))))


def grad(x, gamma, beta, dy, epsilon, layout):
    return gradients(True, x, gamma, beta, dy, None, None, epsilon, layout)


def infer_grad(x, gamma, beta, dy, running_mean, running_var, epsilon, layout):
    return gradients(False, x, gamma, beta, dy, running_mean, running_var, epsilon, layout)


card = {
    "name": "paddle",
    "version": paddle.__version__,
    "dtypes": ["f64", "f32"],
    "layouts": ["channels_first", "channels_last"],
    "profile": "paddle-cpu",
}

bnspec.serve(card, train=train, infer=infer, grad=grad, infer_grad=infer_grad)
