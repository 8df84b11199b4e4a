"""Describes what is around a face (hair, ears, chin, neck) by itself, with the face hidden."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import faceres, registry
from ml.contracts import MESH, FaceCodes, Output, View
from ml.landmarks import OVAL
from ml.registry import Commercial, Device, Model, ModelCard, Task, register
from ml.types import Picture
from ml.weights import Weights

NAME, CODER = "surround-code", "faceres"
INNER = 0.94  # of the outline's distance from its middle is hidden
SURROUND: Task[FaceCodes] = Task("surround-code", "Code of the surround", FaceCodes, internal=True)


@register(
    ModelCard(
        name=NAME,
        title="What is around a face",
        task=SURROUND,
        # FaceRes by name, and not whatever else may be preferred for the face code: how far the
        # codes of surrounds usually are apart was fitted to it (identity_kinds). Both hold one
        # loaded network; it counts for either, as the pool may let go of the other.
        weights=(faceres.SOURCE,),
        code_licence="Apache-2.0",
        weights_licence="MIT",
        commercial_use=Commercial.YES,
        memory_mb=90,
        needs=(MESH,),
        paper="none: the network of FaceRes, shown a photo whose face is hidden",
        known_limits=(
            "Says nothing by itself: a new haircut, a hat or another light change it as another "
            "person would."
        ),
    )
)
class SurroundCode(Model):
    """A FaceCode a face, of the photo with the inside of its outline in one colour."""

    def __init__(self, weights: Weights, device: Device) -> None:
        super().__init__(weights, device)
        self.coder = registry.get(CODER)(weights, device)

    def run(self, view: View) -> Output:
        hidden = Picture(view.picture.pixels.copy())
        for mesh in view.data(MESH).points:
            if mesh is not None:
                hide(hidden, mesh[list(OVAL), :2])
        return self.coder.run(replace(view, picture=hidden))


def hide(picture: Picture, outline: NDArray[Any]) -> None:
    """Give all pixels inside the outline (N x 2), drawn in a little, their median colour."""
    import cv2

    middle = outline.mean(0)
    points = np.round(middle + INNER * (outline - middle)).astype(np.int32)
    mask = np.zeros(picture.pixels.shape[:2], np.uint8)
    cv2.fillPoly(mask, [cv2.convexHull(points)], 255)
    if mask.any():
        picture.pixels[mask > 0] = np.median(picture.pixels[mask > 0], axis=0)
