"""Lays a TensorFlow graph out for ONNX and torch: channels first, paddings known, steps merged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from ml.errors import WeightsWrong
from ml.tfjs.graph import Graph, Node

INPUT = "faces"
ANY = -1  # the length of the first axis: how many faces
FIRST, LAST = (0, 3, 1, 2), (0, 2, 3, 1)  # turn channels last into channels first, and back

Array = NDArray[Any]
Value = str | Array  # what a step made, or a constant
Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One operation, named and meant as in ONNX, but what ONNX takes as an input that never
    changes (axes, shapes, limits) is an attribute too."""

    kind: str
    inputs: tuple[Value, ...]
    attributes: Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """steps: by the name of what they make, in order; the first read INPUT, which is
    N x channels x side x side. outputs: what is made and its shape, by the name asked for."""

    steps: Mapping[str, Step]
    outputs: Mapping[str, tuple[str, Shape]]
    channels: int
    side: int


class Draft:
    """The steps made so far, for the operators (ml.tfjs.operators) to add to.

    A value with four axes lies channels first; shapes are told in TensorFlow's order.
    """

    def __init__(self, graph: Graph, outputs: Iterable[str], side: int) -> None:
        self.steps: dict[str, Step] = {}
        self.side = side
        self.channels = 0
        self.nodes = _needed(graph, outputs)
        self._values: dict[str, Value] = dict(graph.constants)
        self._shapes: dict[str, Shape] = {}
        self._readers = Counter(name for node in self.nodes for name in node.inputs)
        self._readers.update(list(outputs))
        self._reads: Counter[str] = Counter()  # of a value, by all nodes

    def take(self, picture: Node) -> str:
        """The input; the node says how many channels it has."""
        if self.channels:
            raise WeightsWrong(f"The graph reads more than one picture: {picture.name}.")
        *_, self.channels = picture.attributes["shape"]
        self._shapes[INPUT] = (ANY, self.side, self.side, self.channels)
        return INPUT

    def keep(self, node: Node, value: str) -> None:
        """That value is what the node gives."""
        passed_on = any(value is given for given in self.inputs(node))
        self._values[node.name] = value
        self._reads[value] += self._readers[node.name] - passed_on

    def inputs(self, node: Node) -> list[Value]:
        return [self._values[name] for name in node.inputs]

    def made(self, name: str) -> str:
        """What the node of that name gave."""
        value = self._values[name]
        if not isinstance(value, str):
            raise WeightsWrong(f"The graph holds a constant where it should compute: {name}.")
        return value

    def constant(self, name: str) -> Array:
        value = self._values[name]
        if isinstance(value, str):
            raise WeightsWrong(f"The graph computes what should be constant: {name}.")
        return value

    def shape(self, value: Value) -> Shape:
        return self._shapes[value] if isinstance(value, str) else value.shape

    def step(self, kind: str, inputs: Sequence[Value], shape: Shape, /, **attributes: Any) -> str:
        """Adds a step, and gives the name of what it makes."""
        name = f"x{len(self._shapes)}"
        self.steps[name] = Step(kind, tuple(inputs), attributes)
        self._shapes[name] = shape
        return name

    def last(self, value: str, kind: str) -> Step | None:
        """The step that made the value, if it is of that kind and nothing else reads the value:
        then it may be changed to do what follows, too."""
        step = self.steps.get(value)
        return step if step and step.kind == kind and self._reads[value] <= 1 else None

    def channels_last(self, value: str) -> str:
        """The value with its axes in TensorFlow's order."""
        shape = self.shape(value)
        return self.step("Transpose", [value], shape, perm=LAST) if len(shape) == 4 else value


def _needed(graph: Graph, outputs: Iterable[str]) -> list[Node]:
    """The nodes that these need, in order."""
    wanted = set(outputs)
    nodes = []
    for node in reversed(graph.nodes):
        if node.name in wanted:
            nodes.append(node)
            wanted.update(node.inputs)
    return nodes[::-1]
