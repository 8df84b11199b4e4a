"""Finds a face's points again in another photo, by what the skin looks like there.

A mesh network expects an average face, in every photo alike: where it puts a point of a turned face
tells little of how this face differs in depth. What the skin shows does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.shape.bundle import Sight, seen
from ml.shape.raster import cover
from ml.shape.surface import Points, triangles

WINDOW = 15  # pixels around a point within which photos are compared
FACING = 0.25  # cosine of the angle between skin and line of sight below which it shows little


@dataclass(frozen=True, slots=True, eq=False)
class Chip:
    """A face cut out of a photo. pixels: H x W x 3, RGB. mesh: N x 3 in its pixels."""

    pixels: NDArray[np.uint8]
    mesh: Points


def facing(matrix: Points, points: Points, outward: Points) -> Points:
    """N: cosine of the angle between each point's normal and the way to the camera, 0 for those
    that look away."""
    centre = -np.linalg.solve(matrix[:, :3], matrix[:, 3])
    way = centre - points
    way /= np.linalg.norm(way, axis=1, keepdims=True)
    cosine: Points = np.clip((way * outward).sum(1), 0, None)
    return cosine


def found_again(
    reference: Chip, sight: Sight, other: Chip, matrix: Points, points: Points, depth: Points
) -> Sight:
    """Where the points that the reference shows are in the other photo.

    The reference's skin is laid on the shape as it is known so far and seen through the other's
    camera; how that picture has to be moved to look like the other photo (dense inverse search:
    Kroeger et al., Fast Optical Flow using Dense Inverse Search, 2016) moves the points. They are
    trusted as far as both then look alike.
    """
    import cv2

    height, width = other.pixels.shape[:2]
    at = seen(matrix, points)
    covered = cover(np.column_stack([at, depth]), triangles(), width, height)
    source = covered.spread(sight.xy, triangles())
    grey, whole = _grey(reference.pixels), _grey(other.pixels)
    shown: Any = cv2.remap(grey, source[..., 0], source[..., 1], cv2.INTER_LINEAR)
    shown = np.where(covered.there, shown, whole)
    search: Any = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    flow = search.calc(shown, whole, None)
    columns, rows = np.meshgrid(np.arange(width), np.arange(height))
    where = flow + np.stack([columns, rows], 2).astype(np.float32)
    back: Any = cv2.remap(whole, where[..., 0], where[..., 1], cv2.INTER_LINEAR)
    alike = _alike(shown, back)
    place = at.astype(np.float32)[None]
    moved = cv2.remap(flow, place[..., 0], place[..., 1], cv2.INTER_LINEAR)[0]
    trust = cv2.remap(alike, place[..., 0], place[..., 1], cv2.INTER_LINEAR)[0]
    return Sight(at + moved, np.clip(trust, 0, 1).astype(np.float64))


def _grey(pixels: NDArray[np.uint8]) -> Any:
    import cv2

    return cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)


def _alike(first: NDArray[Any], second: NDArray[Any]) -> NDArray[np.float32]:
    """H x W: correlation of both pictures around each pixel, -1..1."""
    import cv2

    def mean(picture: NDArray[Any]) -> Any:
        return cv2.blur(picture, (WINDOW, WINDOW))

    a, b = first.astype(np.float32), second.astype(np.float32)
    both = mean(a * b) - mean(a) * mean(b)
    each = (mean(a * a) - mean(a) ** 2, mean(b * b) - mean(b) ** 2)
    made: NDArray[np.float32] = both / np.sqrt(np.maximum(each[0], 1) * np.maximum(each[1], 1))
    return made
