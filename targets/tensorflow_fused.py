"""TensorFlow on the CPU: tf.compat.v1.nn.fused_batch_norm, which is the kernel FusedBatchNormV3, and its gradient by a tape.

    BNSPEC_PYTHON=.venvs/frameworks/bin/python bnspec run ./targets/tensorflow_fused.py

It takes rank 4 and 5 with scale and offset, on this device channels last. Halves go with float32 parameters. In training it averages
by `exponential_avg_factor`, the weight of the new batch; 1 hands out the statistics of the batch, the variance divided by m - 1.
TensorFlow sets its threads to flush subnormal numbers to 0.
"""
import os

import bnspec

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
import ml_dtypes
import numpy as np
import tensorflow as tf

tf.config.threading.set_intra_op_parallelism_threads(1)
FORMAT = {4: "NHWC", 5: "NDHWC"}


def load(array):
    return tf.constant(array.view(ml_dtypes.bfloat16) if array.dtype == np.uint16 else array)


def ask(training, x, gamma, beta, running_mean, running_var, epsilon, momentum=1.0):
    empty = np.zeros(0, np.float32)
    statistics = [load(empty if s is None else s) for s in (running_mean, running_var)]
    return tf.raw_ops.FusedBatchNormV3(x=x, scale=gamma, offset=beta, mean=statistics[0], variance=statistics[1], epsilon=epsilon,
                                       exponential_avg_factor=momentum, data_format=FORMAT[len(x.shape)], is_training=training)


def infer(x, gamma, beta, running_mean, running_var, epsilon):
    return {"y": ask(False, load(x), load(gamma), load(beta), running_mean, running_var, epsilon).y.numpy()}


def train(x, gamma, beta, running_mean, running_var, epsilon, momentum):
    x, gamma, beta = load(x), load(gamma), load(beta)
    own = ask(True, x, gamma, beta, None, None, epsilon)
    out = {"mean": own.reserve_space_1.numpy(), "variance": own.reserve_space_2.numpy(), "y": own.y.numpy()}
    if running_mean is None:
        return out
    told = ask(True, x, gamma, beta, running_mean, running_var, epsilon, momentum)
    return {**out, "y": told.y.numpy(), "running_mean": told.batch_mean.numpy(), "running_var": told.batch_variance.numpy()}


def gradients(training, x, gamma, beta, dy, running_mean, running_var, epsilon):
    inputs = [load(x), load(gamma), load(beta)]
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        y = ask(training, *inputs, running_mean, running_var, epsilon).y
    return dict(zip(("dx", "dgamma", "dbeta"), (d.numpy() for d in tape.gradient(y, inputs, load(dy)))))


def grad(x, gamma, beta, dy, epsilon):
    return gradients(True, x, gamma, beta, dy, None, None, epsilon)


def infer_grad(x, gamma, beta, dy, running_mean, running_var, epsilon):
    return gradients(False, x, gamma, beta, dy, running_mean, running_var, epsilon)


card = {
    "name": "tf fused_batch_norm",
    "version": tf.__version__,
    "dtypes": ["f32", "f16", "bf16"],
    "param_dtype": "f32",
    "layouts": ["channels_last"],
    "ranks": [4, 5],
    "saved": ["mean", "variance"],
    "profile": "tf-fused-cpu",
    "ftz": True,
}

bnspec.serve(card, train=train, infer=infer, grad=grad, infer_grad=infer_grad)
