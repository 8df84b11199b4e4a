"""Turns faces into vectors with FaceRes: a second recogniser, of another make than dlib's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ml import alignment, faceres, geometry
from ml.contracts import EMBEDDING, FACE_CODE, FaceCode, Output, Recognisabilities, View
from ml.recognition import code_faceres
from ml.recognition.faceres_network import FaceresNetwork
from ml.registry import Commercial, Model, ModelCard, figures, register
from ml.runtimes import Floats
from ml.types import Embedding, Space

if TYPE_CHECKING:
    import torch

RECIPE = 1
# From docs/benchmarks; a test holds them equal.
MEASURED = (
    *figures(
        "lfw, 3,000 pairs, 0 not read, 7,560,418 pairs of strangers",
        "2026-11-25",
        "manage.py evaluate verification --data lfw --models faceres-embedding --seed 0",
        {
            "accuracy": "98.7 % (97.9 to 99.2)",
            "TAR at FAR 1e-3": "90.8 % (88.9 to 92.4)",
            "TAR at FAR 1e-4": "77.5 % (74.5 to 80.7)",
        },
    ),
    *figures(
        "lfw, 40 faces, 0 not read",
        "2026-11-29",
        "manage.py evaluate protection --data lfw --models dlib-resnet,faceres-embedding --seed 0",
        {
            "misled by make-up made without it, against the original": "57.5 % (42.5 to 72.5)",
            "the same against another photo of the person": "97.4 % (92.1 to 100.0)",
            "misled by a cloak made without it, against the original": "90.0 % (80.0 to 97.5)",
            "the same against another photo": "97.4 % (92.1 to 100.0)",
            "misled by make-up made without it, against the original by skin tone": (
                "brown 40.0 %, dark 0.0 %, intermediate 50.0 %, light 63.6 %, tan 62.5 "
                "%, very light 83.3 %"
            ),
        },
    ),
)


@register(
    ModelCard(
        name="faceres-embedding",
        title="FaceRes embedding",
        task=EMBEDDING,
        weights=(faceres.SOURCE,),
        code_licence="MIT",
        weights_licence="MIT",
        commercial_use=Commercial.YES,
        memory_mb=1,
        recipe=RECIPE,
        rank=-1,  # of the two alone dlib's errs less
        needs=(FACE_CODE,),
        paper=(
            "Savchenko, Efficient facial representations for age, gender and identity "
            "recognition in organizing photo albums, 2019"
        ),
        known_limits=(
            "Takes more strangers for each other than dlib's network does; worth most beside "
            "another recogniser, and as a judge that took no part. "
            "FaceRes carries its package's licence; its maker states none."
        ),
        measured=MEASURED,
        strangers=0.705,
    )
)
class FaceresEmbedding(Model):
    """1,024 numbers a face, one long; the Euclidean distance of two tells how alike they are."""

    def run(self, view: View) -> Output:
        codes = view.data(FACE_CODE).codes
        space = Space(self.card.name, self.card.digest, self.card.recipe)
        read = {face: code for face, code in enumerate(codes) if code is not None}
        vectors = zip(read, vectors_of(list(read.values())), strict=True)
        embeddings = tuple(Embedding.of(face, space, one) for face, one in vectors)
        return Output(embeddings=embeddings, data=Recognisabilities((None,) * len(view.faces)))

    def network(self) -> FollowedFaceres:
        """ml.contracts.Differentiable."""
        return FollowedFaceres(FaceresNetwork(self.weights))


class FollowedFaceres:
    """ml.contracts.FaceNetwork."""

    side = faceres.CHIP
    repeat_border = True

    def __init__(self, net: FaceresNetwork) -> None:
        self._net = net

    def cut(self, mesh: NDArray[Any]) -> geometry.Matrix:
        return alignment.arcface_cut(mesh, self.side, code_faceres.PADDING)

    def features(self, chips: torch.Tensor) -> torch.Tensor:
        return self._net.descriptors(chips)

    ghosts = features  # nothing goes past its layers

    def vectors(self, features: torch.Tensor) -> torch.Tensor:
        return self._net.vectors(features)


def vectors_of(codes: list[FaceCode]) -> Floats:
    """The codes as N x 1024 of unit length.

    Of each number the square root is taken: the few large ones would else decide alone.
    """
    if not codes:
        return np.empty((0, 1024), np.float32)
    return alignment.unit(np.sqrt(np.stack([code.descriptor for code in codes])))
