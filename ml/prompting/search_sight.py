"""Shows searchers parts of a picture, and counts each pixel that they are given.

What counts is what a searcher is handed, at the resolution that it is handed in: an overview of a
sixth of the sides costs a thirty-sixth of the pixels, a glimpse its samples, a window all its own.
What is seen twice counts twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from ml.prompting.glimpse import Retina, cut
from ml.types import XY, Box, Picture

Pixels = NDArray[np.uint8]


class Kind(StrEnum):
    """How a part was looked at."""

    OVERVIEW = "overview"
    GLIMPSE = "glimpse"
    ZOOM = "zoom"
    WINDOW = "window"


@dataclass(frozen=True, slots=True)
class Step:
    """A look: how, where (pixels of the photo), why there, and how many pixels it showed."""

    kind: Kind
    box: Box
    why: str
    pixels: int


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What was shown. scale: pixels of the photo a pixel of it. box: which part of the photo."""

    pixels: Pixels
    box: Box
    scale: float = 1.0

    def back(self, box: Box) -> Box:
        """A box of what was shown, in pixels of the photo."""
        left, top = self.box.left, self.box.top
        x0, y0, x1, y1 = (side * self.scale for side in box.to_json())
        return Box(left + x0, top + y0, left + x1, top + y1)


class Sight:
    """The picture, through a budget. share: of its pixels that may be shown, 0..1."""

    def __init__(self, picture: Picture, share: float) -> None:
        self.picture = picture
        self.path: list[Step] = []
        self._whole = picture.size[0] * picture.size[1]
        self.left = int(share * self._whole)

    @property
    def seen(self) -> float:
        """Share of the picture's pixels that was shown so far."""
        return sum(step.pixels for step in self.path) / self._whole

    def affords(self, pixels: float) -> bool:
        return pixels <= self.left

    def overview(self, longest: int) -> Seen:
        """All of it, no side longer than that. It is shown whatever the budget: there is no
        looking for anything without it."""
        import cv2

        width, height = self.picture.size
        scale = max(1.0, max(width, height) / longest)
        size = max(1, round(width / scale)), max(1, round(height / scale))
        small = cv2.resize(self.picture.pixels, size, interpolation=cv2.INTER_AREA)
        whole = Box(0, 0, width, height)
        self._count(Kind.OVERVIEW, whole, "to see where to look", size[0] * size[1])
        return Seen(np.asarray(small, np.uint8), whole, scale)

    def glimpse(self, retina: Retina, fixation: XY, why: str) -> Seen:
        """What the retina sees from there."""
        glimpse = retina.glimpse(self.picture, fixation)
        self._count(Kind.GLIMPSE, glimpse.box, why, retina.samples)
        return Seen(glimpse.unrolled(), glimpse.box)

    def window(self, box: Box, why: str, kind: Kind = Kind.ZOOM) -> Seen:
        """A part at full resolution, cut off at the picture's border. box: whole numbers."""
        width, height = self.picture.size
        inside = Box(
            max(box.left, 0), max(box.top, 0), min(box.right, width), min(box.bottom, height)
        )
        self._count(kind, inside, why, int(inside.area))
        return Seen(cut(self.picture, inside), inside)

    def _count(self, kind: Kind, box: Box, why: str, pixels: int) -> None:
        self.path.append(Step(kind, box, why, pixels))
        self.left -= pixels
