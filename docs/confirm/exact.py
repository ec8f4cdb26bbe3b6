"""The exact values behind docs/implementations.md, computed once more, by other means than bnspec's.

    python3 docs/confirm/exact.py

Python's fractions for everything rational, its decimal (50 digits) for roots; no numpy, no file of bnspec's. The inputs of
every case are typed in below, and so is what the library printed: docs/confirm/pytorch.py and libraries.mjs print it again.
One line per number: the case, what it is, the exact value, the library's value, and how far apart they are, in ulps of the
exact value in the format of that output.
"""
from decimal import Decimal, getcontext
from fractions import Fraction as Q

getcontext().prec = 50
PRECISION = {"f64": (53, -1022), "f32": (24, -126), "f16": (11, -14), "bf16": (8, -126)}


def decimal(value):
    return value if isinstance(value, Decimal) else Decimal(value.numerator) / Decimal(value.denominator)


def statistics(x):
    mean = sum(x) / Q(len(x))
    return mean, sum((v - mean) ** 2 for v in x) / len(x)


def root(variance, epsilon):
    return decimal(variance + epsilon).sqrt()


def forward(x, gamma, beta, epsilon, mean=None, variance=None):
    """One channel's output: by its own statistics, or by those given."""
    if mean is None:
        mean, variance = statistics(x)
    s = root(variance, epsilon)
    return [decimal(gamma * (v - mean)) / s + decimal(beta) for v in x]


def gradients(x, dy, gamma, epsilon):
    """One channel's dx, dgamma, dbeta in training, as the paper has them: not simplified, d(variance) and d(mean) apart."""
    mean, variance = statistics(x)
    s = root(variance, epsilon)
    m = len(x)
    dxhat = [gamma * d for d in dy]
    rational = sum(d * (v - mean) for d, v in zip(dxhat, x))
    dvariance = -decimal(rational) / (2 * s ** 3)
    dmean = -decimal(sum(dxhat)) / s
    dx = [decimal(d) / s + dvariance * 2 * decimal(v - mean) / m + dmean / m for d, v in zip(dxhat, x)]
    return dx, decimal(sum(d * (v - mean) for d, v in zip(dy, x))) / s, decimal(sum(dy))


def ulp(value, dtype):
    p, least = PRECISION[dtype]
    value, exponent = abs(value), least
    while value >= Decimal(2) ** (exponent + 1):
        exponent += 1
    return Decimal(2) ** (exponent - p + 1)


def show(case, what, dtype, exact, library):
    for i, (right, given) in enumerate(zip(exact, library)):
        where = what if len(exact) == 1 else f"{what}[{i}]"
        if given != given:
            print(f"{case:4} {where:15} {dtype:4} exact {right:.12g}   library {given}")
        else:
            off = abs(Decimal(given) - right)
            print(f"{case:4} {where:15} {dtype:4} exact {right:.12g}   library {given!r}   off by {off:.3g} = {off / ulp(right, dtype):.3g} ulp")


def values(*given):
    return [Q(v) for v in given]


def f32(value):
    """A rational rounded to float32 (normal range): what a number becomes on its way into a float32 tensor or attribute."""
    exponent = 0
    while abs(value) >= Q(2) ** (exponent + 1):
        exponent += 1
    while abs(value) < Q(2) ** exponent:
        exponent -= 1
    step = Q(2) ** (exponent - 23)
    return round(value / step) * step


def pytorch():
    quarter = Q(1, 4)
    show("P1", "y", "bf16", forward(values(128, 129), 1, 0, quarter), [0.0, 1.15625])
    show("P1", "y", "f16", forward(values(1024, 1025), 1, 0, quarter), [0.0, 1.4140625])
    dx, _, dbeta = gradients(values(0, 0), values(2, 0.4453125), 2, quarter)
    show("P2", "dx", "bf16", dx, [3.125, -3.09375])
    show("P2", "dbeta", "f32", [dbeta], [2.4375])
    dx, _, _ = gradients(values(0, 0, 1, 1), values(2048, 1, 0, 0), 1, quarter)
    show("P3", "dx", "f16", dx, [1810.0, -1085.0, -362.0, -362.0])
    large = [f32(f32(Q(0.1)) + Q(i % 7 - 3, 64)) for i in range(2 ** 18)]
    show("P4", "y[0]", "f32", forward(large, 2, 3, quarter)[:1], [2.813852548599243])
    x = values(10000 + 2 ** -10, 10001)
    show("P5", "y", "f32", forward(x, 1, 0, 1, x[0], 2), [0.00022348574196, 0.57678222656])


def tfjs():
    quarter = Q(1, 4)
    show("T1", "y channel 0", "f32", forward(values(0, 1), 1, 0, quarter), [-0.7071067690849304, -0.3162277638912201])
    show("T1", "y channel 1", "f32", forward(values(0, 3), 1, 0, quarter), [-0.7071067690849304, 0.9486833214759827])


if __name__ == "__main__":
    pytorch()
    tfjs()
