"""Writes small TensorFlow.js graph models, and computes in numpy what their layers should give."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.tfjs.graph import Graph

Array = NDArray[Any]
Run = Callable[[Graph, dict[str, str], Array], list[Array]]  # the outputs, of N x H x W x C
SCALES = {"uint8": 255, "uint16": 65535}
WINDOW = {"data_format": "NHWC", "strides": (1, 1, 1, 1), "dilations": (1, 1, 1, 1)}


@dataclass
class TinyModel:
    """A graph that reads "faces", N x any x any x channels, and grows by what a test adds."""

    channels: int = 3
    nodes: list[dict[str, Any]] = field(default_factory=list)
    weights: list[dict[str, Any]] = field(default_factory=list)
    data: bytes = b""

    def __post_init__(self) -> None:
        lengths = [-1, -1, -1, self.channels]
        shape = {"shape": {"dim": [{"size": str(length)} for length in lengths]}}
        attributes = {"shape": shape, "dtype": {"type": "DT_FLOAT"}}
        self.nodes.append({"name": "faces", "op": "Placeholder", "attr": attributes})

    def node(self, op: str, *inputs: str | Array, name: str = "", **attributes: Any) -> str:
        """Adds an operation; an array among its inputs becomes a constant. Gives its name."""
        name = name or f"{op}-{len(self.nodes)}"
        names = [x if isinstance(x, str) else self.constant(x) for x in inputs]
        stored = {key: as_stored(value) for key, value in attributes.items()}
        self.nodes.append({"name": name, "op": op, "input": names, "attr": stored})
        return name

    def layer(self, op: str, *inputs: str | Array, **attributes: Any) -> str:
        """A convolution or pool: what is not said is 1, or channels last."""
        return self.node(op, *inputs, **{**WINDOW, "padding": "SAME", **attributes})

    def constant(self, array: Array, quantised: str = "", name: str = "") -> str:
        array = np.asarray(array)
        kind = "int32" if array.dtype.kind == "i" else "float32"
        name = name or f"Const-{len(self.nodes)}"
        weight = {"name": name, "shape": list(array.shape), "dtype": kind}
        if quantised == "float16":
            weight["quantization"] = {"dtype": "float16", "original_dtype": "float32"}
            stored = array.astype("<f2")
        elif quantised:
            low, scale = float(array.min()), float(np.ptp(array)) / SCALES[quantised]
            weight["quantization"] = {"dtype": quantised, "min": low, "scale": scale}
            stored = np.rint((array - low) / scale).astype(np.dtype(quantised).newbyteorder("<"))
        else:
            stored = array.astype({"int32": "<i4", "float32": "<f4"}[kind])
        self.nodes.append({"name": name, "op": "Const", "attr": {"value": {"tensor": {}}}})
        self.weights.append(weight)
        self.data += stored.tobytes()
        return name

    def save(self, folder: Path, shards: int = 1) -> tuple[Path, list[Path]]:
        topology = folder / "tiny.json"
        paths = [folder / f"tiny-{number}.bin" for number in range(shards)]
        parts = np.array_split(np.frombuffer(self.data, "u1"), shards)
        for path, part in zip(paths, parts, strict=True):
            path.write_bytes(part.tobytes())
        manifest = [{"paths": [path.name for path in paths], "weights": self.weights}]
        model = {"modelTopology": {"node": self.nodes}, "weightsManifest": manifest}
        topology.write_text(json.dumps({"format": "graph-model", **model}))
        return topology, paths


Give = Callable[[TinyModel, str, Array], Array]  # what a node of the model gives


def as_stored(value: Any) -> dict[str, Any]:
    """An attribute as JSON writes a GraphDef."""
    match value:
        case bool():
            return {"b": value}
        case int():
            return {"i": str(value)}
        case float():
            return {"f": value}
        case str():
            return {"s": b64encode(value.encode()).decode()}
    parts = [as_stored(part) for part in value]
    return {"list": {key: [part[key] for part in parts] for key in (parts[0] if parts else ())}}


def windows(
    x: Array, size: int, stride: int, same: bool, dilation: int = 1, outside: float = 0.0
) -> list[list[Array]]:
    """What a square kernel sees at each place of a square picture: N x size x size x C each.

    With SAME, as TensorFlow's documentation has it, there are ceil(side / stride) places.
    """
    side, reach = x.shape[1], (size - 1) * dilation + 1
    places = -(-side // stride) if same else -(-(side - reach + 1) // stride)
    missing = max((places - 1) * stride + reach - side, 0) if same else 0
    bigger = np.full((len(x), side + missing, side + missing, x.shape[3]), outside, x.dtype)
    start = missing // 2
    bigger[:, start : start + side, start : start + side] = x
    starts = [place * stride for place in range(places)]
    return [
        [bigger[:, r : r + reach : dilation, c : c + reach : dilation] for c in starts]
        for r in starts
    ]


def at_each(places: list[list[Array]], compute: Any) -> Array:
    """N x places x places x what is computed of each."""
    return np.stack([np.stack([compute(seen) for seen in row], 1) for row in places], 1)


def convolution(places: list[list[Array]], kernel: Array) -> Array:
    return at_each(places, lambda seen: np.einsum("nhwi,hwio->no", seen, kernel))


def depthwise(places: list[list[Array]], kernel: Array) -> Array:
    return at_each(
        places, lambda seen: np.einsum("nhwi,hwim->nim", seen, kernel).reshape(len(seen), -1)
    )


def close(made: Array, right: Array) -> bool:
    return made.shape == right.shape and bool(np.abs(made - right).max() < 1e-4)


def softmax(logits: Array) -> Array:
    """Over the last axis."""
    powers = np.exp(logits)
    return powers / powers.sum(-1, keepdims=True)


def normal(*shape: int, seed: int = 0) -> Array:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def strides(stride: int) -> Sequence[int]:
    return (1, stride, stride, 1)
