"""Gradients of the torch network are those of the function it computes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ml.tfjs.network import TfjsNetwork
from ml.tfjs.reading import read
from tests.ml.tfjs.tiny_model import TinyModel, normal, strides

SIDE = 9
STEP = 1e-2


def small_network(folder: Path) -> TfjsNetwork:
    """A convolution, a depthwise one, a pool and a head, stored as float16 and uint8."""
    model = TinyModel()
    kernel = model.constant(0.5 * normal(3, 3, 3, 4), "float16")
    bias = model.constant(normal(4), "uint8")
    fused = {"fused_ops": ("BiasAdd", "Elu"), "strides": strides(2)}
    x = model.layer("_FusedConv2D", "faces", kernel, bias, **fused)
    x = model.layer("DepthwiseConv2dNative", x, model.constant(normal(3, 3, 4, 1), "uint8"))
    x = model.node("Tanh", model.node("Add", model.node("Mul", x, normal(4)), normal(4)))
    x = model.layer("AvgPool", x, ksize=strides(2), strides=strides(2))
    x = model.node("Mean", x, np.array([1, 2]), keep_dims=False)
    weight = model.constant(normal(4, 6), "uint16")
    x = model.node("MatMul", x, weight, transpose_a=False, transpose_b=False)
    outputs = {model.node("Softmax", x): "scores"}
    return TfjsNetwork(read(*model.save(folder)), outputs, SIDE)


@pytest.mark.parametrize("seed", range(5))
def test_gradients_are_those_of_small_steps(tmp_path: Path, seed: int) -> None:
    import torch

    network = small_network(tmp_path)
    x = torch.from_numpy(normal(2, 3, SIDE, SIDE, seed=seed)).requires_grad_()
    wanted = torch.from_numpy(normal(2, 6, seed=seed + 10))

    def value(picture: torch.Tensor) -> torch.Tensor:
        return (network(picture)["scores"] * wanted).sum()

    value(x).backward()
    assert x.grad is not None
    for way in (x.grad, torch.from_numpy(normal(*x.shape, seed=seed + 20))):
        step = STEP * way / way.norm()
        with torch.no_grad():
            slope = (value(x + step) - value(x - step)) / (2 * STEP)
        right = (x.grad * way).sum() / way.norm()
        assert abs(slope - right) < 0.01 * x.grad.norm()


def test_limits_let_gradients_through_between_them_only(tmp_path: Path) -> None:
    import torch

    model = TinyModel(channels=1)
    node = model.node("Minimum", model.node("Relu", "faces"), np.float32(6))
    network = TfjsNetwork(read(*model.save(tmp_path)), {node: "made"}, 2)
    x = torch.tensor([[[[-1.0, 2.0], [5.0, 7.0]]]], requires_grad=True)
    network(x)["made"].sum().backward()
    assert x.grad is not None and x.grad.tolist() == [[[[0.0, 1.0], [1.0, 0.0]]]]


def test_weights_take_no_gradients(tmp_path: Path) -> None:
    import torch

    made = small_network(tmp_path)(torch.zeros(1, 3, SIDE, SIDE))
    assert not made["scores"].requires_grad
