"""PyTorch: torch.nn.functional.batch_norm, and gradients by its autograd. Its layers are torch.nn.BatchNorm1d, 2d and 3d.

    bnspec run ./targets/torch.py

float16 and bfloat16 inputs go with float32 parameters and statistics. `momentum` is the weight of the new batch.
It runs on the GPU that PyTorch finds, else on the CPU; where there is a GPU, CUDA_VISIBLE_DEVICES= asks for the CPU.
"""

import os
import sys

import bnspec

# This file is called as the package is: its folder must not be searched for it.
here = os.path.dirname(os.path.realpath(__file__))
sys.path = [folder for folder in sys.path if os.path.realpath(folder) != here]

import torch
from torch.nn.functional import batch_norm
from torch.nn.utils.fusion import fuse_conv_bn_weights, fuse_linear_bn_weights

# Questions are small, and the order of channels-last sums depends on the number of threads.
torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
device = "cuda" if torch.cuda.is_available() else "cpu"


def load(array, layout=None):
    """A tensor with channels on axis 1; where they came last, a view with the strides of torch's channels_last."""
    if array is None:
        return None
    tensor = torch.tensor(array)
    if tensor.dtype == torch.uint16:
        tensor = tensor.view(torch.bfloat16)
    tensor = tensor.to(device)
    return tensor.movedim(-1, 1) if layout == "channels_last" else tensor


def dump(tensor, layout=None):
    tensor = tensor.detach().cpu()
    if layout == "channels_last":
        tensor = tensor.movedim(1, -1)
    if tensor.dtype == torch.bfloat16:
        tensor = tensor.contiguous().view(torch.uint16)
    return tensor.contiguous().numpy()


def infer(x, gamma, beta, running_mean, running_var, epsilon, layout, **_):
    mean, variance, gamma, beta = map(load, (running_mean, running_var, gamma, beta))
    return {"y": dump(batch_norm(load(x, layout), mean, variance, gamma, beta, eps=epsilon), layout)}


def train(x, gamma, beta, running_mean, running_var, epsilon, momentum, layout, count=None, **_):
    if momentum is None:
        momentum = 1 / (count + 1) if count is not None else 0  # as torch.nn.BatchNorm averages cumulatively
    x, gamma, beta = load(x, layout), load(gamma), load(beta)
    mean, variance = load(running_mean), load(running_var)
    again = x, gamma, beta, load(running_mean), load(running_var), True, momentum, epsilon
    out = {"y": dump(batch_norm(x, mean, variance, gamma, beta, True, momentum, epsilon), layout)}
    # The same kernel once more, for the statistics that it saves and the function above keeps to itself. They come in
    # the parameters' dtype, but in x's where no parameter was sent; of nothing there are none.
    saved = torch.native_batch_norm(*again)[1:] if x.numel() else [x.new_full(x.shape[1:2], float("nan"))] * 2
    out["mean"], out["inv_std"] = (dump(s.float() if s.element_size() == 2 else s) for s in saved)
    if mean is not None:
        out["running_mean"], out["running_var"] = dump(mean), dump(variance)
    if count is not None:
        out["count"] = count + 1
    return out


def gradients(training, x, gamma, beta, dy, running_mean, running_var, epsilon, layout):
    inputs = {"dx": load(x, layout), "dgamma": load(gamma), "dbeta": load(beta)}
    wanted = {name: tensor.requires_grad_() for name, tensor in inputs.items() if tensor is not None}
    mean, variance = load(running_mean), load(running_var)
    y = batch_norm(inputs["dx"], mean, variance, inputs["dgamma"], inputs["dbeta"], training, eps=epsilon)
    found = torch.autograd.grad(y, list(wanted.values()), load(dy, layout))
    return {name: dump(d, layout if name == "dx" else None) for name, d in zip(wanted, found)}


def grad(x, gamma, beta, dy, epsilon, layout, **_):
    return gradients(True, x, gamma, beta, dy, None, None, epsilon, layout)


def infer_grad(x, gamma, beta, dy, running_mean, running_var, epsilon, layout, **_):
    return gradients(False, x, gamma, beta, dy, running_mean, running_var, epsilon, layout)


def fold(weight, bias, gamma, beta, running_mean, running_var, epsilon, layout, after, **_):
    if after != "none":
        raise ValueError(f"{after} stands between the layers")
    last = layout == "channels_last"  # torch has the output channel first
    fuse = fuse_linear_bn_weights if weight.ndim == 2 else fuse_conv_bn_weights
    mean, variance, gamma, beta = map(load, (running_mean, running_var, gamma, beta))
    gamma, beta = torch.ones_like(mean) if gamma is None else gamma, torch.zeros_like(mean) if beta is None else beta
    bias = torch.zeros_like(mean) if bias is None else load(bias)
    fused = load(weight).movedim(-1, 0) if last else load(weight)
    fused, bias = fuse(fused, bias, mean, variance, epsilon, gamma, beta)
    return {"weight": dump(fused.movedim(0, -1) if last else fused), "bias": dump(bias)}


def grad_grad(x, gamma, dy, vx, vgamma, vbeta, epsilon, layout, **_):
    inputs = {"g_x": load(x, layout), "g_gamma": load(gamma), "g_dy": load(dy, layout)}
    wanted = {name: tensor.requires_grad_() for name, tensor in inputs.items() if tensor is not None}
    x, gamma, dy = inputs["g_x"], inputs["g_gamma"], inputs["g_dy"]
    # No gradient depends on beta, so zeros stand for it where its gradient is weighed.
    beta = None if vbeta is None else torch.zeros_like(load(vbeta)).requires_grad_()
    weighed = [(x, load(vx, layout)), (gamma, load(vgamma)), (beta, load(vbeta))]
    weighed = [(tensor, weight) for tensor, weight in weighed if tensor is not None]
    y = batch_norm(x, None, None, gamma, beta, True, eps=epsilon)
    first = torch.autograd.grad(y, [tensor for tensor, _ in weighed], dy, create_graph=True)
    found = torch.autograd.grad(first, list(wanted.values()), [weight for _, weight in weighed])
    return {name: dump(d, None if name == "g_gamma" else layout) for name, d in zip(wanted, found)}


class Layer:
    """A module of torch.nn in training or evaluation mode; its buffers are the state."""

    def __init__(self, channels, rank, dtype, track, gamma, beta, epsilon, momentum, layout):
        kind = {2: torch.nn.BatchNorm1d, 3: torch.nn.BatchNorm1d, 4: torch.nn.BatchNorm2d, 5: torch.nn.BatchNorm3d}[rank]
        affine = gamma is not None or beta is not None
        self.module = kind(channels, eps=epsilon, momentum=momentum, affine=affine, track_running_stats=track)
        self.module.to(device, torch.float64 if dtype == "f64" else torch.float32)
        # The module has both parameters or neither.
        if gamma is None:
            self.module.register_parameter("weight", None)
        if beta is None:
            self.module.register_parameter("bias", None)
        self.layout, self.latest = layout, None
        self.load(gamma, beta)

    def forward(self, x, training):
        x = load(x, self.layout).requires_grad_()
        y = self.module.train(training)(x)
        self.latest = x, y
        return {"y": dump(y, self.layout)}

    def train(self, x, track):
        asked, self.module.track_running_stats = self.module.track_running_stats, track
        try:
            return self.forward(x, True)
        finally:
            self.module.track_running_stats = asked

    def infer(self, x):
        return self.forward(x, False)

    def grad(self, dy):
        x, y = self.latest
        wanted = {"dx": x, "dgamma": self.module.weight, "dbeta": self.module.bias}
        wanted = {name: tensor for name, tensor in wanted.items() if tensor is not None}
        found = torch.autograd.grad(y, list(wanted.values()), load(dy, self.layout), retain_graph=True)
        return {name: dump(d, self.layout if name == "dx" else None) for name, d in zip(wanted, found)}

    def kept(self):
        module = self.module
        names = ("gamma", module.weight), ("beta", module.bias), ("running_mean", module.running_mean)
        names += ("running_var", module.running_var), ("count", module.num_batches_tracked)
        return {name: tensor for name, tensor in names if tensor is not None}

    def state(self):
        return {name: dump(tensor) for name, tensor in self.kept().items()}

    def load(self, gamma=None, beta=None, running_mean=None, running_var=None, count=None):
        given = {"gamma": gamma, "beta": beta, "running_mean": running_mean, "running_var": running_var, "count": count}
        with torch.no_grad():
            for name, tensor in self.kept().items():
                if given[name] is not None:
                    tensor.copy_(torch.as_tensor(given[name]))


class Stage(torch.nn.Module):
    """A linear layer or a convolution, the normalization behind it, and an activation."""

    def __init__(self, weight, bias, gamma, beta, running_mean, running_var, activation, epsilon, momentum):
        super().__init__()
        flat = weight.ndim == 2
        units, inputs, *window = weight.shape
        biased = {"bias": bias is not None}
        self.link = torch.nn.Linear(inputs, units, **biased) if flat else torch.nn.Conv2d(inputs, units, window, **biased)
        self.norm = (torch.nn.BatchNorm1d if flat else torch.nn.BatchNorm2d)(units, eps=epsilon, momentum=momentum)
        self.activation = {"identity": lambda y: y, "relu": torch.relu, "sigmoid": torch.sigmoid, "tanh": torch.tanh}[activation]
        self.to(device, load(weight).dtype)
        norm = self.norm
        self.trained = {"weight": self.link.weight, "gamma": norm.weight, "beta": norm.bias}
        self.trained.update({"bias": self.link.bias} if bias is not None else {})
        self.kept = {"running_mean": norm.running_mean, "running_var": norm.running_var}
        given = dict(weight=weight, bias=bias, gamma=gamma, beta=beta, running_mean=running_mean, running_var=running_var)
        with torch.no_grad():
            for name, tensor in {**self.trained, **self.kept}.items():
                tensor.copy_(load(given[name]))

    def forward(self, x):
        self.y = self.norm(self.link(x.flatten(1) if isinstance(self.link, torch.nn.Linear) else x))
        return self.activation(self.y)


def steps(x, xs, targets, stages, optimizer, rate, decay, decay_square, delta, epsilon, momentum, **_):
    made = [Stage(**stage, epsilon=epsilon, momentum=momentum) for stage in stages]
    network = torch.nn.Sequential(*made)
    optimizers = {"sgd": lambda of: torch.optim.SGD(of, lr=rate), "momentum": lambda of: torch.optim.SGD(of, lr=rate, momentum=decay),
                  "rmsprop": lambda of: torch.optim.RMSprop(of, lr=rate, alpha=decay_square, eps=delta),
                  "adam": lambda of: torch.optim.Adam(of, lr=rate, betas=(decay, decay_square), eps=delta)}
    optimizer = optimizers[optimizer](network.parameters())
    losses = []
    for batch, target in zip(xs, targets):
        optimizer.zero_grad()
        loss = ((network(load(batch)) - load(target)) ** 2).sum() / (2 * len(batch))
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    out = {"loss": dump(torch.stack(losses))}
    for number, stage in enumerate(made, 1):
        out[f"y.{number}"] = dump(stage.y)
        out.update({f"d{name}.{number}": dump(tensor.grad) for name, tensor in stage.trained.items()})
        out.update({f"{name}.{number}": dump(tensor) for name, tensor in {**stage.trained, **stage.kept}.items()})
    with torch.no_grad():
        return {**out, "prediction": dump(network.eval()(load(x)))}


card = {
    "name": "torch" if device == "cpu" else f"torch on {torch.cuda.get_device_name()}",
    "version": torch.__version__,
    "dtypes": ["f64", "f32", "f16", "bf16"],
    "param_dtype": "f32",
    "layouts": ["channels_first", "channels_last"],
    "ranks": [2, 3, 4, 5],
    "saved": ["mean", "inv_std"],
    "profile": "torch",
    "threads": "OMP_NUM_THREADS",
}

if __name__ == "__main__":
    bnspec.serve(card=card, train=train, infer=infer, grad=grad, infer_grad=infer_grad, fold=fold,
                 grad_grad=grad_grad, layer=Layer, steps=steps)
