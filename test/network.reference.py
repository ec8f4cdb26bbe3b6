"""Trains small networks with batch normalization in sixty digits. JSON in, JSON out; the standard library alone.

Every number is a node that knows what it was made of. Gradients are read off that graph, backward, so that no formula
of a gradient stands here.
"""

import json
import sys
from decimal import Decimal, getcontext

getcontext().prec = 60


class Node:
    def __init__(self, value, made=()):
        self.value, self.made, self.slope = Decimal(value), made, Decimal(0)

    def __add__(self, other):
        return Node(self.value + other.value, ((self, Decimal(1)), (other, Decimal(1))))

    def __sub__(self, other):
        return Node(self.value - other.value, ((self, Decimal(1)), (other, Decimal(-1))))

    def __mul__(self, other):
        return Node(self.value * other.value, ((self, other.value), (other, self.value)))

    def __truediv__(self, other):
        quotient = self.value / other.value
        return Node(quotient, ((self, 1 / other.value), (other, -quotient / other.value)))

    def sqrt(self):
        root = self.value.sqrt()
        return Node(root, ((self, 1 / (2 * root)),))

    def exp(self):
        power = self.value.exp()
        return Node(power, ((self, power),))


def total(nodes):
    nodes = list(nodes)
    return Node(sum((n.value for n in nodes), Decimal(0)), tuple((n, Decimal(1)) for n in nodes))


def differentiate(loss):
    order, seen, stack = [], set(), [(loss, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack.extend((parent, False) for parent, _ in node.made)
    loss.slope = Decimal(1)
    for node in reversed(order):
        for parent, slope in node.made:
            parent.slope += slope * node.slope


ONE, TWO = Node(1), Node(2)


def activate(name, y):
    if name == "relu":
        return y if y.value > 0 else Node(0)
    if name == "sigmoid":
        return ONE / (ONE + (Node(0) - y).exp())
    if name == "tanh":
        up, down = y.exp(), (Node(0) - y).exp()
        return (up - down) / (up + down)
    return y


def weigh(stage, sample):
    """One sample as unit -> positions; `sample` is a list of channels, each a list of rows."""
    shape, weight, bias = stage["shape"], stage["nodes"]["weight"], stage["nodes"].get("bias")
    units = range(shape[0])
    if len(shape) == 2:
        flat = [v for channel in sample for row in channel for v in row]
        out = [[[total(weight[u * len(flat) + i] * v for i, v in enumerate(flat))]] for u in units]
    else:
        _, channels, high, wide = shape
        rows, columns = len(sample[0]) - high + 1, len(sample[0][0]) - wide + 1
        tap = lambda u, c, i, j: weight[((u * channels + c) * high + i) * wide + j]
        out = [
            [
                [
                    total(
                        tap(u, c, i, j) * sample[c][r + i][s + j]
                        for c in range(channels)
                        for i in range(high)
                        for j in range(wide)
                    )
                    for s in range(columns)
                ]
                for r in range(rows)
            ]
            for u in units
        ]
    if bias is None:
        return out
    return [[[v + bias[u] for v in row] for row in out[u]] for u in units]


def normalize(z, u, mean, variance, stage, epsilon):
    nodes = stage["nodes"]
    return nodes["gamma"][u] * (z - mean) / (variance + epsilon).sqrt() + nodes["beta"][u]


def flat(unit):
    return [v for row in unit for v in row]


def train(stage, samples, epsilon, weight_of_new):
    out = [weigh(stage, sample) for sample in samples]
    y = [[None] * len(sample) for sample in out]
    for u in range(stage["shape"][0]):
        all_of = [v for sample in out for v in flat(sample[u])]
        m = Node(len(all_of))
        mean = total(all_of) / m
        variance = total((v - mean) * (v - mean) for v in all_of) / m
        for n, sample in enumerate(out):
            y[n][u] = [[normalize(v, u, mean, variance, stage, epsilon) for v in row] for row in sample[u]]
        unbiased = variance.value * len(all_of) / (len(all_of) - 1)
        for name, new in (("running_mean", mean.value), ("running_var", unbiased)):
            stage[name][u] = (1 - weight_of_new) * stage[name][u] + weight_of_new * new
    return y


def infer(stage, sample, epsilon):
    return [
        [
            [normalize(v, u, Node(stage["running_mean"][u]), Node(stage["running_var"][u]), stage, epsilon) for v in row]
            for row in unit
        ]
        for u, unit in enumerate(weigh(stage, sample))
    ]


def bend(stage, sample):
    return [[[activate(stage["activation"], v) for v in row] for row in unit] for unit in sample]


def shaped(values, example):
    channels, rows, columns = example if len(example) == 3 else (example[0], 1, 1)
    at = iter(values)
    return [[[Node(next(at)) for _ in range(columns)] for _ in range(rows)] for _ in range(channels)]


def step(optimizer, memory, theta, g, k):
    rate, decay, square = (Decimal(optimizer[name]) for name in ("rate", "decay", "decay_square"))
    delta, name = Decimal(optimizer["delta"]), optimizer["name"]
    if name == "sgd":
        return theta - rate * g
    if name == "momentum":
        memory["v"] = decay * memory.get("v", 0) + g
        return theta - rate * memory["v"]
    memory["s"] = square * memory.get("s", 0) + (1 - square) * g * g
    if name == "rmsprop":
        return theta - rate * g / (memory["s"].sqrt() + delta)
    memory["v"] = decay * memory.get("v", 0) + (1 - decay) * g
    first, second = memory["v"] / (1 - decay**k), memory["s"] / (1 - square**k)
    return theta - rate * first / (second.sqrt() + delta)


def learn(network):
    names = ("weight", "bias", "gamma", "beta")
    stages, epsilon, alpha = network["stages"], Node(network["epsilon"]), Decimal(network["alpha"])
    for stage in stages:
        stage["values"] = {name: [Decimal(v) for v in stage[name]] for name in names if stage[name]}
        stage["memory"] = {name: [{} for _ in stage["values"][name]] for name in stage["values"]}
        for name in ("running_mean", "running_var"):
            stage[name] = [Decimal(v) for v in stage[name]]
    out, losses, size = {}, [], len(network["probe"])
    for k, batch in enumerate(network["batches"], 1):
        for stage in stages:
            stage["nodes"] = {name: [Node(v) for v in values] for name, values in stage["values"].items()}
        samples = [shaped(batch["x"][i : i + size], network["example"]) for i in range(0, len(batch["x"]), size)]
        for i, stage in enumerate(stages, 1):
            y = train(stage, samples, epsilon, alpha)
            out[f"y.{i}"] = [v.value for sample in y for unit in sample for v in flat(unit)]
            samples = [bend(stage, sample) for sample in y]
        answers = [v for sample in samples for unit in sample for v in flat(unit)]
        far = [a - Node(t) for a, t in zip(answers, batch["t"])]
        loss = total(d * d for d in far) / (TWO * Node(len(samples)))
        losses.append(loss.value)
        differentiate(loss)
        for i, stage in enumerate(stages, 1):
            for name, nodes in stage["nodes"].items():
                out[f"d{name}.{i}"] = [node.slope for node in nodes]
                stage["values"][name] = [
                    step(network["optimizer"], memory, node.value, node.slope, k)
                    for memory, node in zip(stage["memory"][name], nodes)
                ]
    sample = shaped(network["probe"], network["example"])
    for i, stage in enumerate(stages, 1):
        stage["nodes"] = {name: [Node(v) for v in values] for name, values in stage["values"].items()}
        sample = bend(stage, infer(stage, sample, epsilon))
        for name in stage["values"]:
            out[f"{name}.{i}"] = stage["values"][name]
        for name in ("running_mean", "running_var"):
            out[f"{name}.{i}"] = stage[name]
    out["loss"] = losses
    out["prediction"] = [v.value for unit in sample for v in flat(unit)]
    return {name: [f"{v:.50f}" for v in values] for name, values in out.items()}


json.dump([learn(network) for network in json.load(sys.stdin)], sys.stdout)
