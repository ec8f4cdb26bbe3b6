"""A right kernel, numpy_two_pass.py, that does what the variable PYTHON_FAULT says whenever it is asked of five samples."""
import ctypes
import os
import runpy
import signal
import sys
import time

import bnspec

fault = os.environ.get("PYTHON_FAULT", "")
kept = []


def forever(*ignored):
    for name in ignored:
        signal.signal(name, signal.SIG_IGN)
    while True:
        time.sleep(60)


def child(**outputs):
    if os.fork() == 0:
        time.sleep(60)
        os._exit(0)


def eats():
    held = []
    while True:
        held.append(bytearray(1 << 24))


# Before the kernel computes.
ACTS = {
    "exits with 0": lambda: os._exit(0),
    "exits with 3": lambda: os._exit(3),
    "segmentation fault": lambda: ctypes.string_at(8),
    "aborts": os.abort,
    "is killed": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "runs for ever": forever,
    "ignores SIGTERM": lambda: forever(signal.SIGTERM, signal.SIGINT),
    "stops itself": lambda: os.kill(os.getpid(), signal.SIGSTOP),
    "prints to stdout": lambda: print("a line", flush=True),
    "floods stderr": lambda: sys.stderr.write("x" * 10_000_000),
    "leaves a child": child,
    "throws": lambda: 1 / 0,
    "allocates without end": eats,
    "closes its stdin": lambda: os.close(0),
    "closes its stdout": lambda: bnspec._replies.close(),
}


def drip(blob):
    for byte in blob:
        yield bytes([byte])
        time.sleep(0.05)


# In place of the reply.
SAYS = {
    "writes a banner": lambda blob: [b"loading the model\n", blob],
    "header of 2^63": lambda blob: [(1 << 63).to_bytes(8, "little") + blob[8:]],
    "header of 0": lambda blob: [bytes(8) + blob[8:]],
    "header that is no JSON": lambda blob: [blob[:8] + b"[" * (len(blob) - 8)],
    "cut off": lambda blob: [blob[:-1]],
    "one byte more": lambda blob: [blob + b"\0"],
    "nothing": lambda blob: [],
    "twice": lambda blob: [blob, blob],
    "byte by byte": drip,
    "1 GB": lambda blob: [(1 << 30).to_bytes(8, "little"), *[bytes(1 << 20)] * 1024],
    "for ever": lambda blob: iter(lambda: blob, None),
    "the reply before": lambda blob: [kept[-2] if len(kept) > 1 else blob],
    "wrong id": lambda blob: [blob.replace(b'"id": "', b'"id": "9')],
    "status PASS": lambda blob: [blob.replace(b'"status": "ok"', b'"status": "PA"')],
    "every bit set": lambda blob: [blob[:8 + int.from_bytes(blob[:8], "little")] + b"\xff" * (len(blob) - 8 - int.from_bytes(blob[:8], "little"))],
}


class Replies:
    """Standard output, with a fault in it."""

    armed = False

    def __init__(self, out):
        self.out = out

    def write(self, blob):
        kept[:] = [*kept[-1:], blob]
        for piece in SAYS[fault](blob) if Replies.armed else [blob]:
            self.out.write(piece)
            self.out.flush()
        Replies.armed = False

    def flush(self):
        self.out.flush()


def spoiled(operation):
    def asked(**inputs):
        x = inputs.get("x") if inputs.get("x") is not None else inputs["xs"][0] if inputs.get("xs") else inputs["weight"]
        if x.shape[0] == 5 and fault in ACTS:
            ACTS[fault]()
        if x.shape[0] == 5 and fault in SAYS:
            Replies.armed = True
        wanted = bnspec._wanted(operation)
        return operation(**{name: inputs[name] for name in wanted})

    return asked


def serve(card, **operations):
    bnspec._replies = Replies(bnspec._replies)
    serves(card, **{name: spoiled(operation) for name, operation in operations.items()})


serves, bnspec.serve = bnspec.serve, serve
if fault == "list":  # what may go wrong
    os.write(sys.stdout.fileno() if bnspec._replies is None else bnspec._replies.fileno(), "\n".join([*ACTS, *SAYS]).encode())
    os._exit(0)
else:
    targets = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "targets")
    runpy.run_path(os.path.join(targets, "numpy_two_pass.py"), run_name="__main__")
