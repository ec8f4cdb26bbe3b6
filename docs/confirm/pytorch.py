"""The cases of docs/findings put to PyTorch directly: no adapter, no file of bnspec's.

    .venv/bin/python docs/confirm/pytorch.py

The exact values stand beside them in docs/confirm/exact.py.
"""
import torch
from torch.nn.functional import batch_norm
from torch.nn.utils.fusion import fuse_conv_bn_weights, fuse_linear_bn_weights

torch.set_num_threads(1)
bf16, f16 = torch.bfloat16, torch.float16
print("torch", torch.__version__)


def gradients(x, dy, gamma, epsilon=0.25, training=True):
    """dx, dgamma, dbeta by autograd; gamma None leaves out the affine part."""
    x = x.detach().requires_grad_()
    C = x.shape[1]
    affine = [] if gamma is None else [torch.full((C,), float(gamma), requires_grad=True), torch.zeros(C, requires_grad=True)]
    statistics = (None, None) if training else (torch.zeros(C), torch.ones(C))
    y = batch_norm(x, *statistics, *(affine or (None, None)), training, 0.1, epsilon)
    return torch.autograd.grad(y, [x, *affine], dy)


def show(case, what, tensor):
    print(f"{case:4} {what:46}", tensor.detach().double().flatten().tolist())


def halves_without_parameters():
    for dtype, a in ((bf16, 128.0), (f16, 1024.0)):
        x = torch.tensor([[a], [a + 1]], dtype=dtype)
        show("P1", f"{dtype} y, no parameters", batch_norm(x, None, None, training=True, eps=0.25))
        show("P1", f"{dtype} y, gamma a float32 1", batch_norm(x, None, None, torch.ones(1), training=True, eps=0.25))
    for dtype, a in ((bf16, 4.0), (f16, 2.0)):
        dx = gradients(torch.tensor([[[0.0, a]]], dtype=dtype), torch.tensor([[[0.0, 1.0]]], dtype=dtype), None)[0]
        show("P2", f"{dtype} dx, no parameters, x = [0, {a:g}]", dx)


def halves_strided():
    """Which memory formats of x and dy take the path on which the mean of dy is kept in the half format."""
    for dtype, a in ((bf16, 0.4453125), (f16, 1.8916015625)):
        dy = torch.tensor([2.0, a] if dtype == bf16 else [a, 1.0], dtype=dtype).reshape(1, 1, 2, 1).repeat(1, 2, 1, 1)
        last = dy.to(memory_format=torch.channels_last)
        rank3 = dy[..., 0]
        forms = {
            "rank 4, both contiguous": (dy, dy),
            "rank 4, both channels_last": (last, last),
            "rank 4, x channels_last, dy contiguous": (last, dy),
            "rank 4, x contiguous, dy channels_last": (dy, last),
            "rank 4, both sliced [..., ::2]": (dy.repeat(1, 1, 1, 2)[..., ::2], dy.repeat(1, 1, 1, 2)[..., ::2]),
            "rank 3, contiguous": (rank3, rank3),
            "rank 3, both transposed": (rank3.mT.contiguous().mT, rank3.mT.contiguous().mT),
            "rank 2, contiguous": (rank3[0].mT.contiguous(), rank3[0].mT.contiguous()),
            "rank 2, both transposed": (rank3[0].mT, rank3[0].mT),
        }
        for name, (like, dy_) in forms.items():
            dx, _, dbeta = gradients(torch.zeros_like(like), dy_, 2)
            dx = dx.movedim(1, 0)[0].flatten()[:2]
            show("P3", f"{dtype} {name}: dx, dbeta", torch.cat([dx.float(), dbeta[:1]]))
        frozen = gradients(torch.zeros_like(last), dy, 2, training=False)
        show("P3", f"{dtype} inference, x channels_last: dbeta", frozen[2][:1])


def halves_strided_products():
    x = torch.tensor([[[0.0, -3.0]]], dtype=f16)
    dy = torch.tensor([[[0.0, 1.0]]], dtype=f16)
    two = lambda t: t.repeat(1, 2, 1)
    show("P3", "f16 x = [0, -3], rank 3 contiguous: dx", gradients(two(x), two(dy), 2)[0][0, 0])
    strided = lambda t: two(t).mT.contiguous().mT
    show("P3", "f16 x = [0, -3], rank 3 transposed: dx", gradients(strided(x), strided(dy), 2)[0][0, 0])


def halves_in_a_network():
    """Where that path is met: a channels_last network whose head flattens, so that dy comes back contiguous."""
    torch.manual_seed(0)
    x = torch.randn(64, 16, 14, 14).to(bf16).to(memory_format=torch.channels_last)
    weight = (torch.randn(16 * 14 * 14, 10) / 50).to(bf16)
    for name, like in (("x channels_last", x), ("x contiguous", x.contiguous())):
        layer = torch.nn.BatchNorm2d(16)
        y = layer(like)
        y.retain_grad()
        (torch.relu(y.flatten(1)) @ weight).float().sum().backward()
        right = y.grad.double().sum((0, 2, 3))
        off = ((layer.bias.grad - right) / right).abs().max()
        show("P3", f"bf16 {name}, head: error of dbeta", off)


def large_batch():
    x = (0.1 + (torch.arange(2**18, dtype=torch.float64) % 7 - 3) / 64).float().reshape(4, 1, 256, 256).repeat(1, 2, 1, 1)
    for threads in (1, 2):
        torch.set_num_threads(threads)
        for name, form in (("contiguous", torch.contiguous_format), ("channels_last", torch.channels_last)):
            y = batch_norm(x.contiguous(memory_format=form), None, None, torch.full((2,), 2.0), torch.full((2,), 3.0), True, 0, 0.25)
            show("P4", f"f32 y[0], {name}, {threads} threads", y[0, 0, 0, :1])
    torch.set_num_threads(1)
    y = batch_norm(x[:, 0].reshape(-1, 1), None, None, torch.full((1,), 2.0), torch.full((1,), 3.0), True, 0, 0.25)
    show("P4", "f32 y[0], rank 2, 1 thread", y[:1])


def folded():
    x = torch.tensor([[1e4 + 2**-10], [1e4 + 1]])
    show("P5", "f32 y, inference, running mean 1e4 + 2^-10", batch_norm(x, x[0].clone(), torch.tensor([2.0]), eps=1.0))


def fused():
    one = torch.tensor([[1.5]], dtype=torch.bfloat16)
    layer = torch.zeros(1), torch.tensor([6.75]), 0.25, torch.ones(1), torch.zeros(1)
    show("P7", "bf16 weight, fuse_linear_bn_weights", fuse_linear_bn_weights(one, torch.zeros(1), *layer)[0])
    show("P7", "bf16 weight, fuse_conv_bn_weights", fuse_conv_bn_weights(one[:, :, None], torch.zeros(1), *layer)[0])


def refused():
    x = torch.tensor([[0.0], [1.0]])
    for what, call in (("epsilon 0", lambda: batch_norm(x, None, None, training=True, eps=0.0)), ("m = 1", lambda: batch_norm(x[:1], None, None, training=True))):
        try:
            print("P6  ", what, call())
        except ValueError as error:
            print("P6  ", what, "ValueError:", error)


halves_without_parameters()
halves_strided()
halves_strided_products()
halves_in_a_network()
large_batch()
folded()
refused()
fused()
