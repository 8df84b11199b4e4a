"""Runs a TensorFlow.js graph model in torch: slower than the ONNX graph, but gradients flow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from ml.tfjs.graph import Graph
from ml.tfjs.operators import plan
from ml.tfjs.plan import INPUT, Value

if TYPE_CHECKING:
    import torch

Sizes = tuple[int, ...]


class TfjsNetwork:
    """Called with N x channels x side x side, float32, in the units and the colour order that the
    network was trained on, it gives the outputs by name, shaped as in the ONNX graph.

    The weights are constants; gradients flow to the faces.
    """

    def __init__(
        self, graph: Graph, outputs: Mapping[str, str], side: int, device: str = "cpu"
    ) -> None:
        """outputs: what each is to be called, by its node ("age_pred/Softmax": "age").

        Raises:
            WeightsWrong: no such node, or the graph uses an operator in a way that is not known.
        """
        self._device = device
        steps = plan(graph, outputs, side)
        self._steps = [
            (name, step.kind, [self._loaded(value) for value in step.inputs], step.attributes)
            for name, step in steps.steps.items()
        ]
        self._outputs = {name: made for name, (made, _) in steps.outputs.items()}

    def __call__(self, faces: torch.Tensor) -> dict[str, torch.Tensor]:
        import torch

        # About a tenth quicker than channels first (faceres, on a CPU); the values are the same.
        values = {INPUT: faces.contiguous(memory_format=torch.channels_last)}
        for name, kind, inputs, attributes in self._steps:
            given = [values[value] if isinstance(value, str) else value for value in inputs]
            values[name] = _KINDS[kind](*given, **attributes)
        return {name: values[made] for name, made in self._outputs.items()}

    def _loaded(self, value: Value) -> str | torch.Tensor:
        import torch

        if isinstance(value, str):
            return value
        return torch.from_numpy(np.ascontiguousarray(value)).to(self._device)


def _convolved(
    x: torch.Tensor,
    weight: torch.Tensor,
    bias: torch.Tensor,
    *,
    strides: Sizes,
    pads: Sizes,
    dilations: Sizes,
    group: int,
) -> torch.Tensor:
    from torch.nn import functional as F

    top, left, bottom, right = pads
    if (top, left) == (bottom, right):
        return F.conv2d(x, weight, bias, strides, (top, left), dilations, group)
    return F.conv2d(_edged(x, pads), weight, bias, strides, 0, dilations, group)


def _edged(x: torch.Tensor, pads: Sizes, value: float = 0.0) -> torch.Tensor:
    """x with more rows and columns. pads: top, left, bottom, right."""
    from torch.nn import functional as F

    top, left, bottom, right = pads
    return F.pad(x, (left, right, top, bottom), value=value) if any(pads) else x


def _largest(x: torch.Tensor, *, kernel_shape: Sizes, strides: Sizes, pads: Sizes) -> torch.Tensor:
    from torch.nn import functional as F

    return F.max_pool2d(_edged(x, pads, float("-inf")), kernel_shape, strides)


def _average(x: torch.Tensor, *, kernel_shape: Sizes, strides: Sizes, pads: Sizes) -> torch.Tensor:
    from torch.nn import functional as F

    mean = F.avg_pool2d(_edged(x, pads), kernel_shape, strides)
    if not any(pads):
        return mean
    # What stands outside the picture does not count.
    return mean / F.avg_pool2d(_edged(x.new_ones(x.shape[-2:])[None], pads), kernel_shape, strides)


def _padded(x: torch.Tensor, *, pads: Sizes) -> torch.Tensor:
    """pads: before each axis, then after each."""
    from torch.nn import functional as F

    both = list(zip(pads[: x.ndim], pads[x.ndim :], strict=True))
    return F.pad(x, [count for axis in reversed(both) for count in axis])


def _cut(x: torch.Tensor, *, starts: Sizes, ends: Sizes, axes: Sizes) -> torch.Tensor:
    for start, end, axis in zip(starts, ends, axes, strict=True):
        x = x.narrow(axis, start, end - start)
    return x


def _joined(*values: torch.Tensor, axis: int) -> torch.Tensor:
    import torch

    return torch.cat(values, axis)


def _limited(x: torch.Tensor, *, min: float, max: float) -> torch.Tensor:
    """Its slopes cost a third of what those of clamp() do."""
    from torch.nn import functional as F

    return F.hardtanh(x, min, max)


def _elu(x: torch.Tensor) -> torch.Tensor:
    from torch.nn import functional as F

    return F.elu(x)


_KINDS: dict[str, Callable[..., torch.Tensor]] = {
    "Add": lambda a, b: a + b,
    "Sub": lambda a, b: a - b,
    "Mul": lambda a, b: a * b,
    "Div": lambda a, b: a / b,
    "Clip": _limited,
    "Sigmoid": lambda x: x.sigmoid(),
    "Tanh": lambda x: x.tanh(),
    "Softmax": lambda x, *, axis: x.softmax(axis),
    "Elu": _elu,
    "Conv": _convolved,
    "Gemm": lambda x, weight, bias: x @ weight + bias,
    "MaxPool": _largest,
    "AveragePool": _average,
    "ReduceMean": lambda x, *, axes, keepdims: x.mean(axes, bool(keepdims)),
    "ReduceMax": lambda x, *, axes, keepdims: x.amax(axes, bool(keepdims)),
    "Reshape": lambda x, *, shape: x.reshape(shape),
    "Transpose": lambda x, *, perm: x.permute(perm),
    "Slice": _cut,
    "Concat": _joined,
    "Pad": _padded,
}
