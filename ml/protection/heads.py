"""Where a head lies on a photo: what is covered so that nobody can tell whose it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml import alignment
from ml.geometry import CHIN, FOREHEAD
from ml.types import Face

Points = NDArray[np.float64]
# The ellipse around a head, in parts of the mesh's height from hairline to chin: its half axes, and
# how far its middle lies above the mesh's. It takes in hair and ears, and is of one shape for
# everybody: the outline of a mesh would tell whose it is.
HALF, UP = np.array([0.7, 0.88]), 0.22
ROUND_BOX = 1.5  # the ellipse around a face without a mesh: a turned head shows more of its hair
EDGE = 0.07  # of the head's height: how softly what is covered begins, outside of the head
CORNERS = 48  # of an ellipse


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """outline: N x 2, convex, pixels of the upright photo. inner: the face alone, without hair.
    centre, width, height: of the outline along its own axes; angle: its clockwise tilt in
    radians."""

    outline: Points
    inner: Points
    centre: tuple[float, float]
    width: float
    height: float
    angle: float


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """The part of a photo that a head takes up. alpha: h x w float32: 1 on the head, falling to 0
    over a soft edge around it. left, top: of the part in the photo."""

    left: int
    top: int
    alpha: NDArray[np.float32]

    @property
    def part(self) -> tuple[slice, slice]:
        """Rows and columns of the photo."""
        height, width = self.alpha.shape
        return slice(self.top, self.top + height), slice(self.left, self.left + width)


def head(face: Face, mesh: NDArray[np.float32] | None) -> Head:
    """mesh: 468 x 3 as ml.contracts.Meshes has it; None for a face that has none, or whose mesh
    is not to be trusted (in profile): an ellipse around its box stands for the head then."""
    box = face.box
    middle = np.array(box.centre)
    half = np.array([box.width, box.height]) / 2
    if mesh is None:
        inner = middle + _ellipse() * half
        outline, angle = middle + _ellipse() * half * ROUND_BOX, np.radians(alignment.tilt(face))
    else:
        inner = mesh[:, :2].astype(np.float64)
        down = inner[CHIN] - inner[FOREHEAD]
        angle = float(np.arctan2(-down[0], down[1]))
        # Where the box reaches beyond it, the mesh has slipped aside: that leaves no face bare.
        outline = _around(inner, angle)
        if not _inside(middle + _ellipse() * half * 0.8, outline):
            outline = np.concatenate([outline, middle + _ellipse() * half])
    return _head(_hull(outline), _hull(inner), float(angle))


def _ellipse() -> Points:
    turns = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    ellipse: Points = np.column_stack([np.cos(turns), np.sin(turns)])
    return ellipse


def _turned(points: Points, angle: float) -> Points:
    """The points in a frame that is turned clockwise by the angle."""
    cosine, sine = np.cos(angle), np.sin(angle)
    turned: Points = points @ np.array([(cosine, -sine), (sine, cosine)])
    return turned


def _around(points: Points, angle: float) -> Points:
    own = _turned(points, angle)
    low, high = own.min(0), own.max(0)
    tall = max(high[1] - low[1], high[0] - low[0])  # a raised or lowered head looks short
    middle = (low + high) / 2 - (0, UP * tall)
    around: Points = _turned(middle + _ellipse() * HALF * tall, -angle)
    return around


def _inside(points: Points, outline: Points) -> bool:
    import cv2

    shape = outline.astype(np.float32)
    return all(cv2.pointPolygonTest(shape, (float(x), float(y)), False) >= 0 for x, y in points)


def _hull(points: Points) -> Points:
    import cv2

    hull: Points = np.asarray(cv2.convexHull(points.astype(np.float32))[:, 0], np.float64)
    return hull


def _head(outline: Points, inner: Points, angle: float) -> Head:
    own = _turned(outline, angle)
    low, high = own.min(0), own.max(0)
    x, y = _turned(((low + high) / 2)[None], -angle)[0]
    width, height = high - low
    return Head(outline, inner, (float(x), float(y)), float(width), float(height), angle)


def patch(
    outline: Points, height: float, size: tuple[int, int], edge: float = EDGE
) -> Patch | None:
    """The part of a photo of that size (width, height) that an outline covers; None where it lies
    beyond the photo. height: of the head, by which its edge is softened."""
    import cv2

    soft = max(2.0, edge * height)
    low = np.maximum(np.floor(outline.min(0) - soft), 0).astype(int)
    high = np.minimum(np.ceil(outline.max(0) + soft) + 1, size).astype(int)
    if (low >= high).any():
        return None
    mask = np.ones((high[1] - low[1], high[0] - low[0]), np.uint8)
    cv2.fillConvexPoly(mask, np.round(outline - low).astype(np.int32), 0)
    away = cv2.distanceTransform(mask, cv2.DIST_L2, 5)
    fall = np.clip(1 - away / np.float32(soft), 0, 1)
    alpha = (fall * fall * (3 - 2 * fall)).astype(np.float32)
    return Patch(int(low[0]), int(low[1]), alpha)
