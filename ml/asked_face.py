"""A face of a photo, as makers of pictures take it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import alignment, geometry
from ml.contracts.generators import FaceAsked, Floats
from ml.types import Picture

SIDE, ROOM = 224, 0.4  # pixels of a chip, and margin as a part of the face's side


def asked_face(picture: Picture, mesh: NDArray[Any], embeddings: Mapping[str, Floats]) -> FaceAsked:
    """mesh: 468 x 3, of the face, in pixels of the picture. embeddings: see FaceAsked."""
    (chip,) = alignment.chips(picture, [mesh], SIDE, ROOM)
    return FaceAsked(chip, embeddings, moved(alignment.cut(mesh, SIDE, ROOM), mesh))


def moved(transform: geometry.Matrix, mesh: NDArray[Any]) -> NDArray[np.float64]:
    """The mesh (468 x 3) where the transform takes it, its depth in the same unit."""
    flat = geometry.moved(transform, mesh[:, :2])
    return np.column_stack([flat, mesh[:, 2] * geometry.scale(transform)])
