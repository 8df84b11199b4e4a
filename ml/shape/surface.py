"""The surface that a face mesh spans: an average face, its triangles, and where each vertex lies
when the skin is rolled out flat.

average.csv: the 468 vertices of MediaPipe's mesh in the average face, in the frame and unit of
ml.frontal, one "x,y,z" a line. Medians over the faces of LFW turned by less than 10 degrees, made
the same to the left and the right (`python -m tests.fitting.average_face`).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.landmarks import OVAL

Points = NDArray[np.float64]
Triangles = NDArray[np.int32]

AXIS = 0.8  # z of the upright line around which the skin is rolled out; it lies behind the ears
TALL = 1.3  # the rolled out skin, in parts of its width
MARGIN = 0.02  # of the rolled out skin, to each side of the picture


@cache
def average() -> Points:
    """468 x 3, the average face."""
    points: Points = np.loadtxt(Path(__file__).with_name("average.csv"), delimiter=",")
    return points


@cache
def opposite() -> NDArray[np.intp]:
    """468 vertex numbers: which vertex is the mirror image of which."""
    there, mirrored = average(), average() * (-1, 1, 1)
    nearest: NDArray[np.intp] = np.linalg.norm(there[:, None] - mirrored, axis=2).argmin(1)
    return nearest


@cache
def rolled_out() -> Points:
    """468 x 2, 0..1: x to the person's left, y down; a mirrored face has 1 - x."""
    x, y, z = average().T
    flat = np.column_stack([np.arctan2(x, AXIS - z), y])
    flat -= (flat.min(0) + flat.max(0)) / 2
    placed: Points = flat / (np.ptp(flat, axis=0) / (1 - 2 * MARGIN)) + 0.5
    return placed


@cache
def triangles() -> Triangles:
    """T x 3 vertex numbers, clockwise as seen from outside. Eyes and mouth are closed: what is
    between lids and lips is part of the surface. Delaunay's triangles of the rolled out skin.
    """
    import cv2
    from scipy.spatial import Delaunay

    flat = rolled_out() * (1.0, TALL)
    found: Any = Delaunay(flat).simplices
    oval = flat[list(OVAL)].astype(np.float32)
    middles = flat[found].mean(1)
    inside = [cv2.pointPolygonTest(oval, (float(x), float(y)), True) > -1e-9 for x, y in middles]
    return _clockwise(found[inside], flat).astype(np.int32)


def _clockwise(found: NDArray[Any], flat: Points) -> NDArray[Any]:
    """The same triangles, each turning from x towards y."""
    a, b, c = (flat[found[:, corner]] for corner in range(3))
    turn = (b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]
    return np.where(turn[:, None] < 0, found[:, ::-1], found)


def normals(points: Points) -> Points:
    """N x 3 of length 1, out of the head: each vertex' mean over its triangles, large ones
    counting more. points: in a frame with x to the right, y down and z away from the viewer."""
    corners = points[triangles()]
    # x towards y is clockwise on the screen; there the right hand's thumb points away from us.
    out = -np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    summed = np.zeros_like(points)
    np.add.at(summed, triangles().ravel(), np.repeat(out, 3, axis=0))
    made: Points = summed / np.maximum(np.linalg.norm(summed, axis=1, keepdims=True), 1e-12)
    return made
