"""One shape and the cameras that saw it, from where each camera saw each of its points.

A camera is a 3 x 4 matrix: a point's (x, y, z, 1) times it is (u w, v w, w), u and v in pixels.
Unknown cameras are taken for turned, scaled and shifted ones with a perspective of their own:
u = s (R X) / (1 + p (R X)z) + t, where 1 / p is the distance in the shape's unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import geometry
from ml.shape.surface import Points, triangles

ROUNDS, STEPS = 8, 2
# In distances between the eyes: how far a camera usually is, and how much 1 / p may differ from it
# at a cost of one pixel squared.
USUAL, PERSPECTIVE = 1 / 14, 0.01
NEAR_AND_FAR = 1 / 100, 1 / 4  # within which 1 / p stays
# What bending and moving the expected shape cost, in pixels squared and for each view: chosen on
# renders of two of the heads of `python -m tests.fitting.fused_shape`.
STIFF, TIED = 7000.0, 0.3


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """What one photo shows of the shape: N x 2 in pixels, and how much each is to be trusted."""

    xy: Points
    trust: Points


@dataclass(frozen=True, slots=True, eq=False)
class Camera:
    """An unknown camera's estimate; turn: 3 x 3, shift: 2."""

    turn: Points
    scale: float
    shift: Points
    perspective: float = USUAL

    @property
    def matrix(self) -> Points:
        away = self.perspective * self.turn[2]
        top = self.scale * self.turn[:2] + np.outer(self.shift, away)
        return np.vstack([np.column_stack([top, self.shift]), [*away, 1.0]])


def seen(matrix: Points, points: Points) -> Points:
    """Where a camera sees points: N x 2 pixels."""
    x: Points = points @ matrix[:, :3].T + matrix[:, 3]
    return x[:, :2] / x[:, 2:]


def aligned(points: Points, target: Points, trust: Points | None = None) -> Points:
    """Points (N x 3) turned, scaled and shifted onto `target`, least squares (Umeyama 1991)."""
    turn, scale, shift = geometry.solid_similarity(points, target, trust)
    return scale * points @ turn.T + shift


def start(mesh: Points, points: Points) -> Camera:
    """The camera that a single view's own guess of depth stands for. mesh: N x 3 in pixels."""
    turn, scale, shift = geometry.solid_similarity(points, mesh)
    return Camera(turn, scale, shift[:2])


def together(
    sights: Sequence[Sight], cameras: Sequence[Camera], expected: Points
) -> tuple[Points, list[Camera]]:
    """The shape, in the expected one's frame, and the cameras that agree best with the sights."""
    points, found = expected, list(cameras)
    for _ in range(ROUNDS):
        points = shaped(sights, [one.matrix for one in found], points, expected)
        points = aligned(points, expected)
        found = [placed(one, sight, points) for one, sight in zip(found, sights, strict=True)]
    return points, found


def triangulated(sights: Sequence[Sight], matrices: Sequence[Points]) -> Points:
    """Where the rays of known cameras meet, each point by itself (Hartley and Zisserman, Multiple
    View Geometry, 2004, 12.2)."""
    rows = []
    for sight, matrix in zip(sights, matrices, strict=True):
        size = np.linalg.norm(matrix[2, :3]) * np.abs(sight.xy).mean()
        off = sight.xy[:, :, None] * matrix[2] - matrix[:2]
        rows.append(off * (np.sqrt(sight.trust) / size)[:, None, None])
    least = np.linalg.svd(np.concatenate(rows, 1))[2][:, -1]
    met: Points = least[:, :3] / least[:, 3:]
    return met


def shaped(
    sights: Sequence[Sight], matrices: Sequence[Points], points: Points, expected: Points
) -> Points:
    """One step of Gauss and Newton of all points: seen where they were, bent little."""
    count = len(points)
    normal = np.zeros((count, 3, 3))
    right = np.zeros((count, 3))
    for sight, matrix in zip(sights, matrices, strict=True):
        slope = _slope(matrix, points)
        off = sight.xy - seen(matrix, points)
        normal += np.einsum("nai,n,naj->nij", slope, sight.trust, slope)
        right += np.einsum("nai,n,na->ni", slope, sight.trust, off)
    stiff = len(sights) * (STIFF * _bending() + TIED * np.eye(count))
    whole = np.einsum("nm,ij->nimj", stiff, np.eye(3))
    whole[np.arange(count), :, np.arange(count)] += normal
    right -= stiff @ (points - expected)
    step = np.linalg.solve(whole.reshape(3 * count, 3 * count), right.ravel())
    moved: Points = points + step.reshape(count, 3)
    return moved


def _slope(matrix: Points, points: Points) -> Points:
    """N x 2 x 3: how what is seen moves with the points."""
    x = points @ matrix[:, :3].T + matrix[:, 3]
    uv = x[:, :2] / x[:, 2:]
    made: Points = (matrix[None, :2, :3] - uv[:, :, None] * matrix[2, :3]) / x[:, 2, None, None]
    return made


def placed(camera: Camera, sight: Sight, points: Points) -> Camera:
    """The camera moved to where it sees the points best."""
    for _ in range(STEPS):
        turned = points @ camera.turn.T
        slope = np.zeros((len(points), 2, 7))
        by_place = _slope(camera.matrix, points) @ camera.turn.T
        for axis in range(3):
            slope[:, :, axis] = np.einsum("nai,ni->na", by_place, np.cross(np.eye(3)[axis], turned))
        depth = 1 + camera.perspective * turned[:, 2:]
        slope[:, :, 3] = camera.scale * turned[:, :2] / depth
        slope[:, :, 4:6] = np.eye(2)
        slope[:, :, 6] = -camera.scale * turned[:, :2] * turned[:, 2:] / depth**2
        off = sight.xy - seen(camera.matrix, points)
        normal = np.einsum("nai,n,naj->ij", slope, sight.trust, slope) + 1e-9 * np.eye(7)
        right = np.einsum("nai,n,na->i", slope, sight.trust, off)
        normal[6, 6] += PERSPECTIVE**-2
        right[6] += (USUAL - camera.perspective) * PERSPECTIVE**-2
        camera = _stepped(camera, np.linalg.solve(normal, right))
    return camera


def _stepped(camera: Camera, step: Points) -> Camera:
    import cv2

    turn: Any = cv2.Rodrigues(step[:3])[0]
    return replace(
        camera,
        turn=turn @ camera.turn,
        scale=camera.scale * float(np.exp(step[3])),
        shift=camera.shift + step[4:6],
        perspective=float(np.clip(camera.perspective + step[6], *NEAR_AND_FAR)),
    )


@cache
def _bending() -> NDArray[np.float64]:
    """N x N: what it costs when a vertex moves otherwise than its neighbours do on the mean."""
    corners = triangles()
    joined = np.zeros((corners.max() + 1,) * 2)
    for a, b in ((0, 1), (1, 2), (2, 0)):
        joined[corners[:, a], corners[:, b]] = joined[corners[:, b], corners[:, a]] = 1
    unlike = np.eye(len(joined)) - joined / joined.sum(1, keepdims=True)
    cost: NDArray[np.float64] = unlike.T @ unlike
    return cost
