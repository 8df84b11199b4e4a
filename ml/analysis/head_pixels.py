"""Looks at the pixels of a head in the square that its parts are told in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import geometry
from ml.analysis.parsing_colours import Frame, frame
from ml.analysis.parsing_mesh import SIZE, in_chip, shown, square
from ml.analysis.parsing_outlines import Inside
from ml.runtimes import Floats
from ml.types import Picture

GREY = 4.0  # chroma in CIELAB that skin has many times over in any light
AROUND = np.arange(-1, 2)
NO_COLOUR = "photo without colour"
# Places on a face, each a mean of mesh vertices with their shares.
Spots = tuple[Sequence[tuple[int, float]], ...]


@dataclass(frozen=True, eq=False)
class Head:
    """lab: SIZE x SIZE x 3 float32, CIELAB. mesh: 468 x 3, in its pixels. shown: which pixels lie
    in the photo."""

    lab: Floats
    mesh: NDArray[np.float64]
    shown: Inside

    @property
    def points(self) -> NDArray[np.float64]:
        """The mesh in the plane, 468 x 2."""
        return self.mesh[:, :2]

    @property
    def place(self) -> Frame:
        """Where each pixel lies to the face."""
        return frame(self.mesh, SIZE)

    @cached_property
    def colourless(self) -> bool:
        """Whether it is a black-and-white photo, however it was toned by saving it."""
        chroma = np.hypot(self.lab[..., 1], self.lab[..., 2])[self.shown]
        return bool(chroma.size) and float(np.percentile(chroma, 95)) < GREY

    def colour(self, *spots: Sequence[tuple[int, float]]) -> Floats:
        """The median of the colours at spots, each seen through 3 x 3 pixels."""
        middles = [sum(share * self.points[vertex] for vertex, share in spot) for spot in spots]
        x, y = np.round(middles).astype(int).clip(1, SIZE - 2).T[..., None, None]
        seen = self.lab[y + AROUND[:, None], x + AROUND].reshape(len(spots), -1, 3)
        colour: Floats = np.median(np.partition(seen, 4, axis=1)[:, 4], axis=0)
        return colour


def cut(picture: Picture, mesh: NDArray[Any]) -> Head:
    """mesh: 468 x 3, in pixels of the photo."""
    import cv2

    transform = square(mesh)
    chip = geometry.chip(picture, transform, SIZE).astype(np.float32)
    lab: Any = cv2.cvtColor(chip / np.float32(255), cv2.COLOR_RGB2LAB)
    return Head(lab, in_chip(mesh, transform), shown(picture, transform))
