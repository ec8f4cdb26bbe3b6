"""TensorFlow on the CPU: tf.nn.batch_normalization by given statistics, and its gradients by a tape.

    BNSPEC_PYTHON=.venvs/frameworks/bin/python bnspec run ./targets/tensorflow_nn.py

Everything has the format of x. Its own gradients by the statistics are not asked for: they are constants here.
"""
import os

import bnspec

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
import ml_dtypes
import numpy as np
import tensorflow as tf

tf.config.threading.set_intra_op_parallelism_threads(1)


def load(array):
    if array is None:
        return None
    return tf.constant(array.view(ml_dtypes.bfloat16) if array.dtype == np.uint16 else array)


def normalize(x, gamma, beta, mean, variance, epsilon, layout):
    shape = [-1] + [1] * (x.shape.ndims - 2) if layout == "channels_first" else [-1]
    along = lambda v: None if v is None else tf.reshape(v, shape)
    return tf.nn.batch_normalization(x, along(mean), along(variance), along(beta), along(gamma), epsilon)


def infer(x, gamma, beta, running_mean, running_var, epsilon, layout):
    return {"y": normalize(*map(load, (x, gamma, beta, running_mean, running_var)), epsilon, layout).numpy()}


def infer_grad(x, gamma, beta, dy, running_mean, running_var, epsilon, layout):
    inputs = {"dx": load(x), "dgamma": load(gamma), "dbeta": load(beta)}
    wanted = {name: tensor for name, tensor in inputs.items() if tensor is not None}
    with tf.GradientTape() as tape:
        tape.watch(list(wanted.values()))
        y = normalize(*inputs.values(), load(running_mean), load(running_var), epsilon, layout)
    return dict(zip(wanted, (d.numpy() for d in tape.gradient(y, list(wanted.values()), load(dy)))))


card = {
    "name": "tf.nn.batch_normalization",
    "version": tf.__version__,
    "dtypes": ["f64", "f32", "f16", "bf16"],
    "layouts": ["channels_first", "channels_last"],
    "profile": "tf-nn",
}

bnspec.serve(card, infer=infer, infer_grad=infer_grad)
