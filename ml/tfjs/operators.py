"""The TensorFlow operators that we know, and the plan of a graph made of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ml.errors import WeightsWrong
from ml.tfjs import arithmetic, layers, shaping
from ml.tfjs.graph import Graph, Node
from ml.tfjs.plan import Draft, Plan

Operator = Callable[[Draft, Node], str]


def plan(graph: Graph, outputs: Mapping[str, str], side: int) -> Plan:
    """The steps that give the outputs of pictures side x side.

    outputs: what each is to be called, by its node. They have the shapes that TensorFlow gives
    them: with four axes, channels last.

    Raises:
        WeightsWrong: no such node, or one that works in a way that we do not know.
    """
    draft = Draft(graph, outputs, side)
    missing = set(outputs) - {node.name for node in draft.nodes}
    if missing:
        raise WeightsWrong(f"The graph has no node {min(missing)}.")
    for node in draft.nodes:
        try:
            draft.keep(node, OPERATORS[node.op](draft, node))
        except (LookupError, ValueError) as error:  # an attribute lacks, an array has unlike axes
            raise WeightsWrong(f"The graph has a node that is not whole: {node.name}.") from error
    made = {name: draft.channels_last(draft.made(node)) for node, name in outputs.items()}
    shapes = {name: (value, draft.shape(value)) for name, value in made.items()}
    return Plan(draft.steps, shapes, draft.channels, side)


def _identity(draft: Draft, node: Node) -> str:
    return draft.made(node.inputs[0])


OPERATORS: dict[str, Operator] = {
    "Placeholder": Draft.take,
    "Identity": _identity,
    **dict.fromkeys(("Conv2D", "_FusedConv2D", "DepthwiseConv2dNative"), layers.convolution),
    **dict.fromkeys(("MaxPool", "AvgPool"), layers.pool),
    **dict.fromkeys(("MatMul", "_FusedMatMul"), layers.product),
    "FusedBatchNormV3": layers.batch_norm,
    **dict.fromkeys(("Add", "AddV2", "Sub", "Mul", "RealDiv"), arithmetic.arithmetic),
    **dict.fromkeys(("Minimum", "Maximum"), arithmetic.limit),
    **dict.fromkeys(arithmetic.ACTIVATIONS, arithmetic.activation),
    **dict.fromkeys(("Mean", "Max"), shaping.reduction),
    "Reshape": shaping.reshape,
    "ExpandDims": shaping.expand,
    "Squeeze": shaping.squeeze,
    "StridedSlice": shaping.cut,
    "ConcatV2": shaping.concat,
    "Pad": shaping.pad,
}
