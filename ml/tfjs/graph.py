"""What a TensorFlow graph is here: named operations, and the constants they read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Node:
    """One operation. inputs: names of nodes and constants. attributes: str, int, float or bool,
    or tuples of these (lists, and shapes, where -1 is an unknown length)."""

    name: str
    op: str
    inputs: tuple[str, ...]
    attributes: Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """nodes: each after those it reads. constants: float32 or int32, by name, laid out as in
    TensorFlow (pictures N x H x W x C; kernels H x W x in x out, depthwise H x W x C x each)."""

    nodes: tuple[Node, ...]
    constants: Mapping[str, NDArray[Any]]
