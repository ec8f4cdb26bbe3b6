"""The Python kit of bnspec, in one file: write an adapter, copy nothing else.

    import bnspec

    def train(x, gamma, beta, running_mean, running_var, epsilon, momentum, layout):
        ...
        return {"y": y, "running_mean": new_mean, "running_var": new_var}

    bnspec.serve(card={"name": "mine", "version": "1", "dtypes": ["f64", "f32"], "profile": "torch"}, train=train)

and judge it with `bnspec run ./adapter.py`. Needs Python 3.8 and numpy.

Operations are train, infer, grad, infer_grad, grad_grad and layer; a card lists what else is served. A function names the inputs it wants:
x, gamma, beta, running_mean, running_var, dy, vx, vgamma, vbeta (arrays, copies of its own; None where absent), epsilon, momentum (float),
count (int: batches seen before), layout ("channels_first": channels on axis 1, "channels_last": on the last axis).
It returns a dict of arrays: y; dx, dgamma, dbeta; g_x, g_gamma, g_dy; the statistics. None among them is left out. Further operations are
sync_train and sync_grad, a batch split over replicas: they take lists xs and dys, and return lists y and dx, a part for
each; and fold, which takes weight, bias (None where absent) and after ("none" or "relu"). An exception is reported
as an error of this one question; the value NotImplemented says that the operation is not supported. An input that it has
written to is named in the reply: training may update the running statistics in place, and nothing else may be overwritten.

`layer` is a class, or a function that makes an object: a layer that keeps its own statistics. It names what it wants to be made
of: channels, rank (of x), dtype ("f32"), layout, track (False: no running statistics), gamma, beta, epsilon, momentum. Its
methods are train(x, track), infer(x), grad(dy) of the latest of the two, state() and load(...) of gamma, beta, running_mean,
running_var, count; each names what it wants, and the first four return dicts of arrays.

bfloat16, which numpy lacks, comes and goes as its bits in uint16 (no other array here is uint16). For PyTorch:
`torch.from_numpy(a.view(numpy.int16)).view(torch.bfloat16)` and `t.view(torch.int16).numpy().view(numpy.uint16)`.

What an adapter prints goes to stderr; standard output carries replies only.
"""
import inspect
import json
import os
import runpy
import sys
import traceback

import numpy

_DTYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "I64": "<i8"}
_NAMES = {"float64": "F64", "float32": "F32", "float16": "F16", "uint16": "BF16", "bfloat16": "BF16", "int64": "I64"}
_INPUTS = ("x", "gamma", "beta", "running_mean", "running_var", "dy", "vx", "vgamma", "vbeta", "epsilon", "momentum", "count", "layout",
           "xs", "dys", "weight", "bias", "after")
_MADE = ("channels", "rank", "dtype", "track")
_STEPS = ("train", "infer", "grad", "state", "load")
_layers = {}
_replies = None
_served = False


def bf16_to_float32(bits):
    """The float32 values of bfloat16 bits (uint16): exact."""
    return (numpy.asarray(bits).astype(numpy.uint32) << 16).view(numpy.float32)


def float32_to_bf16(values):
    """The bfloat16 bits (uint16) nearest to float32 values, ties to even. Every NaN stays a NaN."""
    values = numpy.asarray(values, numpy.float32)
    bits = values.view(numpy.uint32)
    rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16
    return numpy.where(numpy.isnan(values), (bits >> 16) | 0x40, rounded).astype(numpy.uint16)


def serve(card, **operations):
    """Answers requests until standard input ends. `card` is a dict; its lists may be lists or tuples."""
    global _served
    _served = True
    _redirect()
    source = sys.stdin.buffer
    wanted = {op: _wanted(operation) for op, operation in operations.items()}
    while True:
        length = source.read(8)
        if len(length) < 8:
            return
        header = json.loads(source.read(int.from_bytes(length, "little")))
        metadata = header.pop("__metadata__")
        body = source.read(max([entry["data_offsets"][1] for entry in header.values()], default=0))
        try:
            if metadata["op"] == "hello":
                reply, outputs = dict(_card(card, operations), status="ok"), {}
            else:
                op = metadata["op"]
                if op == "layer" and op in operations:
                    reply, outputs = _step(operations[op], metadata, header, body)
                else:
                    reply, outputs = _answer(operations.get(op), wanted.get(op), metadata, header, body)
            blob = _write(dict(reply, id=metadata["id"]), outputs)
        except Exception as error:
            traceback.print_exc()
            message = "%s: %s" % (type(error).__name__, error)
            blob = _write({"id": metadata["id"], "status": "error", "message": message[:4000]}, {})
        try:
            _replies.write(blob)
            _replies.flush()
        except BrokenPipeError:
            return


def _redirect():
    """From here on file descriptor 1 is stderr, for native code too; replies leave by a copy of the old one."""
    global _replies
    if _replies is None:
        _replies = os.fdopen(os.dup(1), "wb")
        os.dup2(2, 1)


def _card(card, operations):
    def text(value):
        if isinstance(value, (list, tuple)):
            return ",".join(text(item) for item in value)
        return str(value).lower() if isinstance(value, bool) else str(value)

    return {key: text(value) for key, value in dict({"ops": list(operations)}, **card).items()}


def _wanted(operation):
    """The names of the inputs that a function takes; all of them if it takes any keyword."""
    parameters = inspect.signature(operation).parameters.values()
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
        return _INPUTS + _MADE
    return [parameter.name for parameter in parameters if parameter.name in _INPUTS + _MADE]


def _answer(operation, wanted, metadata, header, body):
    if operation is None:
        return {"status": "unsupported", "message": "no function %s here" % metadata["op"]}, {}
    inputs = dict(dict.fromkeys(_INPUTS + _MADE), layout=metadata.get("layout"), after=metadata.get("after"))
    if metadata["op"] == "layer":
        sizes = {name: int(metadata[name]) for name in ("channels", "rank")}
        inputs.update(sizes, dtype=metadata["dtype"], track=metadata["track"] == "true")
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        array = numpy.frombuffer(body[begin:end], _DTYPES[entry["dtype"]]).reshape(entry["shape"])
        inputs[name] = array.item() if name in ("epsilon", "momentum", "count") else array.copy()
    for name in ("x", "dy"):
        numbers = sorted(int(part.split(".")[1]) for part in header if part.startswith(name + "."))
        inputs[name + "s"] = [inputs["%s.%d" % (name, number)] for number in numbers] or None
    outputs = operation(**{name: inputs[name] for name in wanted})
    overwritten = [name for name, entry in header.items() if _changed(inputs[name], body, *entry["data_offsets"])]
    if outputs is NotImplemented:
        return {"status": "unsupported", "message": "%s is not implemented" % metadata["op"]}, {}
    if not isinstance(outputs, dict):
        raise TypeError("%s returned %s, not a dict of arrays" % (metadata["op"], type(outputs).__name__))
    reply = {"status": "ok", **({"overwritten": ",".join(overwritten)} if overwritten else {})}
    return reply, dict(_named(outputs, metadata["op"].startswith("sync_")))


def _named(outputs, split):
    """The outputs that are there, each under its name on the wire: the parts of a split batch are numbered."""
    for name, output in outputs.items():
        if split and name in ("y", "dx"):
            yield from (("%s.%d" % (name, number), part) for number, part in enumerate(output))
        elif output is not None:
            yield name, output


def _step(make, metadata, header, body):
    """One step of a stateful layer; what a handle stands for is kept here."""
    step, handle = metadata["step"], metadata["handle"]
    if step == "new":

        def made(**inputs):
            _layers[handle] = make(**inputs)
            return {}

        return _answer(made, _wanted(make), metadata, header, body)
    if handle not in _layers:
        raise KeyError("no layer %s: it was dropped, or never made" % handle)
    if step == "drop":
        del _layers[handle]
        return {"status": "ok"}, {}
    if step not in _STEPS:
        raise ValueError("a layer has no step %s" % step)
    method = getattr(_layers[handle], step)
    answered = method if step != "load" else lambda **inputs: method(**inputs) or {}
    return _answer(answered, _wanted(method), metadata, header, body)


def _changed(value, body, begin, end):
    return isinstance(value, numpy.ndarray) and value.tobytes() != body[begin:end]


def _write(metadata, outputs):
    """One safetensors blob: tensors by falling element size, the header padded so that the data starts 8-aligned."""
    arrays = {name: numpy.asarray(output) for name, output in outputs.items()}
    header, parts, end = {"__metadata__": metadata}, [], 0
    for name, array in sorted(arrays.items(), key=lambda item: (-item[1].itemsize, item[0])):
        if array.dtype.name not in _NAMES:
            raise TypeError("output %s has dtype %s; served are %s" % (name, array.dtype, " ".join(_NAMES)))
        dtype = _NAMES[array.dtype.name]
        bits = array.view(numpy.uint16) if dtype == "BF16" else array
        parts.append(numpy.ascontiguousarray(bits, _DTYPES[dtype]).tobytes())
        begin, end = end, end + len(parts[-1])
        header[name] = {"dtype": dtype, "shape": array.shape, "data_offsets": [begin, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return b"".join([len(text).to_bytes(8, "little"), text] + parts)


def _run(path):
    """Runs an adapter as `python adapter.py` would, but lets no file beside it hide a library: torch.py may import torch."""
    _redirect()
    sys.modules["bnspec"] = sys.modules["__main__"]
    sys.argv = [path]
    if sys.path and os.path.realpath(sys.path[0]) == os.path.dirname(os.path.realpath(__file__)):
        del sys.path[0]
    sys.path.append(os.path.dirname(os.path.abspath(path)))
    runpy.run_path(path, run_name="__main__")
    if not _served:
        sys.exit("%s never called bnspec.serve(card=..., train=..., ...)" % path)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python3 bnspec.py adapter.py")
    _run(sys.argv[1])
