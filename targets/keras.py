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


def network(stages, example, dtype, epsilon, momentum):
    """A model whose outputs are those of the normalizations and its own; images have their channels last here."""
    keras.config.set_dtype_policy(dtype)  # of the model too, which casts what it is given
    inputs = h = keras.Input(example if len(example) == 1 else (*example[1:], example[0]), dtype=dtype)
    ys, parameters, statistics = [], [], []
    for stage in stages:
        weight, bias = stage["weight"], stage["bias"]
        if weight.ndim == 4:
            link = keras.layers.Conv2D(len(weight), weight.shape[2:], use_bias=bias is not None)
        else:
            link = keras.layers.Dense(len(weight), use_bias=bias is not None)
            h = keras.layers.Flatten()(keras.layers.Permute((3, 1, 2))(h)) if h.ndim == 4 else h
        norm = keras.layers.BatchNormalization(axis=-1, momentum=momentum, epsilon=epsilon)
        ys.append(norm(link(h)))
        h = keras.layers.Activation({"identity": "linear"}.get(stage["activation"], stage["activation"]))(ys[-1])
        parameters.append({"weight": link.kernel, "gamma": norm.gamma, "beta": norm.beta, **({} if bias is None else {"bias": link.bias})})
        statistics.append({"running_mean": norm.moving_mean, "running_var": norm.moving_variance})
        for name, variable in {**parameters[-1], **statistics[-1]}.items():
            variable.assign(turned(stage[name], "to keras"))
    return keras.Model(inputs, [*ys, h]), parameters, statistics


def turned(array, way):
    """A weight has its units last in Keras, an image its channels; both are first on the wire."""
    if array.ndim == 4:
        return array.transpose((2, 3, 1, 0) if way == "to keras" else (3, 2, 0, 1))
    return array.T if array.ndim == 2 else array


def images(array, way):
    return array if array.ndim != 4 else array.transpose((0, 2, 3, 1) if way == "to keras" else (0, 3, 1, 2))


def learned(model, x, target):
    """The loss, its gradients and the outputs of a batch; the statistics of the model take it in."""
    half = lambda outputs: keras.ops.sum((outputs[-1] - target) ** 2) / (2 * len(x))
    variables = [variable.value for variable in model.trainable_variables]
    if backend == "jax":
        frozen = [variable.value for variable in model.non_trainable_variables]

        def loss(weights):
            outputs, after = model.stateless_call(weights, frozen, x, training=True)
            return half(outputs), (outputs, after)

        (value, (outputs, after)), found = jax.jit(jax.value_and_grad(loss, has_aux=True))(variables)
        for variable, next_value in zip(model.non_trainable_variables, after):
            variable.assign(next_value)
        return value, found, outputs
    if backend == "tensorflow":
        with tf.GradientTape() as tape:
            outputs = model(x, training=True)
            value = half(outputs)
        return value, tape.gradient(value, variables), outputs
    outputs = model(x, training=True)
    value = half(outputs)
    return value.detach(), torch.autograd.grad(value, variables), [output.detach() for output in outputs]


def steps(x, xs, targets, stages, optimizer, rate, decay, decay_square, delta, epsilon, momentum):
    model, parameters, statistics = network(stages, x.shape[1:], x.dtype.name, epsilon, momentum)
    optimizers = {"sgd": lambda: keras.optimizers.SGD(rate), "momentum": lambda: keras.optimizers.SGD(rate, momentum=decay),
                  "adam": lambda: keras.optimizers.Adam(rate, beta_1=decay, beta_2=decay_square)}
    stepping = optimizers[optimizer]()
    losses = []
    for step, (batch, target) in enumerate(zip(xs, targets), 1):
        target = images(target, "to keras")
        value, found, outputs = learned(model, load(images(batch, "to keras")), load(target))
        # Keras adds epsilon before it divides by the weights of the average; the paper, and the wire, after.
        stepping.epsilon = delta * (1 - decay_square**step) ** 0.5
        stepping.apply(found, model.trainable_variables)
        losses.append(dump(value))
    out = {"loss": np.stack(losses)}
    gradients_of = {id(variable): gradient for variable, gradient in zip(model.trainable_variables, found)}
    for number, (own, kept, y) in enumerate(zip(parameters, statistics, outputs), 1):
        out[f"y.{number}"] = images(dump(y), "from keras")
        for name, variable in {**own, **kept}.items():
            out[f"{name}.{number}"] = turned(dump(variable.value), "from keras")
            if name in own:
                out[f"d{name}.{number}"] = turned(dump(gradients_of[id(variable)]), "from keras")
    predicted = model(load(images(x, "to keras")), training=False)[-1]
    return {**out, "prediction": images(dump(predicted), "from keras")}


card = {
    "name": f"keras on {backend}",
    "version": keras.__version__,
    "dtypes": ["f64", "f32", "f16", "bf16"],
    "param_dtype": "f32",
    "layouts": ["channels_first", "channels_last"],
    "profile": "keras3",
    "ftz": backend == "tensorflow",  # it sets its threads so
    "optimizers": ["sgd", "momentum", "adam"],  # its RMSProp has epsilon under the root
}

differentiable = {} if backend == "numpy" else {"grad": grad, "infer_grad": infer_grad, "steps": steps}
bnspec.serve(card, train=train, infer=infer, **differentiable)
