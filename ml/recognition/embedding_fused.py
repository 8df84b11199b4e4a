"""Turns faces into vectors with two networks: dlib's and FaceRes, joined in one vector."""

from __future__ import annotations

import numpy as np

from ml import faceres
from ml.contracts import EMBEDDING, FACE_CODE, MESH, Output, View
from ml.recognition import embedding_dlib, embedding_faceres
from ml.registry import Commercial, Device, Model, ModelCard, figures, register
from ml.runtimes import Floats
from ml.types import Embedding, Space
from ml.weights import Weights

# What FaceRes counts beside dlib's vector; both are one long. Chosen on two of LFW's five folds
# here, seen on the other three; from .4 to .6 little changes (docs/recognition.md).
SHARE = 0.5
RECIPE = 1
# From docs/benchmarks; a test holds them equal.
MEASURED = (
    *figures(
        "lfw, 4,457 searches, 0 not read",
        "2026-11-25",
        "manage.py evaluate identification --data lfw --models fused-embedding --seed 0",
        {
            "FNIR at FPIR 1e-2": "16.5 % (10.8 to 24.6)",
            "rank 1": "98.4 % (97.7 to 99.1)",
        },
    ),
    *figures(
        "lfw, 3,000 pairs, 0 not read",
        "2026-11-25",
        "manage.py evaluate limits --data lfw --models fused-embedding --seed 0",
        {
            "accuracy within 100 ms": "99.4 % (98.7 to 99.7)",
            "read within 100 ms": "100.0 % (100.0 to 100.0)",
            "a photo": "27.9 ms (27.8 to 27.9)",
        },
    ),
    *figures(
        "utkface, 538 faces, 2 not read",
        "2026-11-25",
        "manage.py evaluate probes --data utkface --models fused-embedding --seed 0",
        {
            "gender known after 10 faces a class": "76.3 % (74.1 to 78.5)",
            "race label known after 10 faces a class": "64.7 % (62.2 to 67.2)",
            "age band known after 10 faces a class": "51.3 % (48.6 to 54.0)",
        },
    ),
    *figures(
        "lfw, 3,000 pairs, 0 not read, 7,560,418 pairs of strangers",
        "2026-11-25",
        "manage.py evaluate verification --data lfw --models fused-embedding --seed 0",
        {
            "accuracy": "99.4 % (98.7 to 99.7)",
            "TAR at FAR 1e-3": "98.2 % (97.2 to 98.9)",
            "TAR at FAR 1e-4": "91.4 % (89.5 to 93.3)",
        },
    ),
)


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
            "often than others. "
            "FaceRes carries its package's licence; its maker states none."
        ),
        measured=MEASURED,
        strangers=0.481,
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
        first, told = self._dlib.vectors(view)
        read = {face: code for face, code in enumerate(codes) if code is not None and face in first}
        second = embedding_faceres.vectors_of(list(read.values()))
        space = Space(self.card.name, self.card.digest, self.card.recipe)
        pairs = zip(read, second, strict=True)
        return Output(
            embeddings=tuple(Embedding.of(face, space, fused(first[face], o)) for face, o in pairs),
            data=told,  # as dlib's network sees it, which errs less
        )


def fused(dlib: Floats, faceres: Floats) -> Floats:
    """Two vectors of unit length as one of unit length. Its squared distance to another is the
    mean of the two squared distances, dlib's weighing 1 and FaceRes' SHARE squared."""
    joined = np.concatenate([dlib, np.float32(SHARE) * faceres])
    made: Floats = (joined / np.sqrt(1 + SHARE**2)).astype(np.float32)
    return made
