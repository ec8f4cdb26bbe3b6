"""Keras 3: the layer keras.layers.BatchNormalization, on the backend that KERAS_BACKEND names: tensorflow, jax, torch or numpy.

    KERAS_BACKEND=jax BNSPEC_PYTHON=.venvs/frameworks/bin/python bnspec run --pass-env KERAS_BACKEND ./targets/keras.py

Gradients by the backend's own automatic differentiation; numpy has none. Halves go with float32 parameters: the policies
mixed_float16 and mixed_bfloat16. `momentum` is what is kept of the old value.
"""
import os
import sys

import bnspec

# This file is called as the package is: its folder must not be searched for it.
here = os.path.dirname(os.path.realpath(__file__))
sys.path = [folder for folder in sys.path if os.path.realpath(folder) != here]
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
import keras
import ml_dtypes
import numpy as np

backend = keras.backend.backend()
if backend == "jax":
    import jax

    jax.config.update("jax_enable_x64", True)
elif backend == "tensorflow":
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
elif backend == "torch":
    import torch

    torch.set_num_threads(1)
POLICY = {"float64": "float64", "float32": "float32", "float16": "mixed_float16", "uint16": "mixed_bfloat16"}


def load(array):
    if array is None:
        return None
    if array.dtype != np.uint16:
        return keras.ops.convert_to_tensor(array)
    if backend == "torch":
        return torch.from_numpy(array.view(np.int16)).view(torch.bfloat16)
    return keras.ops.convert_to_tensor(array.view(ml_dtypes.bfloat16))


def dump(tensor):
    if backend == "torch" and tensor.dtype == torch.bfloat16:
        return tensor.detach().contiguous().view(torch.int16).numpy().view(np.uint16)
    return keras.ops.convert_to_numpy(tensor)


def layer(x, gamma, beta, running_mean, running_var, epsilon, layout, momentum=0.5):
    axis = 1 if layout == "channels_first" else x.ndim - 1
    made = keras.layers.BatchNormalization(axis=axis, momentum=momentum, epsilon=epsilon, center=beta is not None,
                                           scale=gamma is not None, dtype=POLICY[x.dtype.name])
    made.build(x.shape)
    weights = (("gamma", gamma), ("beta", beta), ("moving_mean", running_mean), ("moving_variance", running_var))
    for name, value in weights:
        if value is not None:
            getattr(made, name).assign(value)
    return made


def infer(x, gamma, beta, running_mean, running_var, epsilon, layout):
    return {"y": dump(layer(x, gamma, beta, running_mean, running_var, epsilon, layout)(load(x), training=False))}


def train(x, gamma, beta, running_mean, running_var, epsilon, momentum, layout):
    made = layer(x, gamma, beta, running_mean, running_var, epsilon, layout, 0.5 if momentum is None else momentum)
    y = dump(made(load(x), training=True))
    statistics = {"running_mean": dump(made.moving_mean.value), "running_var": dump(made.moving_variance.value)}
    return {"y": y} if running_mean is None else {"y": y, **statistics}


def by_jax(made, x, dy, training):
    frozen = [variable.value for variable in made.non_trainable_variables]
    y = lambda weights, x: made.stateless_call(weights, frozen, x, training=training)[0]
    weights, dx = jax.vjp(y, [variable.value for variable in made.trainable_variables], x)[1](dy)
    return dx, weights


def by_tensorflow(made, x, dy, training):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = made(x, training=training)
    dx, *weights = tape.gradient(y, [x, *(variable.value for variable in made.trainable_variables)], dy)
    return dx, weights


def by_torch(made, x, dy, training):
    x.requires_grad_()
    y = made(x, training=training)
    dx, *weights = torch.autograd.grad(y, [x, *(variable.value for variable in made.trainable_variables)], dy)
    return dx, weights


def gradients(training, x, gamma, beta, dy, running_mean, running_var, epsilon, layout):
    made = layer(x, gamma, beta, running_mean, running_var, epsilon, layout)
    differentiate = {"jax": by_jax, "tensorflow": by_tensorflow, "torch": by_torch}[backend]
    dx, weights = differentiate(made, load(x), load(dy), training)
    names = [name for name, value in (("dgamma", gamma), ("dbeta", beta)) if value is not None]
    return {"dx": dump(dx), **dict(zip(names, map(dump, weights)))}


def grad(x, gamma, beta, dy, epsilon, layout):
    return gradients(True, x, gamma, beta, dy, None, None, epsilon, layout)


def infer_grad(x, gamma, beta, dy, running_mean, running_var, epsilon, layout):
    return gradients(False, x, gamma, beta, dy, running_mean, running_var, epsilon, layout)


card = {
    "name": f"keras on {backend}",
    "version": keras.__version__,
    "dtypes": ["f64", "f32", "f16", "bf16"],
    "param_dtype": "f32",
    "layouts": ["channels_first", "channels_last"],
    "profile": "keras3",
    "ftz": backend == "tensorflow",  # it sets its threads so
}

differentiable = {} if backend == "numpy" else {"grad": grad, "infer_grad": infer_grad}
bnspec.serve(card, train=train, infer=infer, **differentiable)
