"""ONNX and torch both compute layers as TensorFlow defines them, which numpy does here."""

from __future__ import annotations

import numpy as np
import pytest

from tests.ml.tfjs.tiny_model import (
    Give,
    TinyModel,
    at_each,
    close,
    convolution,
    depthwise,
    normal,
    softmax,
    strides,
    windows,
)

# Sides, kernels, strides, dilations: SAME adds nothing, as much on both sides, or more behind.
WINDOWS = [(5, 1, 2, 1), (5, 3, 1, 1), (6, 3, 2, 1), (7, 3, 2, 1), (8, 2, 1, 1), (9, 3, 1, 2)]


@pytest.mark.parametrize("padding", ["SAME", "VALID"])
@pytest.mark.parametrize(("side", "size", "stride", "dilation"), WINDOWS)
def test_convolves(
    give: Give, padding: str, side: int, size: int, stride: int, dilation: int
) -> None:
    model, x, kernel = TinyModel(), normal(2, side, side, 3), normal(size, size, 3, 4, seed=1)
    window = {"strides": strides(stride), "dilations": strides(dilation), "padding": padding}
    made = give(model, model.layer("Conv2D", "faces", kernel, **window), x)
    seen = windows(x, size, stride, padding == "SAME", dilation)
    assert close(made, convolution(seen, kernel))


@pytest.mark.parametrize(("side", "stride"), [(6, 1), (6, 2), (7, 2)])
def test_convolves_each_channel_alone(give: Give, side: int, stride: int) -> None:
    model, x, kernel = TinyModel(), normal(2, side, side, 3), normal(3, 3, 3, 2, seed=1)
    layer = model.layer("DepthwiseConv2dNative", "faces", kernel, strides=strides(stride))
    assert close(give(model, layer, x), depthwise(windows(x, 3, stride, True), kernel))


@pytest.mark.parametrize("padding", ["SAME", "VALID"])
@pytest.mark.parametrize(("side", "size", "stride"), [(6, 2, 2), (6, 3, 2), (7, 3, 2)])
def test_pools(give: Give, padding: str, side: int, size: int, stride: int) -> None:
    model, x = TinyModel(), normal(2, side, side, 3) - 3  # a zero outside would be the largest
    window = {"ksize": strides(size), "strides": strides(stride), "padding": padding}
    largest = model.layer("MaxPool", "faces", **window)
    mean = model.layer("AvgPool", "faces", **window)
    seen = windows(x, size, stride, padding == "SAME", outside=np.nan)
    assert close(give(model, largest, x), at_each(seen, lambda part: np.nanmax(part, (1, 2))))
    assert close(give(model, mean, x), at_each(seen, lambda part: np.nanmean(part, (1, 2))))


def test_does_what_was_fused_into_a_convolution(give: Give) -> None:
    x, kernel, bias = normal(2, 6, 6, 3), normal(3, 3, 3, 4, seed=1), normal(4, seed=2)
    plain = convolution(windows(x, 3, 1, True), kernel) + bias
    for name, right in {
        "Relu": np.maximum(plain, 0),
        "Relu6": np.clip(plain, 0, 6),
        "Elu": np.where(plain > 0, plain, np.expm1(plain)),
    }.items():
        model = TinyModel()
        layer = model.layer("_FusedConv2D", "faces", kernel, bias, fused_ops=("BiasAdd", name))
        assert close(give(model, layer, x), right)


def test_normalises_with_the_figures_of_training(give: Give) -> None:
    x, kernel = normal(2, 6, 6, 3), normal(3, 3, 3, 4, seed=1)
    scale, offset, mean = (normal(4, seed=seed) for seed in (2, 3, 4))
    variance = normal(4, seed=5) ** 2
    figures = (scale, offset, mean, variance)
    plain = convolution(windows(x, 3, 1, True), kernel)
    right = (plain - mean) / np.sqrt(variance + 0.25) * scale + offset
    model = TinyModel()
    fused = {"fused_ops": ("FusedBatchNorm",), "epsilon": 0.25}
    layer = model.layer("_FusedConv2D", "faces", kernel, *figures, **fused)
    assert close(give(model, layer, x), right)
    shared = model.node("Tanh", model.layer("Conv2D", "faces", kernel))
    layer = model.node("FusedBatchNormV3", shared, *figures, epsilon=0.25)
    right = (np.tanh(plain) - mean) / np.sqrt(variance + 0.25) * scale + offset
    assert close(give(model, layer, x), right)


def test_a_head_gives_scores(give: Give) -> None:
    x, weight, bias, other = normal(2, 4, 4, 3), normal(3, 5), normal(5, seed=1), normal(7, 5)
    model = TinyModel()
    mean = model.node("Mean", "faces", np.array([1, 2]), keep_dims=False)
    product = {"transpose_a": False, "transpose_b": False}
    fused = {"fused_ops": ("BiasAdd", "Relu"), **product}
    hidden = model.node("_FusedMatMul", mean, weight, bias, **fused)
    logits = model.node("MatMul", hidden, other, **{**product, "transpose_b": True})
    right = np.maximum(x.mean((1, 2)) @ weight + bias, 0) @ other.T
    assert close(give(model, model.node("Softmax", logits), x), softmax(right))
    assert close(give(model, model.node("Sigmoid", logits), x), 1 / (1 + np.exp(-right)))


def test_a_batch_gives_what_each_face_gives_alone(give: Give) -> None:
    x, model = normal(3, 6, 6, 3), TinyModel()
    layer = model.layer("Conv2D", "faces", normal(3, 3, 3, 4), strides=strides(2))
    node = model.node("Mean", layer, np.array([1, 2]), keep_dims=False)
    alone = np.concatenate([give(model, node, x[i : i + 1]) for i in range(3)])
    assert close(give(model, node, x), alone)
