"""Looks at a picture as an eye does: sharp where it fixates, the coarser the farther from there.

Log-polar sampling (Schwartz, 1977; Traver and Bernardino, A review of log-polar imaging for visual
perception in robotics, 2010): around a fovea of whole pixels lie rings whose radii grow by one
factor, each with as many samples, so that samples stay as far apart along a ring as between rings.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import floor, log, log2, pi

import numpy as np
from numpy.typing import NDArray

from ml import geometry
from ml.types import XY, Box, Picture

Pixels = NDArray[np.uint8]
BEYOND = (127, 127, 127)  # the colour outside the picture


@dataclass(frozen=True)
class Retina:
    """fovea: half its side in pixels. reach: how far the last ring lies, in foveas."""

    fovea: int = 24
    reach: float = 4.0

    @cached_property
    def angles(self) -> int:
        """Samples of a ring: on the fovea's rim they lie as far apart as pixels."""
        return round(2 * pi * self.fovea)

    @cached_property
    def rings(self) -> int:
        return round(log(self.reach) * self.angles / (2 * pi))

    @cached_property
    def radius(self) -> int:
        """Pixels from the fixation to the end of what is seen, straight up and sideways."""
        return round(self.fovea * self.reach)

    @property
    def samples(self) -> int:
        """Pixels that one glimpse costs."""
        return (2 * self.fovea) ** 2 + self.angles * self.rings

    @cached_property
    def radii(self) -> NDArray[np.float32]:
        steps = (np.arange(self.rings) + 0.5) * 2 * pi / self.angles
        return (self.fovea * np.exp(steps)).astype(np.float32)

    @cached_property
    def directions(self) -> NDArray[np.float32]:
        """angles x 2: across and down, of length 1."""
        turn = np.arange(self.angles) * 2 * pi / self.angles
        return np.column_stack([np.cos(turn), np.sin(turn)]).astype(np.float32)

    @cached_property
    def _unrolled(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Of each pixel of the square that is seen, its angle and ring in the samples."""
        down, across = np.mgrid[-self.radius : self.radius, -self.radius : self.radius] + 0.5
        far = np.maximum(np.hypot(across, down), self.fovea)
        ring = np.log(far / self.fovea) * self.angles / (2 * pi) - 0.5
        turn = (np.arctan2(down, across) % (2 * pi)) * self.angles / (2 * pi)
        return turn.astype(np.float32), ring.clip(0, self.rings - 1).astype(np.float32)

    def spacing(self, distance: float) -> float:
        """Pixels from one sample to the next, so far from the fixation."""
        return max(1.0, distance / self.fovea)

    def glimpse(self, picture: Picture, fixation: XY) -> Glimpse:
        """What is seen of the picture from a point of it."""
        x, y = round(fixation[0]), round(fixation[1])
        centre = cut(picture, Box(x - self.fovea, y - self.fovea, x + self.fovea, y + self.fovea))
        rows = [self._ring(picture, (x, y), octave) for octave in self._octaves]
        return Glimpse(self, (x, y), centre, np.concatenate(rows))

    @cached_property
    def _octaves(self) -> list[tuple[int, NDArray[np.float32]]]:
        """Rings by how often the picture is halved for them: a sample is the mean of its place."""
        halved = np.array([floor(log2(self.spacing(float(r)))) for r in self.radii])
        return [(int(times), self.radii[halved == times]) for times in np.unique(halved)]

    def _ring(
        self, picture: Picture, fixation: XY, octave: tuple[int, NDArray[np.float32]]
    ) -> Pixels:
        import cv2

        times, radii = octave
        pixels, divided = geometry.level(picture, 0.5**times)
        end = int(radii.max() / divided) + 3
        left, top = (int(at / divided) - end for at in fixation)
        source = cut(Picture(pixels), Box(left, top, left + 2 * end, top + 2 * end))
        places = np.asarray(fixation) + radii[:, None, None] * self.directions
        x, y = np.moveaxis((places / divided - 0.5 - (left, top)).astype(np.float32), 2, 0)
        return np.asarray(cv2.remap(source, x, y, cv2.INTER_LINEAR), np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class Glimpse:
    """centre: the fovea, square. around: rings x angles x 3, from the fovea outwards, angles
    clockwise from the right."""

    retina: Retina
    fixation: tuple[int, int]
    centre: Pixels
    around: Pixels

    @property
    def box(self) -> Box:
        """The square of the picture that is seen."""
        (x, y), far = self.fixation, self.retina.radius
        return Box(x - far, y - far, x + far, y + far)

    def unrolled(self) -> Pixels:
        """What was seen as a square picture of Glimpse.box, a pixel a pixel, blurred outwards."""
        import cv2

        closed = np.concatenate([self.around, self.around[:, :1]], axis=1)
        turn, ring = self.retina._unrolled
        seen = cv2.remap(closed, turn, ring, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        low, high = self.retina.radius - self.retina.fovea, self.retina.radius + self.retina.fovea
        seen[low:high, low:high] = self.centre
        return np.asarray(seen, np.uint8)


def cut(picture: Picture, box: Box) -> Pixels:
    """The pixels of a box of whole numbers; grey where it reaches beyond the picture."""
    left, top, right, bottom = (int(side) for side in box.to_json())
    made = np.full((bottom - top, right - left, 3), BEYOND, np.uint8)
    wide, high = picture.size
    x, y = max(left, 0), max(top, 0)
    part = picture.pixels[y : max(min(bottom, high), y), x : max(min(right, wide), x)]
    made[y - top : y - top + part.shape[0], x - left : x - left + part.shape[1]] = part
    return made
