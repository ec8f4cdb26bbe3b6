"""The ONNX operator BatchNormalization, opset 15, in models of one node, on one of the runtimes that ONNX_RUNTIME names:

    reference     onnx.reference.ReferenceEvaluator, the standard's own
    onnxruntime   ONNX Runtime on the CPU
    openvino      OpenVINO on the CPU, inference only
    opencv        OpenCV's dnn module, inference only

    ONNX_RUNTIME=openvino BNSPEC_PYTHON=.venvs/runtimes/bin/python bnspec run --pass-env ONNX_RUNTIME ./targets/onnx_runtimes.py

The operator has channels on axis 1 and requires scale, bias, mean and variance: absent ones go in as the identity. Epsilon and
momentum are attributes, so every question brings a model of its own. It has no gradient.
"""
import os

import bnspec
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

RUNTIME = os.environ.get("ONNX_RUNTIME", "reference")
TYPES = {"float64": TensorProto.DOUBLE, "float32": TensorProto.FLOAT, "float16": TensorProto.FLOAT16}
NAMES = ["scale", "bias", "mean", "variance"]


def given(x, gamma, beta, running_mean, running_var):
    dtype = np.float64 if x.dtype == np.float64 else np.float32
    identity = zip((gamma, beta, running_mean, running_var), (1, 0, 0, 1))
    return dict(zip(NAMES, (np.full(x.shape[1], value, dtype) if array is None else array for array, value in identity)))


def model(x, parameters, epsilon, momentum, training, constant):
    """`constant`: the four lists are initializers, as an exporter writes them, and not inputs."""
    outputs = ["y", "running_mean", "running_var"] if training else ["y"]
    node = helper.make_node("BatchNormalization", ["x", *NAMES], outputs, epsilon=epsilon, momentum=momentum, training_mode=int(training))
    data, parameter = TYPES[x.dtype.name], TYPES[parameters["mean"].dtype.name]
    lists = [] if constant else [helper.make_tensor_value_info(name, parameter, [x.shape[1]]) for name in NAMES]
    kept = [numpy_helper.from_array(array, name) for name, array in parameters.items()] if constant else []
    shapes = [(data, x.shape)] + [(parameter, [x.shape[1]])] * 2
    told = [helper.make_tensor_value_info(name, *shape) for name, shape in zip(outputs, shapes)]
    graph = helper.make_graph([node], "bn", [helper.make_tensor_value_info("x", data, x.shape), *lists], told, kept)
    return helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", 15)])


def by_reference(made, x, parameters):
    return onnx.reference.ReferenceEvaluator(made).run(None, {"x": x, **parameters})


def by_onnxruntime(made, x, parameters):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(made.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session.run(None, {"x": x, **parameters})


def by_openvino(made, x, parameters):
    compiled = core.compile_model(core.read_model(made.SerializeToString(), b""), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    return [compiled([x])[0]]


def by_opencv(made, x, parameters):
    net = cv2.dnn.readNetFromONNX(np.frombuffer(made.SerializeToString(), np.uint8))
    net.setInput(x)
    return [net.forward()]


card = {
    "name": f"BatchNormalization on {RUNTIME}",
    "dtypes": ["f64", "f32", "f16"],
    "param_dtype": "f32",
    "layouts": ["channels_first"],
    "profile": "onnx-15",
}
if RUNTIME == "reference":
    import onnx.reference

    ask, trains, card["version"] = by_reference, True, onnx.__version__
elif RUNTIME == "onnxruntime":
    import onnxruntime

    ask, trains, card["version"] = by_onnxruntime, True, onnxruntime.__version__
elif RUNTIME == "openvino":
    import openvino

    core = openvino.Core()
    core.set_property("CPU", {"INFERENCE_NUM_THREADS": 1})
    ask, trains, card["version"] = by_openvino, False, openvino.__version__.split("-")[0]
    card.update(dtypes=["f32"])
else:
    import cv2

    cv2.setNumThreads(1)
    ask, trains, card["version"] = by_opencv, False, cv2.__version__
    card.update(dtypes=["f32"], profile="opencv-dnn")


def infer(x, gamma, beta, running_mean, running_var, epsilon):
    parameters = given(x, gamma, beta, running_mean, running_var)
    (y,) = ask(model(x, parameters, epsilon, 0.9, False, not trains), x, parameters)
    return {"y": y.reshape(x.shape)}


def train(x, gamma, beta, running_mean, running_var, epsilon, momentum):
    parameters = given(x, gamma, beta, running_mean, running_var)
    momentum = 0.9 if momentum is None else momentum
    y, mean, variance = ask(model(x, parameters, epsilon, momentum, True, False), x, parameters)
    return {"y": y} if running_mean is None else {"y": y, "running_mean": mean, "running_var": variance}


bnspec.serve(card, infer=infer, **({"train": train} if trains else {}))
