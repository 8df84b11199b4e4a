"""Finds the eyes in a mesh, cuts them out of the photo and carries what is found there back.

An eye has a side: 0 is the person's right one, on the left of the photo, and 1 the left one.
"""

from __future__ import annotations

from math import cos, hypot, radians, sin

import numpy as np

from ml import alignment, geometry
from ml.contracts import Iris
from ml.runtimes import Floats
from ml.types import Picture

SIZE = 64
# Side of the square cut out, in distances between an eye's corners. With MediaPipe's 2.3 irises
# come out a tenth too small: at 3 both eyes agree best, and the pupils of adults are 64 mm apart.
MARGIN = 3.0
CORNERS = ((33, 133), (263, 362))  # mesh vertices, outer and inner; the person's right eye first
OUTWARD = radians(25)  # an eye's socket opens so far out to its side
SIDEWAYS = cos(radians(80))  # one that is turned further from the camera is behind the nose
# In distances between the outer corners: where the network sees an eye's corners further from the
# mesh's there is no eye, or the mesh sits on it wrongly. So it is with one face in a hundred.
ASTRAY = 0.1


def visible(mesh: Floats, side: int, picture: Picture) -> bool:
    """Whether the eye's middle lies in the photo and it is not behind the nose."""
    width, height = picture.size
    x, y = mesh[list(CORNERS[side]), :2].mean(0)
    return bool(0 <= x < width and 0 <= y < height and facing(mesh, side) > SIDEWAYS)


def facing(mesh: Floats, side: int) -> float:
    """Cosine of the angle between where an eye's socket opens to and the camera."""
    outward = np.array([(-1, 1)[side] * sin(OUTWARD), 0, -cos(OUTWARD)])
    return float(-(geometry.axes(mesh) @ outward)[2])


def cut(mesh: Floats, side: int) -> geometry.Matrix:
    """The transform that brings an eye's surroundings into a chip, level with its corners.

    The corners' distance in three dimensions: turning the head does not shorten it.
    """
    outer, inner = mesh[list(CORNERS[side])].astype(np.float64)
    across = inner - outer if side == 0 else outer - inner
    x, y = (outer + inner)[:2] / 2
    tilt = float(np.degrees(np.arctan2(across[1], across[0])))
    return geometry.square((x, y), MARGIN * float(np.linalg.norm(across)), tilt, SIZE)


def back(points: Floats, cut: geometry.Matrix, side: int) -> Floats:
    """Points in pixels of an eye's chip, carried to pixels of the photo."""
    xy = points[:, :2].copy()
    if side:
        xy[:, 0] = SIZE - 1 - xy[:, 0]
    return geometry.moved(geometry.inverse(cut), xy).astype(np.float32)


def astray(mesh: Floats, side: int, eye: Iris) -> float:
    """How far from the mesh's the network sees a corner of the eye, in distances between eyes."""
    off = eye.contour[[0, 8]] - mesh[list(CORNERS[side]), :2]
    return float(np.hypot(*off.T).max()) / alignment.eye_distance(mesh)


def diameter(iris: Floats) -> float:
    """The mean of both distances between opposite points of the edge."""
    across, down = iris[1] - iris[3], iris[2] - iris[4]
    return (hypot(*across) + hypot(*down)) / 2


def gap(eye: Iris) -> float:
    """Between the lids in the middle of the eye, in widths of the eye."""
    width = eye.contour[8] - eye.contour[0]
    down = np.array([-width[1], width[0]])
    gaps = (eye.contour[11:14] - eye.contour[3:6]) @ down
    return float(np.abs(gaps).mean() / (down @ down))
