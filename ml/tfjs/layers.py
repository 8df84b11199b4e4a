"""Convolutions, pools, products and batch norms of TensorFlow as steps (ml.tfjs.plan)."""

from __future__ import annotations

import numpy as np

from ml.errors import WeightsWrong
from ml.tfjs.arithmetic import ACTIVATIONS, scaled, shifted
from ml.tfjs.graph import Node
from ml.tfjs.plan import ANY, Array, Draft, Shape

_POOLS = {"MaxPool": "MaxPool", "AvgPool": "AveragePool"}


def convolution(draft: Draft, node: Node) -> str:
    x, kernel = draft.made(node.inputs[0]), draft.constant(node.inputs[1])
    dilations = node.attributes["dilations"][1:3]
    window, sides = _window(draft, node, x, kernel.shape[:2], dilations)
    channels = draft.shape(x)[3]
    if node.op == "DepthwiseConv2dNative":
        weight = _one_by_one(kernel)
    else:
        weight = kernel.transpose(3, 2, 0, 1)
    y = draft.step(
        "Conv",
        [x, weight, _zeros(len(weight))],
        (ANY, *sides, len(weight)),
        dilations=dilations,
        group=channels // weight.shape[1],
        **window,
    )
    return _fused(draft, node, y)


def pool(draft: Draft, node: Node) -> str:
    x = draft.made(node.inputs[0])
    kernel = node.attributes["ksize"][1:3]
    window, sides = _window(draft, node, x, kernel, (1, 1))
    shape = (ANY, *sides, draft.shape(x)[3])
    return draft.step(_POOLS[node.op], [x], shape, kernel_shape=kernel, **window)


def product(draft: Draft, node: Node) -> str:
    x, weight = draft.made(node.inputs[0]), draft.constant(node.inputs[1])
    if node.attributes["transpose_a"]:
        raise WeightsWrong(f"The graph mixes faces: {node.name}.")
    if node.attributes["transpose_b"]:
        weight = weight.T
    size = weight.shape[1]
    return _fused(draft, node, draft.step("Gemm", [x, weight, _zeros(size)], (ANY, size)))


def batch_norm(draft: Draft, node: Node) -> str:
    return _normalised(draft, node, draft.made(node.inputs[0]), node.inputs[1:5])


def _zeros(size: int) -> Array:
    return np.zeros(size, np.float32)


def _one_by_one(kernel: Array) -> Array:
    """A depthwise kernel, H x W x in x each, as one of in * each groups of one channel."""
    rows, columns, inputs, each = kernel.shape
    return kernel.transpose(2, 3, 0, 1).reshape(inputs * each, 1, rows, columns)


def _window(
    draft: Draft, node: Node, x: str, kernel: Shape, dilations: Shape
) -> tuple[dict[str, Shape], Shape]:
    """Strides and pads (top, left, bottom, right), and the rows and columns that come out."""
    padding, layout = node.attributes["padding"], node.attributes["data_format"]
    if padding not in ("SAME", "VALID") or layout != "NHWC":
        raise WeightsWrong(f"The graph pads or lies as Prosopa does not know: {node.name}.")
    strides = node.attributes["strides"][1:3]
    axes = list(zip(draft.shape(x)[1:3], kernel, strides, dilations, strict=True))
    rows, columns = (_same(*axis) if padding == "SAME" else (0, 0) for axis in axes)
    sides = tuple(
        (side + sum(pads) - (size - 1) * dilation - 1) // stride + 1
        for (side, size, stride, dilation), pads in zip(axes, (rows, columns), strict=True)
    )
    pads = (rows[0], columns[0], rows[1], columns[1])
    return {"strides": strides, "pads": pads}, sides


def _same(side: int, size: int, stride: int, dilation: int) -> tuple[int, int]:
    """What TensorFlow's SAME puts before and behind an axis; the odd one comes behind."""
    reach = (size - 1) * dilation + 1
    both = max((-(-side // stride) - 1) * stride + reach - side, 0)
    return both // 2, both - both // 2


def _fused(draft: Draft, node: Node, x: str) -> str:
    """What TensorFlow's optimiser moved into a convolution or product; it reads inputs[2:]."""
    for op in node.attributes.get("fused_ops", ()):
        if op == "BiasAdd":
            x = shifted(draft, x, draft.constant(node.inputs[2]))
        elif op == "FusedBatchNorm":
            x = _normalised(draft, node, x, node.inputs[2:6])
        elif op in ACTIVATIONS:
            x = ACTIVATIONS[op](draft, x)
        else:
            raise WeightsWrong(f"The graph has an operator that Prosopa does not know: {op}.")
    return x


def _normalised(draft: Draft, node: Node, x: str, names: tuple[str, ...]) -> str:
    scale, offset, mean, variance = map(draft.constant, names)
    gain = scale / np.sqrt(variance + np.float32(node.attributes["epsilon"]))
    return shifted(draft, scaled(draft, x, gain), offset - mean * gain)
