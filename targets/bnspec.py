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
each; and fold, which takes weight, bias (None where absent) and after ("none" or "relu"); and steps, a small network to train: it takes
lists xs and targets, a part for each batch, stages (dicts of weight, bias or None, gamma, beta, running_mean, running_var,
activation), optimizer, rate, decay, decay_square, delta, and x, an example to predict then; it returns what docs/wire.md lists,
numbered by stage: {"weight.1": ...}. An exception is reported
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
import subprocess
import sys
import traceback

import numpy

_DTYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "I64": "<i8"}
_NAMES = {"float64": "F64", "float32": "F32", "float16": "F16", "uint16": "BF16", "bfloat16": "BF16", "int64": "I64"}
_INPUTS = ("x", "gamma", "beta", "running_mean", "running_var", "dy", "vx", "vgamma", "vbeta", "epsilon", "momentum", "count", "layout",
           "xs", "dys", "weight", "bias", "after", "stages", "targets", "optimizer", "rate", "decay", "decay_square", "delta")
_NUMBERS = ("epsilon", "momentum", "count", "rate", "decay", "decay_square", "delta")
_STAGE = ("weight", "bias", "gamma", "beta", "running_mean", "running_var")
_LONGEST_HEADER = 2 ** 20
_MADE = ("channels", "rank", "dtype", "track")
_CARRIED = ("running_mean", "running_var", "count")
_STEPS = ("train", "infer", "grad", "state", "load")
_layers = {}
_replies = None
_folder = None
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
    if _folder is None:
        _converse(card, operations, sys.stdin.buffer, _replies, ({}, False))
    else:
        _answer_files(card, operations)


def _answer_files(card, operations):
    """Answers every question of the folder that has no answer; a reply is on disk before the next question is read."""
    answers = os.path.join(_folder, "answers")
    os.makedirs(answers, exist_ok=True)
    questions = os.path.join(_folder, "requests")
    for name in sorted(os.listdir(questions)):
        if name.endswith(".safetensors"):
            begun = os.path.exists(os.path.join(answers, name))
            with open(os.path.join(questions, name), "rb") as source, open(os.path.join(answers, name), "a+b") as sink:
                _converse(card, operations, source, sink, _resumed(source, sink) if begun else ({}, False))


def _resumed(source, sink):
    """Skips what was answered before. Whoever was here died at the question after that: it is lost, and so are its layers."""
    sink.seek(0)
    said, end = {}, 0
    for metadata, header, body in _blobs(sink):
        end = sink.tell()
        said[metadata["id"]] = {name: body[slice(*header[name]["data_offsets"])] for name in _CARRIED if name in header}
        next(_blobs(source), None)
    sink.truncate(end)
    fatal = next(_blobs(source), None)
    if fatal is not None:
        sink.write(_write({"id": fatal[0]["id"], "status": "lost"}, {}))
        sink.flush()
    return said, fatal is not None


def _converse(card, operations, source, sink, resumed):
    wanted = {op: _wanted(operation) for op, operation in operations.items()}
    said, layers_lost = resumed
    for metadata, header, body in _blobs(source):
        try:
            op, given = metadata["op"], metadata.get("given")
            body = body if given is None else _given(given, header, body, said)
            if body is None:
                reply, outputs = {"status": "lost"}, {}
            elif op == "hello":
                reply, outputs = dict(_card(card, operations), status="ok"), {}
            elif op == "layer" and layers_lost:
                reply, outputs = {"status": "lost"}, {}
            elif op == "layer" and op in operations:
                reply, outputs = _step(operations[op], metadata, header, body)
            else:
                reply, outputs = _answer(operations.get(op), wanted.get(op), metadata, header, body)
            if given is not None and body is not None:
                reply["given"] = given
            blob = _write(dict(reply, id=metadata["id"]), outputs)
            said[metadata["id"]] = {name: numpy.asarray(outputs[name]).tobytes() for name in _CARRIED if name in outputs}
        except Exception as error:
            traceback.print_exc()
            message = "%s: %s" % (type(error).__name__, error)
            blob = _write({"id": metadata["id"], "status": "error", "message": message[:4000]}, {})
        try:
            sink.write(blob)
            sink.flush()
        except BrokenPipeError:
            return


def _blobs(source):
    """The metadata, the other entries of the header, and the body of each whole blob."""
    while True:
        length = int.from_bytes(source.read(8), "little")
        text = source.read(length) if length <= _LONGEST_HEADER else b""
        if length == 0 or len(text) < length:
            return
        header = json.loads(text)
        metadata = header.pop("__metadata__")
        size = max([entry["data_offsets"][1] for entry in header.values()], default=0)
        body = source.read(size)
        if len(body) < size:
            return
        yield metadata, header, body


def _given(names, header, body, said):
    """The body with inputs that earlier replies of this file hold: `running_mean=ID.running_mean`, separated by commas. None without them."""
    body = bytearray(body)
    for name, source in (item.split("=") for item in names.split(",")):
        begin, end = header[name]["data_offsets"]
        earlier, output = source.rsplit(".", 1)
        taken = said.get(earlier, {}).get(output, b"")
        if len(taken) != end - begin:
            return None
        body[begin:end] = taken
    return bytes(body)


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
        inputs[name] = array.item() if name in _NUMBERS else array.copy()
    for name in ("x", "dy", "target"):
        numbers = sorted(int(part.split(".")[1]) for part in header if part.startswith(name + "."))
        inputs[name + "s"] = [inputs["%s.%d" % (name, number)] for number in numbers] or None
    if metadata["op"] == "steps":
        inputs["optimizer"] = metadata["optimizer"]
        inputs["stages"] = [
            dict({name: inputs.get("%s.%d" % (name, number)) for name in _STAGE}, activation=activation)
            for number, activation in enumerate(metadata["activations"].split(","), 1)
        ]
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


def pytest(*target, **how):
    """One pytest test per law: see bnspec_pytest.py, which must lie beside this file."""
    import bnspec_pytest

    return bnspec_pytest.laws(*target, **how)


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


def _go_on(folder):
    """Starts the adapter over the files again and again: each time it dies it has got one question further."""
    if not os.path.isdir(os.path.join(folder, "requests")):
        sys.exit("%s holds no questions: bnspec export writes them" % folder)
    before = None
    answers = os.path.join(folder, "answers")
    old = len(os.listdir(answers)) if os.path.isdir(answers) else 0
    while True:
        code = subprocess.call([sys.executable, os.path.abspath(__file__), sys.argv[1], "--answer-once", folder])
        size = sum(os.path.getsize(os.path.join(answers, name)) for name in os.listdir(answers)) if os.path.isdir(answers) else None
        if code == 0 or size == before:
            break
        before = size
    if code == 0:
        new = len(os.listdir(answers)) - old if os.path.isdir(answers) else 0
        stay = "; %d had answers before, and keep them: delete %s if the kernel has changed" % (old, answers) if old else ""
        print("answered %d file%s%s" % (new, "" if new == 1 else "s", stay), file=sys.stderr)
    sys.exit(code)


if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[2] == "--answer":
        _go_on(sys.argv[3])
    if len(sys.argv) == 4 and sys.argv[2] == "--answer-once":
        _folder = os.path.abspath(sys.argv[3])
    elif len(sys.argv) != 2:
        sys.exit("usage: python3 bnspec.py adapter.py [--answer DIR]")
    _run(sys.argv[1])
