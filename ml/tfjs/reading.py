"""Reads a TensorFlow.js graph model: its topology out of a .json file, its weights out of shards.

What is stored (tensorflow/tfjs, io/types.ts and core/framework/graph.proto): the topology is a
TensorFlow GraphDef as JSON, whose integers are strings and whose strings are base64; the shards,
one after the other, hold the bytes of the weights in the order of the manifest, low bytes first.
A weight may be quantised: to float16, or to integers q that stand for q * scale + min.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.errors import WeightsWrong
from ml.tfjs.graph import Graph, Node
from ml.tfjs.operators import OPERATORS

_STORED = {"float32": "<f4", "int32": "<i4"}
_QUANTISED = {"float16": "<f2", "uint8": "u1", "uint16": "<u2"}


def read(topology: Path, shards: Sequence[Path]) -> Graph:
    """The graph model in those files. shards: in the order of the manifest.

    Raises:
        WeightsWrong: no graph model, an operator that we do not know, bytes too few or too many.
    """
    try:
        model = json.loads(topology.read_bytes())
        stored = [_node(entry) for entry in model["modelTopology"]["node"]]
        weights = [weight for group in model["weightsManifest"] for weight in group["weights"]]
        constants = _constants(weights, b"".join(shard.read_bytes() for shard in shards))
        return Graph(_ordered(stored, constants), constants)
    except _Unreadable as error:
        raise WeightsWrong(f"{topology.name} {error}") from error
    except (ValueError, LookupError, TypeError, AttributeError) as error:  # not made as above
        sentence = f"{topology.name} does not hold a TensorFlow.js graph model."
        raise WeightsWrong(sentence) from error


class _Unreadable(Exception):
    """A sentence about the file, without its name."""


def _node(entry: dict[str, Any]) -> Node:
    op = entry["op"]
    if op not in {*OPERATORS, "Const"}:
        raise _Unreadable(f"has an operator that Prosopa does not know: {op}.")
    # "^name" only orders side effects, and there are none; ":0" is the first of a node's outputs.
    inputs = tuple(name.removesuffix(":0") for name in entry.get("input", ()) if name[0] != "^")
    attributes = {} if op == "Const" else entry.get("attr", {})
    values = {key: _attribute(value) for key, value in attributes.items()}
    return Node(entry["name"], op, inputs, values)


def _attribute(stored: dict[str, Any]) -> Any:
    ((kind, value),) = stored.items()
    return _plain(kind, value)


def _plain(kind: str, value: Any) -> Any:
    match kind:
        case "list":
            return tuple(_plain(part, item) for part, items in value.items() for item in items)
        case "shape":
            return tuple(int(length["size"]) for length in value.get("dim", ()))
        case "s":
            return b64decode(value).decode()
        case "i":
            return int(value)
        case "f":
            return float(value)
    return value


def _constants(weights: list[dict[str, Any]], data: bytes) -> dict[str, NDArray[Any]]:
    made, at = {}, 0
    for weight in weights:
        stored = _stored(weight)
        count = prod(weight["shape"])
        if at + count * stored.itemsize > len(data):
            raise _Unreadable(f"needs more weights than there are: {len(data):,} bytes.")
        values = np.frombuffer(data, stored, count, at).reshape(weight["shape"])
        made[weight["name"]] = _restored(values, weight)
        at += count * stored.itemsize
    if at != len(data):
        raise _Unreadable(f"needs {at:,} bytes of weights; there are {len(data):,}.")
    return made


def _stored(weight: dict[str, Any]) -> np.dtype[Any]:
    """How the bytes of a weight are to be read."""
    quantisation = weight.get("quantization")
    kind = quantisation["dtype"] if quantisation else weight["dtype"]
    known = _QUANTISED if quantisation else _STORED
    if kind not in known or weight["dtype"] not in _STORED:
        raise _Unreadable(f"has weights of a kind that Prosopa does not know: {kind}.")
    return np.dtype(known[kind])


def _restored(values: NDArray[Any], weight: dict[str, Any]) -> NDArray[Any]:
    quantisation = weight.get("quantization", {})
    if "scale" in quantisation:
        values = values * quantisation["scale"] + quantisation["min"]
    whole = weight["dtype"] == "int32"
    return np.rint(values).astype(np.int32) if whole else values.astype(np.float32)


def _ordered(nodes: list[Node], constants: Mapping[str, NDArray[Any]]) -> tuple[Node, ...]:
    """The nodes that are no constants, each after those it reads."""
    named = {node.name: node for node in nodes if node.op != "Const"}
    missing = {name for node in named.values() for name in node.inputs} - {*named, *constants}
    if missing:
        raise _Unreadable(f"names what it does not hold: {min(missing)}.")
    try:
        order = TopologicalSorter({name: node.inputs for name, node in named.items()})
        return tuple(named[name] for name in order.static_order() if name in named)
    except CycleError as error:
        raise _Unreadable("runs in a circle.") from error
