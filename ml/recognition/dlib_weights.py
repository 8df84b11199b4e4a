"""Reads dlib's face recognition network out of its .dat file: a serialised tree of C++ layers.

What is stored (dlib, serialize.h and dnn/layers.h): an integer is a byte that holds its sign (top
bit) and its length (low four bits), then that many bytes, low ones first; a string is its length
and its bytes; a tensor is its version 2, four dimensions, and float32 values. Each layer begins
with its name, and the layers stand in forward order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import prod
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.errors import WeightsWrong

Floats = NDArray[np.float32]

_LAYER = re.compile(rb"\x01[\x04-\x07](con_4|affine_|fc_2)")
STAGES = 29
SIZE = 128  # of the descriptor


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """A convolution and the affine layer that follows it.

    weight: out x in x k x k. bias, gain, shift: one a channel; y = (w * x + bias) gain + shift.
    """

    weight: Floats
    bias: Floats
    gain: Floats
    shift: Floats
    stride: int
    padding: int

    @property
    def folded(self) -> tuple[Floats, Floats]:
        """Weight and bias of one convolution that does the same."""
        return self.weight * self.gain[:, None, None, None], self.bias * self.gain + self.shift


@dataclass(frozen=True, slots=True, eq=False)
class DlibWeights:
    """stages: the stem, then two for each of fourteen residual blocks; a block whose first stage
    has stride 2 halves the picture. projection: 256 x 128, without bias."""

    stages: tuple[Stage, ...]
    projection: Floats

    @property
    def blocks(self) -> list[tuple[Stage, Stage]]:
        return list(zip(self.stages[1::2], self.stages[2::2], strict=True))


def read(path: Path) -> DlibWeights:
    """The network in that file.

    Raises:
        WeightsWrong: it holds another network, a part of it, or none.
    """
    try:
        return _network(path.read_bytes())
    except (ValueError, IndexError) as error:  # a tensor that does not fit, or no bytes left
        sentence = f"{path.name} does not hold dlib's face recognition network."
        raise WeightsWrong(sentence) from error


def _network(data: bytes) -> DlibWeights:
    stages: list[Stage] = []
    at, channels = 0, 3
    for _ in range(STAGES):
        at = _after_name(data, at, b"con_4")
        (weight, bias, stride, padding), at = _convolution(data, at, channels)
        affine, at = _tensor(data, _after_name(data, at, b"affine_"))
        channels = len(affine) // 2
        stages.append(Stage(weight, bias, affine[:channels], affine[channels:], stride, padding))
    _, at = _integers(data, _after_name(data, at, b"fc_2"), 2)
    projection, _ = _tensor(data, at)
    return DlibWeights(tuple(stages), projection.reshape(channels, SIZE))


def _after_name(data: bytes, at: int, name: bytes) -> int:
    """Where the contents of the next layer begin, which must be of that kind."""
    found = _LAYER.search(data, at)
    if not found or found[1] != name:
        raise ValueError(f"no {name.decode()} at {at}")
    return found.end()


def _convolution(data: bytes, at: int, inputs: int) -> tuple[tuple[Floats, Floats, int, int], int]:
    """Weight, bias, stride and padding; all are square in this network."""
    values, at = _tensor(data, at)
    (outputs, rows, columns, stride, _, padding, _), at = _integers(data, at, 7)
    shape = (outputs, inputs, rows, columns)
    return (values[: prod(shape)].reshape(shape), values[prod(shape) :], stride, padding), at


def _tensor(data: bytes, at: int) -> tuple[Floats, int]:
    (_, *shape), at = _integers(data, at, 5)
    count = prod(shape)
    return np.frombuffer(data, "<f4", count, at), at + 4 * count


def _integers(data: bytes, at: int, count: int) -> tuple[list[int], int]:
    values = []
    for _ in range(count):
        length = data[at] & 0x0F
        value = int.from_bytes(data[at + 1 : at + 1 + length], "little")
        values.append(-value if data[at] & 0x80 else value)
        at += 1 + length
    return values, at
