"""Turns faces into vectors with two networks: dlib's and FaceRes, joined in one vector."""

from __future__ import annotations

import numpy as np

from ml import faceres
from ml.contracts import EMBEDDING, FACE_CODE, MESH, Output, View
from ml.recognition import embedding_dlib, embedding_faceres
from ml.registry import Commercial, Device, Model, ModelCard, register
from ml.runtimes import Floats
from ml.types import Embedding, Space
from ml.weights import Weights

# What FaceRes counts beside dlib's vector; both are one long. Chosen on two of LFW's five folds
# here, seen on the other three; from .4 to .6 little changes (docs/recognition.md).
SHARE = 0.5
RECIPE = 1


@register(
    ModelCard(
        name="fused-embedding",
        title="Face embedding (dlib and FaceRes)",
        task=EMBEDDING,
        weights=(embedding_dlib.SOURCE, faceres.SOURCE),
        code_licence="Apache-2.0 AND MIT",
        weights_licence="CC0-1.0 AND MIT",
        commercial_use=Commercial.YES,
        memory_mb=160,
        recipe=RECIPE,
        rank=1,
        needs=(MESH, FACE_CODE),
        paper=(
            "He et al., Deep Residual Learning, 2015, trained by D. King for dlib, 2017; "
            "Savchenko, Efficient facial representations for age, gender and identity, 2019"
        ),
        known_limits=(
            "Misses people under hats, behind dark glasses and with their mouths wide open; "
            "confuses children, relatives and people of groups rare in its training data more "
            "often than others."
        ),
    )
)
class FusedEmbedding(Model):
    """1,152 numbers a face, one long; the Euclidean distance of two tells how alike they are."""

    def __init__(self, weights: Weights, device: Device) -> None:
        super().__init__(weights, device)
        self._dlib = embedding_dlib.DlibEmbedding(weights, device)

    def run(self, view: View) -> Output:
        codes = view.data(FACE_CODE).codes
        # Both leave out faces whose eyes are less than 16 pixels apart.
        first = self._dlib.vectors(view)
        read = {face: code for face, code in enumerate(codes) if code is not None and face in first}
        second = embedding_faceres.vectors_of(list(read.values()))
        space = Space(self.card.name, self.card.digest, self.card.recipe)
        pairs = zip(read, second, strict=True)
        return Output(
            embeddings=tuple(Embedding.of(face, space, fused(first[face], o)) for face, o in pairs)
        )


def fused(dlib: Floats, faceres: Floats) -> Floats:
    """Two vectors of unit length as one of unit length. Its squared distance to another is the
    mean of the two squared distances, dlib's weighing 1 and FaceRes' SHARE squared."""
    joined = np.concatenate([dlib, np.float32(SHARE) * faceres])
    made: Floats = (joined / np.sqrt(1 + SHARE**2)).astype(np.float32)
    return made
