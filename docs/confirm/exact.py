"""The exact values behind docs/findings, computed once more, by other means than bnspec's.

    python3 docs/confirm/exact.py

Python's fractions for everything rational, its decimal (50 digits) for roots; no numpy, no file of bnspec's. The gradient
is the paper's chain rule, term by term, where bnspec has the simplified one. The inputs of every case are typed in below,
and so is what the library printed: docs/confirm/findings.mjs, pytorch.py and libraries.mjs print it again. One line per number: the case,
what it is, the exact value, the library's value, and the distance, in ulps of the exact value in the format of that output.
"""
from collections import Counter
from decimal import Decimal, getcontext
from fractions import Fraction as Q

getcontext().prec = 50
PRECISION = {"f64": (53, -1022), "f32": (24, -126), "f16": (11, -14), "bf16": (8, -126)}
QUARTER = Q(1, 4)


def decimal(value):
    return Decimal(value.numerator) / Decimal(value.denominator)


def statistics(x):
    counts, m = Counter(x), len(x)
    mean = sum(v * n for v, n in counts.items()) / Q(m)
    return mean, sum((v - mean) ** 2 * n for v, n in counts.items()) / m


def forward(x, gamma, beta, epsilon, mean=None, variance=None):
    """One channel's output, element by element as asked for: by its own statistics, or by those given."""
    if mean is None:
        mean, variance = statistics(x)
    s = decimal(Q(variance + epsilon)).sqrt()
    return (decimal(gamma * (v - mean)) / s + decimal(Q(beta)) for v in x)


def gradients(x, dy, gamma, epsilon):
    """One channel's dx and dbeta in training: the gradients of the variance and of the mean apart, as the paper has them."""
    (mean, variance), m = statistics(x), len(x)
    s = decimal(variance + epsilon).sqrt()
    dxhat = [gamma * d for d in dy]
    dvariance = -decimal(sum(d * (v - mean) for d, v in zip(dxhat, x))) / (2 * s**3)
    dmean = -decimal(sum(dxhat)) / s
    dx = [decimal(d) / s + dvariance * 2 * decimal(v - mean) / m + dmean / m for d, v in zip(dxhat, x)]
    return dx, decimal(sum(dy))


def ulp(value, dtype):
    precision, exponent = PRECISION[dtype]
    while abs(value) >= Decimal(2) ** (exponent + 1):
        exponent += 1
    return Decimal(2) ** (exponent - precision + 1)


def float32(value):
    """A number rounded to float32, in its normal range: to nearest, ties to even, as Python's round does."""
    exponent = 0
    while abs(value) >= Q(2) ** (exponent + 1):
        exponent += 1
    while abs(value) < Q(2) ** exponent:
        exponent -= 1
    step = Q(2) ** (exponent - 23)
    return round(Q(value) / step) * step


def exactly(*numbers):
    return [Q(number) for number in numbers]


def show(case, what, dtype, exact, library):
    for i, (right, given) in enumerate(zip(exact, library)):
        place = what if len(library) == 1 else f"{what}[{i}]"
        line = f"{case:3} {dtype:5}{place:24} exact {right:<19.13g} library {given!r:<24}"
        if given != given or given == float("inf"):
            print(line)
            continue
        off = abs(Decimal(given) - right)
        print(line, f"off by {off:.3g}", f"= {off / ulp(right, dtype):.3g} ulp" if right else "")


def pytorch():
    show("P1", "y", "bf16", forward(exactly(128, 129), 1, 0, QUARTER), [0.0, 1.15625])
    show("P1", "y", "f16", forward(exactly(1024, 1025), 1, 0, QUARTER), [0.0, 1.4140625])
    show("P2", "dx", "bf16", gradients(exactly(0, 4), exactly(0, 1), 1, QUARTER)[0], [-0.014892578125, 0.014892578125])
    show("P2", "dx", "f16", gradients(exactly(0, 2), exactly(0, 1), 1, QUARTER)[0], [-0.08935546875, 0.08935546875])
    dx, dbeta = gradients(exactly(0, 0), exactly(2, 0.4453125), 2, QUARTER)
    show("P3", "dx", "bf16", dx, [3.125, -3.09375])
    show("P3", "dbeta", "f32", [dbeta], [2.4375])
    dx, dbeta = gradients(exactly(0, 0), exactly(1.8916015625, 1), 2, QUARTER)
    show("P3", "dx", "f16", dx, [1.78515625, -1.78125])
    show("P3", "dbeta", "f32", [dbeta], [2.8916015625])
    show("P3", "dx, x = [0, -3]", "f16", gradients(exactly(0, -3), exactly(0, 1), 2, QUARTER)[0], [-0.06298828125, 0.06298828125])
    show("P4", "y[0]", "f32", forward(biased(), 2, 3, QUARTER), [2.813852548599243])
    x = exactly(10000 + 2**-10, 10001)
    show("P5", "y", "f32", forward(x, 1, 0, 1, x[0], 2), [0.00022240320686250925, 0.577008843421936])
    scale = 1 / Decimal(7).sqrt()
    show("P7", "weight, linear", "bf16", [Decimal("1.5") * scale], [0.5703125])
    show("P7", "weight, convolution", "bf16", [Decimal("1.5") * scale], [0.56640625])


def biased():
    """2^18 float32 numbers a little above 0.1, seven different ones in turn."""
    seven = [float32(0.1 + (k - 3) / 64) for k in range(7)]
    return [seven[i % 7] for i in range(2**18)]


def tfjs():
    show("T1", "y, channel 0", "f32", forward(exactly(0, 1), 1, 0, QUARTER), [-0.7071067690849304, -0.3162277638912201])
    show("T1", "y, channel 1", "f32", forward(exactly(0, 3), 1, 0, QUARTER), [-0.7071067690849304, 0.9486833214759827])
    show("T1", "y, infer, channel 0", "f32", forward(exactly(0, 1), 1, 0, QUARTER, 0, Q(3, 4)), [0, 2])
    show("T1", "y, infer, channel 1", "f32", forward(exactly(0, 3), 2, 0, QUARTER, 0, Q(3, 4)), [0, 6])
    show("T4", "y[0], wasm", "f32", forward(biased(), 2, 3, QUARTER), [2.813852310180664])
    show("T4", "y[0], cpu", "f32", forward(biased(), 2, 3, QUARTER), [2.812865972518921])


def onnxruntime():
    show("O1", "y, epsilon .1", "f64", forward(exactly(1), 1, 0, Q(0.1), 0, 0), [3.162277636607575])
    show("O1", "y, epsilon float32(.1)", "f64", forward(exactly(1), 1, 0, float32(0.1), 0, 0), [3.162277636607575])
    keep = Q(0.1)
    show("O1", "running mean", "f64", [decimal((1 - keep) * 1)], [0.8999999985098839])
    keep = float32(0.1)
    show("O1", "same, momentum float32", "f64", [decimal((1 - keep) * 1)], [0.8999999985098839])
    show("O2", "y", "f32", forward(exactly(10000, 10001), 1, 0, 1, 10000, 2), [0, 0.57763671875])
    show("O3", "y, epsilon 2^-130", "f32", forward(exactly(1, 1), 1, 0, Q(1, 2**130)), [float("nan"), float("nan")])
    epsilon = float32(0.00001)
    for channel, beta in enumerate((1, 2)):
        show("O4", f"y, WebGPU, channel {channel}", "f32", forward(exactly(0), 1, beta, epsilon, 0, 1), [1])


def deepbox():
    dx, _ = gradients(exactly(1, 1), exactly(1, 0), 1, Q(1, 2**130))
    show("D4", "dx, epsilon 2^-130", "f32", dx, [float("nan"), float("nan")])


def keras():
    y = [-0.7071067690849304, 0.7071067690849304]
    show("K1", "y, float64 layer", "f64", forward(exactly(0, 1), 1, 0, QUARTER), y)
    show("K1", "y, float64 layer", "f32", forward(exactly(0, 1), 1, 0, QUARTER), y)
    three = [float32(2000.3)] * 3
    show("K2", "y", "f32", forward(three, 1, 0, Q(1, 1000)), [float("nan")] * 3)
    keep = float32(0.99)
    show("K2", "moving variance", "f32", [decimal(keep * 1 + (1 - keep) * statistics(three)[1])], [0.9850000143051147])


def flax():
    dx, _ = gradients(exactly(0, 0), exactly(-2, -2.203125), 2, QUARTER)
    show("F1", "dx", "bf16", dx, [0.375, -0.4375])
    y = [-1.4779938459396362, -0.2955987751483917, 0.8867962956428528]
    show("F2", "y, all shards", "f32", forward(exactly(0, 3, 6), 1, 0, QUARTER), y)


def onnx():
    epsilon = float32(0.00001)
    show("X1", "y", "f16", forward(exactly(1, 2048), 1, 1, epsilon), [1.0, 1.0])
    mean, variance = statistics(exactly(1, 2048))
    show("X1", "running mean", "f32", [decimal((1 + mean) / 2)], [512.5])
    show("X1", "running variance", "f32", [decimal((1 + variance) / 2)], [float("inf")])


def opencv():
    for variance in (Q(1), Q(-1)):
        show("C1", f"y, variance {variance}", "f32", forward(exactly(1), 1, 0, QUARTER, 0, abs(variance)), [0.8944271802902222])


for library in (pytorch, tfjs, onnxruntime, deepbox, keras, flax, onnx, opencv):
    library()
