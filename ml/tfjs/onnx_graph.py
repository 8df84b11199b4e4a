"""Writes a TensorFlow.js graph model as ONNX: what the worker runs, without torch."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.tfjs.graph import Graph
from ml.tfjs.operators import plan
from ml.tfjs.plan import ANY, FIRST, INPUT, Plan, Step

_CHANNELS_FIRST = f"{INPUT}-channels-first"
# Attributes of a step that ONNX takes as inputs, in its order.
_AS_INPUTS = {
    "Clip": ("min", "max"),
    "ReduceMean": ("axes",),
    "ReduceMax": ("axes",),
    "Reshape": ("shape",),
    "Slice": ("starts", "ends", "axes"),
    "Pad": ("pads",),
}


def onnx_model(graph: Graph, outputs: Mapping[str, str], side: int) -> bytes:
    """The serialised graph: "faces", N x side x side x channels, float32, in the units and the
    colour order that the network was trained on, to the outputs, in their order.

    outputs: what each is to be called, by its node ("age_pred/Softmax": "age").

    Raises:
        WeightsWrong: no such node, or the graph uses an operator in a way that is not known.
    """
    import onnx

    opsets = [onnx.helper.make_opsetid("", 18)]
    written = _written(plan(graph, outputs, side))
    model = onnx.helper.make_model(written, opset_imports=opsets, ir_version=10)
    onnx.checker.check_model(model, full_check=True)
    data: bytes = model.SerializeToString()
    return data


def _written(plan: Plan) -> Any:
    import onnx

    graph = _Graph()
    graph.node("Transpose", [INPUT], _CHANNELS_FIRST, {"perm": FIRST})
    for name, step in plan.steps.items():
        graph.step(name, step)
    for name, (made, _) in plan.outputs.items():
        graph.node("Identity", [made], name, {})
    floats = onnx.TensorProto.FLOAT
    shapes = {name: shape for name, (_, shape) in plan.outputs.items()}
    shapes[INPUT] = (ANY, plan.side, plan.side, plan.channels)
    *outputs, faces = (
        onnx.helper.make_tensor_value_info(name, floats, ["n", *shape[1:]])
        for name, shape in shapes.items()
    )
    return onnx.helper.make_graph(graph.nodes, "tfjs", [faces], outputs, graph.constants)


class _Graph:
    """Nodes and constants, the latter named by their number."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def step(self, name: str, step: Step) -> None:
        inputs = [self.value(value) for value in step.inputs]
        kind, attributes = step.kind, dict(step.attributes)
        if attributes == {"min": 0.0, "max": inf}:
            kind, attributes = "Relu", {}
        stored = np.float32 if kind == "Clip" else np.int64
        for key in _AS_INPUTS.get(kind, ()):
            inputs.append(self.value(np.array(attributes.pop(key), stored)))
        self.node(kind, inputs, name, attributes)

    def value(self, value: str | NDArray[Any]) -> str:
        import onnx

        if isinstance(value, str):
            return _CHANNELS_FIRST if value == INPUT else value
        name = f"c{len(self.constants)}"
        self.constants.append(onnx.numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, kind: str, inputs: list[str], out: str, attributes: Mapping[str, Any]) -> None:
        import onnx

        self.nodes.append(onnx.helper.make_node(kind, inputs, [out], **attributes))
