"""A known head with a real skin, photographed from any side, to measure shapes on.

A photo's own mesh, deformed by known amounts, wears that photo's skin; around it lie two rings of
what surrounds the face there, bent back.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ml import geometry
from ml.frontal import frontal
from ml.landmarks import OVAL
from ml.shape.bundle import Points, aligned, seen
from ml.shape.raster import cover
from ml.shape.surface import Triangles, triangles
from ml.types import Picture
from tests.ml.test_geometry import turned

SIZE = 512
RINGS = ((1.25, 0.25), (1.7, 0.7))  # how much wider, and how far back
CENTRE = np.array([0, 0.3, 0.3])
GRID = [(i / 8, j / 8, 1 - (i + j) / 8) for i in range(9) for j in range(9 - i)]


@dataclass(frozen=True, eq=False)
class Head:
    """skin: each vertex' place in the photo."""

    picture: Picture
    points: Points
    skin: Points
    triangles: Triangles


def head(picture: Picture, mesh: Points, deformed: Points) -> Head:
    """deformed: 468 x 3 in the frame of ml.frontal, what is known."""
    own = frontal(mesh)
    place = geometry.similarity(own[:, :2], mesh[:, :2])
    around = [geometry.moved(place, ring[:, :2]) for ring in rings(own)]
    return Head(picture, deformed, np.concatenate([mesh[:, :2], *around]), _triangles())


def rings(points: Points) -> list[Points]:
    edge = points[list(OVAL)]
    middle = edge.mean(0)[:2]
    return [
        np.column_stack([middle + (edge[:, :2] - middle) * wide, edge[:, 2] + back])
        for wide, back in RINGS
    ]


def _triangles() -> Triangles:
    count = len(OVAL)
    loops = [list(OVAL), *(list(range(468 + k * count, 468 + (k + 1) * count)) for k in range(2))]
    found = triangles().tolist()
    for inner, outer in pairwise(loops):
        for i in range(count):
            j = (i + 1) % count
            found += [(inner[i], inner[j], outer[i]), (inner[j], outer[j], outer[i])]
    return np.array(found, np.int32)


def camera(yaw: float, pitch: float, away: float) -> Points:
    """3 x 4, for a head turned so; away: the camera's distance in distances between the eyes."""
    turn = turned(yaw, pitch, 0)
    lens = np.array(
        [(SIZE * 0.28 * away, 0, SIZE / 2), (0, SIZE * 0.28 * away, SIZE / 2), (0, 0, 1)]
    )
    return lens @ np.column_stack([turn, (0, 0, away) - turn @ CENTRE])


def photographed(one: Head, matrix: Points, gain: float = 1.0, side: float = 0.0) -> Picture:
    """gain: of the light; side: how much lighter the photo's right border is than its middle, as
    with a lamp that stays where it is when the head turns."""
    import cv2

    points = np.concatenate([one.points, *rings(one.points)])
    depth = points @ matrix[2, :3] + matrix[2, 3]
    shown = cover(np.column_stack([seen(matrix, points), depth]), one.triangles, SIZE, SIZE)
    place = shown.spread(one.skin, one.triangles)
    skin = cv2.remap(
        one.picture.pixels, place[..., 0], place[..., 1], cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    light = gain * (1 + side * np.linspace(-1, 1, SIZE))[None, :, None]
    noise = np.random.default_rng(0).normal(0, 2, (SIZE, SIZE, 3))
    lit = np.where(shown.there[..., None], skin * light, 150) + noise
    return Picture(np.clip(lit, 0, 255).astype(np.uint8))


def from_points(points: Points, known: Points) -> float:
    """Mean distance of vertices from the same known ones, after a similarity, in % of the unit."""
    return float(np.linalg.norm(aligned(points, known) - known, axis=1).mean() * 100)


def from_surface(points: Points, known: Points) -> float:
    """Mean distance of the known vertices from the surface, after a similarity, in % of the unit:
    a point that slides along a cheek is no error."""
    from scipy.spatial import cKDTree

    corners = aligned(points, known)[triangles()]
    dots = np.einsum("gk,tkc->tgc", np.array(GRID), corners).reshape(-1, 3)
    out = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    out /= np.linalg.norm(out, axis=1, keepdims=True) + 1e-12
    far, nearest = cKDTree(dots).query(known)
    plane = np.abs(((known - dots[nearest]) * out[nearest // len(GRID)]).sum(1))
    return float(np.minimum(far, plane).mean() * 100)


def bumps(points: Points, seed: int, size: float) -> Points:
    """Eight smooth bumps and dents a third of an eye distance wide, in any direction."""
    drawn = np.random.default_rng(seed)
    middles, moves = points[drawn.integers(0, len(points), 8)], drawn.normal(0, size, (8, 3))
    near = np.exp(-((points[:, None] - middles) ** 2).sum(2) / (2 * 0.3**2))
    return points + near @ moves
