"""Places heads in the room before the camera by how large they are, and looks along their rays.

The room: millimetres, x to the photo's right edge, y down, z away from the camera, which is at 0.
How large a head seems tells how far it is, for eyes are about as far apart in everyone; what lens
took the photo is not known and taken to be an ordinary one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml import alignment, geometry
from ml.contracts import Pose
from ml.runtimes import Floats
from ml.types import Face

Array = NDArray[np.float64]
EYES = 97.0  # millimetres between the outer corners, in the mesh
OF_BOX = 0.45  # the same in heights of CenterFace's box, where a mesh does not tell it (LFW)
HEAD = 110.0  # millimetres, a head's radius
FOCAL = 1.1  # of a lens, in long sides of the photo: it sees 49 degrees
# What the distance of a head is off, relatively, and how likely: people's eyes differ by 5 %, and
# a mesh by as much. Children seem further away than they are.
OFF = 0.08 * np.sqrt(2) * np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
ODDS = np.array([0.055, 0.244, 0.402, 0.244, 0.055])
# What a face looks at before its direction is known: the camera, some other face, or something
# else that may be anywhere in half the room. A guess.
CAMERA, FACE, ELSEWHERE = 0.4, 0.3, 0.3
LENS = np.radians(5.0)  # what belongs to the camera: who looks just beside it looks at it


@dataclass(frozen=True, slots=True, eq=False)
class Room:
    """eyes: N x 3, between the eyes of each face. heads: N x 3, the middle of the face.
    size: of the photo in pixels."""

    eyes: Array
    heads: Array
    size: tuple[int, int]

    def seen(self, place: Array) -> tuple[float, float] | None:
        """Where the photo shows a place; None where it does not."""
        width, height = self.size
        if place[2] <= 0:
            return None
        x, y = shown(self.size, place)
        return (x, y) if 0 <= x < width and 0 <= y < height else None


def shown(size: tuple[int, int], place: Array) -> tuple[float, float]:
    """Where a place before the camera lies in the photo's plane."""
    x, y = (focal(size) * place[:2] / place[2] + middle(size)).tolist()
    return x, y


def focal(size: tuple[int, int]) -> float:
    return FOCAL * max(size)


def middle(size: tuple[int, int]) -> Array:
    return (np.array(size, np.float64) - 1) / 2


def room(
    faces: Sequence[Face],
    meshes: Sequence[Floats | None],
    poses: Sequence[Pose | None],
    size: tuple[int, int],
) -> Room:
    """Where heads are. One without a pose has no mesh to go by, and is measured by its box."""
    eyes, heads, apart = [], [], []
    for face, mesh, pose in zip(faces, meshes, poses, strict=True):
        if mesh is None or pose is None:
            eyes.append(face.box.centre)
            heads.append(face.box.centre)
            apart.append(OF_BOX * face.box.height)
        else:
            eyes.append(tuple(mesh[[geometry.RIGHT_EYE, geometry.LEFT_EYE], :2].mean(0).tolist()))
            heads.append(tuple(mesh[:, :2].mean(0).tolist()))
            apart.append(alignment.eye_distance(mesh))
    far = EYES / np.maximum(np.array(apart, np.float64).reshape(-1, 1), 1e-6)  # mm a pixel
    placed = [_placed(np.array(one).reshape(-1, 2), far, size) for one in (eyes, heads)]
    return Room(placed[0], placed[1], size)


def _placed(points: Array, far: Array, size: tuple[int, int]) -> Array:
    across = (points - middle(size)) * far
    return np.hstack([across, focal(size) * far])


def turned(vectors: Array, eyes: Array) -> Array:
    """Directions (N x 3) that were read as if each face were in the photo's middle, in the room:
    (0, 0, -1) looks into the camera from wherever a face is."""
    sight = eyes / np.linalg.norm(eyes, axis=1, keepdims=True)
    axis = np.cross((0.0, 0.0, 1.0), sight)
    along = (axis * vectors).sum(1, keepdims=True) / (1 + sight[:, 2:])
    found: Array = vectors * sight[:, 2:] + np.cross(axis, vectors) + axis * along
    return found


def met(place: Room, directions: Array, spread: Array) -> Array:
    """How likely each face looks at each other, N x N, 0 on the diagonal.

    directions: N x 3 in the room, nan where unknown (a row of noughts). spread: N, what they are
    off in radians, each way. Bayes' rule over all other heads, the camera and everything else; a
    head's distance is taken at several values, for it is the least certain.
    """
    count = len(directions)
    others = np.zeros((count, count))
    for off, odds in zip(OFF, ODDS, strict=True):
        way = place.heads * (1 + off) - place.eyes[:, None]
        far = np.maximum(np.linalg.norm(way, axis=2), 1e-6)
        wide = np.arcsin(np.minimum(HEAD / far, 1)) / 2
        others += odds * density(beside(directions[:, None], way / far[..., None]), spread, wide)
    np.fill_diagonal(others, 0)
    others *= FACE / max(count - 1, 1)
    distance = np.linalg.norm(place.eyes, axis=1, keepdims=True)
    camera = density(beside(directions, -place.eyes / distance)[:, None], spread, LENS)
    total = others.sum(1, keepdims=True) + CAMERA * camera + ELSEWHERE / (2 * np.pi)
    likely: Array = np.nan_to_num(others / total)
    return likely


def beside(one: Array, other: Array) -> Array:
    """Radians between directions of length 1."""
    found: Array = np.arccos(np.clip((one * other).sum(-1), -1, 1))
    return found


def density(angles: Array, spread: Array, wide: Array | float) -> Array:
    """A steradian: of a direction that is so far beside a target that is so wide, N x M."""
    variance = spread[:, None] ** 2 + wide**2
    found: Array = np.exp(-(angles**2) / (2 * variance)) / (2 * np.pi * variance)
    return found
