"""Writes dlib's face recognition network as an ONNX graph: what the worker runs, without torch."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.recognition.dlib_weights import DlibWeights, Stage

CHIP = 150  # pixels a side


def onnx_model(net: DlibWeights) -> bytes:
    """The serialised graph: "chips" N x 3 x 150 x 150, normalised, to "faces" N x 128."""
    import onnx

    graph = _Graph()
    x = graph.node("Relu", graph.convolution("chips", net.stages[0]))
    x = graph.node("MaxPool", x, kernel_shape=[3, 3], strides=[2, 2])
    side = (_after(CHIP, net.stages[0]) - 3) // 2 + 1
    for first, second in net.blocks:
        y = graph.convolution(graph.node("Relu", graph.convolution(x, first)), second)
        made = _after(_after(side, first), second)
        if first.stride == 2:
            x = graph.node("AveragePool", x, kernel_shape=[2, 2], strides=[2, 2])
            side //= 2
        wider = len(second.weight) - first.weight.shape[1]
        x = graph.padded(x, wider, max(made - side, 0))
        y = graph.padded(y, 0, max(side - made, 0))
        x = graph.node("Relu", graph.node("Add", x, y))
        side = max(side, made)
    x = graph.node("ReduceMean", x, graph.constant(np.array([2, 3])), keepdims=0)
    graph.node("MatMul", x, graph.constant(net.projection), out="faces")
    floats = onnx.TensorProto.FLOAT
    chips = onnx.helper.make_tensor_value_info("chips", floats, ["n", 3, CHIP, CHIP])
    faces = onnx.helper.make_tensor_value_info("faces", floats, ["n", net.projection.shape[1]])
    made_graph = onnx.helper.make_graph(graph.nodes, "dlib", [chips], [faces], graph.constants)
    opsets = [onnx.helper.make_opsetid("", 18)]
    model = onnx.helper.make_model(made_graph, opset_imports=opsets, ir_version=10)
    onnx.checker.check_model(model, full_check=True)
    data: bytes = model.SerializeToString()
    return data


def _after(side: int, stage: Stage) -> int:
    """The side of a picture after a convolution."""
    kernel: int = stage.weight.shape[2]
    return (side + 2 * stage.padding - kernel) // stage.stride + 1


class _Graph:
    """Nodes and constants, named by their number."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def node(self, kind: str, *inputs: str, out: str = "", **attributes: Any) -> str:
        import onnx

        out = out or f"x{len(self.nodes)}"
        self.nodes.append(onnx.helper.make_node(kind, inputs, [out], **attributes))
        return out

    def constant(self, array: NDArray[Any]) -> str:
        import onnx

        name = f"c{len(self.constants)}"
        self.constants.append(onnx.numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def convolution(self, x: str, stage: Stage) -> str:
        weight, bias = map(self.constant, stage.folded)
        strides, pads = [stage.stride] * 2, [stage.padding] * 4
        return self.node("Conv", x, weight, bias, strides=strides, pads=pads)

    def padded(self, x: str, channels: int, edge: int) -> str:
        """Zeros added behind the channels and at the bottom and right edge."""
        if not channels and not edge:
            return x
        return self.node("Pad", x, self.constant(np.array([0, 0, 0, 0, 0, channels, edge, edge])))
